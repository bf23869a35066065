import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ManifestFences, ManifestReading } from '../engine/ingestion-engine';
import { isTag } from '../queue/storable';
import type { JobFailureDto } from '../runs/job-findings.dto';
import { targetUriOf } from '../runs/job-places';
import type { JobRow } from '../runs/job-row';
import { ALL_TABLES_FAILED } from '../runs/job-values';

const WORKING = { feature: 'Ingestion jobs', repeat: 'write' } as const;

/** One source that somebody ingests into one target. */
export interface Feed {
  readonly user_id: string;
  readonly pair_key: string;
  readonly manifest_uri: string;
  readonly target_uri: string;
  readonly source_connection_id: string;
  readonly checked_at: Date | null;
  /** Under which names the last run was let in to the connection `default`; null where it was not asked for, or that run is gone. */
  readonly admitted_as: readonly string[] | null;
}

/** The manifest as a run has found it. */
export interface RunManifest {
  readonly etag: string | undefined;
  /** Whether it was still that of the last run that left nothing behind: then no table was looked at. */
  readonly isUnchanged: boolean;
  /** By `performance.now()`. */
  readonly readAt: number;
}

type Pair = Pick<Feed, 'user_id' | 'pair_key'>;

const FEED_COLUMNS = `user_id, pair_key, manifest_uri, target_uri, source_connection_id, checked_at,
  (SELECT request -> 'admitted_as' FROM ingestion_jobs WHERE job_id = last_job_id) AS admitted_as`;
/** When the manifest was read, by the database's clock alone: `$3` is how many milliseconds ago. */
const READ_AT = `(clock_timestamp() - $3 * interval '1 ms')`;

const GONE = {
  code: 'NOT_IN_MANIFEST',
  message: 'The manifest does not name the table any more.',
  advice: 'Look whether it was renamed or taken out at the source.',
};
const SET_BACK_ADVICE = 'Start a run, and decide for this table: rebuild it, or continue from where it is.';

/** Keeps how far tables are: what runs have done, and what looks at manifests have found. Readings are told by their age, newer ones win. */
@Injectable()
export class FreshnessRecords {
  constructor(private readonly database: Database) {}

  async feedOf(tx: EntityManager, userId: string, pairKey: string): Promise<Feed | undefined> {
    const [feed] = (await tx.query(`SELECT ${FEED_COLUMNS} FROM ingestion_feeds WHERE user_id = $1 AND pair_key = $2`, [
      userId,
      pairKey,
    ])) as Feed[];
    return feed;
  }

  feedsInto(tx: EntityManager, userId: string, target: string, limit: number): Promise<Feed[]> {
    return tx.query(
      `SELECT ${FEED_COLUMNS} FROM ingestion_feeds WHERE user_id = $1 AND target_uri = $2 ORDER BY pair_key LIMIT $3`,
      [userId, target, limit],
    ) as Promise<Feed[]>;
  }

  /** The manifest that all tables of a feed were last read from, if it is the same for all. */
  async commonEtag(tx: EntityManager, { user_id, pair_key }: Feed): Promise<string | undefined> {
    const rows = (await tx.query(
      `SELECT DISTINCT manifest_etag AS etag FROM ingestion_freshness WHERE user_id = $1 AND pair_key = $2 LIMIT 2`,
      [user_id, pair_key],
    )) as { etag: string | null }[];
    return rows.length === 1 ? (rows[0]?.etag ?? undefined) : undefined;
  }

