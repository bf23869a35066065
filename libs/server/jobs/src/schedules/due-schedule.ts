import type { EntityManager } from 'typeorm';
import { SCHEDULE_COLUMNS, type ScheduleRow } from './schedule-row';

/** A schedule that is due. */
export interface DueSchedule extends ScheduleRow {
  readonly next_run_at: Date;
  /** Up to which of its jobs failures are counted. */
  readonly counted_job_id: string | null;
  /** Why its last job failed as a whole; null when it did not. */
  readonly last_job_failure: { readonly code: string; readonly message: string } | null;
  /** Why tables of it failed, each reason once. */
  readonly last_table_failures: readonly string[];
  /** By the database's clock, by which it is due. */
  readonly now: Date;
}

/** The longest due first, and none of `without`. */
export async function dueSchedules(
  tx: EntityManager,
  limit: number,
  without: readonly string[],
): Promise<DueSchedule[]> {
  return (await tx.query(
    `SELECT ${SCHEDULE_COLUMNS}, counted_job_id, clock_timestamp() AS now,
            (SELECT failure FROM ingestion_jobs WHERE job_id = ingestion_schedules.last_job_id AND status = 'failed') AS last_job_failure,
            ARRAY(SELECT DISTINCT coalesce(failure ->> 'code', '') FROM ingestion_job_tables
                   WHERE job_id = ingestion_schedules.last_job_id AND status = 'failed') AS last_table_failures
       FROM ingestion_schedules
      WHERE NOT paused AND next_run_at <= clock_timestamp() AND schedule_id <> ALL ($2::uuid[]) ORDER BY next_run_at LIMIT $1`,
    [limit, without],
  )) as DueSchedule[];
}

/** When the next one that is none of `without` is due, in milliseconds from now; undefined: none is. */
export async function nextDueInMs(tx: EntityManager, without: readonly string[]): Promise<number | undefined> {
  const [row] = (await tx.query(
    `SELECT (extract(epoch FROM min(next_run_at) - clock_timestamp()) * 1000)::float8 AS ms
       FROM ingestion_schedules WHERE NOT paused AND schedule_id <> ALL ($1::uuid[])`,
    [without],
  )) as { ms: number | null }[];
  return row?.ms ?? undefined;
}

/** What becomes of a schedule that was due. */
export interface TickOutcome {
  /** Null: it is paused. */
  readonly nextRunAt: Date | null;
  readonly error: string | null;
  readonly failures: number;
  /** Up to which of its jobs failures are counted now. */
  readonly countedJobId: string | null;
}

/**
 * Takes this time of the schedule, which one of all replicas can, and only as long as no person has changed it meanwhile. Answers whether it
 * is ours.
 */
export async function takeTick(tx: EntityManager, due: DueSchedule, outcome: TickOutcome): Promise<boolean> {
  const { nextRunAt, error, failures, countedJobId } = outcome;
  const [, count] = (await tx.query(
    `UPDATE ingestion_schedules
        SET next_run_at = $4, paused = $4::timestamptz IS NULL, last_error = $5, failures = $6, counted_job_id = $7,
            last_checked_at = clock_timestamp(), version = version + CASE WHEN $4::timestamptz IS NULL THEN 1 ELSE 0 END
      WHERE schedule_id = $1 AND NOT paused AND next_run_at = $2 AND version = $3`,
    [due.schedule_id, due.next_run_at, due.version, nextRunAt, error?.slice(0, 1_000) ?? null, failures, countedJobId],
  )) as [unknown, number];
  return count > 0;
}

/** That a schedule has started a job. */
export async function noteRun(tx: EntityManager, scheduleId: string, jobId: string): Promise<void> {
  await tx.query(
    `UPDATE ingestion_schedules SET last_job_id = $2, last_run_at = clock_timestamp() WHERE schedule_id = $1`,
    [scheduleId, jobId],
  );
}
