import type { LakebaseConfig } from '@lakescope/server-config';
import type { LakebaseCredentials } from '@lakescope/server-persistence';
import { onOwnConnection } from './postgres-facts';

/** How ingestion jobs are doing. */
export interface JobsFacts {
  readonly pending: number;
  readonly running: number;
  /** To be taken up again. */
  readonly interrupted: number;
  /** Seconds since the run that has been silent for longest was heard of; undefined while none is under way. */
  readonly silentSeconds: number | undefined;
  /** Seconds that the oldest job has waited; undefined while none waits. */
  readonly waitedSeconds: number | undefined;
  /** Names of schedules that were paused because they had failed too often. */
  readonly paused: readonly string[];
  /** Schedules that are not paused. */
  readonly schedules: number;
  /** Seconds since the schedule that is due for longest was due; undefined where none is. */
  readonly overdueSeconds: number | undefined;
  /** When a schedule was last dealt with, by any replica; undefined where none ever was. */
  readonly tickedAt: Date | undefined;
}

/** Failures in a row after which the app pauses a schedule by itself. */
const FAILURES = 5;

const FACTS = `
  SELECT (SELECT count(*)::int FROM lakescope.ingestion_jobs WHERE status = 'pending') AS pending,
         (SELECT count(*)::int FROM lakescope.ingestion_jobs WHERE status = 'running') AS running,
         (SELECT count(*)::int FROM lakescope.ingestion_jobs WHERE status = 'interrupted') AS interrupted,
         (SELECT extract(epoch FROM now() - min(seen_at))::float8
            FROM lakescope.ingestion_jobs WHERE status = 'running') AS silent_seconds,
         (SELECT extract(epoch FROM now() - min(CASE status WHEN 'pending' THEN created_at ELSE seen_at END))::float8
            FROM lakescope.ingestion_jobs WHERE status IN ('pending', 'interrupted')) AS waited_seconds,
         ARRAY(SELECT name FROM lakescope.ingestion_schedules
                WHERE paused AND failures >= ${FAILURES} ORDER BY name LIMIT 100) AS paused,
         (SELECT count(*)::int FROM lakescope.ingestion_schedules WHERE NOT paused) AS schedules,
         (SELECT extract(epoch FROM now() - min(next_run_at))::float8
            FROM lakescope.ingestion_schedules WHERE NOT paused AND next_run_at < now()) AS overdue_seconds,
         (SELECT max(greatest(last_checked_at, last_run_at)) FROM lakescope.ingestion_schedules) AS ticked_at`;

interface FactsRow {
  pending: number;
  running: number;
  interrupted: number;
  silent_seconds: number | null;
  waited_seconds: number | null;
  paused: string[];
  schedules: number;
  overdue_seconds: number | null;
  ticked_at: Date | null;
}

/** Undefined when the schema has no jobs yet. Rejects with what connecting failed with. */
export function lookAtJobs(config: LakebaseConfig, credentials: LakebaseCredentials): Promise<JobsFacts | undefined> {
  return onOwnConnection(config, credentials, (dataSource) =>
    dataSource.transaction(async (tx) => {
      const [made] = (await tx.query(
        `SELECT count(*)::int = 2 AS made FROM information_schema.columns
          WHERE table_schema = 'lakescope' AND table_name = 'ingestion_schedules' AND column_name IN ('failures', 'last_checked_at')`,
      )) as { made: boolean }[];
      if (made?.made !== true) return undefined;
      // Jobs are their owners', who are all counted here.
      await tx.query(`SET LOCAL lakescope.system = 'on'`);
      const [row] = (await tx.query(FACTS)) as FactsRow[];
      if (row === undefined) throw new Error('The database answered without a row');
      return {
        pending: row.pending,
        running: row.running,
        interrupted: row.interrupted,
        silentSeconds: row.silent_seconds ?? undefined,
        waitedSeconds: row.waited_seconds ?? undefined,
        paused: row.paused,
        schedules: row.schedules,
        overdueSeconds: row.overdue_seconds ?? undefined,
        tickedAt: row.ticked_at ?? undefined,
      };
    }),
  );
}
