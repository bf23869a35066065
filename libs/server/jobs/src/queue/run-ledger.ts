import type { FolderRef, FolderResult, IngestionFailure, RunEvent, TableResult } from '@lakescope/cda';
import { redactText } from '@lakescope/server-http';
import type { JobFailureDto, JobSchemaChangeDto, JobWarningDto } from '../runs/job-findings.dto';
import type { JobFolderStatus, JobTableStatus, LogLevel } from '../runs/job-values';

/** A table of the run as far as it has come, over all attempts. */
export interface LedgerTable {
  table: string;
  status: JobTableStatus;
  foldersTotal: number;
  foldersDone: number;
  foldersFailed: number;
  foldersSkipped: number;
  files: number;
  rows: bigint;
  bytes: bigint;
  bytesTotal: bigint;
  versionFrom: number | undefined;
  versionTo: number | undefined;
  watermarks: Record<string, string>;
  schemaChanges: JobSchemaChangeDto[];
  reconciliation: 'OK' | 'MISMATCH' | 'METRICS_MISSING' | undefined;
  warnings: JobWarningDto[];
  failure: JobFailureDto | undefined;
  durationMs: number | undefined;
}

export interface LedgerFolder extends FolderRef {
  readonly status: JobFolderStatus;
  readonly result: FolderResult | undefined;
  readonly warnings: readonly JobWarningDto[];
  readonly failure: JobFailureDto | undefined;
}

export interface LedgerLine {
  readonly level: LogLevel;
  readonly table: string | undefined;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** What is to be written down next. */
export interface LedgerPage {
  readonly tables: readonly LedgerTable[];
  readonly folders: readonly LedgerFolder[];
  readonly lines: readonly LedgerLine[];
}

const MESSAGE_CHARACTERS = 2_000;
const FINDINGS = 100;
const WORST = { OK: 0, METRICS_MISSING: 1, MISMATCH: 2 } as const;

/** Sums up what the engine tells about a run, and keeps what is not written down yet. */
export class RunLedger {
  readonly warnings: JobWarningDto[] = [];
  /** Tables that the manifest has and the request includes. */
  tableCount = 0;
  isUnchanged = false;
  private readonly tables = new Map<string, LedgerTable>();
  private readonly changed = new Set<string>();
  private folders: LedgerFolder[] = [];
  private lines: LedgerLine[] = [];

  /** With the tables that an attempt before has written down. */
  constructor(known: readonly LedgerTable[] = []) {
    for (const table of known) this.tables.set(table.table, table);
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
        return this.log(
          'info',
          undefined,
          event.unchanged
            ? 'The manifest is that of the last run that left nothing behind: there is nothing to do'
            : `The manifest has ${event.tables.length} tables to look at`,
        );
      case 'table-started': {
        const table = this.table(event.table);
        table.status = 'running';
        table.failure = undefined;
        this.expect(table, event);
        return this.log('info', event.table, `${event.folders} folders are new, with ${event.files} files`);
      }
      case 'table-progress':
        return this.expect(this.table(event.table), event);
      case 'folder-done':
        return this.folderDone(event.result);
      case 'folder-skipped': {
        this.table(event.folder.table).foldersSkipped++;
        this.folders.push({ ...event.folder, status: 'skipped', result: undefined, warnings: [], failure: undefined });
        return this.log('info', event.folder.table, `Folder ${nameOf(event.folder)} was skipped: ${event.reason}`);
      }
      case 'folder-failed':
        return this.folderFailed(event.folder, event.failure);
      case 'warning':
        if (event.table === undefined) keep(this.warnings, warningOf(event.warning));
        else keep(this.table(event.table).warnings, warningOf(event.warning));
        return this.log('warn', event.table, event.warning.message, { code: event.warning.code });
      case 'table-done':
        return this.tableDone(event.result);
    }
  }

