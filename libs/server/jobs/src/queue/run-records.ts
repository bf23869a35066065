import type { FolderRef } from '@lakescope/cda';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FreshnessAlarms } from '../freshness/freshness-alarms';
import { FreshnessRecords } from '../freshness/freshness-records';
import { JobsLimits } from '../jobs-limits';
import type { JobFailureDto } from '../runs/job-findings.dto';
import { hashOf } from '../runs/job-request';
import { JOB_COLUMNS, type JobRow } from '../runs/job-row';
import type { JobStatus } from '../runs/job-values';
import { JobFeed } from '../streams/job-feed';
import { tellStatus } from './job-queue';
import type { LedgerFolder, LedgerLine, LedgerPage } from './ledger-page';
import type { KnownRun, RunLedger } from './run-ledger';
import { failureOf } from './ledger-findings';
import {
  boundEvents,
  holdSchedule,
  insertLines,
  readTables,
  tellProgress,
  upsertFolders,
  upsertTables,
  type RunKey,
} from './run-rows';
import { isTag, storableCount, storableInteger, storableJson, storableText } from './storable';

const WORKING = { feature: 'Ingestion jobs', repeat: 'write' } as const;
const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;

/** Somebody else works on the job, or its owner has erased it: this process has no right to it any more. */
export class LeaseLost extends Error {
  constructor(jobId: string) {
    super(`Job ${jobId} is not this process's to work on any more`);
    this.name = 'LeaseLost';
  }
}

/** How a run ended. */
export interface RunEnd {
  readonly status: Exclude<JobStatus, 'pending' | 'running' | 'interrupted'>;
  readonly failure: JobFailureDto | undefined;
  /** To remember: nothing was left behind. */
  readonly manifest: { readonly key: string; readonly etag: string } | undefined;
}

/** What is known about runs, in the database. Every write checks the lease first, and so never comes from somebody who has lost it. */
@Injectable()
export class RunRecords {
  constructor(
    private readonly database: Database,
    private readonly feed: JobFeed,
    private readonly freshness: FreshnessRecords,
    private readonly alarms: FreshnessAlarms,
    private readonly limits: JobsLimits,
  ) {}

  /** What earlier attempts have written down. */
  known({ job_id, warnings, tables_total }: JobRow): Promise<KnownRun> {
    return this.database.asSystem(async (tx) => {
      const tables = await readTables(tx, job_id);
      const failed = (await tx.query(
        `SELECT table_name AS table, fingerprint, folder_ms AS folder FROM ingestion_job_folders
          WHERE job_id = $1 AND status = 'failed'`,
        [job_id],
      )) as FolderRef[];
      return { tables, failed, warnings, tableCount: tables_total };
    }, READING);
  }

  /**
   * The manifest of the last run of a request that left nothing behind. Undefined also where nothing is known of how fresh the tables of this
   * person are: whoever has run it before may have been another, and a run that finds the manifest unchanged looks at no table.
   */
  async manifestEtag(key: string, userId: string, pairKey: string): Promise<string | undefined> {
    const [row] = (await this.database.asSystem(
      (tx) =>
        tx.query(
          `SELECT etag FROM ingestion_manifests WHERE manifest_key = $1
              AND EXISTS (SELECT FROM ingestion_freshness WHERE user_id = $2 AND pair_key = $3)`,
          [key, userId, pairKey],
        ),
      READING,
    )) as { etag: string }[];
    return row?.etag;
  }

  /** Writes down what has come, with a sign of life. Answers whether somebody has cancelled the job. Throws `LeaseLost`. */
  async write(key: RunKey, ledger: RunLedger, page: LedgerPage, activeMs: number): Promise<{ isCancelled: boolean }> {
    const job = await this.database.asSystem((tx) => this.writePage(tx, key, ledger, page, activeMs), WORKING);
    this.feed.tell(key.jobId);
    return { isCancelled: job.cancel_requested_at !== null };
  }

  /** A sign of life with nothing to tell. Throws `LeaseLost`. */
  async sign({ jobId, lease }: RunKey): Promise<void> {
    const [, count] = (await this.database.asSystem(
      (tx) =>
        tx.query('UPDATE ingestion_jobs SET seen_at = clock_timestamp() WHERE job_id = $1 AND lease = $2', [
          jobId,
          lease,
        ]),
      WORKING,
    )) as [unknown, number];
    if (count === 0) throw new LeaseLost(jobId);
  }

