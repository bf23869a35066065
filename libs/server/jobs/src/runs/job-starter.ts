import { randomUUID } from 'node:crypto';
import { AuditLog } from '@lakescope/server-audit';
import { currentCorrelationId, type UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IdempotencyKeyReused, JobStillActive, NothingToRetry, TooManyJobs } from '../jobs.errors';
import { JobsLimits } from '../jobs-limits';
import { QueueBell } from '../queue/queue-bell';
import type { IngestionRequestDto, RetryJobDto } from './ingestion-request.dto';
import { JobAccess } from './job-access';
import { JobConnections } from './job-connections';
import { JobPlaces } from './job-places';
import { hashOf, shownRequest, type JobRequest } from './job-request';
import type { JobRow } from './job-row';
import type { AcceptedJobDto } from './job.dto';
import { isActive } from './job-values';

const WRITING = { feature: 'Ingestion jobs', repeat: 'write' } as const;
const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;
/** As requests name tables. */
const TABLE_NAME = /^[a-z0-9_]{1,200}$/;

/** A job that is to be done. */
export interface NewJob {
  readonly userId: string;
  readonly request: JobRequest;
  readonly pairKey: string;
  readonly idempotencyKey?: string | undefined;
  readonly requestHash: string;
  readonly retryOf?: string | undefined;
  readonly scheduleId?: string | undefined;
}

/** Puts jobs into the queue. */
@Injectable()
export class JobStarter {
  constructor(
    private readonly database: Database,
    private readonly places: JobPlaces,
    private readonly connections: JobConnections,
    private readonly access: JobAccess,
    private readonly auditLog: AuditLog,
    private readonly bell: QueueBell,
    private readonly limits: JobsLimits,
  ) {}

  /**
   * The same key with the same request answers the job that it has started before. Throws `TooManyJobs`, `IdempotencyKeyReused`, and what
   * `JobPlaces` throws.
   */
  async start(caller: UserCaller, asked: IngestionRequestDto, idempotencyKey?: string): Promise<AcceptedJobDto> {
    const { request, pairKey } = await this.places.check(caller, asked);
    const requestHash = hashOf(['start', shownRequest(request)]);
    const job = { userId: caller.userId, request, pairKey, idempotencyKey, requestHash };
    return this.enqueue(caller, job, 'ingestion_job.start');
  }

  /** A job of what another has left behind. Throws `JobNotFound`, `JobStillActive`, `NothingToRetry`, `TooManyJobs`, `S3DefaultRefused`. */
  async retry(
    caller: UserCaller,
    jobId: string,
    { resets = [] }: RetryJobDto,
    idempotencyKey?: string,
  ): Promise<AcceptedJobDto> {
    const before = await this.access.find(caller, jobId);
    if (isActive(before.status)) throw new JobStillActive(jobId, before.status);
    // It stays its owner's, with whose connections it works, whoever tries it again.
    const { user_id: userId, pair_key: pairKey } = before;
    const admitted = await this.connections.admittedAgain(caller, userId, before.request);
    const request = { ...shownRequest(await this.restOf(before)), resets, ...admitted };
    const requestHash = hashOf(['retry', jobId, shownRequest(request)]);
    const job = { userId, request, pairKey, idempotencyKey, requestHash, retryOf: jobId };
    return this.enqueue(caller, job, 'ingestion_job.retry');
  }

  /**
   * In one transaction with its entry in the audit log, and with what `also` does. Whoever calls has found out whether the caller may start
   * jobs of the job's owner. Throws `TooManyJobs`, `IdempotencyKeyReused`.
   */
  async enqueue(
    caller: UserCaller,
    job: NewJob,
    action: string,
    also?: (tx: EntityManager, accepted: AcceptedJobDto) => Promise<void>,
  ): Promise<AcceptedJobDto> {
    const accepted = await this.access.rowsOf(job.userId, caller)(async (tx) => {
      const enqueued = await this.enqueueIn(tx, caller.userId, job, action);
      await also?.(tx, enqueued);
      return enqueued;
    }, WRITING);
    this.bell.ring();
    return accepted;
  }

