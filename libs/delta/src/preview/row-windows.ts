import type { RowSpan } from '../deletion-vectors/deleted-rows';
import type { CountPhysicalRows, FileBatches } from '../files/file-index';
import type { LogFile } from '../log/actions';

/** Living rows of one file that a page shows. */
export interface RowWindow {
  file: LogFile;
  /** Counted over living rows. */
  live: RowSpan;
  physicalRows: number;
}

/**
 * Picks the files and rows of a page from the log alone, so that a page anywhere in a table opens only the files it
 * shows. `countRows` gives the physical rows of files; `skip` rows of the files come before the page.
 */
export async function pickWindows(
  { files, skip: before }: { files: FileBatches; skip: number },
  limit: number,
  countRows: CountPhysicalRows,
): Promise<{ windows: RowWindow[]; hasMore: boolean }> {
  const windows: RowWindow[] = [];
  let skip = before;
  let wanted = limit;
  for await (const batch of files) {
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
