import type { RunStatement } from '@lakescope/server-persistence';
import { SCALE, Sketch } from '@lakescope/sketch';
import type { KindBucket } from './coarse-tiers';
import { FROM_RAW, iso } from './raw-tables';
import type { TierRow } from './tier-row';

/** Everything of one kind within one bucket. */
interface Total extends KindBucket {
  samples: number;
  errors: number;
  latency: { readonly sketch: Sketch; sumMs: number; minMs: number; maxMs: number } | undefined;
}

/**
 * Writes down what all rows of these buckets are together, in the tier of `minutes`. `rows` are all there are, folded ones included; the
 * people of the buckets must have been counted before.
 */
export async function writeTotals(
  run: RunStatement,
  minutes: number,
  buckets: readonly KindBucket[],
  rows: readonly TierRow[],
): Promise<void> {
  const totals = totalsOf(rows);
  const empty = buckets.filter((bucket) => !totals.has(keyOf(bucket)));
  if (empty.length > 0) {
    await run(
      `DELETE FROM metric_totals USING unnest($2::text[], $3::timestamptz[]) AS empty (kind, bucket)
       WHERE granularity_min = $1 AND metric_type = empty.kind AND time_bucket = empty.bucket`,
      [minutes, empty.map(({ kind }) => kind), empty.map(({ bucket }) => iso(bucket))],
    );
  }
  if (totals.size === 0) return;
  const people =
    minutes === 5
      ? `(SELECT count(DISTINCT user_id) FROM usage_events WHERE "timestamp" >= bucket AND "timestamp" < bucket + interval '5 min')`
      : '(SELECT count(*) FROM metric_users WHERE granularity_min = $1 AND time_bucket = bucket AND events > 0)';
  await run(
    `INSERT INTO metric_totals (granularity_min, time_bucket, metric_type, sample_count, folded_count, error_count,
       sum_ms, min_ms, max_ms, hist, hist_scale, unique_users)
     SELECT $1::smallint, bucket, kind, samples,
            (SELECT coalesce(sum(sample_count), 0) FROM aggregated_metrics
              WHERE granularity_min = $1 AND time_bucket = bucket AND metric_type = kind AND source <> $2::uuid),
            errors, sum_ms, min_ms, max_ms, decode(hist, 'base64'), scale, CASE WHEN kind = 'usage' THEN ${people} END
     FROM json_to_recordset($3::json) AS row (
       bucket timestamptz, kind text, samples bigint, errors bigint, sum_ms float8, min_ms real, max_ms real, hist text, scale smallint)
     ON CONFLICT (granularity_min, metric_type, time_bucket) DO UPDATE SET
       (sample_count, folded_count, error_count, sum_ms, min_ms, max_ms, hist, hist_scale, unique_users) =
       (excluded.sample_count, excluded.folded_count, excluded.error_count, excluded.sum_ms, excluded.min_ms, excluded.max_ms,
        excluded.hist, excluded.hist_scale, excluded.unique_users)`,
    [minutes, FROM_RAW, JSON.stringify([...totals.values()].map(recordOf))],
  );
}

function totalsOf(rows: readonly TierRow[]): ReadonlyMap<string, Total> {
  const totals = new Map<string, Total>();
  for (const row of rows) {
    const total = totals.get(keyOf(row)) ?? nothingOf(row);
    totals.set(keyOf(row), total);
    total.samples += row.samples;
    total.errors += row.errors;
    if (total.latency === undefined || row.latency === undefined) continue;
    total.latency.sketch.merge(row.latency.sketch);
    total.latency.sumMs += row.latency.sumMs;
    total.latency.minMs = Math.min(total.latency.minMs, row.latency.minMs);
    total.latency.maxMs = Math.max(total.latency.maxMs, row.latency.maxMs);
  }
  return totals;
}

function nothingOf({ kind, bucket }: KindBucket): Total {
  const latency = kind === 'usage' ? undefined : { sketch: new Sketch(), sumMs: 0, minMs: Infinity, maxMs: -Infinity };
  return { kind, bucket, samples: 0, errors: 0, latency };
}

function keyOf({ kind, bucket }: KindBucket): string {
  return `${kind} ${bucket}`;
}

function recordOf({ bucket, kind, samples, errors, latency }: Total): Readonly<Record<string, unknown>> {
  return {
    bucket: iso(bucket),
    kind,
    samples,
    errors,
    ...(latency === undefined
      ? {}
      : {
          sum_ms: latency.sumMs,
          min_ms: Number.isFinite(latency.minMs) ? latency.minMs : null,
          max_ms: Number.isFinite(latency.maxMs) ? latency.maxMs : null,
          hist: Buffer.from(latency.sketch.encode()).toString('base64'),
          scale: SCALE,
        }),
  };
}
