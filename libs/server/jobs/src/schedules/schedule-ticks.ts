import { AuditLog } from '@lakescope/server-audit';
import { DomainError } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { isArray, isString, validate } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { TooManyJobs } from '../jobs.errors';
import { JobsLimits } from '../jobs-limits';
import { QueueBell } from '../queue/queue-bell';
import { IngestionRequestDto } from '../runs/ingestion-request.dto';
import { hashOf, shownRequest } from '../runs/job-request';
import { JobPlaces, type CheckedRequest, type StoredRequest } from '../runs/job-places';
import { JobStarter, takeTurns } from '../runs/job-starter';
import { isActive } from '../runs/job-values';
import { CronTimes } from './cron-times';
import { noteRun, takeTick, type DueSchedule, type TickOutcome } from './due-schedule';
import { ManifestGate } from './manifest-gate';

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
  | { readonly kind: 'nothing new' }
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
    if (verdict.kind === 'nothing new') return this.take(due, { error: null, failures: 0 });
    if (failures >= this.limits.scheduleFailures) {
      return this.refuse(due, failures, due.last_job_failure?.message ?? 'Its runs have failed.');
    }
    try {
      await this.start(due, verdict.checked, failures);
    } catch (error) {
      if (!(error instanceof TooManyJobs)) throw error;
      await this.take(due, { error: `Skipped: ${error.message}`, failures });
    }
  }

  private async judge(due: DueSchedule, signal: AbortSignal): Promise<Verdict> {
    try {
      const checked = await this.places.checkStored(due.user_id, await requestOf(due));
      return (await this.gate.isUnchanged(checked, signal)) ? { kind: 'nothing new' } : { kind: 'start', checked };
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
          // A second one of this time cannot be, whatever else goes wrong.
          idempotencyKey: `schedule:${scheduleId}:${due.next_run_at.toISOString()}`,
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
function failuresOf({ failures, last_job_id, counted_job_id, last_job_status, last_job_failure }: DueSchedule): number {
  if (last_job_id === counted_job_id || last_job_status === null || isActive(last_job_status)) return failures;
  if (last_job_status === 'failed') return PASSING.has(last_job_failure?.code ?? '') ? failures : failures + 1;
  return last_job_status === 'cancelled' ? failures : 0;
}

async function hasActive(tx: EntityManager, pairKey: string): Promise<boolean> {
  const [row] = (await tx.query(
    `SELECT EXISTS (SELECT FROM ingestion_jobs
                     WHERE pair_key = $1 AND status IN ('pending', 'running', 'interrupted')) AS active`,
    [pairKey],
  )) as { active: boolean }[];
  return row?.active === true;
}

/** As it was stored, perhaps by another release. */
async function requestOf({ request }: DueSchedule): Promise<StoredRequest> {
  const { admitted_as = [], ...rest } = request;
  const asked = plainToInstance(IngestionRequestDto, rest, { exposeDefaultValues: true });
  const [wrong] = await validate(asked, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (wrong !== undefined) throw new StoredRequestInvalid(wrong.property);
  if (!isArray(admitted_as) || !admitted_as.every(isString)) throw new StoredRequestInvalid('admitted_as');
  return { ...asked, admitted_as };
}

/** What a schedule asks for is not what a request may be. */
class StoredRequestInvalid extends DomainError {
  constructor(field: string) {
    super({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message: `What the schedule asks for is not valid any more (${field}): write its request again.`,
    });
  }
}
