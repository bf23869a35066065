import type { RunStatement } from '@lakescope/server-persistence';
import type { KindBucket } from './coarse-tiers';
import { HOUR_MS, RAW_TABLES, iso, type MetricKind } from './raw-tables';

const COUNTED: Readonly<Record<MetricKind, string>> = { performance: 'requests', usage: 'events' };

/** Counts anew who was there in these hours, from raw rows; of each person only what has changed is written. */
export async function countUsersOfHours(run: RunStatement, hours: readonly KindBucket[]): Promise<void> {
  for (const { kind, bucket } of hours) {
    const column = COUNTED[kind];
    // The other column is the other kind's, whose raw rows may be gone already.
    await run(
      `WITH fresh AS MATERIALIZED (
         SELECT user_id, count(*)::int4 AS n FROM ${RAW_TABLES[kind]}
         WHERE "timestamp" >= $1::timestamptz AND "timestamp" < $2 AND user_id IS NOT NULL GROUP BY 1
       ), gone AS (
         UPDATE metric_users SET ${column} = 0
         WHERE granularity_min = 60 AND time_bucket = $1 AND ${column} <> 0
           AND user_id NOT IN (SELECT user_id FROM fresh)
       )
       INSERT INTO metric_users (granularity_min, time_bucket, user_id, ${column}) SELECT 60, $1, user_id, n FROM fresh
       ON CONFLICT (granularity_min, time_bucket, user_id) DO UPDATE SET ${column} = excluded.${column}
       WHERE metric_users.${column} <> excluded.${column}`,
      [iso(bucket), iso(bucket + HOUR_MS)],
    );
  }
  await run(
    `DELETE FROM metric_users
     WHERE granularity_min = 60 AND time_bucket = ANY ($1::timestamptz[]) AND requests = 0 AND events = 0`,
    [hours.map(({ bucket }) => iso(bucket))],
  );
}

/** Adds up the hours of these days. */
export async function countUsersOfDays(run: RunStatement, days: readonly number[]): Promise<void> {
  for (const day of days) {
    await run(
      `WITH fresh AS MATERIALIZED (
         SELECT user_id, sum(requests)::int4 AS requests, sum(events)::int4 AS events FROM metric_users
         WHERE granularity_min = 60 AND time_bucket >= $1::timestamptz AND time_bucket < $1::timestamptz + interval '24 hours'
         GROUP BY 1
       ), gone AS (
         DELETE FROM metric_users
         WHERE granularity_min = 1440 AND time_bucket = $1
           AND user_id NOT IN (SELECT user_id FROM fresh)
       )
       INSERT INTO metric_users (granularity_min, time_bucket, user_id, requests, events)
       SELECT 1440, $1, user_id, requests, events FROM fresh
       ON CONFLICT (granularity_min, time_bucket, user_id) DO UPDATE SET requests = excluded.requests, events = excluded.events
       WHERE (metric_users.requests, metric_users.events) <> (excluded.requests, excluded.events)`,
      [iso(day)],
    );
  }
}
