import { DeltaTable, TableNotFound, type DeltaEngine, type Storage, type TableSnapshot } from '@lakescope/delta';
import type { ManifestTable } from '../manifest/manifest';
import { Cursors } from '../plan/cursors';
import { TableBinding } from '../plan/table-binding';
import { unlistedText } from '../plan/unlisted-fingerprints';
import type { FolderRef } from '../run/run-options';
import type { SourceStore } from '../source/source-store';
import { eachAtOnce } from '../at-once';
import { checkCopies, tellElsewhere } from './copied-files';
import { FolderCheck } from './folder-check';
import { FilePlaces, isReference } from './folder-files';
import { LogReplay, type HeldFolder } from './log-replay';
import { logStart } from './log-start';
import { loggedCommits } from './logged-commits';
import { sourceFolders, type SourceFolder } from './source-folders';
import { Findings, type TableVerdict, type TableVerification } from './verification';

/** Folders of one table that are looked at at once. */
const FOLDERS_AT_ONCE = 4;
const PAGE_FILES = 10_000;

/** A table, and where its source is. */
export interface TableToVerify {
  readonly entry: ManifestTable;
  readonly source: SourceStore;
  /** Its folder of the source. */
  readonly directory: string;
  readonly storage: Storage;
  /** The table's folder as a URI. */
  readonly uri: string;
  readonly engine: DeltaEngine;
  readonly enforceFence: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Proves one table: its log is played again commit by commit, its source listed whole, and every footer read. */
export async function verifyTable(table: TableToVerify): Promise<TableVerification> {
  // The version first: what is ingested while the source is listed is then work of the next run, and nothing unknown.
  const snapshot = await newestSnapshot(table);
  const sources = await sourceFolders(table.source, table.directory, table.signal);
  return new TableProof(table, sources).prove(snapshot);
}

async function newestSnapshot({ engine, storage, signal }: TableToVerify): Promise<TableSnapshot | undefined> {
  try {
    return await (await DeltaTable.open(engine, storage, { signal })).snapshot({}, { signal });
  } catch (error) {
    if (error instanceof TableNotFound) return undefined;
    throw error;
  }
}

class TableProof {
  private readonly findings = new Findings();
  private readonly places: FilePlaces;
  private readonly replay: LogReplay;
  private readonly check: FolderCheck;
  private readonly quarantined: FolderRef[] = [];
  private readonly reconciliation = { ok: 0, mismatch: 0, missing: 0 };
  private folders = 0;
  private files = 0;
  private rows = 0n;
  private pending = 0;
  private readonly listed: ReadonlySet<string>;
  /** Folders that no run reads, by fingerprints that the history does not name. */
  private readonly unlisted = new Map<string, number>();
  /** Folders whose commits are gone from the log, of which it is not known whether the table has their rows. */
  private untold = 0;
  private startsLate = false;
  private hasFilesOfOthers = false;

  constructor(
    private readonly table: TableToVerify,
    private readonly sources: ReadonlyMap<string, SourceFolder>,
  ) {
    this.places = new FilePlaces(table.uri, `${table.source.uri}/${table.directory}`);
    this.listed = new Set(table.entry.fingerprints.map(({ name }) => name));
    this.replay = new LogReplay(table.entry.table, this.places, this.findings);
    this.check = new FolderCheck(table.source, this.findings, table.signal);
  }

  async prove(snapshot: TableSnapshot | undefined): Promise<TableVerification> {
    if (snapshot !== undefined) await this.playLog(snapshot);
    const other = new TableBinding(this.table.entry).otherSource(snapshot);
    if (other !== undefined) this.findings.add('OTHER_SOURCE', other.message);
    const { cursors, folders } = this.replay;
    await eachAtOnce(this.sources, FOLDERS_AT_ONCE, ([name, folder]) => this.compare(name, folder));
    for (const [name, held] of folders) if (!this.sources.has(name)) this.comparePruned(name, held);
    this.compareFingerprints();
    this.listPutAside();
    if (snapshot !== undefined) {
      const { active } = this.replay;
      await checkCopies({ storage: this.table.storage, active, findings: this.findings, signal: this.table.signal });
    }
    tellElsewhere(this.places, this.replay.active, this.findings);
    if (this.untold > 0) {
      const message = `${this.untold} folders lie before their cursors, and neither a commit that is left in the log nor a file of the table is theirs: whether the table has their rows cannot be told`;
      this.findings.add('HISTORY_GONE', message);
    }
    return {
      table: this.table.entry.table,
      verdict: this.verdict(),
      version: snapshot?.version,
      folders: this.folders,
      files: this.files,
      rows: this.rows,
      cursors: Object.fromEntries([...cursors].map(([name, cursor]) => [name, String(cursor)])),
      pendingFolders: this.pending,
      quarantined: this.quarantined,
      reconciliation: this.reconciliation,
      findings: this.findings.kept,
      findingsTotal: this.findings.total,
      failure: undefined,
    };
  }

