import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent, RunResult } from '@lakescope/cda';
import { DomainError } from '@lakescope/server-http';
import { DatabaseUnavailable, failureReason } from '@lakescope/server-persistence';
import { Logger } from '@nestjs/common';
import { EngineCrashed, EngineFailure } from '../engine/engine.errors';
import type { IngestionEngine, RunOrder } from '../engine/ingestion-engine';
import type { JobsLimits } from '../jobs-limits';
import type { JobFailureDto } from '../runs/job-findings.dto';
import { ALL_TABLES_FAILED } from '../runs/job-values';
import type { ClaimedJob } from './job-queue';
import { RunLedger } from './run-ledger';
import { LeaseLost, manifestKeyOf, type RunEnd, type RunRecords } from './run-records';
import type { RunKey } from './run-rows';
import { refusalOf } from './storable';

/** Why a run is to stop. */
type Stop = 'cancelled' | 'closing' | 'lease lost' | 'refused';

const REFUSED = (reason: string): JobFailureDto => ({
  code: 'NOT_STORABLE',
  message: `The database does not take what the run has told: ${reason}.`,
  advice:
    'Nothing is half-done: tables are as their own logs say. Look for a name or a number in the source that is none.',
});

export interface JobRunParts {
  readonly engine: IngestionEngine;
  readonly records: RunRecords;
  readonly limits: JobsLimits;
  /** What the engine is to do, with the connections as they are now. */
  readonly order: (manifestEtag: string | undefined) => Promise<RunOrder>;
}

/** One attempt at a job: has the engine work, writes down what it tells, gives signs of life, and stops it when somebody wants that. */
export class JobRun {
  readonly key: RunKey;
  private readonly logger = new Logger('Jobs');
  private readonly stopped = new AbortController();
  private readonly startedAt = performance.now();
  private ledger = new RunLedger();
  private writing: Promise<void> = Promise.resolve();
  private lastWriteAt = -Infinity;
  private complaint: string | undefined;

  constructor(
    private readonly claim: ClaimedJob,
    private readonly parts: JobRunParts,
  ) {
    this.key = { jobId: claim.job.job_id, userId: claim.job.user_id, lease: claim.lease };
  }

  /** Stops at the next folder boundary; the job is to be handed back by whoever says so. */
  close(): void {
    this.stop('closing');
  }

  /** Whether the job still waits to be done by somebody: it was stopped, and nothing was said about its end. */
  get isUnfinished(): boolean {
    return this.stopReason === 'closing';
  }

