import type { RunStatement } from '@lakescope/server-persistence';
import { SCALE, type Sketch } from '@lakescope/sketch';
import type { AggregatedValues } from '../aggregated-metric.entity';
import { FROM_RAW, iso, type MetricKind } from './raw-tables';

/** One row of a tier, worked out from raw rows or from finer tiers. */
export interface TierRow {
  /** Where the bucket begins. */
  readonly bucket: number;
  readonly kind: MetricKind;
  /** The endpoint; of usage events the page. */
  readonly endpoint: string;
  /** '' for usage events. */
  readonly method: string;
  /** '' for requests. */
  readonly eventType: string;
  readonly samples: number;
  readonly errors: number;
  readonly successes: number;
  /** Of requests only. */
  readonly latency?: Latency;
  /** Known where raw rows were read; users of several buckets cannot be added up. */
  readonly users?: number;
}

export interface Latency {
  readonly sketch: Sketch;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Puts rows into the tier of `minutes`. */
export async function insertTierRows(run: RunStatement, minutes: number, rows: readonly TierRow[]): Promise<void> {
  if (rows.length === 0) return;
  await run(
    `INSERT INTO aggregated_metrics
       (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source, sample_count, error_count,
        success_count, sum_ms, min_ms, max_ms, hist, hist_scale, unique_users, aggregated_values)
     SELECT $1::smallint, bucket, kind, endpoint, method, event_type, $2::uuid, samples, errors, successes, sum_ms, min_ms, max_ms,
            decode(hist, 'base64'), scale, users, readable
     FROM json_to_recordset($3::json) AS row (
       bucket timestamptz, kind text, endpoint text, method text, event_type text, samples bigint, errors bigint,
       successes bigint, sum_ms float8, min_ms real, max_ms real, hist text, scale smallint, users integer, readable jsonb)`,
    [minutes, FROM_RAW, JSON.stringify(rows.map(recordOf))],
  );
}

function recordOf(row: TierRow): Readonly<Record<string, unknown>> {
  const { latency } = row;
  return {
    bucket: iso(row.bucket),
    kind: row.kind,
    endpoint: row.endpoint,
    method: row.method,
    event_type: row.eventType,
    samples: row.samples,
    errors: row.errors,
    successes: row.successes,
    users: row.users ?? null,
    ...(latency === undefined
      ? {}
      : {
          sum_ms: latency.sumMs,
          min_ms: latency.minMs,
          max_ms: latency.maxMs,
          hist: Buffer.from(latency.sketch.encode()).toString('base64'),
          scale: SCALE,
          readable: readableOf(row, latency),
        }),
  };
}

function readableOf({ samples, errors }: TierRow, { sketch, sumMs, minMs, maxMs }: Latency): AggregatedValues {
  const percentile = (q: number): number | null => {
    const value = sketch.quantile(q, { min: minMs, max: maxMs });
    return value === undefined ? null : toMicroseconds(value);
  };
  return {
    avg: samples === 0 ? null : toMicroseconds(sumMs / samples),
    min: toMicroseconds(minMs),
    max: toMicroseconds(maxMs),
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    error_rate: samples === 0 ? 0 : Math.round((errors / samples) * 1e6) / 1e6,
  };
}

/** More digits would only tell of the buckets, and take room. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
