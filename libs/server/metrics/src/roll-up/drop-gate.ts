import type { RunStatement } from '@lakescope/server-persistence';
import { DAY_MS, FROM_RAW, RAW_TABLES, iso, type MetricKind } from './raw-tables';

export interface GateFinding {
  /** Raw rows of the day. */
  readonly rows: number;
  /** Why the day has to stay; undefined when everything of it lives on in the tiers. */
  readonly reason: string | undefined;
}

interface Counts {
  dirty: number;
  raw: number;
  fine: number;
  fine_all: number;
  hours: number;
  day: number;
}

/**
 * Whether raw rows of a day may go: nothing of it waits to be rolled up, and every tier counts exactly what there is. Holds as long as
 * the lease is held and nobody marks a bucket of the day.
 */
export async function examine(run: RunStatement, kind: MetricKind, day: number): Promise<GateFinding> {
  const within = (column: string): string => `${column} >= $2::timestamptz AND ${column} < $3::timestamptz`;
  const tier = (minutes: number, and = ''): string =>
    `(SELECT coalesce(sum(sample_count), 0)::float8 FROM aggregated_metrics
      WHERE granularity_min = ${minutes} AND ${within('time_bucket')} AND metric_type = $1 ${and})`;
  const [counts] = await run<Counts>(
    `SELECT (SELECT count(*)::float8 FROM metrics_dirty WHERE kind = $1 AND ${within('bucket')}) AS dirty,
            (SELECT count(*)::float8 FROM ${RAW_TABLES[kind]} WHERE ${within('"timestamp"')}) AS raw,
            ${tier(5, `AND source = '${FROM_RAW}'`)} AS fine, ${tier(5)} AS fine_all, ${tier(60)} AS hours, ${tier(1440)} AS day`,
    [kind, iso(day), iso(day + DAY_MS)],
  );
  if (counts === undefined) throw new Error('An aggregate has no row');
  return { rows: counts.raw, reason: reasonOf(counts) };
}

function reasonOf({ dirty, raw, fine, fine_all: fineAll, hours, day }: Counts): string | undefined {
  if (dirty > 0) return `${dirty} marks of it wait to be rolled up`;
  if (fine !== raw) return `the 5-minute tier counts ${fine} of its ${raw} rows`;
  if (hours !== fineAll) return `its hours count ${hours} where its 5 minutes count ${fineAll}`;
  if (day !== fineAll) return `the day counts ${day} where its 5 minutes count ${fineAll}`;
  return undefined;
}
