import { StorageChanged } from '@lakescope/delta';
import type { SourceObject, SourceStore } from '../source/source-store';
import { ByteBudget } from '../target/byte-budget';
import { footerBytesNeeded, readFooter, type FileFacts } from './parquet-footer';

/** Read first of each file: nearly every footer of CDA's narrow tables is in it, and a wide one costs a second request. */
const FIRST_TAIL = 32 * 1_024;

/** Of many files at once that would be much: no more of them than some bytes are in memory, over all tables. */
const LARGE_FOOTER = 1_048_576;
const largeFooters = new ByteBudget();

/** The facts of a file of a source, which must still be the one that was listed. Throws BadDataFile and what the store says. */
export async function readFacts(
  source: SourceStore,
  file: SourceObject,
  options: { signal?: AbortSignal } = {},
): Promise<FileFacts> {
  const { sizeBytes } = file;
  let tail = await readTail(source, file, Math.min(sizeBytes, FIRST_TAIL), options);
  const needed = footerBytesNeeded(tail, sizeBytes);
  if (needed !== undefined) {
    const rest = (): Promise<Uint8Array> => readTail(source, file, needed, options);
    tail = await (needed > LARGE_FOOTER ? largeFooters.run(needed, rest) : rest());
  }
  return readFooter(tail, sizeBytes);
}

async function readTail(
  source: SourceStore,
  { path, sizeBytes, etag }: SourceObject,
  length: number,
  { signal }: { signal?: AbortSignal },
): Promise<Uint8Array> {
  const tail = await source.range(path, sizeBytes - length, length, { etag, signal });
  if (tail.length === length) return tail;
  throw new StorageChanged(`${source.uri}/${path}`);
}
