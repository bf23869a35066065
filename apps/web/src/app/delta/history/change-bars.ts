import { type HistoryEntryDto } from '@lakescope/web-api';

export interface ChangeBar {
  /** Shares of the half of the row that belongs to them, 0 to 100. */
  readonly added: number;
  readonly removed: number;
}

/**
 * Lengths of the bars for a list of commits. By square root: a load of millions and a fix of hundreds are often neighbours,
 * and both must be seen; the numbers beside the bars are exact.
 */
export function changeBars(entries: readonly HistoryEntryDto[]): readonly ChangeBar[] {
  const root = (rows: string | null) => Math.sqrt(Math.max(0, Number(rows ?? 0)));
  const longest = Math.max(1, ...entries.flatMap((entry) => [root(entry.rows_added), root(entry.rows_removed)]));
  const share = (rows: string | null) => {
    const length = (root(rows) / longest) * 100;
    return length === 0 ? 0 : Math.max(1.5, length);
  };
  return entries.map((entry) => ({ added: share(entry.rows_added), removed: share(entry.rows_removed) }));
}
