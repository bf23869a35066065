import type { JsonValue, StructType } from '../schema/types';

/** What readers and writers of a table must know (PROTOCOL.md, "Protocol Evolution"). */
export interface TableProtocol {
  minReaderVersion: number;
  minWriterVersion: number;
  readerFeatures: string[];
  writerFeatures: string[];
}

/** What a table says of itself (PROTOCOL.md, "Change Metadata"). */
export interface TableMetadata {
  id: string;
  name?: string;
  description?: string;
  createdAt?: Date;
  partitionColumns: string[];
  properties: Record<string, string>;
}

/** A value of a file's statistics: longs and decimals beyond a double's precision stay text. */
export type StatisticValue = JsonValue;

/** What the writer of a file said of its values: bounds that hold for every row, though they may be wider. */
export interface FileStatistics {
  numRecords?: bigint;
  /** Nested like the schema, by logical names. */
  minValues?: Record<string, StatisticValue>;
  maxValues?: Record<string, StatisticValue>;
  nullCount?: Record<string, StatisticValue>;
  /** False when a deletion vector turned the values into mere bounds. */
  tightBounds: boolean;
}

/** Where the deleted rows of a file are told (PROTOCOL.md, "Deletion Vectors"). Sizes in bytes. */
export interface DeletionVectorDescriptor {
  storageType: string;
  pathOrInlineDv: string;
  offset?: number;
  sizeInBytes: number;
  cardinality: bigint;
}

/** A data file that belongs to a version. */
export interface ActiveFile {
  /** Decoded; relative to the table root, or absolute, and then only opened where the engine may. */
  path: string;
  sizeBytes: bigint;
  modifiedAt: Date;
  /** By logical column name; null is null for every type. */
  partitionValues: Record<string, string | null>;
  /** Physical rows as the log tells them, before the deletion vector. */
  numRecords?: bigint;
  stats?: FileStatistics;
  deletionVector?: DeletionVectorDescriptor;
}

/** The newest batch an application has put into the table (PROTOCOL.md, "Transaction Identifiers"). */
export interface ApplicationTransaction {
  appId: string;
  version: bigint;
  /** Epoch milliseconds of the writer's clock. */
  lastUpdated?: number;
}

/** What the writer of a commit said of it; nothing verifies it. */
export interface CommitInfoView {
  version: number;
  timestamp?: Date;
  operation?: string;
  operationParameters: Record<string, JsonValue>;
  userName?: string;
  engineInfo?: string;
}

/** How a filter compares; `like` knows `%` and `_`. */
export type FilterOperator =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not_in' | 'is_null' | 'is_not_null' | 'like' | 'not_like' | 'between';

/**
 * A condition on a top-level column, as SQL means it: a null satisfies `is_null` alone, NaN is greater than every number,
 * text compares by its bytes, and `\` escapes `%` and `_` in a pattern.
 */
export interface Filter {
  /** Logical name; without case where no column has it exactly. */
  column: string;
  op: FilterOperator;
  /** In the form a preview shows values in; a list for `in` and `not_in`, `[least, greatest]` for `between`. */
  value?: JsonValue;
}

/** What files are sorted by; the smallest first unless `descending`. */
export type FileOrder = 'path' | 'size' | 'records' | 'modified';

/** Which files of a version are wanted, and in which order. */
export interface FilesQuery {
  limit?: number;
  offset?: number;
  /** Files that tell no record count come last either way; equals stay in byte order of their paths. */
  sort?: { by: FileOrder; descending?: boolean };
  /** By logical column name; only files with exactly these values, as the log has them. */
  partition?: Record<string, string | null>;
  /** Keeps the files whose partition values and statistics cannot exclude these filters. */
  where?: readonly Filter[];
  signal?: AbortSignal;
}

/** Files of a version, and how many there are in all. */
export interface FilesPage {
  items: ActiveFile[];
  /** Files on all pages of this query. */
  total: number;
}

/** How many files are of about one size. */
export interface SizeBucket {
  fromBytes: number;
  /** Exclusive; undefined for the last one. */
  toBytes: number | undefined;
  files: number;
  bytes: bigint;
}

/** The files of one partition taken together. */
export interface PartitionSummary {
  /** By logical column name. */
  values: Record<string, string | null>;
  files: number;
  bytes: bigint;
  /** Living rows; missing when a file of the partition tells no record count. */
  rows?: bigint;
  deletedRows: bigint;
}