  /** Never rejects. */
  async run(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const { job, isResumed } = this.claim;
      this.ledger = new RunLedger(await this.parts.records.known(job));
      // Not before: what is written says how far the job is over all attempts.
      timer = setInterval(() => void this.beat(), this.parts.limits.flushMs);
      this.ledger.log('info', undefined, isResumed ? `Taken up again, attempt ${job.attempts}` : 'Begun');
      const end = await this.work();
      await (this.refusal === undefined ? this.end(end) : this.giveUp(this.refusal));
    } catch (error) {
      if (!(error instanceof LeaseLost)) this.complain(error, 'A job could not be brought to its end');
    } finally {
      clearInterval(timer);
      await this.writing.catch(() => undefined);
    }
  }

  /** How it ended; undefined where that is not for this process to say. */
  private async work(): Promise<RunEnd | undefined> {
    const { engine, records, order } = this.parts;
    const { job } = this.claim;
    try {
      const key = manifestKeyOf(job);
      const { ignore_unchanged_manifest, resets } = job.request;
      const isWhole = ignore_unchanged_manifest || resets.length > 0;
      const etag = isWhole ? undefined : await records.manifestEtag(key, job.user_id, job.pair_key);
      const result = await engine.run(await order(etag), {
        signal: this.stopped.signal,
        onEvents: (events) => this.take(events),
      });
      if (this.stopReason === 'closing' && result.outcome === 'cancelled') return undefined;
      return endOf(result, key);
    } catch (error) {
      // The process ends, somebody else has the job, or what it told cannot be kept.
      if (this.stopReason !== undefined && this.stopReason !== 'cancelled') return undefined;
      if (error instanceof LeaseLost || error instanceof DatabaseUnavailable) throw error;
      return {
        status: this.stopReason === 'cancelled' ? 'cancelled' : 'failed',
        failure: this.failureOf(error),
        manifest: undefined,
      };
    }
  }

  private failureOf(error: unknown): JobFailureDto | undefined {
    if (this.stopReason === 'cancelled') return undefined;
    if (error instanceof EngineFailure || error instanceof EngineCrashed) return { ...error.complaint };
    if (error instanceof DomainError) {
      const advice = 'Mend what the message says, and try the job again.';
      return { code: error.code, message: error.message, advice };
    }
    this.complain(error, 'A job failed in a way that nobody has thought of');
    return {
      code: 'INTERNAL',
      message: 'Something went wrong here.',
      advice: 'The log of the app says more under the correlation id of the job.',
    };
  }

  private async take(events: readonly RunEvent[]): Promise<void> {
    for (const event of events) this.ledger.take(event);
    // Told faster than it can be written: the engine waits.
    if (this.ledger.pendingFolders >= this.parts.limits.pendingFolders) await this.write();
  }

  /** Never rejects. */
  private async beat(): Promise<void> {
    // While the database is slow, what comes is part of the next write; writes must not queue up behind each other.
    if (this.isWriting) return;
    const { flushMs, signMs } = this.parts.limits;
    const since = performance.now() - this.lastWriteAt;
    if (since < (this.ledger.isClean ? signMs : flushMs)) return;
    await this.write().catch((error: unknown) =>
      this.complain(error, 'The progress of a job waits to be written down'),
    );
  }

  /** One write at a time; what could not be written is part of the next one. */
  private write(): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(() => this.writeNow());
    return this.writing;
  }

  private async writeNow(): Promise<void> {
    if (this.isOver) return;
    if (this.refusal !== undefined) return this.sign();
    const { ledger } = this;
    const page = ledger.turnPage();
    this.lastWriteAt = performance.now();
    this.isWriting = true;
    try {
      const { isCancelled } = await this.parts.records.write(this.key, ledger, page, this.activeMs);
      this.complaint = undefined;
      if (isCancelled) this.stop('cancelled');
    } catch (error) {
      ledger.restore(page);
      if (error instanceof LeaseLost) this.stop('lease lost');
      this.noteRefusal(error);
      throw error;
    } finally {
      this.isWriting = false;
    }
  }

  /** While the engine still stops. */
  private async sign(): Promise<void> {
    this.lastWriteAt = performance.now();
    await this.parts.records.sign(this.key);
  }

  /** What the database does not take now it does not take from another attempt either. */
  private noteRefusal(error: unknown): JobFailureDto | undefined {
    const reason = refusalOf(error);
    if (reason === undefined) return undefined;
    this.refusal ??= REFUSED(reason);
    this.stop('refused');
    return this.refusal;
  }

  private refusal: JobFailureDto | undefined;

  private isOver = false;
  private isWriting = false;

  /** A database that is away is waited for: the work is done, and whoever looks wants to know. */
  private async end(end: RunEnd | undefined): Promise<void> {
    await this.writing.catch(() => undefined);
    if (end === undefined) return this.lastPage();
    this.isOver = true;
    if (end.status !== 'completed') this.ledger.stopTables();
    const page = this.ledger.turnPage();
    try {
      await this.untilWritten(() => this.parts.records.end(this.key, this.ledger, page, this.activeMs, end));
    } catch (error) {
      const refusal = this.noteRefusal(error);
      if (refusal === undefined) throw error;
      await this.giveUp(refusal);
    }
  }

  /** Ends a run of which not everything can be told. */
  private async giveUp(failure: JobFailureDto): Promise<void> {
    await this.writing.catch(() => undefined);
    this.isOver = true;
    await this.untilWritten(() => this.parts.records.giveUp(this.key, failure));
  }

  private async untilWritten(write: () => Promise<unknown>): Promise<void> {
    const { awayMs } = this.parts.limits;
    for (let attempt = 0; ; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || this.stopReason === 'closing') throw error;
        this.complain(error, 'The end of a job waits to be written down');
        await delay(awayMs[Math.min(attempt, awayMs.length - 1)]);
      }
    }
  }

  /** What came until it was stopped; the job goes on elsewhere. */
  private async lastPage(): Promise<void> {
    if (this.stopReason === 'closing') await this.writeNow();
    this.isOver = true;
  }

  private stop(why: Stop): void {
    if (!this.stopped.signal.aborted) this.stopped.abort(why);
  }

  private get stopReason(): Stop | undefined {
    return this.stopped.signal.aborted ? (this.stopped.signal.reason as Stop) : undefined;
  }

  /** Over all attempts. */
  private get activeMs(): number {
    return Number(this.claim.job.active_ms) + performance.now() - this.startedAt;
  }

  /** Once, and again only when there is something new to say. */
  private complain(error: unknown, what: string): void {
    const reason = error instanceof LeaseLost ? error.message : failureReason(error);
    if (reason === this.complaint) return;
    this.complaint = reason;
    this.logger.warn({ err: error, msg: `${what}: ${reason}`, job_id: this.key.jobId });
  }
}

function endOf(result: RunResult, manifestKey: string): RunEnd {
  const { tables, manifestEtag } = result;
  const isAllFailed = tables.length > 0 && tables.every(({ outcome }) => outcome === 'failed');
  const outcome = result.outcome === 'unchanged' ? 'completed' : result.outcome;
  const status = isAllFailed && outcome !== 'cancelled' ? 'failed' : outcome;
  const failure = isAllFailed
    ? {
        code: ALL_TABLES_FAILED,
        message: tables.length === 1 ? 'The only table has failed.' : `All ${tables.length} tables have failed.`,
        advice: 'Each table says why; mend that, and try the job again.',
      }
    : undefined;
  const isClean = status === 'completed' && manifestEtag !== undefined;
  return { status, failure, manifest: isClean ? { key: manifestKey, etag: manifestEtag } : undefined };
}