  private verdict(): TableVerdict {
    if (this.findings.hasDamage) return 'damaged';
    if (this.findings.has('ROWS_CHANGED') || this.findings.has('ROWS_ADDED')) return 'changed_by_others';
    return this.replay.cursors.size === 0 ? 'absent' : 'intact';
  }

  private async playLog(snapshot: TableSnapshot): Promise<void> {
    const { engine, storage, signal } = this.table;
    const table = await DeltaTable.open(engine, storage, { signal });
    const start = await logStart(table, storage, snapshot.version, signal);
    this.startsLate = start !== undefined;
    if (start !== undefined) {
      const files = [];
      for await (const file of filesOf(start, signal)) files.push(file);
      this.replay.startFrom(
        start.transactions.map(({ appId, version }) => [appId, version] as const),
        files,
      );
    }
    const from = start === undefined ? 0 : start.version + 1;
    for await (const commit of loggedCommits(storage, from, snapshot.version, signal)) this.replay.apply(commit);
    this.hasFilesOfOthers = this.replay.hasFilesOfOthers();
    await this.compareSnapshot(snapshot);
  }

  /** What readers see of the newest version, by checkpoints and caches, must be what its commits say. */
  private async compareSnapshot(snapshot: TableSnapshot): Promise<void> {
    let count = 0;
    for await (const { path } of filesOf(snapshot, this.table.signal)) {
      count += 1;
      if (this.replay.active.has(this.places.key(path))) continue;
      const message = `Readers of version ${snapshot.version} see ${path}, which no commit says is there`;
      this.findings.add('LOG_DISAGREES', message, { version: snapshot.version });
    }
    if (count !== this.replay.active.size) {
      const message = `Readers of version ${snapshot.version} see ${count} files, and its commits say ${this.replay.active.size}`;
      this.findings.add('LOG_DISAGREES', message, { version: snapshot.version });
    }
  }

  private async compare(name: string, folder: SourceFolder): Promise<void> {
    const { replay } = this;
    const held = replay.folders.get(name);
    const isPast = folder.folder > (replay.cursors.get(folder.fingerprint) ?? 0n);
    if (held !== undefined) {
      if (isPast) this.foundPastCursor(name, held);
      this.comparePastFence(name, folder.folder, held);
      const facts = await this.check.check(name, folder, held);
      this.folders += 1;
      this.files += facts.files;
      this.rows += facts.rows;
      if (facts.reconciliation === 'OK') this.reconciliation.ok += 1;
      else if (facts.reconciliation === 'MISMATCH') this.reconciliation.mismatch += 1;
      else this.reconciliation.missing += 1;
    } else if (replay.skips.get(name) === 0n) {
      const { fingerprint, folder: time } = folder;
      this.quarantined.push({ table: this.table.entry.table, fingerprint, folder: String(time) });
    } else if (isPast) {
      const isReadable = !this.table.enforceFence || folder.folder <= BigInt(this.table.entry.fence);
      if (!isReadable) return;
      if (this.listed.has(folder.fingerprint)) this.pending += 1;
      else this.unlisted.set(folder.fingerprint, (this.unlisted.get(folder.fingerprint) ?? 0) + 1);
    } else await this.foundMissing(name, folder);
  }

  private async foundMissing(name: string, folder: SourceFolder): Promise<void> {
    // Before the first file of a table there is no table that could tell of an empty folder.
    if (folder.files.size === 0) return;
    const passed = this.replay.passedAt(folder.fingerprint, folder.folder);
    if (passed === undefined && this.startsLate) return this.foundUntold(name, folder);
    const isLate = passed !== undefined && [...folder.files.values()].some(({ modifiedAt }) => modifiedAt > passed);
    if (isLate) {
      const message = `Folder ${name} came after the cursor had gone past it, so that no run reads it: move the table away and ingest it anew`;
      this.findings.add('FOLDER_LATE', message, { folder: name });
    } else {
      const message = `Folder ${name} lies before the cursor, and no commit ingested it: move the table away and ingest it anew`;
      this.findings.add('FOLDER_MISSING', message, { folder: name });
    }
  }

