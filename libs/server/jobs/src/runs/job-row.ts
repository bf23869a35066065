import type { EntityManager } from 'typeorm';
import type { JobCountDto, JobDto, JobProgressDto, JobSummaryDto } from './job.dto';
import type { JobFailureDto, JobWarningDto } from './job-findings.dto';
import { shownRequest, type JobRequest } from './job-request';
import type { JobTableRow } from './job-table-row';
import { jobTableOf } from './job-table-row';
import type { JobStatus } from './job-values';

/** A job as its row has it; numbers that can pass 2^53 come as text. */
export interface JobRow {
  readonly job_id: string;
  readonly user_id: string;
  readonly status: JobStatus;
  readonly request: JobRequest;
  readonly manifest_uri: string;
  readonly target_uri: string;
  readonly pair_key: string;
  readonly request_hash: string;
  readonly retry_of: string | null;
  readonly schedule_id: string | null;
  readonly correlation_id: string;
  readonly attempts: number;
  readonly cancel_requested_at: Date | null;
  readonly manifest_unchanged: boolean;
  readonly tables_total: number;
  readonly tables_done: number;
  readonly tables_failed: number;
  readonly tables_skipped: number;
  readonly folders_total: number;
  readonly folders_done: number;
  readonly folders_failed: number;
  readonly folders_skipped: number;
  readonly files: string;
  readonly row_count: string;
  readonly bytes: string;
  readonly active_ms: string;
  readonly warnings: JobWarningDto[];
  readonly failure: JobFailureDto | null;
  readonly log_lines: number;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly seen_at: Date | null;
  readonly ended_at: Date | null;
}

export const JOB_COLUMNS = `job_id, user_id, status, request, manifest_uri, target_uri, pair_key, request_hash, retry_of, schedule_id,
  correlation_id, attempts, cancel_requested_at, manifest_unchanged, tables_total, tables_done, tables_failed, tables_skipped,
  folders_total, folders_done, folders_failed, folders_skipped, files, row_count, bytes, active_ms, warnings, failure, log_lines,
  created_at, started_at, seen_at, ended_at`;

/** Undefined: there is none that this transaction may see. `lock` keeps others from changing it until the transaction ends. */
export async function findJob(
  tx: EntityManager,
  jobId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<JobRow | undefined> {
  const [row] = (await tx.query(`SELECT ${JOB_COLUMNS} FROM ingestion_jobs WHERE job_id = $1 ${lock}`, [
    jobId,
  ])) as JobRow[];
  return row;
}

/** What the API shows of a job. */
export function jobSummaryOf(row: JobRow): JobSummaryDto {
  return {
    job_id: row.job_id,
    status: row.status,
    cancel_requested: row.cancel_requested_at !== null && row.ended_at === null,
    user_id: row.user_id,
    config: shownRequest(row.request),
    progress: progressOf(row),
    manifest_unchanged: row.manifest_unchanged,
    failure: row.failure,
    retry_of: row.retry_of,
    schedule_id: row.schedule_id,
    attempts: row.attempts,
    correlation_id: row.correlation_id,
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

export function jobOf(row: JobRow, tables: readonly JobTableRow[]): JobDto {
  return { ...jobSummaryOf(row), warnings: row.warnings, tables: tables.map(jobTableOf) };
}

type Counted = Pick<
  JobRow,
  | 'status'
  | 'tables_total'
  | 'tables_done'
  | 'tables_failed'
  | 'tables_skipped'
  | 'folders_total'
  | 'folders_done'
  | 'folders_failed'
  | 'folders_skipped'
  | 'files'
  | 'row_count'
  | 'bytes'
  | 'active_ms'
>;

export function progressOf(row: Counted): JobProgressDto {
  const tables = countOf(row.tables_done, row.tables_failed, row.tables_skipped, row.tables_total);
  const folders = countOf(row.folders_done, row.folders_failed, row.folders_skipped, row.folders_total);
  const over = folders.done + folders.failed + folders.skipped;
  const activeMs = Number(row.active_ms);
  const perSecond = (count: number): number | null =>
    activeMs === 0 || folders.done === 0 ? null : rounded((count * 1000) / activeMs);
  const foldersPerSecond = perSecond(folders.done);
  const remaining = Math.max(0, folders.total - over);
  return {
    tables,
    folders,
    files: Number(row.files),
    rows: row.row_count,
    bytes: row.bytes,
    percent: folders.total === 0 ? null : rounded(Math.min(100, (100 * over) / folders.total)),
    folders_per_second: foldersPerSecond,
    rows_per_second: perSecond(Number(row.row_count)),
    bytes_per_second: perSecond(Number(row.bytes)),
    eta_seconds:
      row.status !== 'running' || foldersPerSecond === null || foldersPerSecond === 0
        ? null
        : Math.ceil(remaining / foldersPerSecond),
    active_ms: activeMs,
  };
}

function countOf(done: number, failed: number, skipped: number, total: number): JobCountDto {
  return { done, failed, skipped, total: Math.max(total, done + failed + skipped) };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
