import type { RowBlock } from './row-block';

export const EXPORT_FORMATS = ['csv', 'parquet', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Type of a column whose cells are JSON already, which no column of Databricks SQL is. */
export const JSON_TYPE = 'JSON';

/** Turns rows into the bytes of a file, piece by piece. */
export interface RowEncoder {
  /** What stands before the first row. */
  begin(): Uint8Array;
  /** Needs the block until it has answered. May keep rows for a later piece, and answer nothing. */
  rows(block: RowBlock): Promise<Uint8Array> | Uint8Array;
  /** All that is kept, and what stands behind the last row. */
  end(): Promise<Uint8Array> | Uint8Array;
}

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};
