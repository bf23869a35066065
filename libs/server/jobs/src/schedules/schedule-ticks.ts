import { AuditLog } from '@lakescope/server-audit';
import { DomainError } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FreshnessRecords } from '../freshness/freshness-records';
import { IdempotencyKeyReused, TooManyJobs } from '../jobs.errors';
import { JobsLimits } from '../jobs-limits';
import { QueueBell } from '../queue/queue-bell';
import { hashOf, shownRequest } from '../runs/job-request';
import { JobPlaces, type CheckedRequest } from '../runs/job-places';
import { JobStarter, takeTurns } from '../runs/job-starter';
import { ALL_TABLES_FAILED, isActive } from '../runs/job-values';
import { CronTimes } from './cron-times';
import { noteRun, takeTick, type DueSchedule, type TickOutcome } from './due-schedule';
import { ManifestGate } from './manifest-gate';
import { storedRequest } from './stored-request';

const WRITING = { feature: 'Schedules of ingestion', repeat: 'write' } as const;
/** What ends by itself: nothing that its owner would have to mend. */
const PASSING: ReadonlySet<string> = new Set([
  'STORAGE_UNAVAILABLE',
  'STORAGE_THROTTLED',
  'ENGINE_STOPPED',
  'INTERRUPTED_TOO_OFTEN',
]);
const SKIPPED = 'Skipped: the run before, or another of the same source and target, still waits or is under way.';

const UNKNOWN_TIME = 'Paused, because its cron expression or time zone is not known any more: write them again.';

