import type { FolderRef, IngestionPlan, RunResult, TablePlan, TableResult } from '../run/run-options';
import type { TableVerification } from '../verify/verification';

/** Bytes as people say them. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** A span of time by its two largest units. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(Math.max(0, milliseconds) / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600), Math.floor(seconds / 86_400)];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export function count(number: number | bigint): string {
  return number.toLocaleString('en-US');
}

/** A number of things: `1 folder`, `2 folders`. */
export function things(number: number | bigint, one: string): string {
  return `${count(number)} ${one}${BigInt(number) === 1n ? '' : 's'}`;
}

export function folderText({ table, fingerprint, folder }: FolderRef): string {
  return `${table}/${fingerprint}/${folder}`;
}

/** A plan as lines; the last ones are the sum. */
export function planLines(plan: IngestionPlan): string[] {
  const rows = plan.tables.map((table) => [
    table.table,
    table.state,
    count(table.folders),
    count(table.files),
    bytesText(table.bytes),
    table.lagMs === undefined ? 'new' : durationText(table.lagMs),
  ]);
  const lines = aligned([['table', 'state', 'folders', 'files', 'size', 'behind'], ...rows]);
  for (const table of plan.tables) lines.push(...remarks(table));
  const blocked = plan.tables.filter(({ state }) => state === 'blocked').length;
  const sum = `${things(plan.folders, 'folder')}, ${things(plan.files, 'file')}, ${bytesText(plan.bytes)} to ingest`;
  lines.push(
    `${sum} into ${things(plan.tables.length - blocked, 'table')}${blocked === 0 ? '' : `; ${blocked} blocked`}`,
  );
  return lines;
}

function remarks({ table, warnings, failure, quarantined }: TablePlan): string[] {
  const lines = warnings.map(({ message }) => `warning: ${table}: ${message}`);
  if (quarantined > 0) {
    const [were, them] = quarantined === 1 ? ['was', 'it'] : ['were', 'them'];
    lines.push(
      `warning: ${table}: ${things(quarantined, 'folder')} ${were} put aside; --retry-quarantined tries ${them} again`,
    );
  }
  if (failure !== undefined) lines.push(`error: ${table}: ${failure.message}. ${failure.advice}`);
  return lines;
}

/** What a run did to one table, as one line and one for its failure. */
export function tableLines(result: TableResult): string[] {
  const { table, outcome, foldersDone, foldersTotal, rows, durationMs, versions, failure } = result;
  const parts = [`${table}: ${outcome.replaceAll('_', ' ')}`];
  if (foldersTotal > 0) parts.push(`${count(foldersDone)} of ${things(foldersTotal, 'folder')}`, things(rows, 'row'));
  if (versions !== undefined) parts.push(versionsText(versions));
  if (result.reconciliation === 'MISMATCH') parts.push('rows differ from the metrics');
  parts.push(durationText(durationMs));
  const lines = [parts.join(', ')];
  for (const { column, kind, from, to } of result.schemaChanges) {
    lines.push(`  column ${column} ${kind === 'added' ? `added as ${to}` : `widened from ${from ?? ''} to ${to}`}`);
  }
  if (failure !== undefined) lines.push(`error: ${table}: ${failure.message}. ${failure.advice}`);
  return lines;
}

function versionsText({ from, to }: NonNullable<TableResult['versions']>): string {
  return from === to ? `version ${from}` : `versions ${from}-${to}`;
}

/** The end of a run. */
export function runLines({ outcome, tables, durationMs }: RunResult): string[] {
  if (outcome === 'unchanged') {
    const why =
      tables.length === 0
        ? 'the manifest is that of the last complete run'
        : tables.length === 1
          ? '1 table is up to date'
          : `${count(tables.length)} tables are up to date`;
    return [`Nothing is new: ${why}.`];
  }
  const sum = { folders: 0, files: 0, bytes: 0, failed: 0, rows: 0n };
  for (const table of tables) {
    sum.folders += table.foldersDone;
    sum.failed += table.foldersFailed;
    sum.files += table.files;
    sum.bytes += table.bytes;
    sum.rows += table.rows;
  }
  const rate = durationMs > 0 ? ` (${count(Math.round((sum.folders * 1_000) / durationMs))} folders/s)` : '';
  const lines = [
    `${outcome.replaceAll('_', ' ')}: ${things(sum.folders, 'folder')}, ${things(sum.files, 'file')}, ${things(sum.rows, 'row')}, ${bytesText(sum.bytes)} in ${durationText(durationMs)}${rate}`,
  ];
  if (sum.failed > 0) {
    const advice = 'repair at the source what is named and run again, with --retry-quarantined for what was put aside';
    lines.push(`${things(sum.failed, 'folder')} could not be ingested: ${advice}`);
  }
  if (outcome === 'cancelled')
    lines.push('Run again to go on: what is committed stays, and nothing is ingested twice.');
  return lines;
}

/** What was proved of one table. */
export function verificationLines(table: TableVerification): string[] {
  const { verdict, folders, rows, pendingFolders, quarantined, findings, findingsTotal, failure } = table;
  const parts = [`${table.table}: ${verdict.replaceAll('_', ' ')}`];
  if (verdict !== 'unverified') parts.push(things(folders, 'folder'), things(rows, 'row'));
  if (pendingFolders > 0) parts.push(`${count(pendingFolders)} still to ingest`);
  if (quarantined.length > 0) parts.push(`${count(quarantined.length)} put aside`);
  const lines = [parts.join(', ')];
  for (const { severity, message } of findings) lines.push(`  ${severity}: ${message}`);
  if (findingsTotal > findings.length) lines.push(`  and ${count(findingsTotal - findings.length)} more`);
  for (const folder of quarantined) lines.push(`  put aside: ${folderText(folder)}`);
  if (failure !== undefined) lines.push(`error: ${table.table}: ${failure.message}. ${failure.advice}`);
  return lines;
}

/** Columns under each other: the first two to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
