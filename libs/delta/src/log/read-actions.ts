import { TableCorrupt } from '../errors';
import type { Storage } from '../storage/storage';
import type { Actions } from './actions';
import { emptyActions, parseActions, parseLine } from './parse-actions';

/** Actions longer than this are refused unless an engine was told otherwise: the longest real ones hold a wide schema. */
export const LONGEST_ACTION_BYTES = 32 * 1024 ** 2;
/** Files up to this size are read whole, and only in those an action may go over several lines. */
const WHOLE_BYTES = 8 * 1024 ** 2;
const NEWLINE = 0x0a;

/**
 * Reads a file of actions, a large one in pieces: what it takes in memory beside its actions is no more than its longest
 * line, which `longest` bounds. A longer one is TableCorrupt.
 */
export async function readActions(
  storage: Storage,
  file: { path: string; sizeBytes: number },
  longest: number,
  signal: AbortSignal | undefined,
): Promise<Actions> {
  if (file.sizeBytes <= WHOLE_BYTES) {
    const bytes = await storage.read(file.path, { signal });
    refuseLong(bytes, file.path, longest);
    return parseActions(Buffer.from(bytes).toString('utf8'), file.path, storage.location);
  }
  const actions = emptyActions();
  let line = 0;
  for await (const bytes of lines(storage, file, longest, signal)) {
    line += 1;
    parseLine(actions, bytes.toString('utf8'), { file: file.path, line, location: storage.location });
  }
  return actions;
}

async function* lines(
  storage: Storage,
  file: { path: string; sizeBytes: number },
  longest: number,
  signal: AbortSignal | undefined,
): AsyncIterable<Buffer> {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for (let offset = 0; offset < file.sizeBytes; offset += WHOLE_BYTES) {
    const length = Math.min(WHOLE_BYTES, file.sizeBytes - offset);
    const read = await storage.read(file.path, { range: { offset, length }, signal });
    const piece = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    if (piece.length !== length) throw changed(file.path);
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...begun, piece.subarray(start, end)]);
      begun = [];
      begunBytes = 0;
      start = end + 1;
    }
    begun.push(piece.subarray(start));
    begunBytes += piece.length - start;
    if (begunBytes > longest) throw tooLong(file.path, longest);
  }
  if (begunBytes > 0) yield Buffer.concat(begun);
}

function refuseLong(bytes: Uint8Array, path: string, longest: number): void {
  if (bytes.length <= longest) return;
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > longest) throw tooLong(path, longest);
    start = end + 1;
  }
}

function tooLong(path: string, longest: number): TableCorrupt {
  return new TableCorrupt({ message: `${path} has an action of more than ${longest} bytes`, missing: path });
}

function changed(path: string): TableCorrupt {
  return new TableCorrupt({ message: `${path} changed while it was read`, missing: path });
}
