import type { RunStatement } from '@lakescope/server-persistence';
import { SCALE, Sketch } from '@lakescope/sketch';
import { addStored } from '../queries/histogram-bytes';
import { withOtherPages } from './other-pages';
import { FROM_RAW, iso, startOf, type MetricKind } from './raw-tables';
import type { Latency, TierRow } from './tier-row';

/** A bucket of one kind, by when it begins. */
export interface KindBucket {
  readonly kind: MetricKind;
  readonly bucket: number;
}

export interface Merged {
  readonly rows: readonly TierRow[];
  /** Rows that cannot be right were left out; of these the raw rows may know better. */
  readonly corrupt: readonly KindBucket[];
  /** Rows left out altogether. */
  readonly leftOut: number;
}

interface StoredRow {
  time_bucket: Date;
  metric_type: MetricKind;
  endpoint_path: string;
  method: string;
  event_type: string;
  source: string;
  samples: number;
  errors: number;
  successes: number;
  sum_ms: number | null;
  min_ms: number | null;
  max_ms: number | null;
  hist: Buffer | null;
  hist_scale: number | null;
}

interface Sum {
  samples: number;
  errors: number;
  successes: number;
  latency: { sketch: Sketch; sumMs: number; minMs: number; maxMs: number } | undefined;
}

/** Adds up everything in the tier of `minutes` that lies within the given larger buckets. */
export async function mergeTier(
  run: RunStatement,
  minutes: number,
  larger: { readonly unitMs: number; readonly buckets: readonly KindBucket[] },
): Promise<Merged> {
  // In the order of the primary key: sums of what replicas have folded must come out the same each time.
  const rows = await run<StoredRow>(
    `SELECT tier.time_bucket, tier.metric_type, endpoint_path, method, event_type, source, sample_count::float8 AS samples,
            error_count::float8 AS errors, success_count::float8 AS successes, sum_ms, min_ms, max_ms, hist, hist_scale
     FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) AS wanted (kind, begins, ends)
     CROSS JOIN LATERAL (
       SELECT * FROM aggregated_metrics
       WHERE granularity_min = $1 AND time_bucket >= begins AND time_bucket < ends AND metric_type = kind
       OFFSET 0
     ) AS tier
     ORDER BY tier.time_bucket, tier.metric_type, endpoint_path COLLATE "C", method COLLATE "C", event_type COLLATE "C", source`,
    [
      minutes,
      larger.buckets.map(({ kind }) => kind),
      larger.buckets.map(({ bucket }) => iso(bucket)),
      larger.buckets.map(({ bucket }) => iso(bucket + larger.unitMs)),
    ],
  );
  return addUp(rows, larger.unitMs);
}

function addUp(rows: readonly StoredRow[], unitMs: number): Merged {
  const sums = new Map<string, TierRow & Sum>();
  const corrupt: KindBucket[] = [];
  let leftOut = 0;
  for (const row of rows) {
    const bucket = startOf(unitMs, row.time_bucket.getTime());
    const latency = latencyOf(row);
    if (latency === 'corrupt') {
      leftOut++;
      if (row.source === FROM_RAW) corrupt.push({ kind: row.metric_type, bucket: row.time_bucket.getTime() });
      continue;
    }
    const key = JSON.stringify([bucket, row.metric_type, row.endpoint_path, row.method, row.event_type]);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...beginOf(row, bucket), latency });
    else add(sum, row, latency);
  }
  return { rows: withOtherPages([...sums.values()]), corrupt, leftOut };
}

function beginOf(row: StoredRow, bucket: number): Omit<TierRow & Sum, 'latency'> {
  return {
    bucket,
    kind: row.metric_type,
    endpoint: row.endpoint_path,
    method: row.method,
    eventType: row.event_type,
    samples: row.samples,
    errors: row.errors,
    successes: row.successes,
  };
}

function latencyOf(row: StoredRow): Sum['latency'] | 'corrupt' {
  if (row.metric_type === 'usage') return undefined;
  const sketch = new Sketch();
  const stored = { histogram: row.hist, is_recorded_scale: row.hist_scale === SCALE, requests: row.samples };
  if (!addStored(sketch, stored)) return 'corrupt';
  return { sketch, sumMs: row.sum_ms ?? 0, minMs: row.min_ms ?? Infinity, maxMs: row.max_ms ?? 0 };
}

function add(sum: Sum, more: Pick<Sum, 'samples' | 'errors' | 'successes'>, latency: Latency | undefined): void {
  sum.samples += more.samples;
  sum.errors += more.errors;
  sum.successes += more.successes;
  if (sum.latency === undefined || latency === undefined) return;
  sum.latency.sketch.merge(latency.sketch);
  sum.latency.sumMs += latency.sumMs;
  sum.latency.minMs = Math.min(sum.latency.minMs, latency.minMs);
  sum.latency.maxMs = Math.max(sum.latency.maxMs, latency.maxMs);
}