  /**
   * What a run has done, in the transaction that ends it; the job's tables are written down by then. `manifest` is undefined where it was
   * not read, `failure` why the run could do nothing at all.
   */
  async noteRun(
    tx: EntityManager,
    job: JobRow,
    manifest: RunManifest | undefined,
    failure: JobFailureDto | undefined,
  ): Promise<void> {
    const age = manifest === undefined ? null : performance.now() - manifest.readAt;
    const feedFailure = manifest === undefined && failure !== undefined ? JSON.stringify(failure) : null;
    const { source, target, enforce_fence } = job.request;
    await tx.query(
      `INSERT INTO ingestion_feeds AS feed (user_id, pair_key, checked_at, failure, failed_at, manifest_uri, target_uri,
                                            source_connection_id, target_connection_id, enforce_fence,
                                            last_job_id, schedule_id)
       VALUES ($1, $2, ${READ_AT}, $4::jsonb, CASE WHEN $4::jsonb IS NOT NULL THEN clock_timestamp() END, $5, $6, $7, $8, $9,
               $10, $11)
       ON CONFLICT (user_id, pair_key) DO UPDATE
          SET checked_at = greatest(feed.checked_at, excluded.checked_at), manifest_uri = excluded.manifest_uri,
              target_uri = excluded.target_uri, source_connection_id = excluded.source_connection_id,
              target_connection_id = excluded.target_connection_id, enforce_fence = excluded.enforce_fence, last_job_id = excluded.last_job_id,
              schedule_id = coalesce(excluded.schedule_id, feed.schedule_id),
              failure = CASE WHEN excluded.checked_at IS NULL AND excluded.failure IS NULL THEN feed.failure
                             ELSE excluded.failure END,
              failed_at = CASE WHEN excluded.checked_at IS NULL AND excluded.failure IS NULL THEN feed.failed_at
                               ELSE excluded.failed_at END,
              updated_at = clock_timestamp()`,
      [
        job.user_id,
        job.pair_key,
        age,
        feedFailure,
        job.manifest_uri,
        targetUriOf(target.uri, 'target.uri'),
        source.connection_id,
        target.connection_id,
        enforce_fence,
        job.job_id,
        job.schedule_id,
      ],
    );
    if (manifest === undefined || age === null) return;
    const etag = tagOf(manifest.etag);
    if (manifest.isUnchanged) return this.noteUnchanged(tx, job, age, etag);
    await this.noteTables(tx, job, age, etag);
    const { include, exclude } = job.request;
    // A run that broke off has not come to all that the manifest names.
    const isThrough = failure === undefined || failure.code === ALL_TABLES_FAILED;
    const isWhole = include === null && exclude === null && job.cancel_requested_at === null && isThrough;
    if (isWhole) await this.noteGone(tx, job, age, etag);
  }

  /** What a look at a manifest has found, or why there is nothing. Answers when the manifest was last read. */
  noteReading(
    feed: Pair,
    askedEtag: string | undefined,
    read: ManifestReading | JobFailureDto,
    readAt: number,
  ): Promise<Date | null> {
    return this.database.asSystem(async (tx) => {
      const age = performance.now() - readAt;
      const failure = isFailure(read) ? JSON.stringify(read) : null;
      const [rows] = (await tx.query(
        `UPDATE ingestion_feeds
            SET checked_at = CASE WHEN $4::jsonb IS NULL THEN greatest(checked_at, ${READ_AT}) ELSE checked_at END,
                failure = $4::jsonb, failed_at = CASE WHEN $4::jsonb IS NOT NULL THEN clock_timestamp() END,
                updated_at = clock_timestamp()
          WHERE user_id = $1 AND pair_key = $2 RETURNING checked_at`,
        [feed.user_id, feed.pair_key, age, failure],
      )) as [{ checked_at: Date | null }[], number];
      if (read === 'not-modified') await this.noteUnchanged(tx, feed, age, askedEtag ?? null);
      else if (!isFailure(read)) await this.noteFences(tx, feed, age, read);
      return rows[0]?.checked_at ?? null;
    }, WORKING);
  }

  /** Tables that were read from this very manifest stand as they stood. */
  private async noteUnchanged(tx: EntityManager, { user_id, pair_key }: Pair, age: number, etag: string | null) {
    await tx.query(
      `UPDATE ingestion_freshness SET checked_at = greatest(checked_at, ${READ_AT}), updated_at = clock_timestamp()
        WHERE user_id = $1 AND pair_key = $2 AND manifest_etag = $4`,
      [user_id, pair_key, age, etag],
    );
  }

