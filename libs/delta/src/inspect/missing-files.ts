import { isAbsolute } from '../log/data-path';
import { inParallel } from '../preview/row-counts';
import type { Storage } from '../storage/storage';
import type { Snapshot } from '../table/snapshot';

const LISTED_AT_ONCE = 1_000;
const LOOKED_AT_ONCE = 16;
const EXAMPLES = 20;

/** What came of looking for the data files of a version. */
export interface FileCheck {
  /** Files that were looked for; those outside of the table's folder are not. */
  checked: number;
  missing: number;
  /** Of another size than the log says. */
  resized: number;
  /** Some of both. */
  examples: string[];
}

/** Looks for each data file, in their order, up to a number of them. */
export async function missingFiles(
  snapshot: Snapshot,
  storage: Storage,
  most: number,
  signal: AbortSignal | undefined,
): Promise<FileCheck> {
  const found: FileCheck = { checked: 0, missing: 0, resized: 0, examples: [] };
  for (let offset = 0; offset < Math.min(most, snapshot.numFiles); offset += LISTED_AT_ONCE) {
    const limit = Math.min(LISTED_AT_ONCE, most - offset);
    const { items } = await snapshot.files({ offset, limit, signal });
    await inParallel(
      items.filter(({ path }) => !isAbsolute(path)),
      LOOKED_AT_ONCE,
      async ({ path, sizeBytes }) => {
        signal?.throwIfAborted();
        const there = await storage.head(path, { signal });
        found.checked += 1;
        if (there !== undefined && BigInt(there.sizeBytes) === sizeBytes) return;
        if (there === undefined) found.missing += 1;
        else found.resized += 1;
        if (found.examples.length < EXAMPLES) found.examples.push(path);
      },
    );
  }
  return found;
}
