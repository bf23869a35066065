import type { EntityManager } from 'typeorm';
import { progressOf, type JobRow } from '../runs/job-row';
import { JOB_TABLE_COLUMNS, type JobTableRow } from '../runs/job-table-row';
import { keyOf } from './ledger-findings';
import type { LedgerFolder, LedgerLine, LedgerTable } from './ledger-page';
import { storableCount, storableInteger, storableJson } from './storable';

/** Tables told of in one event. */
const TOLD_AT_ONCE = 100;

/** A run and the right to write about it. */
export interface RunKey {
  readonly jobId: string;
  readonly userId: string;
  readonly lease: string;
}

/**
 * Before the row of the job: who deletes a schedule has its row, and then wants those of its jobs. A run that ends names the schedule after
 * it has written its job, so each would wait for the other.
 */
export async function holdSchedule(tx: EntityManager, jobId: string): Promise<void> {
  await tx.query(
    `SELECT FROM ingestion_schedules
      WHERE schedule_id = (SELECT schedule_id FROM ingestion_jobs WHERE job_id = $1) FOR KEY SHARE`,
    [jobId],
  );
}

/** Tables as they stand now. */
export async function upsertTables(tx: EntityManager, key: RunKey, tables: readonly LedgerTable[]): Promise<void> {
  if (tables.length === 0) return;
  const rows = tables.map((table) => ({
    table_name: table.table,
    status: table.status,
    folders_total: storableInteger(table.foldersTotal),
    folders_done: storableInteger(table.foldersDone),
    folders_failed: storableInteger(table.foldersFailed),
    folders_skipped: storableInteger(table.foldersSkipped),
    files: storableCount(table.files),
    row_count: storableCount(table.rows),
    bytes: storableCount(table.bytes),
    bytes_total: storableCount(table.bytesTotal),
    version_from: table.versionFrom ?? null,
    version_to: table.versionTo ?? null,
    fence_ms: table.fence ?? null,
    watermark_ms: newest(table.watermarks),
    watermarks: table.watermarks,
    schema_changes: table.schemaChanges,
    reconciliation: table.reconciliation ?? null,
    warnings: table.warnings,
    failure: table.failure ?? null,
    duration_ms: table.durationMs === undefined ? null : storableCount(table.durationMs),
    ended: table.status !== 'running',
  }));
  const columns = Object.keys(TABLE_TYPES);
  await tx.query(
    `INSERT INTO ingestion_job_tables (job_id, user_id, ${columns.join(', ')}, ended_at)
     SELECT $1, $2, ${columns.join(', ')}, CASE WHEN ended THEN clock_timestamp() END
       FROM jsonb_to_recordset($3::jsonb) AS t (${typed(TABLE_TYPES)}, ended boolean)
     ON CONFLICT (job_id, table_name) DO UPDATE
        SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}, ended_at = excluded.ended_at`,
    [key.jobId, key.userId, storableJson(rows)],
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
  fence_ms: 'bigint',
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

/** Folders as they stand now. */
export async function upsertFolders(tx: EntityManager, key: RunKey, folders: readonly LedgerFolder[]): Promise<void> {
  if (folders.length === 0) return;
  // A folder that was tried twice since the last page is told once, as it stands now.
  const rows = new Map(folders.map((folder) => [keyOf(folder), folderRowOf(folder)]));
  const columns = Object.keys(FOLDER_TYPES);
  const changing = columns.slice(3);
  await tx.query(
    `INSERT INTO ingestion_job_folders (job_id, user_id, ${columns.join(', ')})
     SELECT $1, $2, ${columns.join(', ')} FROM jsonb_to_recordset($3::jsonb) AS f (${typed(FOLDER_TYPES)})
     ON CONFLICT (job_id, table_name, folder_ms, fingerprint) DO UPDATE
        SET ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}, recorded_at = clock_timestamp()`,
    [key.jobId, key.userId, storableJson([...rows.values()])],
  );
}

function folderRowOf({ table, fingerprint, folder, status, result, schemaChanges, warnings, failure }: LedgerFolder) {
  return {
    table_name: table,
    fingerprint,
    folder_ms: folder,
    status,
    version: result?.version ?? null,
    files: storableCount(result?.files ?? 0),
    row_count: storableCount(result?.rows ?? 0),
    expected_rows: result?.expectedRows === undefined ? null : storableCount(result.expectedRows),
    bytes: storableCount(result?.bytes ?? 0),
    duration_ms: storableCount(result?.durationMs ?? 0),
    reconciliation: result?.reconciliation ?? null,
    schema_changes: schemaChanges,
    warnings,
    failure: failure ?? null,
  };
}

/** In their order, which their ids then have. */
export async function insertLines(tx: EntityManager, key: RunKey, lines: readonly LedgerLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `INSERT INTO ingestion_job_logs (job_id, user_id, level, table_name, message, details, told_at)
     SELECT $1, $2, line ->> 'level', line ->> 'table', line ->> 'message', coalesce(line -> 'details', '{}'),
            (line ->> 'at')::timestamptz
       FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS t (line, place) ORDER BY place`,
    [key.jobId, key.userId, storableJson(lines)],
  );
}

/** The oldest ones go: whoever has not read them gets the present state. */
export async function boundEvents(tx: EntityManager, jobId: string, kept: number): Promise<void> {
  await tx.query(
    `DELETE FROM ingestion_job_events WHERE job_id = $1 AND event_id <=
      (SELECT event_id FROM ingestion_job_events WHERE job_id = $1 ORDER BY event_id DESC OFFSET $2 LIMIT 1)`,
    [jobId, kept],
  );
}

/** How far the job is, and which of its tables have changed; few at a time, so that no event is large. */
export async function tellProgress(
  tx: EntityManager,
  key: RunKey,
  job: JobRow,
  tables: readonly LedgerTable[],
): Promise<void> {
  for (const data of progressEvents(job, tables)) {
    await tx.query(
      `INSERT INTO ingestion_job_events (job_id, user_id, event, data) VALUES ($1, $2, 'progress', $3::jsonb)`,
      [key.jobId, key.userId, storableJson(data)],
    );
  }
}

/** What events named `progress` hold. */
export function* progressEvents(job: JobRow, tables: readonly LedgerTable[]): Generator<Record<string, unknown>> {
  const progress = progressOf(job);
  for (let from = 0; from === 0 || from < tables.length; from += TOLD_AT_ONCE) {
    yield { status: job.status, progress, tables: tables.slice(from, from + TOLD_AT_ONCE).map(toldTable) };
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

/** Tables of a job as they were written down. */
export async function readTables(tx: EntityManager, jobId: string): Promise<LedgerTable[]> {
  const rows = (await tx.query(
    `SELECT ${JOB_TABLE_COLUMNS}, bytes_total FROM ingestion_job_tables WHERE job_id = $1 ORDER BY table_name`,
    [jobId],
  )) as (JobTableRow & { bytes_total: string })[];
  return rows.map(ledgerTableOf);
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
    fence: row.fence_ms ?? undefined,
    watermarks: { ...row.watermarks },
    schemaChanges: row.schema_changes,
    reconciliation: row.reconciliation ?? undefined,
    warnings: row.warnings,
    failure: row.failure ?? undefined,
    durationMs: row.duration_ms === null ? undefined : Number(row.duration_ms),
  };
}
