import type { JsonValue, StructType } from '../schema/types';

export interface TableProtocol {
  minReaderVersion: number;
  minWriterVersion: number;
  readerFeatures: string[];
  writerFeatures: string[];
}

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

export interface FileStatistics {
  numRecords?: bigint;
  /** Nested like the schema, by logical names. */
  minValues?: Record<string, StatisticValue>;
  maxValues?: Record<string, StatisticValue>;
  nullCount?: Record<string, StatisticValue>;
  /** False when a deletion vector turned the values into mere bounds. */
  tightBounds: boolean;
}

export interface DeletionVectorDescriptor {
  storageType: string;
  pathOrInlineDv: string;
  offset?: number;
  sizeInBytes: number;
  cardinality: bigint;
}

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

export interface ApplicationTransaction {
  appId: string;
  version: bigint;
  /** Epoch milliseconds of the writer's clock. */
  lastUpdated?: number;
}

export interface CommitInfoView {
  version: number;
  timestamp?: Date;
  operation?: string;
  operationParameters: Record<string, JsonValue>;
  userName?: string;
  engineInfo?: string;
}

export interface PreviewResult {
  columns: { name: string; type: string }[];
  rows: JsonValue[][];
  nextOffset: number | undefined;
}

export interface PreviewOptions {
  limit: number;
  offset?: bigint | number;
  columns?: string[];
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
  /** In byte order of their paths. */
  files(options?: { limit?: number; offset?: number; signal?: AbortSignal }): Promise<ActiveFile[]>;
  preview(options: PreviewOptions): Promise<PreviewResult>;
}

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

export interface HistoryPage {
  /** Newest first. */
  items: HistoryEntry[];
  /** Pass as `before` for the next page. */
  next: number | undefined;
}
