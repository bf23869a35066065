import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobsLimits } from '../jobs-limits';
import type { JobFailureDto } from '../runs/job-findings.dto';
import { hashOf } from '../runs/job-request';
import { JOB_COLUMNS, progressOf, type JobRow } from '../runs/job-row';
import { JOB_TABLE_COLUMNS, type JobTableRow } from '../runs/job-table-row';
import type { JobStatus } from '../runs/job-values';
import { JobFeed } from '../streams/job-feed';
import { tellStatus } from './job-queue';
import type { LedgerFolder, LedgerLine, LedgerPage, LedgerTable, RunLedger } from './run-ledger';

const WORKING = { feature: 'Ingestion jobs', repeat: 'write' } as const;
const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;
/** Tables told of in one event. */
const TOLD_AT_ONCE = 100;

/** Somebody else works on the job, or its owner has erased it: this process has no right to it any more. */
export class LeaseLost extends Error {
  constructor(jobId: string) {
    super(`Job ${jobId} is not this process's to work on any more`);
    this.name = 'LeaseLost';
  }
}

/** A run and the right to write about it. */
export interface RunKey {
  readonly jobId: string;
  readonly userId: string;
  readonly lease: string;
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
    private readonly limits: JobsLimits,
  ) {}

  /** What earlier attempts have written down. */
  async knownTables(jobId: string): Promise<LedgerTable[]> {
    const rows = (await this.database.asSystem(
      (tx) => tx.query(`SELECT ${JOB_TABLE_COLUMNS}, bytes_total FROM ingestion_job_tables WHERE job_id = $1`, [jobId]),
      READING,
    )) as (JobTableRow & { bytes_total: string })[];
    return rows.map(ledgerTableOf);
  }

  async manifestEtag(key: string): Promise<string | undefined> {
    const [row] = (await this.database.asSystem(
      (tx) => tx.query('SELECT etag FROM ingestion_manifests WHERE manifest_key = $1', [key]),
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

  /** The last word about a run; one that was cancelled is `cancelled`, however far it came. Answers its status. Throws `LeaseLost`. */
  async end(key: RunKey, ledger: RunLedger, page: LedgerPage, activeMs: number, end: RunEnd): Promise<JobStatus> {
    const ended = await this.database.asSystem(async (tx) => {
      await this.writePage(tx, key, ledger, page, activeMs);
      const [rows] = (await tx.query(
        `UPDATE ingestion_jobs
            SET status = CASE WHEN cancel_requested_at IS NOT NULL THEN 'cancelled' ELSE $2 END,
                failure = $3::jsonb, lease = NULL, ended_at = clock_timestamp()
          WHERE job_id = $1 RETURNING status`,
        [key.jobId, end.status, end.failure === undefined ? null : JSON.stringify(end.failure)],
      )) as [{ status: JobStatus }[], number];
      const status = rows[0]?.status ?? end.status;
      if (end.manifest !== undefined) {
        await tx.query(
          `INSERT INTO ingestion_manifests (manifest_key, etag) VALUES ($1, $2)
           ON CONFLICT (manifest_key) DO UPDATE SET etag = excluded.etag, noted_at = clock_timestamp()`,
          [end.manifest.key, end.manifest.etag],
        );
      }
      const message = `The job has ended: ${status.replaceAll('_', ' ')}${end.failure === undefined ? '' : `. ${end.failure.message}`}`;
      const level = status === 'failed' ? 'error' : status === 'completed_with_errors' ? 'warn' : 'info';
      await insertLines(tx, key, [{ level, table: undefined, message, details: {}, at: new Date() }]);
      await tellStatus(tx, key.jobId, key.userId, status, { failure: end.failure ?? null });
      return status;
    }, WORKING);
    this.feed.tell(key.jobId);
    return ended;
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
              bytes = $13, bytes_total = $14, active_ms = $15, warnings = $16::jsonb, manifest_unchanged = $17
        WHERE job_id = $1 AND lease = $2 RETURNING ${JOB_COLUMNS}`,
      [
        key.jobId,
        key.lease,
        sums.tablesTotal,
        sums.tablesDone,
        sums.tablesFailed,
        sums.tablesSkipped,
        sums.foldersTotal,
        sums.foldersDone,
        sums.foldersFailed,
        sums.foldersSkipped,
        sums.files,
        String(sums.rows),
        String(sums.bytes),
        String(sums.bytesTotal),
        Math.round(activeMs),
        JSON.stringify(ledger.warnings),
        ledger.isUnchanged,
      ],
    )) as [JobRow[], number];
    const [job] = rows;
    if (job === undefined) throw new LeaseLost(key.jobId);
    await upsertTables(tx, key, page.tables);
    await upsertFolders(tx, key, page.folders);
    await this.addLines(tx, key, page.lines, job.log_lines);
    if (page.tables.length > 0 || page.folders.length > 0) await tellProgress(tx, key, job, page.tables);
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

async function upsertTables(tx: EntityManager, key: RunKey, tables: readonly LedgerTable[]): Promise<void> {
  if (tables.length === 0) return;
  const rows = tables.map((table) => ({
    table_name: table.table,
    status: table.status,
    folders_total: table.foldersTotal,
    folders_done: table.foldersDone,
    folders_failed: table.foldersFailed,
    folders_skipped: table.foldersSkipped,
    files: table.files,
    row_count: String(table.rows),
    bytes: String(table.bytes),
    bytes_total: String(table.bytesTotal),
    version_from: table.versionFrom ?? null,
    version_to: table.versionTo ?? null,
    watermark_ms: newest(table.watermarks),
    watermarks: table.watermarks,
    schema_changes: table.schemaChanges,
    reconciliation: table.reconciliation ?? null,
    warnings: table.warnings,
    failure: table.failure ?? null,
    duration_ms: table.durationMs ?? null,
    ended: table.status !== 'running',
  }));
  const columns = Object.keys(TABLE_TYPES);
  await tx.query(
    `INSERT INTO ingestion_job_tables (job_id, user_id, ${columns.join(', ')}, ended_at)
     SELECT $1, $2, ${columns.join(', ')}, CASE WHEN ended THEN clock_timestamp() END
       FROM jsonb_to_recordset($3::jsonb) AS t (${typed(TABLE_TYPES)}, ended boolean)
     ON CONFLICT (job_id, table_name) DO UPDATE
        SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}, ended_at = excluded.ended_at`,
    [key.jobId, key.userId, JSON.stringify(rows)],
  );
}

const TABLE_TYPES = {
  table_name: 'text',
  status: 'text',
  folders_total: 'int',
  folders_done: 'int',
  folders_failed: 'int',
  folders_skipped: 'int',
  files: 'bigint',
  row_count: 'bigint',
  bytes: 'bigint',
  bytes_total: 'bigint',
  version_from: 'bigint',
  version_to: 'bigint',
  watermark_ms: 'bigint',
  watermarks: 'jsonb',
  schema_changes: 'jsonb',
  reconciliation: 'text',
  warnings: 'jsonb',
  failure: 'jsonb',
  duration_ms: 'bigint',
} as const;

const FOLDER_TYPES = {
  table_name: 'text',
  fingerprint: 'text',
  folder_ms: 'bigint',
  status: 'text',
  version: 'bigint',
  files: 'bigint',
  row_count: 'bigint',
  expected_rows: 'bigint',
  bytes: 'bigint',
  duration_ms: 'bigint',
  reconciliation: 'text',
  schema_changes: 'jsonb',
  warnings: 'jsonb',
  failure: 'jsonb',
} as const;

function typed(types: Readonly<Record<string, string>>): string {
  return Object.entries(types)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
}

async function upsertFolders(tx: EntityManager, key: RunKey, folders: readonly LedgerFolder[]): Promise<void> {
  if (folders.length === 0) return;
  // A folder that was tried twice since the last page is told once, as it stands now.
  const rows = new Map(
    folders.map((folder) => [JSON.stringify([folder.table, folder.fingerprint, folder.folder]), folderRowOf(folder)]),
  );
  const columns = Object.keys(FOLDER_TYPES);
  const changing = columns.slice(3);
  await tx.query(
    `INSERT INTO ingestion_job_folders (job_id, user_id, ${columns.join(', ')})
     SELECT $1, $2, ${columns.join(', ')} FROM jsonb_to_recordset($3::jsonb) AS f (${typed(FOLDER_TYPES)})
     ON CONFLICT (job_id, table_name, folder_ms, fingerprint) DO UPDATE
        SET ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}, recorded_at = clock_timestamp()`,
    [key.jobId, key.userId, JSON.stringify([...rows.values()])],
  );
}

function folderRowOf({ table, fingerprint, folder, status, result, warnings, failure }: LedgerFolder) {
  return {
    table_name: table,
    fingerprint,
    folder_ms: folder,
    status,
    version: result?.version ?? null,
    files: result?.files ?? 0,
    row_count: String(result?.rows ?? 0),
    expected_rows: result?.expectedRows === undefined ? null : String(result.expectedRows),
    bytes: result?.bytes ?? 0,
    duration_ms: Math.round(result?.durationMs ?? 0),
    reconciliation: result?.reconciliation ?? null,
    schema_changes: (result?.schemaChanges ?? []).map((change) => ({ ...change, from: change.from ?? null })),
    warnings,
    failure: failure ?? null,
  };
}

async function insertLines(tx: EntityManager, key: RunKey, lines: readonly LedgerLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `INSERT INTO ingestion_job_logs (job_id, user_id, level, table_name, message, details, told_at)
     SELECT $1, $2, line ->> 'level', line ->> 'table', line ->> 'message', coalesce(line -> 'details', '{}'),
            (line ->> 'at')::timestamptz
       FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS t (line, place) ORDER BY place`,
    [key.jobId, key.userId, JSON.stringify(lines)],
  );
}

async function tellProgress(
  tx: EntityManager,
  key: RunKey,
  job: JobRow,
  tables: readonly LedgerTable[],
): Promise<void> {
  const progress = progressOf(job);
  for (let from = 0; from === 0 || from < tables.length; from += TOLD_AT_ONCE) {
    const data = { status: job.status, progress, tables: tables.slice(from, from + TOLD_AT_ONCE).map(toldTable) };
    await tx.query(
      `INSERT INTO ingestion_job_events (job_id, user_id, event, data) VALUES ($1, $2, 'progress', $3::jsonb)`,
      [key.jobId, key.userId, JSON.stringify(data)],
    );
  }
}

function toldTable(table: LedgerTable): Record<string, unknown> {
  return {
    table: table.table,
    status: table.status,
    folders_total: table.foldersTotal,
    folders_done: table.foldersDone,
    folders_failed: table.foldersFailed,
    folders_skipped: table.foldersSkipped,
    files: table.files,
    rows: String(table.rows),
    bytes: String(table.bytes),
    reconciliation: table.reconciliation ?? null,
    failure: table.failure ?? null,
  };
}

function newest(watermarks: Readonly<Record<string, string>>): string | null {
  const all = Object.values(watermarks).filter((value) => /^\d{1,18}$/.test(value));
  return all.length === 0 ? null : String(all.map(BigInt).reduce((one, other) => (one > other ? one : other)));
}

function ledgerTableOf(row: JobTableRow & { bytes_total: string }): LedgerTable {
  const version = (text: string | null): number | undefined => (text === null ? undefined : Number(text));
  return {
    table: row.table_name,
    status: row.status,
    foldersTotal: row.folders_total,
    foldersDone: row.folders_done,
    foldersFailed: row.folders_failed,
    foldersSkipped: row.folders_skipped,
    files: Number(row.files),
    rows: BigInt(row.row_count),
    bytes: BigInt(row.bytes),
    bytesTotal: BigInt(row.bytes_total),
    versionFrom: version(row.version_from),
    versionTo: version(row.version_to),
    watermarks: { ...row.watermarks },
    schemaChanges: row.schema_changes,
    reconciliation: row.reconciliation ?? undefined,
    warnings: row.warnings,
    failure: row.failure ?? undefined,
    durationMs: row.duration_ms === null ? undefined : Number(row.duration_ms),
  };
}
