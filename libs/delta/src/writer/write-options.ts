import type { StructType } from '../schema/types';
import type { TableSnapshot } from '../table/table-snapshot';

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

/** Who wrote, for the history. */
export interface CommitAuthor {
  userName?: string;
  engineInfo?: string;
}

/** A new table: its columns, properties and first rows. */
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

/** Rows to append, and what they may change. */
export interface AppendOptions extends CommitAuthor {
  source: RowSource;
  /** Adds columns of the rows that the table does not have yet, as nullable ones. */
  mergeSchema?: boolean;
  maxRowsPerFile?: number;
  /** A batch number per application: a batch that is already in the table is not written again. */
  transaction?: TransactionId;
  /**
   * Marks that come with the rows, for instance of the files they are from. CommitConflict when the table has one of them
   * already: somebody else was faster.
   */
  marks?: readonly TransactionId[];
  /** What history says of it; a WRITE that appends when left out. */
  operation?: { name: string; parameters: Readonly<Record<string, string>> };
}

/** An application and how far it is, as a `txn` action keeps it (PROTOCOL.md, "Transaction Identifiers"). */
export interface TransactionId {
  appId: string;
  version: number;
}

/** What a rewrite wrote and took away. Sizes in bytes. */
export interface RewriteCounts {
  filesAdded: number;
  bytesAdded: number;
  filesRemoved: number;
  bytesRemoved: number;
}

/** Files to replace by rows, as DELETE, UPDATE and MERGE do. */
export interface RewriteOptions extends CommitAuthor {
  /** The version whose rows were read. */
  snapshot: TableSnapshot;
  /** Files that are replaced, by their places in the snapshot's relation. */
  files: readonly number[];
  /** What the table gets in their place: the rows of those files that stay, those that changed, and new ones. */
  source: RowSource;
  operation: { name: string; parameters: Readonly<Record<string, string>> };
  /** What history says of it; values as text. */
  metrics: (counts: RewriteCounts) => Record<string, string>;
  maxRowsPerFile?: number;
  /** Nothing is committed after an abort; a commit that has begun is not undone. */
  signal?: AbortSignal;
}

/** A data file that is there already, for a commit to add. Sizes in bytes. */
export interface ExistingFile {
  /** As the log names it: a percent-encoded URI reference, relative to the table or absolute. */
  path: string;
  sizeBytes: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
  numRecords: bigint;
  /** JSON of the statistics, with `numRecords` (PROTOCOL.md, "Per-file Statistics"); bounds that do not hold hide rows from readers. */
  stats: string | undefined;
  /** By column, for tables that are partitioned. */
  partitionValues?: Readonly<Record<string, string | null>>;
}

/** One version of a table, made of files that are there already. */
export interface FilesCommit extends CommitAuthor {
  files: readonly ExistingFile[];
  transactions?: readonly TransactionId[];
  /**
   * The schema from this version on; needed for the first one. Only columns that are appended, nullable, and types that are widened, with
   * `delta.typeChanges` in the metadata of the field, fit the files that are there. The protocol follows it.
   */
  schema?: StructType;
  /** What the table says of itself from this version on; properties beside those it has. */
  table?: { name?: string; description?: string; properties?: Record<string, string> };
  /** Takes away all files the table has. */
  removesAll?: boolean;
  /** What history says of it; a WRITE when left out. */
  operation?: { name: string; parameters: Readonly<Record<string, string>> };
  /** More keys of `commitInfo`, for people. */
  info?: Readonly<Record<string, string | number>>;
}
