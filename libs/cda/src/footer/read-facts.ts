import type { SourceObject, SourceStore } from '../source/source-store';
import { BadDataFile } from './bad-data-file';
import { footerBytesNeeded, readFooter, type FileFacts } from './parquet-footer';

/** Read first of each file: nearly every footer of CDA's narrow tables is in it, and a wide one costs a second request. */
const FIRST_TAIL = 32 * 1_024;

/** The facts of a file of a source. Throws BadDataFile and what the store says. */
export async function readFacts(
  source: SourceStore,
  file: SourceObject,
  options: { signal?: AbortSignal } = {},
): Promise<FileFacts> {
  const { sizeBytes } = file;
  let tail = await readTail(source, file, Math.min(sizeBytes, FIRST_TAIL), options);
  const needed = footerBytesNeeded(tail, sizeBytes);
  if (needed !== undefined) tail = await readTail(source, file, needed, options);
  return readFooter(tail, sizeBytes);
}

async function readTail(
  source: SourceStore,
  { path, sizeBytes }: SourceObject,
  length: number,
  options: { signal?: AbortSignal },
): Promise<Uint8Array> {
  const tail = await source.range(path, sizeBytes - length, length, options);
  if (tail.length === length) return tail;
  throw new BadDataFile('TRUNCATED', 'The file is shorter now than it was when it was listed');
}
