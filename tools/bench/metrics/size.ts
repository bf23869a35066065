import type { Client } from 'pg';
import type { Goal } from './goal';

/** Bytes on disk, indexes and all, of both designs. */
export const metricsSize: Goal = {
  name: 'metrics-size',
  title: ({ rows }) => `bytes on disk with all indexes, of ${rows} requests and their history`,
  measure: async ({ filled }) => {
    const { database, rows } = await filled();
    return database.asSuperuser(async (client) => {
      const ours = (await bytesOfPartitions(client, 'lakescope.performance_metrics')) / rows;
      const obvious = (await bytesOf(client, 'obvious.performance_metrics')) / rows;
      const [heap, events] = [
        await bytesOf(client, 'obvious.performance_metrics', 'pg_table_size'),
        await bytesOfPartitions(client, 'lakescope.usage_events'),
      ];
      const hourly = await bytesOfHours(client);
      const users = await bytesPerRow(client, 'lakescope.metric_users');
      return {
        tables: [
          {
            title: 'Of each request, and of each endpoint and hour:',
            columns: ['what', 'ours', 'obvious design', 'ours / this'],
            rows: [
              ['bytes a request', ours, obvious, (ours / obvious).toPrecision(3)],
              ['  of which indexes', '', obvious - heap / rows, ''],
              [
                'bytes an endpoint and hour',
                hourly.ours,
                hourly.obvious,
                (hourly.ours / hourly.obvious).toPrecision(3),
              ],
              ['  of which the histogram', hourly.histogram, '', ''],
              ['  of which the values to be read', hourly.readable, '', ''],
              ['bytes a usage event', events / Math.ceil(rows / 20), '', ''],
              ['bytes a person and hour or day', users, '', ''],
            ],
          },
        ],
        outcomes: [
          { what: 'raw, a million requests', value: ours, unit: 'MB', atMost: 130 },
          { what: 'history, an endpoint and hour', value: hourly.ours, unit: 'B', atMost: 650 },
        ],
      };
    });
  },
};

async function bytesOf(client: Client, table: string, how = 'pg_total_relation_size'): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`SELECT ${how}($1::regclass) AS bytes`, [table]);
  return Number(rows[0]?.bytes);
}

async function bytesOfPartitions(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    'SELECT sum(pg_total_relation_size(relid)) AS bytes FROM pg_partition_tree($1::regclass) WHERE isleaf',
    [table],
  );
  return Number(rows[0]?.bytes);
}

async function bytesPerRow(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${table}`);
  return (await bytesOf(client, table)) / Number(rows[0]?.rows);
}

interface Hours {
  readonly ours: number;
  readonly histogram: number;
  readonly readable: number;
  readonly obvious: number;
}

/** The hours of requests alone, in a table like their own, freshly written: the tiers share theirs with each other and with usage events. */
async function bytesOfHours(client: Client): Promise<Hours> {
  await client.query(`
    CREATE TABLE obvious.our_hours (LIKE lakescope.aggregated_metrics INCLUDING ALL);
    INSERT INTO obvious.our_hours SELECT * FROM lakescope.aggregated_metrics
    WHERE granularity_min = 60 AND metric_type = 'performance' ORDER BY time_bucket`);
  try {
    const { rows } = await client.query<{ histogram: number; readable: number }>(
      `SELECT avg(pg_column_size(hist))::float8 AS histogram, avg(pg_column_size(aggregated_values))::float8 AS readable
       FROM obvious.our_hours`,
    );
    return {
      ours: await bytesPerRow(client, 'obvious.our_hours'),
      histogram: rows[0]?.histogram ?? NaN,
      readable: rows[0]?.readable ?? NaN,
      obvious: await bytesPerRow(client, 'obvious.aggregated_metrics'),
    };
  } finally {
    await client.query('DROP TABLE obvious.our_hours');
  }
}