  log(level: LogLevel, table: string | undefined, message: string, details: LedgerLine['details'] = {}): void {
    this.lines.push({ level, table, message: clean(message), details, at: new Date() });
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

  private table(name: string): LedgerTable {
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
    const table = this.table(result.table);
    const warnings = result.warnings.map(warningOf);
    table.foldersDone++;
    table.files += result.files;
    table.rows += result.rows;
    table.bytes += BigInt(result.bytes);
    table.versionFrom ??= result.version;
    table.versionTo = result.version ?? table.versionTo;
    table.watermarks[result.fingerprint] = result.folder;
    table.reconciliation = worse(table.reconciliation, result.reconciliation);
    for (const change of result.schemaChanges) keep(table.schemaChanges, { ...change, from: change.from ?? null });
    // In the engine's words of the table: what it tells of the table at its end are the same ones.
    for (const { code, message } of warnings) keep(table.warnings, { code, message: `${nameOf(result)}: ${message}` });
    this.folders.push({ ...refOf(result), status: 'done', result, warnings, failure: undefined });
    const details = { version: result.version, rows: String(result.rows), files: result.files };
    const told = `Folder ${nameOf(result)} is version ${result.version ?? '-'}: ${result.rows} rows in ${result.files} files`;
    this.log('info', result.table, told, details);
    for (const { code, message } of warnings) {
      this.log('warn', result.table, `Folder ${nameOf(result)}: ${message}`, { code });
    }
  }

  private folderFailed(folder: FolderRef, failure: IngestionFailure): void {
    this.table(folder.table).foldersFailed++;
    const told = failureOf(failure);
    this.folders.push({ ...refOf(folder), status: 'failed', result: undefined, warnings: [], failure: told });
    this.log('error', folder.table, `Folder ${nameOf(folder)} was put aside: ${told.message}`, {
      code: told.code,
      advice: told.advice,
    });
  }

  /** The engine's own sum counts for what it alone knows; the counts are those of the folders that were told. */
  private tableDone(result: TableResult): void {
    const table = this.table(result.table);
    this.base(table);
    // What an earlier attempt of the job ingested stays said: that nothing was left for this one is no news.
    if (result.outcome !== 'unchanged' || table.foldersDone === 0) table.status = result.outcome;
    else if (table.status === 'running') table.status = table.foldersFailed > 0 ? 'completed_with_errors' : 'completed';
    table.watermarks = { ...table.watermarks, ...result.watermarks };
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

function newTable(table: string): LedgerTable {
  return {
    table,
    status: 'running',
    foldersTotal: 0,
    foldersDone: 0,
    foldersFailed: 0,
    foldersSkipped: 0,
    files: 0,
    rows: 0n,
    bytes: 0n,
    bytesTotal: 0n,
    versionFrom: undefined,
    versionTo: undefined,
    watermarks: {},
    schemaChanges: [],
    reconciliation: undefined,
    warnings: [],
    failure: undefined,
    durationMs: undefined,
  };
}

/** The first ones of each kind tell enough. */
function keep<T>(list: T[], one: T): void {
  const text = JSON.stringify(one);
  if (list.length < FINDINGS && !list.some((known) => JSON.stringify(known) === text)) list.push(one);
}

function worse(
  one: LedgerTable['reconciliation'],
  other: FolderResult['reconciliation'],
): FolderResult['reconciliation'] {
  return one === undefined || WORST[other] > WORST[one] ? other : one;
}

function warningOf({ code, message }: JobWarningDto): JobWarningDto {
  return { code: clean(code).slice(0, 100), message: clean(message) };
}

function failureOf({ code, message, advice }: IngestionFailure): JobFailureDto {
  return { code: clean(code).slice(0, 100), message: clean(message), advice: clean(advice) };
}

function refOf({ table, fingerprint, folder }: FolderRef): FolderRef {
  return { table, fingerprint, folder };
}

function nameOf({ fingerprint, folder }: FolderRef): string {
  return `${fingerprint}/${folder}`;
}

/** Postgres stores neither U+0000 nor half characters, and what storage says may repeat what was signed. */
function clean(text: string): string {
  return Buffer.from(redactText(text).replaceAll('\u0000', '\ufffd').slice(0, MESSAGE_CHARACTERS)).toString();
}
