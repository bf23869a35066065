import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { MetricsClock, Retention, RollUp, RollUpSteps } from '@lakescope/server-metrics';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import type { Client } from 'pg';
import { median, type Variant } from '../benchmark';
import type { FilledDatabase } from './filled-database';
import type { Goal } from './goal';
import { OurFlush } from './our-recording';
import { openProduct } from './product';
import { comparison, interleave, quantile } from './rounds';
import { storedRequests } from './stored-requests';
import { TimedDatabase } from './timed-database';

const BUCKET_MS = 300_000;
const DAY_MS = 86_400_000;

/** What keeping the tiers costs, and letting a day go. Changes what is in the database, so it comes after those that only read. */
export const metricsRollUp: Goal = {
  name: 'metrics-rollup',
  title: ({ rows }) => `the busiest five minutes rolled up, and a day let go, at ${rows} raw rows`,
  measure: async ({ size, log, filled }) => {
    const there = await filled();
    const app = await openProduct(there.database.environment());
    const client = await there.database.connect();
    const superuser = await there.database.connectSuperuser();
    try {
      const background = new TimedDatabase(app.get(BackgroundDatabase, { strict: false }));
      const atTheirEnd = new RollUp(background, new ClockAt(there.peak.atMs + BUCKET_MS), new RollUpSteps());
      const later = new RollUp(background, new MetricsClock(), new RollUpSteps());
      const buckets = await interleave(
        [
          {
            name: `our roll-up of ${there.peak.rows} requests, at their end`,
            measure: () => rollPeak(atTheirEnd, client, there),
          },
          { name: 'the same later, with their hour and day', measure: () => rollPeak(later, client, there) },
          { name: 'obvious design, percentiles of its hour', measure: () => obviousHour(superuser, there) },
        ],
        { warmups: 2, rounds: size.rounds(20), log },
      );
      const days = await letDaysGo(size.rounds(3), background, superuser, client, there);
      return {
        tables: [
          comparison('Five minutes, at the peak:', 'ms', buckets),
          comparison('A day of raw rows:', 'ms', days.measured),
        ],
        outcomes: [
          { what: 'five minutes at the peak', value: median(buckets[0]?.values ?? []), unit: 'ms', atMost: 100 },
          { what: 'with their hour and day', value: median(buckets[1]?.values ?? []), unit: 'ms' },
          { what: 'letting a day go, with the table locked', value: median(days.locked), unit: 'ms', atMost: 100 },
          { what: 'longest flush meanwhile', value: Math.max(...days.flushes), unit: 'ms', atMost: 250 },
          { what: 'median flush meanwhile', value: quantile(days.flushes, 0.5), unit: 'ms' },
        ],
      };
    } finally {
      await Promise.all([client.end(), superuser.end()]);
      await app.close();
    }
  },
};

/** A clock that stands still. */
class ClockAt extends MetricsClock {
  constructor(private readonly at: number) {
    super();
  }

  override now(): number {
    return this.at;
  }
}