  /** The last word about a run of which the database does not take what was to be told; nothing of that is in it. Throws `LeaseLost`. */
  async giveUp(key: RunKey, failure: JobFailureDto): Promise<void> {
    await this.database.asSystem(async (tx) => {
      const [, count] = (await tx.query('UPDATE ingestion_jobs SET lease = lease WHERE job_id = $1 AND lease = $2', [
        key.jobId,
        key.lease,
      ])) as [unknown, number];
      if (count === 0) throw new LeaseLost(key.jobId);
      await tx.query(
        `UPDATE ingestion_job_tables SET status = 'cancelled', ended_at = clock_timestamp()
          WHERE job_id = $1 AND status = 'running'`,
        [key.jobId],
      );
      await this.sayEnd(tx, key, { status: 'failed', failure, manifest: undefined });
    }, WORKING);
    this.feed.tell(key.jobId);
  }

  /** The last word about a run; one that was cancelled is `cancelled`, however far it came. Answers its status. Throws `LeaseLost`. */
  async end(key: RunKey, ledger: RunLedger, page: LedgerPage, activeMs: number, end: RunEnd): Promise<JobStatus> {
    const ended = await this.database.asSystem(async (tx) => {
      await holdSchedule(tx, key.jobId);
      const job = await this.writePage(tx, key, ledger, page, activeMs);
      const failure = end.failure === undefined ? undefined : failureOf(end.failure);
      await this.freshness.noteRun(tx, job, ledger.manifest, failure);
      return this.sayEnd(tx, key, end);
    }, WORKING);
    this.feed.tell(key.jobId);
    await this.alarms.look();
    return ended;
  }

  /** In the transaction that has the row of the job. */
  private async sayEnd(tx: EntityManager, key: RunKey, end: RunEnd): Promise<JobStatus> {
    const failure = end.failure === undefined ? undefined : failureOf(end.failure);
    const [rows] = (await tx.query(
      `UPDATE ingestion_jobs
          SET status = CASE WHEN cancel_requested_at IS NOT NULL THEN 'cancelled' ELSE $2 END,
              failure = $3::jsonb, lease = NULL, ended_at = clock_timestamp()
        WHERE job_id = $1 RETURNING status`,
      [key.jobId, end.status, failure === undefined ? null : storableJson(failure)],
    )) as [{ status: JobStatus }[], number];
    const status = rows[0]?.status ?? end.status;
    if (end.manifest !== undefined && isTag(end.manifest.etag)) {
      await tx.query(
        `INSERT INTO ingestion_manifests (manifest_key, etag) VALUES ($1, $2)
         ON CONFLICT (manifest_key) DO UPDATE SET etag = excluded.etag, noted_at = clock_timestamp()`,
        [end.manifest.key, end.manifest.etag],
      );
    }
    const message = `The job has ended: ${status.replaceAll('_', ' ')}${failure === undefined ? '' : `. ${failure.message}`}`;
    const level = status === 'failed' ? 'error' : status === 'completed_with_errors' ? 'warn' : 'info';
    await insertLines(tx, key, [
      { level, table: undefined, message: storableText(message), details: {}, at: new Date() },
    ]);
    await tellStatus(tx, key.jobId, key.userId, status, { failure: failure ?? null });
    return status;
  }

