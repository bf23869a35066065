import { ServingHistoryConfig } from '@lakescope/server-config';
import { Lifecycle } from '@lakescope/server-http';
import { Database, failureReason } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { EntityManager } from 'typeorm';
import { noteLost } from './async-rows';
import { HistoryLimits } from './history-limits';

const TICK_MS = 60_000;
/** Replicas that were started together must not come at the same moment for ever. */
const JITTER_MS = 10_000;
const HOUR_MS = 3_600_000;
/** At once, so that no statement takes long. */
const ROWS = 5_000;
const WORKING = { repeat: 'write', statementTimeoutMs: 60_000 } as const;

/**
 * Lets go of the history that is old, every hour, and only while the database is awake for other work: Lakebase scales to zero, and looking
 * whether something is old must not keep it from doing so.
 */
@Injectable()
export class HistoryRetention {
  private readonly logger = new Logger('Serving');
  private isRunning = false;
  private dueAt = -Infinity;

  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'poolUse' | 'asSystem'>,
    private readonly lifecycle: Lifecycle,
    private readonly limits: HistoryLimits,
    private readonly config: ServingHistoryConfig,
  ) {}

  @Interval(TICK_MS)
  beat(): void {
    setTimeout(() => void this.tick(), Math.random() * JITTER_MS).unref();
  }

  /** Does what is due; never rejects. */
  async tick(now = performance.now()): Promise<void> {
    const isAwake = this.lifecycle.phase === 'ready' && this.database.poolUse.total > 0;
    if (this.isRunning || !isAwake || now < this.dueAt) return;
    this.isRunning = true;
    try {
      await this.run();
      this.dueAt = now + HOUR_MS;
    } catch (error) {
      this.logger.warn(`Old invocations are still kept, because they could not be deleted: ${failureReason(error)}`);
    } finally {
      this.isRunning = false;
    }
  }

  /** May run on any number of replicas at once. Answers how many rows are gone. */
  async run(): Promise<number> {
    const { keptDays } = this.config;
    const { wholeHours } = this.limits;
    await this.database.asSystem(async (tx) => {
      await noteLost(tx, this.limits);
      await tx.query(
        `UPDATE model_inference_logs SET whole_inputs = NULL, whole_predictions = NULL
          WHERE is_async AND (whole_inputs IS NOT NULL OR whole_predictions IS NOT NULL)
            AND completed_at < now() - $1 * interval '1 hour'`,
        [wholeHours],
      );
    }, WORKING);
    const expired: readonly [string, string, number][] = [
      [
        'model_inference_logs',
        `is_async AND NOT in_history AND completed_at < now() - $1 * interval '1 hour'`,
        wholeHours,
      ],
      ['model_inference_logs', `created_at < now() - $1 * interval '1 day'`, keptDays],
      ['schema_detection_events', `detected_at < now() - $1 * interval '1 day'`, keptDays],
    ];
    let gone = 0;
    for (const [table, rule, age] of expired) gone += await this.expire(table, rule, age);
    return gone;
  }

  private async expire(table: string, rule: string, age: number): Promise<number> {
    for (let gone = 0; ;) {
      const count = await this.database.asSystem((tx) => deleteSome(tx, table, rule, age), WORKING);
      gone += count;
      if (count < ROWS) return gone;
    }
  }
}

/** What another replica deletes at the same moment is left to it. */
async function deleteSome(tx: EntityManager, table: string, rule: string, age: number): Promise<number> {
  const [, count] = (await tx.query(
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${rule} LIMIT ${ROWS} FOR UPDATE SKIP LOCKED))`,
    [age],
  )) as [unknown, number];
  return count;
}
