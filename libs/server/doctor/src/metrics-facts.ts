import type { LakebaseConfig } from '@lakescope/server-config';
import type { LakebaseCredentials } from '@lakescope/server-persistence';
import { onOwnConnection } from './postgres-facts';

/** How the metrics in the database are doing. */
export interface MetricsFacts {
  /** Whether there are rows that no partition of a day takes. */
  readonly isAstray: boolean;
  /** For how long the oldest metrics have waited to be rolled up, in seconds; undefined when none wait. */
  readonly waitingSeconds: number | undefined;
  /** When requests were last stored, by any replica; undefined when none ever were. */
  readonly storedAt: Date | undefined;
  /** Alert rules that post to a webhook. */
  readonly webhooks: number;
}

/** Rows may come days late: they wait since they came. Entries of the ledger are found by their time, latest first. */
const FACTS = `
  SELECT EXISTS (SELECT FROM lakescope.performance_metrics_default)
           OR EXISTS (SELECT FROM lakescope.usage_events_default) AS is_astray,
         (SELECT extract(epoch FROM now() - min(greatest(bucket + interval '5 minutes', committed_at)))::float8
            FROM lakescope.metrics_dirty LEFT JOIN lakescope.metrics_ingest_log USING (boot_id, seq)) AS waiting_seconds,
         (SELECT committed_at FROM lakescope.metrics_ingest_log
           WHERE entry IN ('flush', 'day') AND kind = 'performance' ORDER BY committed_at DESC LIMIT 1) AS stored_at,
         (SELECT count(*)::int FROM lakescope.alert_rules WHERE webhook_sealed IS NOT NULL) AS webhooks`;

interface FactsRow {
  is_astray: boolean;
  waiting_seconds: number | null;
  stored_at: Date | null;
  webhooks: number;
}

/** Undefined when the schema has no metrics yet. Rejects with what connecting failed with. */
export function lookAtMetrics(
  config: LakebaseConfig,
  credentials: LakebaseCredentials,
): Promise<MetricsFacts | undefined> {
  return onOwnConnection(config, credentials, (dataSource) =>
    dataSource.transaction(async (tx) => {
      const [made] = (await tx.query(`SELECT to_regclass('lakescope.alert_rules') IS NOT NULL AS made`)) as {
        made: boolean;
      }[];
      if (made?.made !== true) return undefined;
      // Row-level security shows the rows that are nobody's own to the system only.
      await tx.query(`SET LOCAL lakescope.system = 'on'`);
      const [row] = (await tx.query(FACTS)) as FactsRow[];
      if (row === undefined) throw new Error('The database answered without a row');
      return {
        isAstray: row.is_astray,
        waitingSeconds: row.waiting_seconds ?? undefined,
        storedAt: row.stored_at ?? undefined,
        webhooks: row.webhooks,
      };
    }),
  );
}