  /** No commit that is left tells of the folder, and no file of the table is one of it. */
  private async foundUntold(name: string, folder: SourceFolder): Promise<void> {
    const rows = this.hasFilesOfOthers ? undefined : await this.check.rowsOf(folder);
    if (rows === undefined) this.untold += 1;
    else if (rows > 0n) {
      const message = `Folder ${name} with ${rows} rows lies before the cursor, and the table has no file that could hold them: unless somebody deleted them, move the table away and ingest it anew`;
      this.findings.add('FOLDER_MISSING', message, { folder: name });
    }
  }

  /** The source has the folder no more: that is its right where the files were copied. */
  private comparePruned(name: string, held: HeldFolder): void {
    const slash = name.indexOf('/');
    const folder = BigInt(name.slice(slash + 1));
    if (folder > (this.replay.cursors.get(name.slice(0, slash)) ?? 0n)) this.foundPastCursor(name, held);
    this.comparePastFence(name, folder, held);
    this.folders += 1;
    const about = { folder: name, version: held.version };
    let isNeeded = false;
    for (const [file, { path, rows }] of held.files) {
      this.files += 1;
      this.rows += rows ?? 0n;
      if (!isReference(path) || !this.replay.active.has(`${name}/${file}`)) continue;
      isNeeded = true;
      this.findings.add('FILE_GONE', `${path} is in the table, and the source does not have it any more`, about);
    }
    if (!isNeeded) this.findings.add('FOLDER_PRUNED', `Folder ${name} is ingested and gone from the source`, about);
  }

  private foundPastCursor(name: string, held: HeldFolder): void {
    const message = `The table has files of folder ${name}, which lies behind its cursor: they will be ingested again`;
    this.findings.add('PAST_CURSOR', message, { folder: name, version: held.version });
  }

  private comparePastFence(name: string, folder: bigint, held: HeldFolder): void {
    const { enforceFence, entry } = this.table;
    if (!enforceFence || folder <= BigInt(entry.fence) || this.isFenceTaken()) return;
    const message = `Folder ${name} is ingested, and the manifest says that nothing after ${entry.fence} is written`;
    this.findings.add('PAST_FENCE', message, { folder: name, version: held.version });
  }

  /** Whether somebody decided to continue with a fence this old. */
  private isFenceTaken(): boolean {
    const newest = Math.max(0, ...[...this.replay.cursors.values()].map(Number));
    const { table, fence } = this.table.entry;
    return new Cursors(table).isTaken({ transactions: this.replay.books }, newest, fence);
  }

  private compareFingerprints(): void {
    const cursors = new Cursors(this.table.entry.table);
    for (const [name, cursor] of this.replay.cursors) {
      const isKnown = cursor === 0n || this.listed.size === 0 || this.listed.has(name);
      if (isKnown || cursors.isLetGo({ transactions: this.replay.books }, name)) continue;
      this.findings.add(
        'FINGERPRINT_GONE',
        `Fingerprint ${name} is ingested, and the manifest does not have it any more`,
      );
    }
    for (const [name, folders] of this.unlisted) this.findings.add('FINGERPRINT_UNLISTED', unlistedText(name, folders));
  }

  /** Those that the source does not have any more as well. */
  private listPutAside(): void {
    for (const [name, state] of this.replay.skips) {
      if (state !== 0n || this.sources.has(name)) continue;
      const slash = name.indexOf('/');
      const { table } = this.table.entry;
      this.quarantined.push({ table, fingerprint: name.slice(0, slash), folder: name.slice(slash + 1) });
    }
  }
}

interface SeenFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly rows: bigint | undefined;
  readonly changesData: boolean;
  readonly hasVector: boolean;
}

async function* filesOf(snapshot: TableSnapshot, signal: AbortSignal | undefined): AsyncGenerator<SeenFile> {
  for (let offset = 0, total = 1; offset < total; offset += PAGE_FILES) {
    const page = await snapshot.files({ offset, limit: PAGE_FILES, signal });
    total = page.total;
    for (const { path, sizeBytes, numRecords, deletionVector } of page.items) {
      yield {
        path,
        sizeBytes: Number(sizeBytes),
        rows: numRecords,
        changesData: true,
        hasVector: deletionVector !== undefined,
      };
    }
  }
}
