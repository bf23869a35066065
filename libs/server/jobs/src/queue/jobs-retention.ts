import { Lifecycle } from '@lakescope/server-http';
import { Database, failureReason } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { EntityManager } from 'typeorm';
import { JobsLimits } from '../jobs-limits';

const TICK_MS = 60_000;
/** Replicas that were started together must not come at the same moment for ever. */
const JITTER_MS = 10_000;
const HOUR_MS = 3_600_000;
/** At once, so that no statement takes long. */
const ROWS = 5_000;
/** A job takes its tables and folders with it. */
const JOBS = 50;
const WORKING = { repeat: 'write', statementTimeoutMs: 60_000 } as const;

/** Lets go of what is old, every hour, and only while the database is awake for other work. */
@Injectable()
export class JobsRetention {
  private readonly logger = new Logger('Jobs');
  private isRunning = false;
  private dueAt = -Infinity;

  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'poolUse' | 'asSystem'>,
    private readonly lifecycle: Lifecycle,
    private readonly limits: JobsLimits,
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
      this.logger.warn(`Old jobs are still kept, because they could not be deleted: ${failureReason(error)}`);
    } finally {
      this.isRunning = false;
    }
  }

  /** May run on any number of replicas at once. Answers how many rows are gone, those that went with a job not counted. */
  async run(): Promise<number> {
    const { logDays, jobDays } = this.limits;
    let gone = 0;
    gone += await this.expire('ingestion_job_logs', 'told_at < now()', logDays, ROWS);
    gone += await this.expire('ingestion_job_events', 'told_at < now()', logDays, ROWS);
    gone += await this.expire('ingestion_jobs', 'ended_at < now()', jobDays, JOBS);
    return gone;
  }

  private async expire(table: string, rule: string, days: number, atOnce: number): Promise<number> {
    for (let gone = 0; ;) {
      const count = await this.database.asSystem((tx) => deleteSome(tx, table, rule, days, atOnce), WORKING);
      gone += count;
      if (count < atOnce) return gone;
    }
  }
}

/** What another replica deletes at the same moment is left to it. */
async function deleteSome(
  tx: EntityManager,
  table: string,
  rule: string,
  days: number,
  atOnce: number,
): Promise<number> {
  const [, count] = (await tx.query(
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${table} WHERE ${rule} - $1 * interval '1 day' LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))`,
    [days],
  )) as [unknown, number];
  return count;
}
