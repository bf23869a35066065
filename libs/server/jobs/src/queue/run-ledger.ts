import type { FolderRef, FolderResult, IngestionFailure, RunEvent, TableResult } from '@lakescope/cda';
import type { RunManifest } from '../freshness/freshness-records';
import type { JobWarningDto } from '../runs/job-findings.dto';
import type { LogLevel } from '../runs/job-values';
import { counted } from './counted';
import { failureOf, keep, keyOf, nameOf, newTable, refOf, schemaChangeOf, warningOf, worse } from './ledger-findings';
import type { LedgerFolder, LedgerLine, LedgerPage, LedgerTable } from './ledger-page';
import { storableName, storableText } from './storable';

/** What attempts before have written down. */
export interface KnownRun {
  readonly tables: readonly LedgerTable[];
  /** Folders that count as failed. */
  readonly failed: readonly FolderRef[];
  readonly warnings: readonly JobWarningDto[];
  readonly tableCount: number;
}

const NOTHING_KNOWN: KnownRun = { tables: [], failed: [], warnings: [], tableCount: 0 };
const NOTHING = { result: undefined, schemaChanges: [], warnings: [] } as const;

/** Sums up what the engine tells about a run, and keeps what is not written down yet. */
export class RunLedger {
  readonly warnings: JobWarningDto[] = [];
  /** Tables that the manifest has and the request includes. */
  tableCount: number;
  isUnchanged = false;
  /** As it was read in this attempt. */
  manifest: RunManifest | undefined;
  private readonly tables = new Map<string, LedgerTable>();
  private readonly changed = new Set<string>();
  private folders: LedgerFolder[] = [];
  private lines: LedgerLine[] = [];

  /** Folders that count as failed, and whether an attempt before has said so. */
  private readonly failed = new Map<string, 'before' | 'now'>();

  constructor({ tables, failed, warnings, tableCount }: KnownRun = NOTHING_KNOWN) {
    for (const table of tables) this.tables.set(table.table, table);
    for (const folder of failed) this.failed.set(keyOf(folder), 'before');
    this.warnings.push(...warnings);
    this.tableCount = tableCount;
  }

  get all(): readonly LedgerTable[] {
    return [...this.tables.values()];
  }

  get pendingFolders(): number {
    return this.folders.length;
  }

