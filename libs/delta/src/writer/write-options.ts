import type { StructType } from '../schema/types';

/** Rows to write, taken from files on this machine. */
export interface RowSource {
  files: string[];
  format: 'parquet' | 'csv' | 'json';
  /**
   * A SELECT over the view `source` (all rows of the files), in DuckDB's SQL. It runs outside the reader's sandbox, so
   * it must come from code and never from a request. Default: all columns.
   */
  query?: string;
}

export interface CommitAuthor {
  userName?: string;
  engineInfo?: string;
}

export interface CreateTableOptions extends CommitAuthor {
  name?: string;
  description?: string;
  /** Taken from the rows when left out. */
  schema?: StructType;
  partitionColumns?: string[];
  properties?: Record<string, string>;
  /** First rows, written with version 0. */
  source?: RowSource;
  maxRowsPerFile?: number;
}

export interface AppendOptions extends CommitAuthor {
  source: RowSource;
  /** Adds columns of the rows that the table does not have yet, as nullable ones. */
  mergeSchema?: boolean;
  maxRowsPerFile?: number;
  /** A batch number per application: a batch that is already in the table is not written again. */
  transaction?: { appId: string; version: number };
}
