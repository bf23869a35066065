import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import type { Readable } from 'node:stream';

/** Opening a pipe must not wait for its writer. */
const READ = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/**
 * An open file, which stays the same whatever is written under its name meanwhile. Its calls block, as all calls of this
 * endpoint about names and small files do: they take a few microseconds, and many times that by way of the thread pool. What
 * may be large is streamed.
 */
export class ObjectFile {
  private constructor(private descriptor: number | undefined) {}

  /** Throws what the file system says. */
  static open(path: string): ObjectFile {
    return new ObjectFile(openSync(path, READ));
  }

  stat(): BigIntStats {
    return fstatSync(this.open, { bigint: true });
  }

  /** Fills the piece from a position on; answers how much there was. */
  read(piece: Buffer, position: number): number {
    let filled = 0;
    while (filled < piece.length) {
      const count = readSync(this.open, piece, filled, piece.length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  /** From `start` to `end`, both included. The file is the stream's from now on, and closed with it. */
  stream(start: number, end: number, highWaterMark: number): Readable & { readonly bytesRead: number } {
    const stream = createReadStream('', { fd: this.open, start, end, highWaterMark });
    this.descriptor = undefined;
    return stream;
  }

  /** May be said more than once, and of a file that was handed on. */
  close(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private get open(): number {
    if (this.descriptor === undefined) throw new Error('The file is closed');
    return this.descriptor;
  }
}