  private async writePage(
    tx: EntityManager,
    key: RunKey,
    ledger: RunLedger,
    page: LedgerPage,
    activeMs: number,
  ): Promise<JobRow> {
    const sums = sumsOf(ledger);
    const [rows] = (await tx.query(
      `UPDATE ingestion_jobs
          SET seen_at = clock_timestamp(), tables_total = $3, tables_done = $4, tables_failed = $5, tables_skipped = $6,
              folders_total = $7, folders_done = $8, folders_failed = $9, folders_skipped = $10, files = $11, row_count = $12,
              bytes = $13, bytes_total = $14, active_ms = $15, warnings = $16::jsonb, manifest_unchanged = $17,
              attempts = CASE WHEN $18 THEN 1 ELSE attempts END
        WHERE job_id = $1 AND lease = $2 RETURNING ${JOB_COLUMNS}`,
      [
        key.jobId,
        key.lease,
        storableInteger(sums.tablesTotal),
        storableInteger(sums.tablesDone),
        storableInteger(sums.tablesFailed),
        storableInteger(sums.tablesSkipped),
        storableInteger(sums.foldersTotal),
        storableInteger(sums.foldersDone),
        storableInteger(sums.foldersFailed),
        storableInteger(sums.foldersSkipped),
        storableCount(sums.files),
        storableCount(sums.rows),
        storableCount(sums.bytes),
        storableCount(sums.bytesTotal),
        storableCount(activeMs),
        storableJson(ledger.warnings),
        ledger.isUnchanged,
        page.folders.some(isProgress),
      ],
    )) as [JobRow[], number];
    const [job] = rows;
    if (job === undefined) throw new LeaseLost(key.jobId);
    await upsertTables(tx, key, page.tables);
    await upsertFolders(tx, key, page.folders);
    await this.addLines(tx, key, page.lines, job.log_lines);
    if (page.tables.length > 0 || page.folders.length > 0) {
      await tellProgress(tx, key, job, page.tables);
      await boundEvents(tx, key.jobId, this.limits.jobEvents);
    }
    return job;
  }

  /** What is too much for one run is not kept; that it is so, is. */
  private async addLines(tx: EntityManager, key: RunKey, lines: readonly LedgerLine[], kept: number): Promise<void> {
    if (lines.length === 0) return;
    const { logLines } = this.limits;
    const usual = Math.floor(logLines * 0.9);
    let count = kept;
    const fitting: LedgerLine[] = [];
    for (const line of lines) {
      if (count >= (line.level === 'info' ? usual : logLines)) continue;
      count++;
      fitting.push(line);
    }
    if (kept < usual && count >= usual) {
      const message = `The log of this job has ${usual} lines: from here on it keeps warnings and errors alone`;
      fitting.push({ level: 'warn', table: undefined, message, details: {}, at: new Date() });
    }
    await insertLines(tx, key, fitting);
    await tx.query('UPDATE ingestion_jobs SET log_lines = $2 WHERE job_id = $1', [key.jobId, count]);
  }
}

/** The same for all runs that would do the same work on the same target: what one of them has left nothing behind of, the other finds done. */
export function manifestKeyOf({ pair_key, request }: Pick<JobRow, 'pair_key' | 'request'>): string {
  const { include, exclude, mode, enforce_fence, path_rewrite } = request;
  const names = (list: string[] | null): string[] | null => (list === null ? null : [...list].sort());
  const rewrite = path_rewrite === null ? null : [path_rewrite.from, path_rewrite.to];
  return hashOf([pair_key, names(include), names(exclude), mode, enforce_fence, rewrite]);
}

/** A version that is written is written for good: whoever takes the job up does not come here again. */
function isProgress({ status, result }: LedgerFolder): boolean {
  return status === 'done' && result?.version !== undefined;
}

function sumsOf(ledger: RunLedger) {
  const sums = {
    tablesTotal: Math.max(ledger.tableCount, ledger.all.length),
    tablesDone: 0,
    tablesFailed: 0,
    tablesSkipped: 0,
    foldersTotal: 0,
    foldersDone: 0,
    foldersFailed: 0,
    foldersSkipped: 0,
    files: 0,
    rows: 0n,
    bytes: 0n,
    bytesTotal: 0n,
  };
  for (const table of ledger.all) {
    if (table.status === 'completed' || table.status === 'completed_with_errors') sums.tablesDone++;
    else if (table.status === 'failed') sums.tablesFailed++;
    else if (table.status === 'unchanged') sums.tablesSkipped++;
    sums.foldersTotal += table.foldersTotal;
    sums.foldersDone += table.foldersDone;
    sums.foldersFailed += table.foldersFailed;
    sums.foldersSkipped += table.foldersSkipped;
    sums.files += table.files;
    sums.rows += table.rows;
    sums.bytes += table.bytes;
    sums.bytesTotal += table.bytesTotal;
  }
  return sums;
}