  get isClean(): boolean {
    return this.changed.size === 0 && this.folders.length === 0 && this.lines.length === 0;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'manifest':
        this.tableCount = event.tables.length;
        this.isUnchanged = event.unchanged;
        this.manifest = { etag: event.etag, isUnchanged: event.unchanged, readAt: performance.now() };
        return this.log(
          'info',
          undefined,
          event.unchanged
            ? 'The manifest is that of the last run that left nothing behind: there is nothing to do'
            : `The manifest has ${counted(event.tables.length, 'table')} to look at`,
        );
      case 'table-started': {
        const table = this.table(event.table);
        table.status = 'running';
        table.failure = undefined;
        this.expect(table, event);
        return this.log('info', event.table, newFolders(event));
      }
      case 'table-progress':
        return this.expect(this.table(event.table), event);
      case 'folder-done':
        return this.folderDone(event.result);
      case 'folder-skipped': {
        const folder = refOf(event.folder);
        this.forgive(folder);
        this.table(folder.table).foldersSkipped++;
        this.folders.push({ ...folder, status: 'skipped', ...NOTHING, failure: undefined });
        return this.log('info', event.folder.table, `Folder ${nameOf(event.folder)} was skipped: ${event.reason}`);
      }
      case 'folder-failed':
        return this.folderFailed(event.folder, event.failure);
      case 'warning': {
        const warning = warningOf(event.warning);
        keep(event.table === undefined ? this.warnings : this.table(event.table).warnings, warning);
        return this.log('warn', event.table, warning.message, { code: warning.code });
      }
      case 'table-done':
        return this.tableDone(event.result);
    }
  }

  log(level: LogLevel, table: string | undefined, message: string, details: LedgerLine['details'] = {}): void {
    const about = table === undefined ? undefined : storableName(table);
    this.lines.push({ level, table: about, message: storableText(message), details, at: new Date() });
  }

  /** What has come since the last page; what cannot be written is given back by `restore`. */
  turnPage(): LedgerPage {
    const page = {
      tables: [...this.changed].map((name) => this.table(name)),
      folders: this.folders,
      lines: this.lines,
    };
    this.changed.clear();
    this.folders = [];
    this.lines = [];
    return page;
  }

  restore({ tables, folders, lines }: LedgerPage): void {
    for (const { table } of tables) this.changed.add(table);
    this.folders = [...folders, ...this.folders];
    this.lines = [...lines, ...this.lines];
  }

  /** Tables that were under way when the run ended have stopped with it. */
  stopTables(): void {
    for (const table of this.tables.values()) {
      if (table.status !== 'running') continue;
      table.status = 'cancelled';
      this.changed.add(table.table);
    }
  }

  private table(called: string): LedgerTable {
    const name = storableName(called);
    this.changed.add(name);
    const known = this.tables.get(name);
    if (known !== undefined) return known;
    const table = newTable(name);
    this.tables.set(name, table);
    return table;
  }

  /** What is told is what remains; what earlier attempts have done comes on top. */
  private expect(table: LedgerTable, { folders, bytes }: { readonly folders: number; readonly bytes: number }): void {
    const known = this.base(table);
    table.foldersTotal = known.folders + folders;
    table.bytesTotal = known.bytes + BigInt(bytes);
  }

  private readonly bases = new Map<string, { folders: number; bytes: bigint }>();

  /** What was done with the table before this attempt. */
  private base(table: LedgerTable): { folders: number; bytes: bigint } {
    const known = this.bases.get(table.table);
    if (known !== undefined) return known;
    const { foldersDone, foldersFailed, foldersSkipped, bytes } = table;
    const base = { folders: foldersDone + foldersFailed + foldersSkipped, bytes };
    this.bases.set(table.table, base);
    return base;
  }

  private folderDone(result: FolderResult): void {
    const folder = refOf(result);
    const table = this.table(result.table);
    const warnings = result.warnings.map(warningOf);
    const schemaChanges = result.schemaChanges.map(schemaChangeOf);
    this.forgive(folder);
    table.foldersDone++;
    table.files += result.files;
    table.rows += result.rows;
    table.bytes += BigInt(result.bytes);
    table.versionFrom ??= result.version;
    table.versionTo = result.version ?? table.versionTo;
    table.watermarks[result.fingerprint] = result.folder;
    table.reconciliation = worse(table.reconciliation, result.reconciliation);
    for (const change of schemaChanges) keep(table.schemaChanges, change);
    // In the engine's words of the table: what it tells of the table at its end are the same ones.
    for (const { code, message } of result.warnings) {
      keep(table.warnings, warningOf({ code, message: `${nameOf(result)}: ${message}` }));
    }
    this.folders.push({ ...folder, status: 'done', result, schemaChanges, warnings, failure: undefined });
    const details = { version: result.version, rows: String(result.rows), files: result.files };
    const told = `Folder ${nameOf(result)} is version ${result.version ?? '-'}: ${counted(result.rows, 'row')} in ${counted(result.files, 'file')}`;
    this.log('info', result.table, told, details);
    for (const { code, message } of warnings) {
      this.log('warn', result.table, `Folder ${nameOf(result)}: ${message}`, { code });
    }
  }

  private folderFailed(asked: FolderRef, failure: IngestionFailure): void {
    const folder = refOf(asked);
    this.forgive(folder);
    this.table(folder.table).foldersFailed++;
    this.failed.set(keyOf(folder), 'now');
    const told = failureOf(failure);
    this.folders.push({ ...folder, status: 'failed', ...NOTHING, failure: told });
    this.log('error', folder.table, `Folder ${nameOf(folder)} was put aside: ${told.message}`, {
      code: told.code,
      advice: told.advice,
    });
  }

  /** A folder that failed before is told of again: it counts as what it has become. */
  private forgive(folder: FolderRef): void {
    const failed = this.failed.get(keyOf(folder));
    if (failed === undefined) return;
    this.failed.delete(keyOf(folder));
    const table = this.table(folder.table);
    const base = this.base(table);
    table.foldersFailed = Math.max(0, table.foldersFailed - 1);
    // What this attempt has found to do has it in it.
    if (failed === 'now') return;
    base.folders = Math.max(0, base.folders - 1);
    table.foldersTotal = Math.max(0, table.foldersTotal - 1);
  }

  /** The engine's own sum counts for what it alone knows; the counts are those of the folders that were told. */
  private tableDone(result: TableResult): void {
    const table = this.table(result.table);
    this.base(table);
    // What an earlier attempt of the job ingested stays said: that nothing was left for this one is no news.
    if (result.outcome !== 'unchanged' || table.foldersDone === 0) table.status = result.outcome;
    else if (table.status === 'running') table.status = table.foldersFailed > 0 ? 'completed_with_errors' : 'completed';
    table.watermarks = { ...table.watermarks, ...result.watermarks };
    table.fence = result.fence ?? table.fence;
    table.durationMs = (table.durationMs ?? 0) + Math.round(result.durationMs);
    table.failure = result.failure === undefined ? undefined : failureOf(result.failure);
    for (const warning of result.warnings) keep(table.warnings, warningOf(warning));
    if (table.failure !== undefined) {
      const { code, message, advice } = table.failure;
      this.log('error', result.table, message, { code, advice });
    }
    const { foldersDone, foldersFailed, rows } = result;
    if (result.outcome !== 'unchanged')
      this.log('info', result.table, `Table ${result.outcome.replaceAll('_', ' ')}`, {
        folders_done: foldersDone,
        folders_failed: foldersFailed,
        rows: String(rows),
      });
  }
}

function newFolders({ folders, files }: { readonly folders: number; readonly files: number }): string {
  return `${counted(folders, 'folder')} ${folders === 1 ? 'is' : 'are'} new, with ${counted(files, 'file')}`;
}
