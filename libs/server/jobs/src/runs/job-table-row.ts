import type { JobFailureDto, JobSchemaChangeDto, JobWarningDto } from './job-findings.dto';
import type { JobFolderDto, JobTableDto } from './job-table.dto';
import type { JobFolderStatus, JobTableStatus } from './job-values';

type Reconciliation = JobTableDto['reconciliation'];

/** A table of a job as its row has it; numbers that can pass 2^53 come as text. */
export interface JobTableRow {
  readonly table_name: string;
  readonly status: JobTableStatus;
  readonly folders_total: number;
  readonly folders_done: number;
  readonly folders_failed: number;
  readonly folders_skipped: number;
  readonly files: string;
  readonly row_count: string;
  readonly bytes: string;
  readonly version_from: string | null;
  readonly version_to: string | null;
  readonly fence_ms: string | null;
  readonly watermarks: Readonly<Record<string, string>>;
  readonly schema_changes: JobSchemaChangeDto[];
  readonly reconciliation: Reconciliation;
  readonly warnings: JobWarningDto[];
  readonly failure: JobFailureDto | null;
  readonly duration_ms: string | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

export const JOB_TABLE_COLUMNS = `table_name, status, folders_total, folders_done, folders_failed, folders_skipped, files, row_count, bytes,
  version_from, version_to, fence_ms, watermarks, schema_changes, reconciliation, warnings, failure, duration_ms, started_at, ended_at`;

/** A folder of a job as its row has it. */
export interface JobFolderRow {
  readonly fingerprint: string;
  readonly folder_ms: string;
  readonly status: JobFolderStatus;
  readonly version: string | null;
  readonly files: string;
  readonly row_count: string;
  readonly expected_rows: string | null;
  readonly bytes: string;
  readonly duration_ms: string;
  readonly reconciliation: Reconciliation;
  readonly schema_changes: JobSchemaChangeDto[];
  readonly warnings: JobWarningDto[];
  readonly failure: JobFailureDto | null;
  readonly recorded_at: Date;
}

export const JOB_FOLDER_COLUMNS = `fingerprint, folder_ms, status, version, files, row_count, expected_rows, bytes, duration_ms,
  reconciliation, schema_changes, warnings, failure, recorded_at`;

/** What the API shows of a table of a job. */
export function jobTableOf(row: JobTableRow): JobTableDto {
  const { version_from: from, version_to: to } = row;
  return {
    table: row.table_name,
    status: row.status,
    folders_total: row.folders_total,
    folders_done: row.folders_done,
    folders_failed: row.folders_failed,
    folders_skipped: row.folders_skipped,
    files: Number(row.files),
    rows: row.row_count,
    bytes: row.bytes,
    versions: from === null || to === null ? null : { from, to },
    watermarks: Object.entries(row.watermarks).map(([fingerprint, folder]) => ({ fingerprint, folder })),
    schema_changes: row.schema_changes,
    reconciliation: row.reconciliation,
    warnings: row.warnings,
    failure: row.failure,
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    duration_ms: row.duration_ms === null ? null : Number(row.duration_ms),
  };
}

/** What the API shows of a folder of a job. */
export function jobFolderOf(row: JobFolderRow): JobFolderDto {
  return {
    fingerprint: row.fingerprint,
    folder: row.folder_ms,
    status: row.status,
    version: row.version,
    files: Number(row.files),
    rows: row.row_count,
    expected_rows: row.expected_rows,
    bytes: row.bytes,
    reconciliation: row.reconciliation,
    schema_changes: row.schema_changes,
    warnings: row.warnings,
    failure: row.failure,
    duration_ms: Number(row.duration_ms),
    recorded_at: row.recorded_at.toISOString(),
  };
}
