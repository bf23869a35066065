import { formatCount } from '../format-count';
import { formatShare } from '../format-share';

/** How many of the rows have no value in a column: for its head, and exactly, for the hover. */
export interface ColumnNulls {
  /** Undefined where none is missing: nothing needs to be said then. */
  readonly share: string | undefined;
  readonly exact: string;
}

export function columnNulls(rows: readonly (readonly unknown[])[], column: number): ColumnNulls {
  let nulls = 0;
  for (const row of rows) if (row[column] === null || row[column] === undefined) nulls += 1;
  const [some, all] = [formatCount(nulls), formatCount(rows.length)];
  return {
    share: nulls === 0 ? undefined : $localize`${formatShare(nulls / rows.length)}:share: null`,
    exact: $localize`${some}:nulls: of ${all}:rows: loaded rows are null`,
  };
}
