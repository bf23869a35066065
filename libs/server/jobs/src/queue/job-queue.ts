import { randomUUID } from 'node:crypto';
import { JobsConfig } from '@lakescope/server-config';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobsLimits } from '../jobs-limits';
import type { JobFailureDto } from '../runs/job-findings.dto';
import { JOB_COLUMNS, type JobRow } from '../runs/job-row';
import type { JobStatus } from '../runs/job-values';

const WORKING = { feature: 'Ingestion jobs', repeat: 'write' } as const;

/** A job, and the right to work on it until somebody else takes it. */
export interface ClaimedJob {
  readonly job: JobRow;
  readonly lease: string;
  /** Somebody has worked on it before. */
  readonly isResumed: boolean;
}

/** What a look at the queue has found. */
export interface QueueLook {
  readonly claimed: readonly ClaimedJob[];
  /** That nobody works on yet. */
  readonly waiting: number;
  /** Anywhere, those that were claimed now among them. */
  readonly underway: number;
}

const CRASHED_TOO_OFTEN = (attempts: number): JobFailureDto => ({
  code: 'INTERRUPTED_TOO_OFTEN',
  message: `The server that worked on the job was gone ${attempts} times, so it is not taken up again.`,
  advice: 'Look into the log of the app for why it ended. Nothing is half-done: a retry goes on where it was.',
});

/**
 * The queue is the table of jobs itself. A job is claimed by a lease in its row; its holder gives signs of life, and who falls silent loses
 * the job to whoever looks next. All replicas look one after the other, so that no two begin the same and no more are under way than may be.
 */
@Injectable()
export class JobQueue {
  constructor(
    private readonly database: Database,
    private readonly limits: JobsLimits,
    private readonly config: JobsConfig,
  ) {}

  /**
   * Takes jobs to work on, the oldest first, as long as there is room for them. Never answers one that another replica works on, nor one of
   * `own`, the leases of runs in this process: they may have been silent because the database was.
   */
  look(own: readonly string[]): Promise<QueueLook> {
    return this.database.asSystem(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('ingestion queue', 0))`);
      await this.noteLost(tx, own);
      const claimed: ClaimedJob[] = [];
      for (;;) {
        const next = await this.claimNext(tx);
        if (next === undefined) break;
        claimed.push(next);
      }
      const [row] = (await tx.query(
        `SELECT count(*) FILTER (WHERE status <> 'running')::int AS waiting,
                count(*) FILTER (WHERE status = 'running')::int AS underway
           FROM ingestion_jobs WHERE status IN ('pending', 'running', 'interrupted')`,
      )) as { waiting: number; underway: number }[];
      return { claimed, waiting: row?.waiting ?? 0, underway: row?.underway ?? 0 };
    }, WORKING);
  }

  /** Gives up jobs that this process works on, for others to take up. */
  async handBack(claims: readonly { readonly jobId: string; readonly lease: string }[]): Promise<void> {
    await this.database.asSystem(async (tx) => {
      for (const { jobId, lease } of claims) {
        const [rows] = (await tx.query(
          `UPDATE ingestion_jobs
              SET status = CASE WHEN cancel_requested_at IS NULL THEN 'interrupted' ELSE 'cancelled' END,
                  ended_at = CASE WHEN cancel_requested_at IS NOT NULL THEN clock_timestamp() END,
                  lease = NULL, attempts = greatest(attempts - 1, 0)
            WHERE job_id = $1 AND lease = $2 RETURNING user_id, status`,
          [jobId, lease],
        )) as [{ user_id: string; status: JobStatus }[], number];
        // Who stops on purpose does not count as somebody that the job has taken down.
        for (const { user_id, status } of rows) await tellStatus(tx, jobId, user_id, status);
      }
    }, WORKING);
  }

  /** What nobody gives a sign of life for is interrupted, cancelled if somebody wanted that, or given up. */
  private async noteLost(tx: EntityManager, own: readonly string[]): Promise<void> {
    const [lost] = (await tx.query(
      `UPDATE ingestion_jobs
          SET status = CASE WHEN cancel_requested_at IS NOT NULL THEN 'cancelled'
                            WHEN attempts >= $2 THEN 'failed' ELSE 'interrupted' END,
              failure = CASE WHEN cancel_requested_at IS NULL AND attempts >= $2 THEN $3::jsonb ELSE failure END,
              ended_at = CASE WHEN cancel_requested_at IS NOT NULL OR attempts >= $2 THEN clock_timestamp() END,
              lease = NULL
        WHERE status = 'running' AND seen_at <= clock_timestamp() - $1 * interval '1 ms' AND lease <> ALL($4::uuid[])
        RETURNING job_id, user_id, status`,
      [this.limits.silentMs, this.limits.attempts, JSON.stringify(CRASHED_TOO_OFTEN(this.limits.attempts)), own],
    )) as [{ job_id: string; user_id: string; status: JobStatus }[], number];
    for (const { job_id, user_id, status } of lost) {
      await tellStatus(tx, job_id, user_id, status);
      const message =
        status === 'interrupted'
          ? 'The server that worked on the job has fallen silent; the job is taken up again where it was.'
          : `The server that worked on the job has fallen silent; the job is ${status}.`;
      await tx.query(`INSERT INTO ingestion_job_logs (job_id, user_id, level, message) VALUES ($1, $2, 'warn', $3)`, [
        job_id,
        user_id,
        message,
      ]);
    }
  }

  /** What was interrupted goes first: it has waited before. */
  private async claimNext(tx: EntityManager): Promise<ClaimedJob | undefined> {
    const lease = randomUUID();
    const [rows] = (await tx.query(
      `UPDATE ingestion_jobs SET status = 'running', lease = $1, attempts = attempts + 1, seen_at = clock_timestamp(),
              started_at = coalesce(started_at, clock_timestamp())
         FROM (
          SELECT job_id AS next_id, status AS former FROM ingestion_jobs waiting
           WHERE status IN ('pending', 'interrupted')
             AND NOT EXISTS (SELECT FROM ingestion_jobs busy WHERE busy.pair_key = waiting.pair_key AND busy.status = 'running')
             AND (SELECT count(*) FROM ingestion_jobs WHERE status = 'running') < $2
           ORDER BY status, created_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED) next
        WHERE job_id = next_id
        RETURNING former, ${JOB_COLUMNS}`,
      [lease, this.config.runsAtOnce],
    )) as [(JobRow & { former: JobStatus })[], number];
    const [job] = rows;
    if (job === undefined) return undefined;
    await tellStatus(tx, job.job_id, job.user_id, 'running');
    return { job, lease, isResumed: job.former === 'interrupted' };
  }
}

/** In the transaction that has changed the job's row, which is locked by it: ids of events come in the order in which they are seen. */
export async function tellStatus(
  tx: EntityManager,
  jobId: string,
  userId: string,
  status: JobStatus,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await tx.query(
    `INSERT INTO ingestion_job_events (job_id, user_id, event, data) VALUES ($1, $2, 'status', $3::jsonb)`,
    [jobId, userId, JSON.stringify({ status, ...more })],
  );
}
