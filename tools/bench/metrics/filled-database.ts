import { randomUUID } from 'node:crypto';
import { MetricsClock, RollUp, RollUpSteps } from '@lakescope/server-metrics';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import type { Client } from 'pg';
import { copyLines, EVENT_COLUMNS, eventLines, RAW_COLUMNS, rawLines } from './copy-rows';
import { MetricsDatabase } from './metrics-database';
import { obviousAggregation, obviousIndexes, obviousSchema } from './obvious-design';
import { openProduct } from './product';
import { Workload, type Endpoint } from './workload';

const DAY_MS = 86_400_000;
const DAYS = 7;
const SEED = 20_261_121;

/** A week of requests and events in both designs. */
export class FilledDatabase {
  private constructor(
    readonly database: MetricsDatabase,
    readonly rows: number,
    readonly startMs: number,
    /** The moment up to which there are rows. */
    readonly endMs: number,
    readonly endpoints: readonly Endpoint[],
    /** Requests of the busiest five minutes, and when they begin. */
    readonly peak: { readonly rows: number; readonly atMs: number },
  ) {}

  static async make(rows: number, log: (line: string) => void): Promise<FilledDatabase> {
    const database = await MetricsDatabase.start();
    try {
      return await FilledDatabase.fill(database, rows, log);
    } catch (error) {
      await database.stop();
      throw error;
    }
  }

  private static async fill(
    database: MetricsDatabase,
    rows: number,
    log: (line: string) => void,
  ): Promise<FilledDatabase> {
    const bucketMs = 5 * 60_000;
    // Whole buckets, so that the generator's and the tables' are the same ones.
    const endMs = Math.floor(Date.now() / bucketMs) * bucketMs;
    const startMs = endMs - DAYS * DAY_MS;
    const workload = new Workload({ rows, seed: SEED, endMs, days: DAYS });
    const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const began = performance.now();
      await work();
      log(`  ${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    };
    await step('partitions', () => database.asApp((client) => makePartitions(client, startMs, endMs)));
    await database.asSuperuser(async (client) => {
      await client.query(`SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'`);
      await step(`${rows} raw rows`, () =>
        copyLines(client, `lakescope.performance_metrics ${RAW_COLUMNS}`, rawLines(workload)),
      );
      const events = Math.ceil(rows / 20);
      await step(`${events} usage events`, () =>
        copyLines(client, `lakescope.usage_events ${EVENT_COLUMNS}`, eventLines(events, startMs, endMs, SEED)),
      );
      await step('books', () => writeBooks(client, rows, events));
      await step('obvious design', () => fillObviousDesign(client));
      await step('statistics', () => client.query('VACUUM ANALYZE'));
    });
    await step('roll-up', () => rollUpAll(database, endMs));
    await database.asSuperuser(async (client) => {
      await step('history', () => client.query(HISTORY));
      await step('statistics', () => client.query('VACUUM ANALYZE'));
    });
    const busiest = workload.perBucket.indexOf(Math.max(...workload.perBucket));
    return new FilledDatabase(database, rows, startMs, endMs, workload.endpoints, {
      rows: workload.perBucket[busiest] ?? 0,
      atMs: startMs + busiest * bucketMs,
    });
  }

  async stop(): Promise<void> {
    await this.database.stop();
  }
}

/** The product's own roll-up, until every bucket is in the tiers. */
async function rollUpAll(database: MetricsDatabase, endMs: number): Promise<void> {
  const app = await openProduct(database.environment());
  try {
    const rollUp = new RollUp(app.get(BackgroundDatabase, { strict: false }), new MetricsClock(), new RollUpSteps());
    for (;;) {
      // The server's schedule may be at it as well.
      const { oldestDirty } = await rollUp.run();
      if (oldestDirty === undefined || oldestDirty.getTime() >= endMs - 300_000) return;
    }
  } finally {
    await app.close();
  }
}

