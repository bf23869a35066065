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
/** Jobs at once, with all that belongs to them. */
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

  /** May run on any number of replicas at once. Answers how many rows are gone. */
  async run(): Promise<number> {
    const { logDays, jobDays, manifestDays } = this.limits;
    let gone = 0;
    gone += await this.expire('ingestion_job_logs', OLDER('told_at'), logDays);
    gone += await this.expire('ingestion_job_events', `${OLDER('told_at')} AND ${IS_NOT_LAST}`, logDays);
    gone += await this.expireJobs();
    // Neither a run nor a look for as long as jobs are kept. Their tables go along.
    gone += await this.expire('ingestion_feeds', OLDER('updated_at'), jobDays);
    gone += await this.expire('ingestion_thresholds', `${OLDER('updated_at')} AND ${IS_OF_NOTHING}`, jobDays);
    gone += await this.expire('ingestion_manifests', OLDER('noted_at'), manifestDays);
    return gone;
  }

  /** What belongs to a job goes before it, some rows at once: a job that took a million folders with it would take long. */
  private async expireJobs(): Promise<number> {
    for (let gone = 0; ;) {
      const jobIds = await this.database.asSystem((tx) => oldJobs(tx, this.limits.jobDays), WORKING);
      if (jobIds.length === 0) return gone;
      for (const table of [...OF_JOBS, 'ingestion_jobs']) gone += await this.expire(table, 'job_id = ANY ($1)', jobIds);
    }
  }

  private async expire(table: string, rule: string, parameter: unknown): Promise<number> {
    const { retentionRows } = this.limits;
    for (let gone = 0; ;) {
      const work = (tx: EntityManager): Promise<number> => deleteSome(tx, table, rule, parameter, retentionRows);
      const count = await this.database.asSystem(work, WORKING);
      gone += count;
      if (count < retentionRows) return gone;
    }
  }
}

const OF_JOBS = [
  'ingestion_job_folders',
  'ingestion_job_tables',
  'ingestion_job_logs',
  'ingestion_job_events',
] as const;
const OLDER = (column: string): string => `${column} < now() - $1 * interval '1 day'`;
/** The last event of a job is kept as long as the job: it tells readers who were away that there is something that they have missed. */
const IS_NOT_LAST = `EXISTS (SELECT FROM ingestion_job_events later
                              WHERE later.job_id = old.job_id AND later.event_id > old.event_id)`;

/** A threshold of tables that nobody ingests. */
const IS_OF_NOTHING = `NOT EXISTS (SELECT FROM ingestion_feeds feed
                                    WHERE feed.user_id = old.user_id AND feed.target_uri = old.target_uri)`;

/** A few of the jobs that are old enough to go. */
async function oldJobs(tx: EntityManager, days: number): Promise<string[]> {
  // None ends before it was made, and by that the index knows them.
  const rows = (await tx.query(
    `SELECT job_id FROM ingestion_jobs WHERE ${OLDER('created_at')} AND ${OLDER('ended_at')}
      ORDER BY created_at, job_id LIMIT ${JOBS}`,
    [days],
  )) as { job_id: string }[];
  return rows.map(({ job_id }) => job_id);
}

/** What another replica deletes at the same moment is left to it. */
async function deleteSome(
  tx: EntityManager,
  table: string,
  rule: string,
  parameter: unknown,
  rows: number,
): Promise<number> {
  const [, count] = (await tx.query(
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${table} old WHERE ${rule} LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    [parameter, rows],
  )) as [unknown, number];
  return count;
}