/** What a schedule that is due comes to, before anything is written. */
type Verdict =
  | { readonly kind: 'start'; readonly checked: CheckedRequest }
  | { readonly kind: 'nothing new'; readonly pairKey: string; readonly etag: string; readonly askedAt: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Starts what is due, once for each time over all replicas. */
@Injectable()
export class ScheduleTicks {
  constructor(
    private readonly database: Database,
    private readonly places: JobPlaces,
    private readonly gate: ManifestGate,
    private readonly starter: JobStarter,
    private readonly auditLog: AuditLog,
    private readonly bell: QueueBell,
    private readonly freshness: FreshnessRecords,
    private readonly limits: JobsLimits,
  ) {}

  /**
   * The time is taken and its job put into the queue by one transaction, so that whoever dies in between has done neither. Times that were
   * missed before this one are not made up for. Throws what the database throws.
   */
  async run(due: DueSchedule, signal: AbortSignal): Promise<void> {
    const failures = failuresOf(due);
    if (CronTimes.known(due.cron, due.time_zone) === undefined) {
      return this.take(due, { error: UNKNOWN_TIME, failures, nextRunAt: null });
    }
    const verdict = await this.judge(due, signal);
    if (verdict.kind === 'refused') return this.refuse(due, failures + 1, verdict.reason);
    if (verdict.kind === 'nothing new') {
      await this.take(due, { error: null, failures: 0 });
      // Whoever looks at how fresh tables are is to see that somebody has looked.
      const feed = { user_id: due.user_id, pair_key: verdict.pairKey };
      await this.freshness.noteReading(feed, verdict.etag, 'not-modified', verdict.askedAt);
      return;
    }
    if (failures >= this.limits.scheduleFailures) {
      return this.refuse(due, failures, due.last_job_failure?.message ?? 'Its runs have failed.');
    }
    try {
      await this.start(due, verdict.checked, failures);
    } catch (error) {
      // A clock that was set back comes to the same time once more: its job was started.
      if (!(error instanceof TooManyJobs || error instanceof IdempotencyKeyReused)) throw error;
      await this.take(due, { error: `Skipped: ${error.message}`, failures });
    }
  }

  private async judge(due: DueSchedule, signal: AbortSignal): Promise<Verdict> {
    try {
      const checked = await this.places.checkStored(due.user_id, await storedRequest(due));
      const askedAt = performance.now();
      const etag = await this.gate.unchangedEtag(due.user_id, checked, signal);
      return etag === undefined
        ? { kind: 'start', checked }
        : { kind: 'nothing new', pairKey: checked.pairKey, etag, askedAt };
    } catch (error) {
      // What cannot be asked now has not been refused.
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
      return { kind: 'refused', reason: error.message };
    }
  }

  private async start(due: DueSchedule, { request, pairKey }: CheckedRequest, failures: number): Promise<void> {
    const { schedule_id: scheduleId, user_id: userId } = due;
    await this.database.asSystem(async (tx) => {
      await takeTurns(tx, userId);
      const isBusy = await hasActive(tx, pairKey);
      const error = isBusy ? SKIPPED : null;
      if (!(await takeTick(tx, due, { ...this.next(due), error, failures })) || isBusy) return;
      const accepted = await this.starter.enqueueIn(
        tx,
        userId,
        {
          userId,
          request,
          pairKey,
          // A second one of this time cannot be, whatever else goes wrong; keys of people have no blanks.
          idempotencyKey: `schedule ${scheduleId} ${due.next_run_at.toISOString()}`,
          requestHash: hashOf(['schedule', scheduleId, shownRequest(request)]),
          scheduleId,
        },
        'ingestion_job.start',
      );
      await noteRun(tx, scheduleId, accepted.job_id);
    }, WRITING);
    this.bell.ring();
  }

  /** Paused when it was so often in a row. */
  private async refuse(due: DueSchedule, failures: number, reason: string): Promise<void> {
    const isPaused = failures >= this.limits.scheduleFailures;
    if (!isPaused) return this.take(due, { error: `Nothing was started: ${reason}`, failures });
    const error = `Paused after ${failures} failures in a row. The last: ${reason}`;
    await this.take(due, { error, failures, nextRunAt: null });
  }

  private async take(due: DueSchedule, outcome: Pick<TickOutcome, 'error' | 'failures'> & Partial<TickOutcome>) {
    await this.database.asSystem(async (tx) => {
      const isOurs = await takeTick(tx, due, { ...this.next(due), ...outcome });
      if (isOurs && outcome.nextRunAt === null) await this.notePause(tx, due, outcome.error);
    }, WRITING);
  }

  private next({ cron, time_zone, now, next_run_at, last_job_id, last_job_status, counted_job_id }: DueSchedule) {
    const after = new Date(Math.max(now.getTime(), next_run_at.getTime()));
    return {
      nextRunAt: CronTimes.known(cron, time_zone)?.after(after) ?? null,
      countedJobId: last_job_status !== null && isActive(last_job_status) ? counted_job_id : last_job_id,
    };
  }

  private notePause(tx: EntityManager, { user_id, schedule_id, name }: DueSchedule, reason: string | null) {
    return this.auditLog.record(tx, {
      userId: user_id,
      actingAs: 'app',
      action: 'ingestion_schedule.pause',
      target: schedule_id,
      outcome: 'success',
      details: { name, reason, by_itself: true },
    });
  }
}

/** In a row, with how its last job ended if that is not counted yet. */
function failuresOf(due: DueSchedule): number {
  const { failures, last_job_id, counted_job_id, last_job_status } = due;
  if (last_job_id === counted_job_id || last_job_status === null || isActive(last_job_status)) return failures;
  if (last_job_status === 'failed') return isPassing(due) ? failures : failures + 1;
  return last_job_status === 'cancelled' ? failures : 0;
}

function isPassing({ last_job_failure, last_table_failures }: DueSchedule): boolean {
  const code = last_job_failure?.code ?? '';
  if (code !== ALL_TABLES_FAILED) return PASSING.has(code);
  return last_table_failures.length > 0 && last_table_failures.every((one) => PASSING.has(one));
}

async function hasActive(tx: EntityManager, pairKey: string): Promise<boolean> {
  const [row] = (await tx.query(
    `SELECT EXISTS (SELECT FROM ingestion_jobs
                     WHERE pair_key = $1 AND status IN ('pending', 'running', 'interrupted')) AS active`,
    [pairKey],
  )) as { active: boolean }[];
  return row?.active === true;
}
