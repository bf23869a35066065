import type { RunStatement } from '@lakescope/server-persistence';
import { COARSE_DAYS, DAY_MS, FROM_RAW, iso } from './raw-tables';

/**
 * Puts one entry for each day and kind in the place of all that were made before an instant: it holds the rows of all of them, so the sum
 * over the ledger stays what it was. What flushes tell are running totals of their boot, which may go on for months: the last ones of each
 * day stay, without their rows, for as long as anybody may ask what came between two days.
 */
export async function sumUpLedger(run: RunStatement, before: number): Promise<void> {
  await run(
    `WITH last AS (
       SELECT DISTINCT ON (boot_id, date_bin('1 day', committed_at, timestamptz '2000-01-01 00:00:00Z')) boot_id, seq
       FROM metrics_ingest_log WHERE entry = 'flush' AND committed_at >= $2 AND committed_at < $1
       ORDER BY boot_id, date_bin('1 day', committed_at, timestamptz '2000-01-01 00:00:00Z'), seq DESC
     ), old AS (
       DELETE FROM metrics_ingest_log
       WHERE committed_at < $1 AND entry <> 'day' AND NOT (rows = 0 AND (boot_id, seq) IN (SELECT boot_id, seq FROM last))
       RETURNING *, date_bin('1 day', committed_at, timestamptz '2000-01-01 00:00:00Z') AS day
     ), kept AS (
       INSERT INTO metrics_ingest_log
         (boot_id, seq, kind, entry, rows, observed, written, overflow, dropped, closed, committed_at)
       SELECT boot_id, seq, kind, entry, 0, observed, written, overflow, dropped, closed, committed_at
       FROM old JOIN last USING (boot_id, seq)
     ), reasons AS (
       SELECT day, kind, jsonb_object_agg(reason, n) AS by_reason
       FROM (SELECT day, kind, key AS reason, sum(value::bigint) AS n
             FROM old CROSS JOIN LATERAL jsonb_each_text(dropped) WHERE entry <> 'flush' GROUP BY 1, 2, 3) AS counted
       GROUP BY 1, 2
     )
     INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, written, dropped, closed, committed_at)
     SELECT '${FROM_RAW}', extract(epoch FROM day)::bigint * 2 + (kind = 'usage')::int, kind, 'day', sum(rows),
            coalesce(sum(written) FILTER (WHERE entry <> 'flush'), 0), coalesce(min(by_reason::text)::jsonb, '{}'), true, day
     FROM old LEFT JOIN reasons USING (day, kind) GROUP BY day, kind
     ON CONFLICT (boot_id, seq) DO UPDATE SET
       rows = metrics_ingest_log.rows + excluded.rows, written = metrics_ingest_log.written + excluded.written,
       dropped = (SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
         SELECT key, sum(value::bigint) AS n FROM (
           SELECT * FROM jsonb_each_text(metrics_ingest_log.dropped) UNION ALL SELECT * FROM jsonb_each_text(excluded.dropped)
         ) AS both_of_them GROUP BY 1) AS added)`,
    [iso(before), iso(before - COARSE_DAYS * DAY_MS)],
  );
}
