import { Sketch } from '@lakescope/sketch';
import type { Client } from 'pg';
import type { FilledDatabase } from './filled-database';
import type { Findings, Setting } from './goal';

const QUANTILES = [0.5, 0.95, 0.99];

interface Percentiles {
  readonly endpoint: string;
  readonly values: readonly number[];
}

/** Each endpoint's week out of its hours, and all of them together, against `percentile_disc` over the raw rows of the same week. */
export async function endpointErrors(setting: Setting): Promise<Findings> {
  const filled = await setting.filled();
  const client = await filled.database.connect();
  try {
    const range = wholeHours(filled);
    const truth = await exact(client, range);
    const ours = compare(truth, await merged(client, range));
    const obvious = compare(truth, await averaged(client, range));
    const line = (name: string, errors: ReadonlyMap<string, readonly number[]>): (string | number)[] => [
      name,
      (errors.get('') ?? []).map(signed).join(' / '),
      ...QUANTILES.map((_, index) => signed(worst([...errors].map(([, all]) => all[index] ?? NaN)))),
    ];
    return {
      tables: [
        {
          title: `The filled database, ${truth.length - 1} endpoints, ${Math.round((range.to - range.from) / 3_600_000)} hours; error in percent:`,
          columns: ['kept of an hour', 'all together, p50 / p95 / p99', 'worst p50', 'worst p95', 'worst p99'],
          rows: [line('our sketches, merged', ours), line('obvious design: mean of the hours', obvious)],
        },
      ],
      outcomes: [
        {
          what: `largest error of ${ours.size} times three percentiles in the database`,
          value: Math.abs(worst([...ours.values()].flat())),
          unit: '%',
          atMost: 0.55,
        },
      ],
    };
  } finally {
    await client.end();
  }
}

function wholeHours({ startMs, endMs }: FilledDatabase): { from: number; to: number } {
  const hour = 3_600_000;
  return { from: Math.ceil(startMs / hour) * hour, to: Math.floor(endMs / hour) * hour };
}

const KEY = `method || ' ' || endpoint`;

async function exact(client: Client, { from, to }: { from: number; to: number }): Promise<Percentiles[]> {
  const { rows } = await client.query<Percentiles>(
    `SELECT coalesce(key, '') AS endpoint,
            percentile_disc($3::float8[]) WITHIN GROUP (ORDER BY response_time_ms)::float8[] AS values
     FROM (SELECT ${KEY} AS key, response_time_ms FROM performance_metrics
           WHERE "timestamp" >= to_timestamp($1 / 1000.0) AND "timestamp" < to_timestamp($2 / 1000.0)) AS raw
     GROUP BY ROLLUP (key)`,
    [from, to, QUANTILES],
  );
  return rows;
}

async function merged(client: Client, { from, to }: { from: number; to: number }): Promise<Percentiles[]> {
  const { rows } = await client.query<{ endpoint: string; hist: Buffer }>(
    `SELECT method || ' ' || endpoint_path AS endpoint, string_agg(hist, '') AS hist FROM aggregated_metrics
     WHERE granularity_min = 60 AND metric_type = 'performance'
       AND time_bucket >= to_timestamp($1 / 1000.0) AND time_bucket < to_timestamp($2 / 1000.0)
     GROUP BY 1`,
    [from, to],
  );
  const whole = new Sketch();
  const endpoints = rows.map(({ endpoint, hist }) => {
    const sketch = Sketch.decodeAll(hist);
    whole.merge(sketch);
    return { endpoint, values: QUANTILES.map((q) => sketch.quantile(q) ?? NaN) };
  });
  return [...endpoints, { endpoint: '', values: QUANTILES.map((q) => whole.quantile(q) ?? NaN) }];
}

async function averaged(client: Client, { from, to }: { from: number; to: number }): Promise<Percentiles[]> {
  const means = ['p50', 'p95', 'p99'].map((name) => `avg((aggregated_values ->> '${name}')::float8)`).join(', ');
  const { rows } = await client.query<Percentiles>(
    `SELECT coalesce(endpoint_path, '') AS endpoint, ARRAY[${means}] AS values FROM obvious.aggregated_metrics
     WHERE time_bucket >= to_timestamp($1 / 1000.0) AND time_bucket < to_timestamp($2 / 1000.0)
     GROUP BY ROLLUP (endpoint_path)`,
    [from, to],
  );
  return rows;
}

/** Errors in percent by endpoint; '' is all of them together. */
function compare(truth: readonly Percentiles[], told: readonly Percentiles[]): Map<string, number[]> {
  const known = new Map(told.map(({ endpoint, values }) => [endpoint, values]));
  return new Map(
    truth.map(({ endpoint, values }) => [
      endpoint,
      values.map((value, index) => 100 * ((known.get(endpoint)?.[index] ?? NaN) / value - 1)),
    ]),
  );
}

/** The one that is furthest off, with its sign; not a number where one is missing. */
function worst(errors: readonly number[]): number {
  if (errors.some(Number.isNaN)) return NaN;
  return errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);
}

export function signed(percent: number): string {
  return `${percent > 0 ? '+' : ''}${Math.abs(percent) >= 10 ? percent.toFixed(0) : percent.toFixed(2)}`;
}
