import type { EntityManager } from 'typeorm';
import type { StoredRequest } from '../runs/job-places';
import { shownRequest } from '../runs/job-request';
import type { JobStatus } from '../runs/job-values';
import { CronTimes } from './cron-times';
import type { ScheduleDto } from './schedule.dto';

/** A schedule as its row has it, with how its last job stands. */
export interface ScheduleRow {
  readonly schedule_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly paused: boolean;
  readonly request: StoredRequest;
  readonly next_run_at: Date | null;
  readonly last_run_at: Date | null;
  readonly last_checked_at: Date | null;
  readonly last_job_id: string | null;
  readonly last_job_status: JobStatus | null;
  readonly last_error: string | null;
  readonly failures: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const LAST_JOB_STATUS = `(SELECT status FROM ingestion_jobs WHERE job_id = ingestion_schedules.last_job_id) AS last_job_status`;

export const SCHEDULE_COLUMNS = `schedule_id, user_id, name, cron, time_zone, paused, request, next_run_at, last_run_at, last_checked_at,
  last_job_id, ${LAST_JOB_STATUS}, last_error, failures, version, created_at, updated_at`;

const NEXT_RUNS = 3;

/** Undefined: there is none that this transaction may see. `lock` keeps others from changing it until the transaction ends. */
export async function findSchedule(
  tx: EntityManager,
  scheduleId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<ScheduleRow | undefined> {
  const [row] = (await tx.query(`SELECT ${SCHEDULE_COLUMNS} FROM ingestion_schedules WHERE schedule_id = $1 ${lock}`, [
    scheduleId,
  ])) as ScheduleRow[];
  return row;
}

/** What the API shows of a schedule. */
export function scheduleOf(row: ScheduleRow): ScheduleDto {
  return {
    schedule_id: row.schedule_id,
    user_id: row.user_id,
    name: row.name,
    cron: row.cron,
    time_zone: row.time_zone,
    paused: row.paused,
    request: shownRequest(row.request),
    next_run_at: row.next_run_at?.toISOString() ?? null,
    next_runs: nextRunsOf(row),
    last_run_at: row.last_run_at?.toISOString() ?? null,
    last_checked_at: row.last_checked_at?.toISOString() ?? null,
    last_job_id: row.last_job_id,
    last_job_status: row.last_job_status,
    last_error: row.last_error,
    failures: row.failures,
    version: row.version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** What is due next, and the times after that. */
function nextRunsOf({ cron, time_zone, next_run_at }: ScheduleRow): string[] {
  if (next_run_at === null) return [];
  const after = new Date(Math.max(next_run_at.getTime(), Date.now()));
  const later = CronTimes.known(cron, time_zone)?.next(NEXT_RUNS - 1, after) ?? [];
  return [next_run_at, ...later].map((time) => time.toISOString());
}