  /** As a part of a transaction of the system or of the job's owner; whoever commits it rings the bell. `by`: who is named by the audit log. */
  async enqueueIn(tx: EntityManager, by: string, job: NewJob, action: string): Promise<AcceptedJobDto> {
    const known = await this.admit(tx, job);
    if (known !== undefined) return known;
    const jobId = await insertJob(tx, job, currentCorrelationId() ?? randomUUID());
    const { request, retryOf, scheduleId } = job;
    await this.auditLog.record(tx, {
      userId: by,
      actingAs: 'app',
      action,
      target: jobId,
      outcome: 'success',
      details: {
        source: request.source.uri,
        target: request.target.uri,
        mode: request.mode,
        ...(retryOf === undefined ? {} : { retry_of: retryOf }),
        ...(scheduleId === undefined ? {} : { schedule_id: scheduleId }),
        ...(by === job.userId ? {} : { of_another_person: true }),
      },
    });
    return { job_id: jobId, status: 'pending' };
  }

  /** The job that the same request has made before, if it has. */
  private async admit(tx: EntityManager, job: NewJob): Promise<AcceptedJobDto | undefined> {
    await takeTurns(tx, job.userId);
    if (job.idempotencyKey !== undefined) {
      const [known] = (await tx.query(
        `SELECT job_id, status, request_hash FROM ingestion_jobs WHERE user_id = $1 AND idempotency_key = $2`,
        [job.userId, job.idempotencyKey],
      )) as Pick<JobRow, 'job_id' | 'status' | 'request_hash'>[];
      if (known !== undefined && known.request_hash !== job.requestHash) throw new IdempotencyKeyReused(known.job_id);
      if (known !== undefined) return { job_id: known.job_id, status: known.status };
    }
    const [active] = (await tx.query(
      `SELECT count(*)::int AS count FROM ingestion_jobs
        WHERE user_id = $1 AND status IN ('pending', 'running', 'interrupted')`,
      [job.userId],
    )) as { count: number }[];
    if ((active?.count ?? 0) >= this.limits.activePerUser) throw new TooManyJobs(this.limits.activePerUser);
    return undefined;
  }

  /** Of a job that failed before any table was begun, everything. */
  private async restOf(before: JobRow): Promise<JobRequest> {
    const rows = (await this.database.asSystem(
      (tx) =>
        tx.query(
          `SELECT table_name, status IN ('failed', 'completed_with_errors', 'cancelled', 'running') OR folders_failed > 0 AS left
             FROM ingestion_job_tables WHERE job_id = $1 ORDER BY table_name`,
          [before.job_id],
        ),
      READING,
    )) as { table_name: string; left: boolean }[];
    const rest = { ...before.request, retry_quarantined: true, ignore_unchanged_manifest: true };
    // What was cancelled, or failed as a whole, has also left behind what it never began.
    const isWhole = before.status === 'cancelled' || before.failure !== null || rows.length === 0;
    if (isWhole && before.status !== 'completed') return rest;
    // Entries of the manifest whose names are none were refused under what they are called; they cannot be asked for.
    const left = rows.filter((row) => row.left && TABLE_NAME.test(row.table_name)).map((row) => row.table_name);
    if (left.length === 0) throw new NothingToRetry(before.job_id);
    return { ...rest, include: left, exclude: null };
  }
}

/**
 * Until the transaction ends nobody else starts jobs of this person: two at one moment could both be the last there may be, or both be the
 * first with a key. Whoever also locks rows comes here first.
 */
export async function takeTurns(tx: EntityManager, userId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('ingestion jobs of ' || $1, 0))`, [userId]);
}

/** Answers its id. */
export async function insertJob(tx: EntityManager, job: NewJob, correlationId: string): Promise<string> {
  const jobId = randomUUID();
  const { userId, request, pairKey, idempotencyKey, requestHash, retryOf, scheduleId } = job;
  await tx.query(
    `INSERT INTO ingestion_jobs (job_id, user_id, status, request, manifest_uri, target_uri, pair_key, idempotency_key, request_hash,
                                 retry_of, schedule_id, correlation_id)
     VALUES ($1, $2, 'pending', $3::jsonb, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      jobId,
      userId,
      JSON.stringify(request),
      request.source.uri,
      request.target.uri,
      pairKey,
      idempotencyKey ?? null,
      requestHash,
      retryOf ?? null,
      scheduleId ?? null,
      correlationId.slice(0, 64),
    ],
  );
  await tx.query(
    `INSERT INTO ingestion_job_events (job_id, user_id, event, data)
     VALUES ($1, $2, 'status', jsonb_build_object('status', 'pending'))`,
    [jobId, userId],
  );
  return jobId;
}
