import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { ByteRange } from './byte-range';

/** Read at once. Twice as much is slower again: it leaves the processor's cache before it is sent. */
const READ_BYTES = 512 * 1024;

/**
 * Writes a part of a file into a response whose head is written, and ends it. Two pieces of memory take turns, one is filled
 * while the other is sent; a stream takes new memory for every piece, which costs more than reading it. Settles when nothing
 * is under way any more: a client that leaves, or a file that has become shorter, breaks the response and is no failure.
 */
export async function pumpFile(handle: FileHandle, response: ServerResponse, range: ByteRange): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (response.destroyed) resolve();
    else response.once('close', resolve);
  });
  const size = Math.min(READ_BYTES, range.last - range.first + 1);
  const memory: Buffer[] = [];
  let sending = Promise.resolve();
  for (let at = range.first, turn = 0; at <= range.last; turn = 1 - turn) {
    const piece = (memory[turn] ??= Buffer.allocUnsafe(size));
    const { bytesRead } = await handle.read(piece, 0, Math.min(size, range.last - at + 1), at);
    // From here on the other piece may be filled again.
    await Promise.race([sending, closed]);
    if (bytesRead === 0 || response.destroyed) {
      response.destroy();
      return;
    }
    at += bytesRead;
    const bytes = piece.subarray(0, bytesRead);
    if (at > range.last) response.end(bytes);
    else sending = new Promise((resolve) => response.write(bytes, () => resolve()));
  }
  await closed;
}
