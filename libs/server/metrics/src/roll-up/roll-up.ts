import { setTimeout as delay } from 'node:timers/promises';
import { BackgroundDatabase, type RunStatement } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import { LeaseTaken } from './lease';
import { isLockRefusal, sqlStateOf } from './lock-patience';
import { BUCKET_MS, iso, startOf } from './raw-tables';
import { RollUpSlice, type SliceReport } from './roll-up-slice';
import { RollUpSteps } from './roll-up-steps';
import { summariseTimes } from './time-index';

export interface RollUpOptions {
  /** Also the bucket that is still open. */
  untilNow?: boolean;
  /** No further part is begun after so long; 60 seconds unless it says otherwise. */
  budgetMs?: number;
}

export interface RollUpReport {
  /** `skipped`: another replica is at it. `unfinished`: the time was up before everything was done; the rest waits for the next time. */
  readonly status: 'done' | 'unfinished' | 'skipped';
  /** Buckets of 5 minutes that were worked out anew. */
  readonly buckets: number;
  /** Begin of the oldest bucket that is not in the tiers, an open one among them. */
  readonly oldestDirty: Date | undefined;
  readonly tookMs: number;
}

/** A mark ahead stands for an hour that goes on, whose 5 minutes are in their tier: nothing has to be done about it before. */
export const OLDEST_DIRTY = 'SELECT min(bucket) AS bucket FROM metrics_dirty WHERE bucket <= $1';

/** SQLSTATEs of transactions that got into each other's way. */
const CONFLICTS: ReadonlySet<unknown> = new Set(['40001', '40P01', '23505']);
const ATTEMPTS = 5;
const BUDGET_MS = 60_000;

/**
 * Works out the tiers (5 minutes, hours, days) and the users from raw rows, wherever rows were added or taken away. Any number of
 * replicas may run it at any time: one works, the others skip, and whatever breaks off has not happened.
 */
@Injectable()
export class RollUp {
  private readonly logger = new Logger('Metrics');
  private ranAt: Date | undefined;

  constructor(
    @Inject(BackgroundDatabase) private readonly database: Pick<BackgroundDatabase, 'transaction' | 'statement'>,
    private readonly clock: MetricsClock,
    private readonly steps: RollUpSteps,
  ) {}

  /** When this process last came to the end of a roll-up. */
  get lastRunAt(): Date | undefined {
    return this.ranAt;
  }

  /** Rejects when the database is away; nothing is lost by that. */
  async run({ untilNow = false, budgetMs = BUDGET_MS }: RollUpOptions = {}): Promise<RollUpReport> {
    const startedAt = performance.now();
    const now = this.clock.now();
    // Rows of a bucket that is closed come in some seconds late at most, and mark it again.
    const before = untilNow ? startOf(BUCKET_MS, now) + BUCKET_MS : startOf(BUCKET_MS, now);
    await this.summarise(before);
    let buckets = 0;
    let status: RollUpReport['status'] = 'done';
    for (;;) {
      // Who wants everything up to now wants the hour, too.
      const slice = await this.slice(now, { before, ended: untilNow ? Infinity : before });
      if (slice === undefined) status = 'skipped';
      else buckets += slice.buckets;
      if (slice === undefined || !slice.isMore) break;
      if (performance.now() - startedAt > budgetMs) {
        status = 'unfinished';
        break;
      }
    }
    if (status === 'done') this.ranAt = new Date();
    const oldestDirty = await this.oldestDirty();
    return { status, buckets, oldestDirty, tookMs: Math.round(performance.now() - startedAt) };
  }

  private async summarise(before: number): Promise<void> {
    try {
      await this.database.transaction((run) => summariseTimes(run, before));
    } catch (error) {
      // It only takes longer without.
      if (!isLockRefusal(error)) throw error;
    }
  }

  /** Begin of the oldest bucket that has begun, and of which raw rows are not in the tiers. */
  async oldestDirty(): Promise<Date | undefined> {
    const [row] = await this.database.statement<{ bucket: Date | null }>({
      text: OLDEST_DIRTY,
      values: [iso(this.clock.now())],
    });
    return row?.bucket ?? undefined;
  }

  /** Undefined when another replica is at it. */
  private async slice(now: number, until: { before: number; ended: number }): Promise<SliceReport | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const report = await this.database.transaction(
          (run) => new RollUpSlice(this.observed(run), this.logger).roll(now, until),
          { isolation: 'repeatable read', statementTimeoutMs: 30_000 },
        );
        return report;
      } catch (error) {
        if (error instanceof LeaseTaken) return undefined;
        if (!CONFLICTS.has(sqlStateOf(error)) || attempt === ATTEMPTS) throw error;
        await delay(50 * attempt * Math.random());
      }
    }
  }

  private observed(run: RunStatement): RunStatement {
    return async <R>(text: string, values?: readonly unknown[]): Promise<R[]> => {
      const rows = await run<R>(text, values);
      await this.steps.after(text);
      return rows;
    };
  }
}
