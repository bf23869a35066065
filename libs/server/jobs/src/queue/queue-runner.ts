import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Lifecycle, withCorrelationId } from '@lakescope/server-http';
import { Database, failureReason } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { IngestionEngine } from '../engine/ingestion-engine';
import { JobsLimits } from '../jobs-limits';
import { JobQueue, type ClaimedJob } from './job-queue';
import { JobRun } from './job-run';
import { QueueBell } from './queue-bell';
import { RunOrders } from './run-orders';
import { RunRecords } from './run-records';

/**
 * Works on the queue in this process. Lakebase scales to zero: the queue is looked at when somebody here has put something in, while
 * something is known to wait or to be under way, once after the start, and else only now and then while the database is awake for other
 * work.
 */
@Injectable()
export class QueueRunner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly underway = new Map<string, { readonly run: JobRun; readonly done: Promise<void> }>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private wasRung = true;
  private isClosing = false;
  /** As the last look has found them. */
  private waiting = 0;
  private anywhere = 0;
  /** Looks in a row that failed. */
  private failures = 0;
  private lookedAt = -Infinity;
  private complaint: string | undefined;

  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'poolUse'>,
    private readonly lifecycle: Lifecycle,
    private readonly bell: QueueBell,
    private readonly queue: JobQueue,
    private readonly orders: RunOrders,
    private readonly records: RunRecords,
    private readonly engine: IngestionEngine,
    private readonly limits: JobsLimits,
  ) {}

  onModuleInit(): void {
    this.bell.onRing(() => {
      this.wasRung = true;
      // Not as a part of the request that has rung.
      withCorrelationId(randomUUID(), () => void this.tick());
    });
    // By chance a little apart: replicas that were started together must not come at the same moment for ever.
    this.timer = setInterval(() => void this.tick(), this.limits.lookMs * (0.9 + Math.random() * 0.2)).unref();
  }

  /** What is under way stops at its next folder, and is handed back: another replica, or the next start, takes it up. */
  async onModuleDestroy(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.timer);
    await this.looking;
    const runs = [...this.underway.values()];
    if (runs.length === 0) return;
    for (const { run } of runs) run.close();
    const patience = new AbortController();
    const late = delay(this.limits.closingMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([Promise.all(runs.map(({ done }) => done)), late]);
    patience.abort();
    const unfinished = runs.filter(({ run }) => run.isUnfinished).map(({ run }) => run.key);
    try {
      await this.queue.handBack(unfinished);
    } catch (error) {
      this.logger.warn(`Jobs could not be handed back, and wait until they count as lost: ${failureReason(error)}`);
    }
  }

  /** Looks at the queue if it is time to; never rejects. */
  tick(now = performance.now()): Promise<void> {
    if (this.isClosing || this.lifecycle.phase !== 'ready' || !this.isDue(now)) return Promise.resolve();
    this.looking ??= this.look(now).finally(() => (this.looking = undefined));
    return this.looking;
  }

  private isDue(now: number): boolean {
    const { lookMs, lookAtOthersMs, lookIdleMs, lookAwayMs } = this.limits;
    if (this.wasRung) return true;
    const since = now - this.lookedAt;
    if (this.failures > 0) return since >= (lookAwayMs[Math.min(this.failures, lookAwayMs.length) - 1] ?? lookIdleMs);
    if (this.waiting > 0) return since >= lookMs;
    if (this.anywhere > 0) return since >= lookAtOthersMs;
    return since >= lookIdleMs && this.database.poolUse.total > 0;
  }

  private async look(now: number): Promise<void> {
    this.wasRung = false;
    this.lookedAt = now;
    try {
      const { claimed, waiting, underway } = await this.queue.look(
        [...this.underway.values()].map(({ run }) => run.key.lease),
      );
      this.waiting = waiting;
      this.anywhere = underway;
      this.failures = 0;
      this.complaint = undefined;
      for (const claim of claimed) this.begin(claim);
      this.bell.looked();
    } catch (error) {
      // Something may wait: it is looked for again, the less often the longer the database is away.
      this.failures++;
      const reason = failureReason(error);
      if (reason !== this.complaint) this.logger.warn(`The queue of jobs could not be looked at: ${reason}`);
      this.complaint = reason;
    }
  }

  private begin(claim: ClaimedJob): void {
    const { engine, records, limits } = this;
    const { job } = claim;
    const run = new JobRun(claim, { engine, records, limits, order: (etag) => this.orders.of(job, etag) });
    const done = withCorrelationId(job.job_id, () => run.run()).finally(() => {
      // Another attempt may have its place already.
      if (this.underway.get(job.job_id)?.run === run) this.underway.delete(job.job_id);
      // There is room for another.
      if (!this.isClosing) this.bell.ring();
    });
    this.underway.set(job.job_id, { run, done });
  }
}