  /** A table that was stopped before it was looked at says nothing. One that failed is as far as it was known to be. */
  private async noteTables(tx: EntityManager, job: JobRow, age: number, etag: string | null): Promise<void> {
    const isNewer = 'coalesce(excluded.checked_at >= freshness.checked_at, true)';
    await tx.query(
      `INSERT INTO ingestion_freshness AS freshness
              (user_id, pair_key, table_name, watermark_ms, fence_ms, manifest_etag, checked_at, failure, last_job_id)
       SELECT $1, $2, done.table_name,
              CASE WHEN status IN ('failed', 'cancelled') THEN coalesce(done.watermark_ms, before.watermark_ms)
                   ELSE done.watermark_ms END,
              done.fence_ms, $4, ${READ_AT},
              CASE status WHEN 'failed' THEN done.failure WHEN 'cancelled' THEN before.failure END, done.job_id
         FROM ingestion_job_tables done
         LEFT JOIN ingestion_freshness before
                ON before.user_id = $1 AND before.pair_key = $2 AND before.table_name = done.table_name
        WHERE done.job_id = $5 AND status <> 'running' AND (status <> 'cancelled' OR done.fence_ms IS NOT NULL)
       ON CONFLICT (user_id, pair_key, table_name) DO UPDATE
          SET watermark_ms = excluded.watermark_ms, failure = excluded.failure, last_job_id = excluded.last_job_id,
              fence_ms = CASE WHEN ${isNewer} THEN coalesce(excluded.fence_ms, freshness.fence_ms) ELSE freshness.fence_ms END,
              manifest_etag = CASE WHEN ${isNewer} THEN excluded.manifest_etag ELSE freshness.manifest_etag END,
              finding = CASE WHEN ${isNewer} THEN NULL ELSE freshness.finding END,
              checked_at = greatest(freshness.checked_at, excluded.checked_at), updated_at = clock_timestamp()`,
      [job.user_id, job.pair_key, age, etag, job.job_id],
    );
  }

  /** Tables that were ingested before and are not in the manifest any more: a run of all tables tells. */
  private async noteGone(tx: EntityManager, job: JobRow, age: number, etag: string | null): Promise<void> {
    await tx.query(
      `UPDATE ingestion_freshness freshness
          SET finding = $4::jsonb, manifest_etag = $5, checked_at = ${READ_AT}, updated_at = clock_timestamp()
        WHERE user_id = $1 AND pair_key = $2 AND coalesce(checked_at <= ${READ_AT}, true)
          AND NOT EXISTS (SELECT FROM ingestion_job_tables done
                           WHERE done.job_id = $6 AND done.table_name = freshness.table_name)`,
      [job.user_id, job.pair_key, age, JSON.stringify(GONE), etag, job.job_id],
    );
  }

  /** A fence before what is ingested is a source that was set back, unless runs of the feed read past fences. */
  private async noteFences(tx: EntityManager, { user_id, pair_key }: Pair, age: number, read: ManifestFences) {
    const { tables, rejected } = read;
    const etag = tagOf(read.etag);
    const told = [
      ...tables.map(({ table, fence }) => ({ told_name: table, fence, wrong: null })),
      ...rejected.map(({ table, failure }) => ({ told_name: table, fence: null, wrong: failure })),
    ];
    await tx.query(
      `UPDATE ingestion_freshness freshness
          SET fence_ms = coalesce(fence, freshness.fence_ms), manifest_etag = $4, checked_at = ${READ_AT}, updated_at = clock_timestamp(),
              finding = CASE WHEN told_name IS NULL THEN $5::jsonb
                             WHEN wrong IS NOT NULL THEN wrong
                             WHEN enforce_fence AND fence < freshness.watermark_ms THEN jsonb_build_object(
                               'code', 'SOURCE_RESET', 'advice', $6::text, 'message',
                               format('Folder %s is ingested, and the manifest says that nothing after %s is written: the source was set back.',
                                      freshness.watermark_ms, fence)) END
         FROM ingestion_freshness known
         JOIN ingestion_feeds USING (user_id, pair_key)
         LEFT JOIN jsonb_to_recordset($7::jsonb) AS told (told_name text, fence bigint, wrong jsonb) ON told_name = known.table_name
        WHERE known.user_id = $1 AND known.pair_key = $2 AND coalesce(known.checked_at <= ${READ_AT}, true)
          AND freshness.user_id = $1 AND freshness.pair_key = $2 AND freshness.table_name = known.table_name`,
      [user_id, pair_key, age, etag, JSON.stringify(GONE), SET_BACK_ADVICE, JSON.stringify(told)],
    );
  }
}

/** What the database does not take is no ETag that could be asked with again. */
function tagOf(etag: string | undefined): string | null {
  return etag !== undefined && isTag(etag) ? etag : null;
}

export function isFailure(read: ManifestReading | JobFailureDto): read is JobFailureDto {
  return read !== 'not-modified' && 'advice' in read;
}
