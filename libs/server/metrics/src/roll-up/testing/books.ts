import type { MetricsReplica } from './metrics-replica';

const KINDS_OF_RAW = `(SELECT 'performance' AS kind, count(*) AS rows FROM performance_metrics
  UNION ALL SELECT 'usage', count(*) FROM usage_events) AS raw`;

/** Kinds of which the ledger says something else than there is. */
export function ledgerErrors({ background }: Pick<MetricsReplica, 'background'>): Promise<unknown[]> {
  return background.statement({
    text: `SELECT kind, rows, coalesce((SELECT sum(rows) FROM metrics_ingest_log WHERE kind = raw.kind), 0) AS booked
           FROM ${KINDS_OF_RAW}
           WHERE rows <> coalesce((SELECT sum(rows) FROM metrics_ingest_log WHERE kind = raw.kind), 0)`,
  });
}

/** Tiers that count something else than there are raw rows; of use while no day has been let go of. */
export function tierErrors({ background }: Pick<MetricsReplica, 'background'>): Promise<unknown[]> {
  return background.statement({
    text: `SELECT minutes, kind, rows, samples, totalled FROM ${KINDS_OF_RAW}
           CROSS JOIN (VALUES (5), (60), (1440)) AS tier (minutes)
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(sample_count), 0) AS samples FROM aggregated_metrics
             WHERE granularity_min = minutes AND metric_type = kind) AS counted
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(sample_count), 0) AS totalled FROM metric_totals
             WHERE granularity_min = minutes AND metric_type = kind) AS together
           WHERE rows <> samples OR rows <> totalled`,
  });
}

/** As after the migrations, but for the partitions. */
export async function emptyAll({ background }: Pick<MetricsReplica, 'background'>): Promise<void> {
  await background.statement({
    text: 'TRUNCATE performance_metrics, usage_events, aggregated_metrics, metric_totals, metric_users, metrics_dirty, metrics_ingest_log',
  });
}
