import { AuditLog } from '@lakescope/server-audit';
import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobNotActive, JobNotFound } from '../jobs.errors';
import { QueueBell } from '../queue/queue-bell';
import { JobAccess } from './job-access';
import { findJob } from './job-row';
import type { CancelledJobDto } from './job.dto';
import { isActive } from './job-values';

const WRITING = { feature: 'Ingestion jobs', repeat: 'write' } as const;

/** Cancels jobs, from whichever replica: one that works on the job reads it in the job's row. */
@Injectable()
export class JobCanceller {
  constructor(
    private readonly database: Database,
    private readonly access: JobAccess,
    private readonly auditLog: AuditLog,
    private readonly bell: QueueBell,
  ) {}

  /** Throws `JobNotFound` and `JobNotActive`. Cancelling twice what still stops is no error. */
  async cancel(caller: UserCaller, jobId: string): Promise<CancelledJobDto> {
    const { user_id: owner } = await this.access.find(caller, jobId);
    const transact = this.access.rowsOf(owner, caller);
    const cancelled = await transact((tx) => this.cancelIn(tx, caller, jobId), WRITING);
    this.bell.ring();
    return cancelled;
  }

  private async cancelIn(tx: EntityManager, caller: UserCaller, jobId: string): Promise<CancelledJobDto> {
    const job = await findJob(tx, jobId, 'FOR UPDATE');
    if (job === undefined) throw new JobNotFound(jobId);
    if (!isActive(job.status)) throw new JobNotActive(jobId, job.status);
    const isUnderWay = job.status === 'running';
    // One that waits ends at once, also where its cancellation was asked for before the process that worked on it went away.
    if (job.cancel_requested_at === null || !isUnderWay) {
      await tx.query(
        isUnderWay
          ? `UPDATE ingestion_jobs SET cancel_requested_at = clock_timestamp() WHERE job_id = $1`
          : `UPDATE ingestion_jobs SET status = 'cancelled', ended_at = clock_timestamp(),
                                       cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
              WHERE job_id = $1`,
        [jobId],
      );
      await tx.query(
        `INSERT INTO ingestion_job_events (job_id, user_id, event, data) VALUES ($1, $2, 'status', $3::jsonb)`,
        [jobId, job.user_id, JSON.stringify({ status: isUnderWay ? 'running' : 'cancelled', cancel_requested: true })],
      );
      await this.auditLog.record(tx, {
        userId: caller.userId,
        actingAs: 'app',
        action: 'ingestion_job.cancel',
        target: jobId,
        outcome: 'success',
        details: job.user_id === caller.userId ? {} : { of_another_person: true },
      });
    }
    return { job_id: jobId, status: isUnderWay ? 'running' : 'cancelled', cancel_requested: true };
  }
}
