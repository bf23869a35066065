import type { RunStatement } from '@lakescope/server-persistence';
import { limitLockWaits } from './lock-patience';
import { DAY_MS, iso, partitionOf, startOf, type MetricKind } from './raw-tables';

/**
 * Brings the BRIN indexes up to date that tell where rows of marked buckets lie. Pages that came since the last vacuum are not in them,
 * and are read each time somebody looks for any time of their day: 300 ms instead of 3 in the middle of a busy one.
 */
export async function summariseTimes(run: RunStatement, before: number): Promise<void> {
  const marked = await run<{ kind: MetricKind; day: Date }>(
    `SELECT DISTINCT kind, date_bin('1 day', bucket, timestamptz '2000-01-01 00:00:00Z') AS day
     FROM metrics_dirty WHERE bucket < $1`,
    [iso(before)],
  );
  if (marked.length === 0) return;
  // Who vacuums the table does the same; we do not wait for that.
  await limitLockWaits(run);
  await run(
    `SELECT brin_summarize_new_values(pg_index.indexrelid)
     FROM pg_class AS partition JOIN pg_index ON indrelid = partition.oid JOIN pg_class AS index ON index.oid = indexrelid
       JOIN pg_am ON pg_am.oid = index.relam AND amname = 'brin'
     WHERE partition.relname = ANY ($1) AND partition.relnamespace = current_schema()::regnamespace`,
    [marked.map(({ kind, day }) => partitionOf(kind, startOf(DAY_MS, day.getTime())))],
  );
}
