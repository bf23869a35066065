export type { ParquetFiles, ParquetPreview, ParquetPreviewOptions } from './preview/parquet-files';
export type { FileChanges } from './inspect/file-changes';
export { HEALTH_CODES, type HealthCode, type HealthFinding, type HealthSeverity } from './inspect/health-finding';
export type { LogSummary } from './inspect/log-summary';
export type { RawAction, RawLogOptions, RawLogPage } from './inspect/raw-log';
export type { DescribedColumn, SchemaDiff } from './inspect/schema-diff';
export type { PropertiesDiff, TableDiff } from './inspect/table-diff';
export { tableHealth, type HealthOptions, type TableHealth } from './inspect/table-health';
export { DeltaEngine, type DeltaEngineOptions } from './table/delta-engine';
export { DeltaTable, type TimeTravel } from './table/delta-table';
export { discoverTables, type DiscoveredTable, type DiscoverOptions } from './table/discover-tables';
export type {
  ActiveFile,
  ApplicationTransaction,
  CommitInfoView,
  DeletionVectorDescriptor,
  FileOrder,
  FilesPage,
  FilesQuery,
  FileStatistics,
  FileSummary,
  Filter,
  FilterOperator,
  HistoryEntry,
  HistoryPage,
  PartitionSummary,
  PreviewOptions,
  PreviewResult,
  ReadRowsOptions,
  SizeBucket,
  Snapshot,
  StatisticValue,
  TableMetadata,
  TableProtocol,
  Tombstones,
} from './table/snapshot';
export type { RowIdentity, TableRelation } from './relation/table-relation';
export type { TableSnapshot } from './table/table-snapshot';
export { clusteringColumns } from './schema/clustering-columns';
export { duckdbType } from './schema/duckdb-type';
export {
  physicalName,
  typeText,
  type ArrayType,
  type DataType,
  type JsonValue,
  type MapType,
  type StructField,
  type StructType,
} from './schema/types';
export { crossCheck } from './version-checksum/cross-check';
export type { VersionChecksum } from './version-checksum/version-checksum';
export { makeOwnFolder, removeUnfinished, unfinishedName } from './storage/leftovers';
export { LocalStorage } from './storage/local-storage';
export { S3Objects, type S3Object, type S3ObjectsOptions, type S3ReadOptions } from './storage/s3-objects';
export type { S3Patience } from './storage/s3-calls';
export { makeSynced, syncFolder } from './storage/synced-files';
export { S3Storage, type S3StorageOptions } from './storage/s3-storage';
export { VolumeStorage, type VolumeFiles } from './storage/volume-storage';
export { VolumeWriter, type VolumeWriterOptions, type WritableVolumeFiles } from './storage/volume-writer';
export type { ByteRange, Storage, StorageEntry, StorageReadOptions } from './storage/storage';
export { append } from './writer/append';
export { checkpoint } from './writer/checkpoint';
export type { CheckpointResult } from './writer/checkpoint/checkpoint-writer';
export type { CheckpointFailure } from './writer/checkpoint/due-checkpoints';
export { createTable } from './writer/create-table';
export { rewrite } from './writer/rewrite';
export type { TableHead } from './writer/table-head';
export { TableWriter } from './writer/table-writer';
export type {
  AppendOptions,
  CommitAuthor,
  CreateTableOptions,
  ExistingFile,
  FilesCommit,
  RewriteCounts,
  RewriteOptions,
  RowSource,
  TransactionId,
} from './writer/write-options';
export {
  AlreadyExists,
  CommitConflict,
  DeltaError,
  InvalidRequest,
  StorageAccessDenied,
  StorageChanged,
  StorageCredentialsRejected,
  StorageNotFound,
  StorageThrottled,
  StorageUnavailable,
  TableCorrupt,
  TableLeased,
  TableNotFound,
  UnsupportedTableFeature,
  VersionNotFound,
  WriteOutcomeUnknown,
  type ConflictReason,
  type CredentialsFault,
  type DeltaErrorCode,
} from './errors';