/** The files of a version taken together. Sizes in bytes. */
export interface FileSummary {
  /** Powers of two from 16 KiB to 1 GiB; below and above are one bucket each. */
  sizeHistogram: SizeBucket[];
  /** The largest by bytes, at most 200 of `partitionCount`. */
  partitions: PartitionSummary[];
  partitionCount: number;
  /** Files that tell no record count. */
  withoutStats: number;
  withDeletionVector: number;
  deletedRows: bigint;
  /** Files below 16 MiB. */
  smallFiles: number;
  /** Files that an absolute path names. */
  absolutePaths: number;
}

/** Files that were removed but may still be needed by readers of older versions. */
export interface Tombstones {
  /** Removed within the table's retention. */
  count: number;
  bytes: bigint;
  /** When the oldest of them was removed. */
  oldest?: Date;
  /** Removed before that, as far as the log still names them: what VACUUM may delete. */
  expired: { count: number; bytes: bigint };
}

/** Rows of a version, as JSON that loses nothing. */
export interface PreviewResult {
  columns: { name: string; type: string }[];
  rows: JsonValue[][];
  nextOffset: number | undefined;
  /** Data files that were opened. */
  filesRead: number;
  /** Data files that partition values or statistics showed to hold no matching row. */
  filesSkipped: number;
}

/** Which rows of a version are shown. */
export interface PreviewOptions {
  limit: number;
  /** Counts matching rows. */
  offset?: bigint | number;
  columns?: string[];
  filters?: readonly Filter[];
  signal?: AbortSignal;
}

/** Which rows of a version are read, from the first one on. */
export interface ReadRowsOptions {
  /** Most rows to read. */
  limit: number;
  columns?: string[];
  filters?: readonly Filter[];
  signal?: AbortSignal;
}

/** One version of a table. Metadata views always work; data views refuse tables with `unsupportedReaderFeatures`. */
export interface Snapshot {
  readonly version: number;
  readonly timestamp: Date;
  readonly timestampSource: 'in-commit' | 'file';
  readonly protocol: TableProtocol;
  readonly metadata: TableMetadata;
  readonly schema: StructType;
  readonly numFiles: number;
  readonly sizeBytes: bigint;
  readonly deletionVectorFiles: number;
  readonly lastCommit?: CommitInfoView;
  readonly checkpointVersion?: number;
  readonly logBytes?: number;
  readonly unsupportedReaderFeatures: string[];
  /** Live domain metadata: the configuration, as its owner wrote it, by the name of the domain. */
  readonly domains: ReadonlyMap<string, string>;
  /** The newest batch each application has put into the table. */
  readonly transactions: readonly ApplicationTransaction[];
  /** `exact` is false when more than 1,000 files tell no row count: `rows` is then a lower bound. */
  countRows(options?: { signal?: AbortSignal }): Promise<{ rows: bigint; exact: boolean }>;
  /** In byte order of their paths, or as `sort` says. */
  files(query?: FilesQuery): Promise<FilesPage>;
  fileSummary(options?: { signal?: AbortSignal }): Promise<FileSummary>;
  /** `now` is the time retention is counted back from; this moment if left out. */
  tombstones(options?: { now?: Date; signal?: AbortSignal }): Promise<Tombstones>;
  preview(options: PreviewOptions): Promise<PreviewResult>;
  /**
   * Many rows in bounded memory: `take` gets them in the order and form of a preview, a few thousand at a time, and the next ones are
   * read when it is done. Answers whether the version has more of them. An error may come when some are taken already.
   */
  readRows(options: ReadRowsOptions, take: (rows: JsonValue[][]) => Promise<void>): Promise<{ hasMore: boolean }>;
}

/** One commit as history shows it. Sizes in bytes. */
export interface HistoryEntry {
  version: number;
  /** The commit's time as time travel sees it: in-commit where enabled, else the log file's, made monotonic. */
  timestamp: Date;
  inCommitTimestamp?: Date;
  /** The writer's own clock, which nothing verifies. */
  commitTimestamp?: Date;
  operation?: string;
  operationParameters: Record<string, JsonValue>;
  operationMetrics: Record<string, string>;
  userName?: string;
  userId?: string;
  engineInfo?: string;
  readVersion?: number;
  isolationLevel?: string;
  isBlindAppend?: boolean;
  userMetadata?: string;
  notebook?: Record<string, JsonValue>;
  job?: Record<string, JsonValue>;
  clusterId?: string;
  filesAdded: number;
  filesRemoved: number;
  bytesAdded: bigint;
  bytesRemoved: bigint;
  /** Missing when a file of the commit tells no row count and the writer's metrics do not either. */
  rowsAdded?: bigint;
  rowsRemoved?: bigint;
  schemaChanged: boolean;
}

/** Commits, and where the next page begins. */
export interface HistoryPage {
  /** Newest first. */
  items: HistoryEntry[];
  /** Pass as `before` for the next page. */
  next: number | undefined;
}
