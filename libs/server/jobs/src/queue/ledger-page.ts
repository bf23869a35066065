import type { FolderRef, FolderResult } from '@lakescope/cda';
import type { JobFailureDto, JobSchemaChangeDto, JobWarningDto } from '../runs/job-findings.dto';
import type { JobFolderStatus, JobTableStatus, LogLevel } from '../runs/job-values';

/** A table of the run as far as it has come, over all attempts. */
export interface LedgerTable {
  table: string;
  status: JobTableStatus;
  foldersTotal: number;
  foldersDone: number;
  foldersFailed: number;
  foldersSkipped: number;
  files: number;
  rows: bigint;
  bytes: bigint;
  bytesTotal: bigint;
  versionFrom: number | undefined;
  versionTo: number | undefined;
  /** What the manifest says is written, in epoch milliseconds. */
  fence: string | undefined;
  watermarks: Record<string, string>;
  schemaChanges: JobSchemaChangeDto[];
  reconciliation: 'OK' | 'MISMATCH' | 'METRICS_MISSING' | undefined;
  warnings: JobWarningDto[];
  failure: JobFailureDto | undefined;
  durationMs: number | undefined;
}

export interface LedgerFolder extends FolderRef {
  readonly status: JobFolderStatus;
  readonly result: FolderResult | undefined;
  readonly schemaChanges: readonly JobSchemaChangeDto[];
  readonly warnings: readonly JobWarningDto[];
  readonly failure: JobFailureDto | undefined;
}

export interface LedgerLine {
  readonly level: LogLevel;
  readonly table: string | undefined;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** What is to be written down next. */
export interface LedgerPage {
  readonly tables: readonly LedgerTable[];
  readonly folders: readonly LedgerFolder[];
  readonly lines: readonly LedgerLine[];
}
