import type { JobFailureDto } from '../runs/job-findings.dto';
import type { FreshnessCountsDto, FreshnessInstantDto, TableFreshnessDto, TargetFreshnessDto } from './freshness.dto';
import type { FreshnessState } from './freshness-values';

/** A table of a feed as it stands now; milliseconds come as text. */
export interface FreshnessRow {
  readonly user_id: string;
  readonly pair_key: string;
  readonly table_name: string;
  readonly manifest_uri: string;
  readonly target_uri: string;
  readonly source_connection_id: string;
  readonly target_connection_id: string | null;
  readonly schedule_id: string | null;
  readonly last_job_id: string | null;
  readonly watermark_ms: string | null;
  readonly fence_ms: string | null;
  readonly behind_ms: string | null;
  readonly age_ms: string | null;
  readonly ahead_ms: string | null;
  readonly minutes: number | null;
  readonly checked_at: Date | null;
  readonly is_old: boolean;
  /** Why the last run could not work on it, and what the last look at the manifest has found. */
  readonly failure: JobFailureDto | null;
  readonly finding: JobFailureDto | null;
  /** Why the manifest could not be read when it was last tried. */
  readonly feed_failure: JobFailureDto | null;
  readonly state: FreshnessState;
}

const NOW_MS = '(extract(epoch FROM statement_timestamp()) * 1000)::bigint';

/**
 * Tables with how they stand: what `FROM` takes. Both moments are told by the source's clock, so that how far one lies behind the other
 * does not depend on ours. A reading that is older than the threshold does not show that a table is fresh.
 */
export const TOLD_FRESHNESS = `(
  SELECT freshness.*, feed.manifest_uri, feed.target_uri, feed.source_connection_id, feed.target_connection_id, feed.schedule_id,
         feed.failure AS feed_failure, worked_out.*, looked.*,
         ${NOW_MS} - watermark_ms AS age_ms, fence_ms - ${NOW_MS} AS ahead_ms,
         CASE WHEN freshness.failure IS NOT NULL OR finding IS NOT NULL THEN 'blocked'
              WHEN behind_ms IS NULL THEN 'unknown'
              WHEN behind_ms > worked_out.minutes * 60000::bigint THEN 'late'
              WHEN is_old THEN 'unknown'
              WHEN behind_ms > 0 AND worked_out.minutes IS NULL THEN 'unknown'
              ELSE 'fresh' END AS state
    FROM ingestion_freshness freshness
    JOIN ingestion_feeds feed USING (user_id, pair_key)
    LEFT JOIN ingestion_thresholds own ON own.user_id = freshness.user_id AND own.target_uri = feed.target_uri
                                      AND own.table_name = freshness.table_name
    LEFT JOIN ingestion_thresholds every_table ON every_table.user_id = freshness.user_id
                                              AND every_table.target_uri = feed.target_uri AND every_table.table_name = ''
    CROSS JOIN LATERAL (SELECT coalesce(own.minutes, every_table.minutes) AS minutes,
                               CASE WHEN fence_ms IS NOT NULL AND watermark_ms IS NOT NULL
                                    THEN greatest(fence_ms - watermark_ms, 0) END AS behind_ms) worked_out
    CROSS JOIN LATERAL (SELECT coalesce(freshness.checked_at < statement_timestamp()
                                          - worked_out.minutes * interval '1 minute', false) AS is_old) looked) told`;

/** Clocks are not exact; so far one may lie before the other without a word. */
const SKEW_MS = 5 * 60_000;
const LAST_DATE_MS = Date.UTC(9999, 11, 31);
const UNREAD = 'The manifest was not read since';

/** What the API shows of a table. */
export function tableFreshnessOf(row: FreshnessRow): TableFreshnessDto {
  return {
    table: row.table_name,
    user_id: row.user_id,
    source: { manifest_uri: row.manifest_uri, connection_id: row.source_connection_id },
    target_uri: row.target_uri,
    target_connection_id: row.target_connection_id,
    watermark: instantOf(row.watermark_ms),
    fence: instantOf(row.fence_ms),
    behind_seconds: secondsOf(row.behind_ms),
    age_seconds: secondsOf(row.age_ms),
    checked_at: row.checked_at?.toISOString() ?? null,
    state: row.state,
    reason: reasonOf(row),
    threshold_seconds: row.minutes === null ? null : row.minutes * 60,
    last_job_id: row.last_job_id,
    schedule_id: row.schedule_id,
  };
}

/** Why it stands so: what is wrong first, then what is not known. */
export function reasonOf(row: FreshnessRow): string | null {
  const said = row.failure ?? row.finding;
  if (said !== null) return `${said.message} ${said.advice}`;
  if (row.fence_ms === null) return 'The manifest was not read for this table yet.';
  if (row.watermark_ms === null) return 'Nothing of the table is ingested yet.';
  if (Number(row.ahead_ms) > SKEW_MS) {
    return `The manifest says that folders are written ${durationOf(Number(row.ahead_ms))} in the future: the clock of the source or of this app is wrong.`;
  }
  if (row.feed_failure !== null) return `${UNREAD}: ${row.feed_failure.message}`;
  if (row.state !== 'unknown') return null;
  if (row.is_old) return `${UNREAD} for longer than the threshold: look at it again, or run the ingestion.`;
  return 'There is no threshold for this table.';
}

/** Tables of a feed, counted. */
export interface FeedRow {
  readonly user_id: string;
  readonly target_uri: string;
  readonly manifest_uri: string;
  readonly source_connection_id: string;
  readonly target_connection_id: string | null;
  readonly fresh: number;
  readonly late: number;
  readonly blocked: number;
  readonly unknown: number;
  readonly worst_ms: string | null;
  readonly minutes: number | null;
  readonly checked_at: Date | null;
  readonly failure: JobFailureDto | null;
  readonly last_job_id: string | null;
  readonly schedule_id: string | null;
}

export function targetFreshnessOf(row: FeedRow): TargetFreshnessDto {
  return {
    ...countsOf(row),
    target_uri: row.target_uri,
    user_id: row.user_id,
    source: { manifest_uri: row.manifest_uri, connection_id: row.source_connection_id },
    target_connection_id: row.target_connection_id,
    worst_behind_seconds: secondsOf(row.worst_ms),
    threshold_seconds: row.minutes === null ? null : row.minutes * 60,
    checked_at: row.checked_at?.toISOString() ?? null,
    failure: row.failure,
    last_job_id: row.last_job_id,
    schedule_id: row.schedule_id,
  };
}

export function countsOf({ fresh, late, blocked, unknown }: FreshnessCountsDto): FreshnessCountsDto {
  return { fresh, late, blocked, unknown };
}

function instantOf(ms: string | null): FreshnessInstantDto | null {
  if (ms === null) return null;
  const time = Number(ms);
  return { ms, at: time >= 0 && time <= LAST_DATE_MS ? new Date(time).toISOString() : null };
}

/** Never below zero: a source whose clock is ahead is not younger than now. */
function secondsOf(ms: string | null): number | null {
  return ms === null ? null : Math.max(0, Math.floor(Number(ms) / 1000));
}

const MINUTE_MS = 60_000;

/** In the largest unit that has two of it. */
export function durationOf(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`;
}