/** Marks the busiest five minutes, and times their roll-up, with their hour when that is over by the roll-up's clock. */
async function rollPeak(rollUp: RollUp, client: Client, { peak }: FilledDatabase): Promise<number> {
  for (;;) {
    await client.query(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq) VALUES ('performance', to_timestamp($1 / 1000.0), $2, 1)`,
      [peak.atMs, randomUUID()],
    );
    const began = performance.now();
    const { buckets } = await rollUp.run();
    const took = performance.now() - began;
    // What is owed for an hour that goes on is none of the next round's business.
    await client.query(`DELETE FROM metrics_dirty WHERE kind = 'performance' AND seq = 0`);
    // The server's own schedule may have been faster.
    if (buckets > 0) return took;
  }
}

async function obviousHour(client: Client, { peak }: FilledDatabase): Promise<number> {
  const hour = Math.floor(peak.atMs / 3_600_000) * 3_600_000;
  const began = performance.now();
  await client.query(
    `SELECT method || ' ' || endpoint, avg(response_time_ms), count(*),
            percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY response_time_ms)
     FROM obvious.performance_metrics WHERE "timestamp" >= to_timestamp($1 / 1000.0) AND "timestamp" < to_timestamp($2 / 1000.0)
     GROUP BY 1`,
    [hour, hour + 3_600_000],
  );
  return performance.now() - began;
}

async function letDaysGo(
  rounds: number,
  background: TimedDatabase,
  superuser: Client,
  client: Client,
  there: FilledDatabase,
): Promise<{ measured: Awaited<ReturnType<typeof interleave>>; locked: number[]; flushes: number[] }> {
  const retention = new Retention(background, new MetricsClock());
  const flush = new OurFlush(client, storedRequests(10_000));
  const [locked, flushes]: [number[], number[]] = [[], []];
  let day = 2;
  const today = Math.floor(there.endMs / DAY_MS) * DAY_MS;
  const variants: Variant[] = [
    {
      name: 'ours, its proof included',
      measure: async () => {
        await makeOldDay(superuser, client, today);
        const ends = new AbortController();
        const flushing = flushUntil(ends.signal, flush, flushes);
        await delay(100);
        background.clear();
        const { kept } = await retention.run();
        if (kept.length > 0) throw new Error(`A day was kept: ${kept[0]?.reason}`);
        ends.abort();
        await flushing;
        locked.push(background.since(/^LOCK TABLE ONLY performance_metrics /));
        return background.transactionOf(/^LOCK TABLE ONLY performance_metrics /);
      },
    },
    {
      name: 'obvious design, DELETE and VACUUM',
      measure: async () => {
        const from = today - day++ * DAY_MS;
        const began = performance.now();
        await superuser.query(
          `DELETE FROM obvious.performance_metrics WHERE "timestamp" >= to_timestamp($1 / 1000.0) AND "timestamp" < to_timestamp($2 / 1000.0)`,
          [from, from + DAY_MS],
        );
        await superuser.query('VACUUM obvious.performance_metrics');
        return performance.now() - began;
      },
    },
  ];
  const measured = await interleave(variants, { warmups: 0, rounds, log: () => undefined });
  return { measured, locked, flushes };
}

/** The day before yesterday once more, a week older: raw rows and their five minutes; its hours and its day are in the history already. */
async function makeOldDay(superuser: Client, client: Client, today: number): Promise<void> {
  const [from, to] = [new Date(today - 9 * DAY_MS), new Date(today - 8 * DAY_MS)];
  const name = `performance_metrics_${from.toISOString().slice(0, 10).replaceAll('-', '_')}`;
  await client.query(
    `CREATE TABLE ${name} PARTITION OF performance_metrics FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
  );
  await superuser.query(
    `INSERT INTO lakescope.performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method, user_id, error_type, correlation_id)
     SELECT "timestamp" - interval '7 days', response_time_ms, status_code, endpoint, method, user_id, error_type, correlation_id
     FROM lakescope.performance_metrics WHERE "timestamp" >= $1::timestamptz + interval '7 days' AND "timestamp" < $2::timestamptz + interval '7 days'`,
    [from, to],
  );
  await superuser.query(
    `INSERT INTO lakescope.aggregated_metrics (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source,
       sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale, unique_users, aggregated_values)
     SELECT granularity_min, time_bucket - interval '7 days', metric_type, endpoint_path, method, event_type, source, sample_count,
       error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale, unique_users, aggregated_values
     FROM lakescope.aggregated_metrics WHERE granularity_min = 5 AND metric_type = 'performance'
       AND time_bucket >= $1::timestamptz + interval '7 days' AND time_bucket < $2::timestamptz + interval '7 days'
     ON CONFLICT DO NOTHING`,
    [from, to],
  );
  await superuser.query('CHECKPOINT');
}

/** Milliseconds of each flush of 200 requests, one every 20 ms. */
async function flushUntil(ends: AbortSignal, flush: OurFlush, took: number[]): Promise<void> {
  while (!ends.aborted) {
    const began = performance.now();
    await flush.store(200);
    took.push(performance.now() - began);
    await delay(20);
  }
}
