import type { RunStatement } from '@lakescope/server-persistence';
import { FROM_RAW, iso } from './raw-tables';

/**
 * Puts one entry for each day and kind in the place of all that were made before an instant: the rows of all of them, and what each boot
 * told last, if it told nothing later. So every sum over the ledger stays what it was.
 */
export async function sumUpLedger(run: RunStatement, before: number): Promise<void> {
  await run(
    `WITH old AS (
       DELETE FROM metrics_ingest_log WHERE committed_at < $1 AND entry <> 'day' RETURNING *
     ), dated AS (
       SELECT *, date_bin('1 day', committed_at, timestamptz '2000-01-01 00:00:00Z') AS day FROM old
     ), final AS (
       SELECT DISTINCT ON (boot_id, kind) boot_id, kind, seq FROM dated
       WHERE NOT EXISTS (
         SELECT FROM metrics_ingest_log AS later
         WHERE later.boot_id = dated.boot_id AND later.kind = dated.kind AND later.committed_at >= $1)
       ORDER BY boot_id, kind, seq DESC
     ), marked AS (
       SELECT dated.*, final.seq IS NOT NULL AS is_final FROM dated LEFT JOIN final USING (boot_id, kind, seq)
     ), reasons AS (
       SELECT day, kind, jsonb_object_agg(reason, n) AS dropped
       FROM (SELECT day, kind, key AS reason, sum(value::bigint) AS n
             FROM marked CROSS JOIN LATERAL jsonb_each_text(dropped) WHERE is_final GROUP BY 1, 2, 3) AS counted
       GROUP BY 1, 2
     )
     INSERT INTO metrics_ingest_log
       (boot_id, seq, kind, entry, rows, observed, written, overflow, dropped, closed, committed_at)
     SELECT '${FROM_RAW}', extract(epoch FROM day)::bigint * 2 + (kind = 'usage')::int, kind, 'day', sum(rows),
            coalesce(sum(observed) FILTER (WHERE is_final), 0), coalesce(sum(written) FILTER (WHERE is_final), 0),
            coalesce(sum(overflow) FILTER (WHERE is_final), 0), coalesce(min(reasons.dropped::text)::jsonb, '{}'),
            bool_and(closed OR NOT is_final), day
     FROM marked LEFT JOIN reasons USING (day, kind) GROUP BY day, kind
     ON CONFLICT (boot_id, seq) DO UPDATE SET
       rows = metrics_ingest_log.rows + excluded.rows, observed = metrics_ingest_log.observed + excluded.observed,
       written = metrics_ingest_log.written + excluded.written, overflow = metrics_ingest_log.overflow + excluded.overflow,
       dropped = (SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
         SELECT key, sum(value::bigint) AS n FROM (
           SELECT * FROM jsonb_each_text(metrics_ingest_log.dropped) UNION ALL SELECT * FROM jsonb_each_text(excluded.dropped)
         ) AS both_of_them GROUP BY 1) AS added),
       closed = metrics_ingest_log.closed AND excluded.closed`,
    [iso(before)],
  );
}