/** Twelve weeks more of what is kept of a week, as if each had been like the last one. */
const HISTORY = `
  INSERT INTO lakescope.aggregated_metrics (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source,
    sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale, unique_users, aggregated_values)
  SELECT granularity_min, time_bucket - week * interval '7 days', metric_type, endpoint_path, method, event_type, source,
    sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale, unique_users, aggregated_values
  FROM lakescope.aggregated_metrics CROSS JOIN generate_series(1, 12) AS week WHERE granularity_min > 5
  ON CONFLICT DO NOTHING;
  INSERT INTO lakescope.metric_totals (granularity_min, time_bucket, metric_type, sample_count, folded_count, error_count, sum_ms, min_ms,
    max_ms, hist, hist_scale, unique_users)
  SELECT granularity_min, time_bucket - week * interval '7 days', metric_type, sample_count, folded_count, error_count, sum_ms, min_ms,
    max_ms, hist, hist_scale, unique_users
  FROM lakescope.metric_totals CROSS JOIN generate_series(1, 12) AS week WHERE granularity_min > 5
  ON CONFLICT DO NOTHING;
  INSERT INTO lakescope.metric_users (granularity_min, time_bucket, user_id, requests, events)
  SELECT granularity_min, time_bucket - week * interval '7 days', user_id, requests, events
  FROM lakescope.metric_users CROSS JOIN generate_series(1, 12) AS week
  ON CONFLICT DO NOTHING`;

/** A partition for each UTC day, as the app would have made them while the days went by. */
export async function makePartitions(client: Client, startMs: number, endMs: number): Promise<void> {
  for (let day = Math.floor(startMs / DAY_MS); day * DAY_MS <= endMs + DAY_MS; day++) {
    const [from, to] = [day, day + 1].map((number) => new Date(number * DAY_MS).toISOString().slice(0, 10));
    for (const table of ['performance_metrics', 'usage_events']) {
      await client.query(
        `CREATE TABLE IF NOT EXISTS lakescope.${table}_${from?.replaceAll('-', '_')} PARTITION OF lakescope.${table}
         FOR VALUES FROM ('${from} 00:00:00+00') TO ('${to} 00:00:00+00')`,
      );
    }
  }
}

/** What the statements that wrote the rows would have left: an entry for them, and a mark on every bucket. */
async function writeBooks(client: Client, requests: number, events: number): Promise<void> {
  const boot = randomUUID();
  await client.query(
    `INSERT INTO lakescope.metrics_ingest_log (boot_id, seq, kind, entry, rows, observed, written, closed)
     VALUES ($1, 1, 'performance', 'flush', $2, $2, $2, true), ($1, 2, 'usage', 'events', $3, $3, $3, true)`,
    [boot, requests, events],
  );
  for (const [kind, table, seq] of [
    ['performance', 'performance_metrics', 1],
    ['usage', 'usage_events', 2],
  ] as const) {
    await client.query(
      `INSERT INTO lakescope.metrics_dirty (kind, bucket, boot_id, seq)
       SELECT DISTINCT $1, date_bin('5 min', "timestamp", 'epoch'), $2::uuid, $3::bigint FROM lakescope.${table}`,
      [kind, boot, seq],
    );
  }
}

async function fillObviousDesign(client: Client): Promise<void> {
  await client.query(obviousSchema);
  await client.query(`
    INSERT INTO obvious.performance_metrics
      ("timestamp", endpoint, method, status_code, response_time_ms, user_id, error_type, correlation_id)
    SELECT "timestamp", endpoint, method, status_code, response_time_ms, user_id, error_type, correlation_id
    FROM lakescope.performance_metrics`);
  await client.query(`
    INSERT INTO obvious.usage_events (event_type, user_id, page_name, element_id, "timestamp", success)
    SELECT event_type, user_id, page_name, element_id, "timestamp", success FROM lakescope.usage_events`);
  await client.query(obviousAggregation);
  await client.query(obviousIndexes);
  await client.query('GRANT USAGE ON SCHEMA obvious TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA obvious TO PUBLIC');
  // Its history beyond the week is the same week again and again, as ours.
  await client.query(`
    INSERT INTO obvious.aggregated_metrics (time_bucket, metric_type, endpoint_path, aggregated_values, sample_count)
    SELECT time_bucket - week * interval '7 days', metric_type, endpoint_path, aggregated_values, sample_count
    FROM obvious.aggregated_metrics CROSS JOIN generate_series(1, 12) AS week`);
}
