import { randomUUID } from 'node:crypto';
import { UserOwnedTables, type ErasedPerson, type ErasedRows, type RunStatement } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Flusher } from '../collection/flusher';
import { dirtyMarks } from '../collection/ledger-statement';
import { daysOfPartitions } from './partitions';
import { iso } from './raw-tables';

/** Which metrics name people, what they get of them, and what is left when they have them erased. */
@Injectable()
export class MetricsOfPeople implements OnModuleInit {
  constructor(
    private readonly tables: UserOwnedTables,
    private readonly flusher: Flusher,
  ) {}

  onModuleInit(): void {
    this.tables.register({
      name: 'performance_metrics',
      userColumn: 'user_id',
      exportColumns: [
        'timestamp',
        'endpoint',
        'method',
        'status_code',
        'response_time_ms',
        'error_type',
        'correlation_id',
      ],
      exportBy: { time: 'timestamp', tie: 'ctid' },
      onErase: (tx, person) => this.forgetRequests(tx, person),
    });
    this.tables.register({
      name: 'usage_events',
      userColumn: 'user_id',
      exportColumns: [
        'event_id',
        'timestamp',
        'received_at',
        'event_type',
        'page_name',
        'element_id',
        'success',
        'metadata',
      ],
      exportBy: { time: 'timestamp', tie: 'event_id' },
      onErase: deleteEvents,
    });
    this.tables.register({
      name: 'metric_users',
      userColumn: 'user_id',
      activityColumn: 'time_bucket',
      activityIn: 'granularity_min = 60',
      exportColumns: ['granularity_min', 'time_bucket', 'requests', 'events'],
      onErase: forgetPresence,
    });
  }

  /** Requests stay counted and name nobody; the correlation id goes too, because the log names the person beside it. */
  private async forgetRequests(tx: EntityManager, { userId }: ErasedPerson): Promise<ErasedRows> {
    // What this replica has not stored yet would come after; of another one it is a second's worth.
    await this.flusher.flushNow();
    await holdRollUps(tx);
    const [row] = (await tx.query(
      `WITH nameless AS (
         UPDATE performance_metrics SET user_id = NULL, correlation_id = NULL WHERE user_id = $1 RETURNING 1
       ) SELECT count(*)::float8 AS rows FROM nameless`,
      [userId],
    )) as { rows: number }[];
    return { pseudonymised: row?.rows ?? 0 };
  }
}

/** Events go; the ledger books them, so that what it says is still what there is, and their buckets are counted anew. */
async function deleteEvents(tx: EntityManager, { userId }: ErasedPerson): Promise<ErasedRows> {
  await holdRollUps(tx);
  const [row] = (await tx.query(
    `WITH gone AS (
       DELETE FROM usage_events WHERE user_id = $3 RETURNING "timestamp"
     ), booked AS (
       INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, written, dropped, closed)
       SELECT $1::uuid, $2::bigint, 'usage', 'erase', -count(*), -count(*), jsonb_build_object('erased', count(*)), true
       FROM gone HAVING count(*) > 0
     ), marked AS (
       ${dirtyMarks({ kind: 'usage', times: '"timestamp"', from: 'gone', boot: 1 })}
     ) SELECT count(*)::float8 AS rows FROM gone`,
    [randomUUID(), 1, userId],
  )) as { rows: number }[];
  return { erased: row?.rows ?? 0 };
}

/**
 * Hours and days that can still be counted from raw rows are without the person from now on, as those are. Older ones keep somebody
 * without a name, because nothing could tell any more how many people there were.
 */
async function forgetPresence(tx: EntityManager, { userId, pseudonym }: ErasedPerson): Promise<ErasedRows> {
  await holdRollUps(tx);
  const run: RunStatement = (text, values) => tx.query(text, values === undefined ? undefined : [...values]);
  const oldest = [await daysOfPartitions(run, 'performance'), await daysOfPartitions(run, 'usage')].map(([day]) => day);
  // Where one of the two has no raw rows any more, its half of the count could not be made anew.
  const countable = oldest.some((day) => day === undefined)
    ? 'infinity'
    : iso(Math.max(...oldest.map((day) => day ?? 0)));
  await touchTotals(tx, userId);
  const [row] = (await tx.query(
    `WITH gone AS (DELETE FROM metric_users WHERE user_id = $1 AND time_bucket >= $3 RETURNING 1),
          renamed AS (UPDATE metric_users SET user_id = $2 WHERE user_id = $1 AND time_bucket < $3 RETURNING 1)
     SELECT (SELECT count(*)::float8 FROM gone) AS erased, (SELECT count(*)::float8 FROM renamed) AS pseudonymised`,
    [userId, pseudonym, countable],
  )) as { erased: number; pseudonymised: number }[];
  return { erased: row?.erased ?? 0, pseudonymised: row?.pseudonymised ?? 0 };
}

/** The totals of buckets with the person are written anew: what replicas remember of these buckets counts no longer. */
async function touchTotals(tx: EntityManager, userId: string): Promise<void> {
  await tx.query(
    `WITH presence AS MATERIALIZED (SELECT granularity_min, time_bucket FROM metric_users WHERE user_id = $1)
     UPDATE metric_totals SET sample_count = sample_count
     WHERE (granularity_min, time_bucket) IN (SELECT granularity_min, time_bucket FROM presence)
        OR granularity_min = 5
           AND date_bin('1 hour', time_bucket, 'epoch') IN (SELECT time_bucket FROM presence WHERE granularity_min = 60)`,
    [userId],
  );
}

/** A roll-up that has seen the rows as they were would write the name down once more, after it was erased. */
async function holdRollUps(tx: EntityManager): Promise<void> {
  await tx.query('LOCK TABLE metrics_rollup_lease IN EXCLUSIVE MODE');
}
