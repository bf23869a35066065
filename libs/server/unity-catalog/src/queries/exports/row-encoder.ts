import type { Cells } from '../cells';

export const EXPORT_FORMATS = ['csv', 'parquet', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Turns rows into the bytes of a file, piece by piece. */
export interface RowEncoder {
  /** What stands before the first row. */
  begin(): Uint8Array;
  /** May keep rows for a later piece. */
  rows(rows: readonly Cells[]): Uint8Array;
  /** All that is kept, and what stands behind the last row. */
  end(): Uint8Array;
}

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};
