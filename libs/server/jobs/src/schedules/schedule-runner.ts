import { randomUUID } from 'node:crypto';
import { Lifecycle, withCorrelationId } from '@lakescope/server-http';
import { Database, failureReason, LakebaseNotConfigured } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';
import { QueueBell } from '../queue/queue-bell';
import { dueSchedules, nextDueInMs, type DueSchedule } from './due-schedule';
import { ScheduleBell } from './schedule-bell';
import { ScheduleTicks } from './schedule-ticks';

const READING = { feature: 'Schedules of ingestion', repeat: 'read' } as const;

/**
 * Has what is due started. Lakebase scales to zero: when the next schedule is due is kept in memory, and the database is woken for nothing
 * else. What other replicas have changed is seen when the queue is looked at, which is while the database is awake.
 */
@Injectable()
export class ScheduleRunner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Schedules');
  private readonly closing = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  /** As the clock on the wall has it, which also goes on while the machine sleeps. At first nobody knows what is due. */
  private dueAt = -Infinity;
  private lookedAt = -Infinity;
  /** Looks in a row that did not deal with everything. */
  private failures = 0;
  private readonly complaints = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly bell: ScheduleBell,
    private readonly queueBell: QueueBell,
    private readonly ticks: ScheduleTicks,
    private readonly limits: JobsLimits,
  ) {}

  onModuleInit(): void {
    this.bell.onExpect((due) => {
      this.dueAt = Math.min(this.dueAt, due.getTime());
    });
    this.queueBell.onLooked(() => {
      if (performance.now() - this.lookedAt >= this.limits.lookIdleMs) this.dueAt = -Infinity;
    });
    this.timer = setInterval(() => void this.tick(), this.limits.tickMs * (0.9 + Math.random() * 0.2)).unref();
  }

  /** What is being started is started; what waits for a source is left to others. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.closing.abort();
    await this.looking;
  }

  /** Deals with what is due, if something is; never rejects. */
  tick(now = Date.now()): Promise<void> {
    if (this.closing.signal.aborted || this.lifecycle.phase !== 'ready' || now < this.dueAt) return Promise.resolve();
    this.looking ??= withCorrelationId(randomUUID(), () => this.look()).finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async look(): Promise<void> {
    this.lookedAt = performance.now();
    // What is made or changed from now on counts.
    this.dueAt = Infinity;
    try {
      const due = await this.database.asSystem((tx) => dueSchedules(tx, this.limits.ticksAtOnce), READING);
      const done = await Promise.all(due.map((one) => withCorrelationId(randomUUID(), () => this.start(one))));
      const inMs = (await this.database.asSystem(nextDueInMs, READING)) ?? Infinity;
      if (done.includes(false)) return this.tryLater();
      this.failures = 0;
      this.dueAt = Math.min(this.dueAt, Date.now() + inMs);
    } catch (error) {
      // Then nothing is ever due.
      if (error instanceof LakebaseNotConfigured) return;
      this.complain(error, 'Schedules could not be looked at');
      this.tryLater();
    }
  }

  /** The less often the longer it does not work. */
  private tryLater(): void {
    const { lookAwayMs, lookIdleMs } = this.limits;
    this.failures++;
    this.dueAt = Date.now() + (lookAwayMs[Math.min(this.failures, lookAwayMs.length) - 1] ?? lookIdleMs);
  }

  /** Answers whether it was dealt with; else it stays due, and the others do not wait for it. */
  private async start(schedule: DueSchedule): Promise<boolean> {
    try {
      await this.ticks.run(schedule, this.closing.signal);
      return true;
    } catch (error) {
      if (!this.closing.signal.aborted) {
        this.complain(error, `The schedule ${schedule.schedule_id} stays due, because it could not be dealt with`);
      }
      return false;
    }
  }

  /** Once, and again only when there is something new to say. */
  private complain(error: unknown, what: string): void {
    const reason = `${what}: ${failureReason(error)}`;
    if (this.complaints.has(reason)) return;
    if (this.complaints.size > 100) this.complaints.clear();
    this.complaints.add(reason);
    this.logger.warn({ err: error, msg: reason });
  }
}
