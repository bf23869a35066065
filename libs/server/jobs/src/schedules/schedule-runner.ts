import { randomUUID } from 'node:crypto';
import { Lifecycle, withCorrelationId } from '@lakescope/server-http';
import { Database, failureReason, LakebaseNotConfigured } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';
import { QueueBell } from '../queue/queue-bell';
import { dueSchedules, nextDueInMs, type DueSchedule } from './due-schedule';
import { ScheduleBell } from './schedule-bell';
import { ScheduleTicks } from './schedule-ticks';

const HOUR_MS = 3_600_000;
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
  /** Looks in a row that failed. */
  private failures = 0;
  /** What could not be dealt with: the others do not wait for it, nor does it keep the database awake. */
  private readonly postponed = new Map<string, { until: number; failures: number }>();
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
      const waiting = this.waiting();
      const due = await this.database.asSystem((tx) => dueSchedules(tx, this.limits.ticksAtOnce, waiting), READING);
      await Promise.all(due.map((one) => withCorrelationId(randomUUID(), () => this.start(one))));
      this.forget(due);
      const others = [...this.postponed.keys()];
      const inMs = (await this.database.asSystem((tx) => nextDueInMs(tx, others), READING)) ?? Infinity;
      this.failures = 0;
      const untils = [...this.postponed.values()].map(({ until }) => until);
      this.dueAt = Math.min(this.dueAt, Date.now() + inMs, ...untils);
    } catch (error) {
      // Then nothing is ever due.
      if (error instanceof LakebaseNotConfigured) return;
      this.complain(error, 'Schedules could not be looked at');
      this.tryLater();
    }
  }

  private tryLater(): void {
    this.failures++;
    this.dueAt = Date.now() + Math.min(this.pauseMs(this.failures), this.limits.lookIdleMs);
  }

  /** The less often the longer it does not work, but once an hour. */
  private pauseMs(failures: number): number {
    const { lookAwayMs, lookIdleMs } = this.limits;
    return lookAwayMs[failures - 1] ?? Math.min(lookIdleMs * 2 ** (failures - lookAwayMs.length), HOUR_MS);
  }

  private waiting(): string[] {
    const now = Date.now();
    return [...this.postponed].flatMap(([id, { until }]) => (until > now ? [id] : []));
  }

  /** What was due again and is not any more was deleted, paused, or dealt with elsewhere. */
  private forget(due: readonly DueSchedule[]): void {
    const now = Date.now();
    const seen = new Set(due.map(({ schedule_id: id }) => id));
    for (const [id, { until }] of this.postponed) if (until <= now && !seen.has(id)) this.postponed.delete(id);
  }

  /** What could not be dealt with stays due. */
  private async start(schedule: DueSchedule): Promise<void> {
    const { schedule_id: id } = schedule;
    try {
      await this.ticks.run(schedule, this.closing.signal);
      this.postponed.delete(id);
    } catch (error) {
      const failures = (this.postponed.get(id)?.failures ?? 0) + 1;
      this.postponed.set(id, { failures, until: Date.now() + this.pauseMs(failures) });
      if (this.closing.signal.aborted) return;
      this.complain(error, `The schedule ${id} stays due, because it could not be dealt with`);
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
