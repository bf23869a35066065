import type { RowSpan } from '../deletion-vectors/deleted-rows';
import type { LogFile } from '../log/actions';

/** Living rows of one file that a page shows. */
export interface RowWindow {
  file: LogFile;
  /** Counted over living rows. */
  live: RowSpan;
  physicalRows: number;
}

/** Files whose sizes are asked for at once; most pages need only a few files. */
const FIRST_BATCH = 16;
const LARGEST_BATCH = 1_024;

/**
 * Picks the files and rows of a page from the log alone, so that a page anywhere in a table opens only the files it
 * shows. `countRows` gives the physical rows of files.
 */
export async function pickWindows(
  files: readonly LogFile[],
  page: { offset: number; limit: number },
  countRows: (files: readonly LogFile[]) => Promise<number[]>,
): Promise<{ windows: RowWindow[]; hasMore: boolean }> {
  const windows: RowWindow[] = [];
  let skip = page.offset;
  let wanted = page.limit;
  let batchSize = FIRST_BATCH;
  for (let start = 0; start < files.length; start += batchSize, batchSize = Math.min(LARGEST_BATCH, batchSize * 2)) {
    const batch = files.slice(start, start + batchSize);
    const counts = await countRows(batch);
    for (const [index, file] of batch.entries()) {
      const physicalRows = counts[index] ?? 0;
      const rows = physicalRows - Number(file.deletionVector?.cardinality ?? 0n);
      if (rows <= skip) {
        skip -= Math.max(0, rows);
        continue;
      }
      if (wanted === 0) return { windows, hasMore: true };
      const taken = Math.min(rows - skip, wanted);
      windows.push({ file, live: { first: skip, last: skip + taken - 1 }, physicalRows });
      wanted -= taken;
      if (skip + taken < rows) return { windows, hasMore: true };
      skip = 0;
    }
  }
  return { windows, hasMore: false };
}
