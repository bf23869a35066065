import { folderFile, type FilePlaces } from './folder-files';
import type { LoggedCommit, LoggedFile } from './logged-commits';
import type { Findings } from './verification';

/** A data file the table has now. */
export interface HeldFile {
  /** As the log names it: relative to the table when it was copied there, absolute when it is referred to. */
  readonly path: string;
  readonly sizeBytes: number | undefined;
  readonly rows: bigint | undefined;
}

/** A folder as a commit brought it. */
export interface HeldFolder {
  /** Undefined when the commit is gone from the log. */
  readonly version: number | undefined;
  /** Epoch milliseconds of the commit. */
  readonly timestamp: number | undefined;
  /** By name. */
  readonly files: Map<string, HeldFile>;
}

/**
 * Plays the log of one table again and finds what contradicts its own bookkeeping: a folder twice, out of order, with files of another one.
 * What others did is told apart from that: they may rearrange and change rows, but never move a cursor.
 */
export class LogReplay {
  /** Newest ingested folder by fingerprint. */
  readonly cursors = new Map<string, bigint>();
  /** Folders that were put aside: 0 while they are, 1 when ingested later. */
  readonly skips = new Map<string, bigint>();
  /** What our own commits say by application, whatever it is about. */
  readonly books = new Map<string, bigint>();
  readonly folders = new Map<string, HeldFolder>();
  /** Files by their key. */
  readonly active = new Map<string, HeldFile>();
  /** Keys of files of folders that others took away, into files of theirs or for good. */
  readonly taken = new Set<string>();
  /** When the cursor of a fingerprint passed a folder, for those that a commit did not name. */
  private readonly passed = new Map<string, { after: bigint; upTo: bigint; timestamp: number | undefined }[]>();

  constructor(
    private readonly table: string,
    private readonly places: FilePlaces,
    private readonly findings: Findings,
  ) {}

  /** Starts from a version whose commits are gone. */
  startFrom(batches: Iterable<readonly [string, bigint]>, files: Iterable<LoggedFile>): void {
    for (const [appId, version] of batches) this.take(appId, version);
    for (const file of files) {
      const key = this.places.key(file.path);
      this.active.set(key, file);
      const at = folderFile(key);
      if (at === undefined) continue;
      const folder = this.folders.get(at.folder) ?? { version: undefined, timestamp: undefined, files: new Map() };
      folder.files.set(at.name, file);
      this.folders.set(at.folder, folder);
    }
  }

  apply(commit: LoggedCommit): void {
    const cursors: [string, bigint][] = [];
    const retried: string[] = [];
    let isOurs = false;
    for (const [appId, version] of commit.batches) {
      const cursor = fingerprintOf(appId, this.table);
      const skip = skippedFolder(appId, this.table);
      if (cursor !== undefined) cursors.push([cursor, version]);
      else if (skip !== undefined && version === 1n) retried.push(skip);
      isOurs ||= cursor !== undefined || skip !== undefined;
    }
    if (!isOurs) {
      for (const [appId, version] of commit.batches) if (isDecided(appId, this.table)) this.take(appId, version);
      return this.applyForeign(commit);
    }
    if (cursors.some(([, version]) => version === 0n)) return this.applyRebuild(commit);
    const ingested = new Set([...cursors.map(([fingerprint, version]) => `${fingerprint}/${version}`), ...retried]);
    if (ingested.size !== 1) {
      this.findings.add('COMMIT_MALFORMED', `Version ${commit.version} ingests ${ingested.size} folders`, {
        version: commit.version,
      });
    }
    for (const [fingerprint, version] of cursors) {
      const before = this.cursors.get(fingerprint) ?? 0n;
      const folder = `${fingerprint}/${version}`;
      if (version <= before) {
        const message = `Version ${commit.version} ingests folder ${folder} after ${before} of the same fingerprint`;
        this.findings.add('FOLDER_OUT_OF_ORDER', message, { folder, version: commit.version });
      }
      const passed = this.passed.get(fingerprint) ?? [];
      passed.push({ after: before, upTo: version, timestamp: commit.timestamp });
      this.passed.set(fingerprint, passed);
    }
    for (const [appId, version] of commit.batches) this.take(appId, version);
    const [folder] = ingested;
    if (folder !== undefined) this.ingest(folder, commit);
  }

  /** Whether the table has files that are none of a micro-batch: rows of folders may have been put into them. */
  hasFilesOfOthers(): boolean {
    return [...this.active.keys()].some((key) => folderFile(key) === undefined);
  }

  /** When the cursor went past a folder that no commit ingested; undefined when the commit is gone or did not say. */
  passedAt(fingerprint: string, folder: bigint): number | undefined {
    return this.passed.get(fingerprint)?.find(({ after, upTo }) => after < folder && folder < upTo)?.timestamp;
  }

  private take(appId: string, version: bigint): void {
    this.books.set(appId, version);
    const fingerprint = fingerprintOf(appId, this.table);
    if (fingerprint !== undefined) this.cursors.set(fingerprint, version);
    const skip = skippedFolder(appId, this.table);
    if (skip !== undefined) this.skips.set(skip, version);
  }

  private ingest(folder: string, commit: LoggedCommit): void {
    const about = { folder, version: commit.version };
    const before = this.folders.get(folder);
    if (before !== undefined) {
      const first = before.version === undefined ? 'earlier' : `by version ${before.version}`;
      this.findings.add(
        'FOLDER_TWICE',
        `Version ${commit.version} ingests folder ${folder}, which was ingested ${first}`,
        about,
      );
    }
    if (commit.removed.length > 0) {
      this.findings.add(
        'COMMIT_MALFORMED',
        `Version ${commit.version} ingests folder ${folder} and removes files`,
        about,
      );
      this.remove(commit);
    }
    const files = before?.files ?? new Map<string, HeldFile>();
    for (const file of commit.added) {
      const key = this.places.key(file.path);
      const at = folderFile(key);
      if (at?.folder === folder) files.set(at.name, file);
      else
        this.findings.add(
          'FILE_UNKNOWN',
          `Version ${commit.version} ingests folder ${folder} and adds ${file.path}`,
          about,
        );
      this.add(key, file, commit.version);
    }
    this.folders.set(folder, { version: commit.version, timestamp: commit.timestamp, files });
  }

  /** All files go, and everything is ingested anew. */
  private applyRebuild(commit: LoggedCommit): void {
    this.remove(commit);
    if (this.active.size > 0 || commit.added.length > 0) {
      const message = `Version ${commit.version} starts the table anew and leaves ${this.active.size + commit.added.length} files in it`;
      this.findings.add('COMMIT_MALFORMED', message, { version: commit.version });
    }
    this.folders.clear();
    this.taken.clear();
    this.passed.clear();
    this.skips.clear();
    for (const [appId, version] of commit.batches) this.take(appId, version);
  }

  private applyForeign(commit: LoggedCommit): void {
    const { version, added, removed } = commit;
    if (added.length + removed.length === 0) return;
    const known = new Set(removed.map(({ path }) => this.places.key(path)));
    this.remove(commit);
    for (const file of added) {
      const key = this.places.key(file.path);
      const at = folderFile(key);
      const isKnown = at === undefined || known.has(key) || this.folders.get(at.folder)?.files.has(at.name) === true;
      if (!isKnown) {
        const message = `Version ${version} adds ${file.path} without the cursor of its folder, so it will be ingested again`;
        this.findings.add('FILE_UNKNOWN', message, { version, folder: at.folder });
      }
      this.add(key, file, version);
    }
    const changesData = [...added, ...removed].some((file) => file.changesData);
    const what = commit.operation ?? 'somebody';
    const text = `Version ${version} (${what}) by another writer`;
    if (changesData && removed.length > 0) {
      this.findings.add('ROWS_CHANGED', `${text} removed ${removed.length} and added ${added.length} files`, {
        version,
      });
    } else if (changesData) {
      this.findings.add('ROWS_ADDED', `${text} added ${added.length} files`, { version });
    } else {
      this.findings.add('ROWS_REARRANGED', `${text} put ${removed.length} files into ${added.length}`, { version });
      this.compareRows(commit);
    }
  }

  /** Files that only move rows must hold as many as before. Deletion vectors and missing statistics leave that open. */
  private compareRows({ version, added, removed }: LoggedCommit): void {
    const [before, after] = [rowsOf(removed), rowsOf(added)];
    if (before === undefined || after === undefined || before === after) return;
    const message = `Version ${version} says that it changes no rows, and puts ${before} rows into files of ${after}`;
    this.findings.add('ROWS_DIFFER', message, { version });
  }

  private remove({ removed }: LoggedCommit): void {
    for (const { path } of removed) {
      const key = this.places.key(path);
      this.active.delete(key);
      if (folderFile(key) !== undefined) this.taken.add(key);
    }
  }

  private add(key: string, file: LoggedFile, version: number): void {
    if (this.active.has(key)) {
      this.findings.add('FILE_TWICE', `Version ${version} adds ${file.path}, which the table already has`, { version });
    }
    this.active.set(key, file);
    this.taken.delete(key);
  }
}

function rowsOf(files: readonly LoggedFile[]): bigint | undefined {
  let sum = 0n;
  for (const { rows, hasVector } of files) {
    if (rows === undefined || hasVector) return undefined;
    sum += rows;
  }
  return sum;
}

function fingerprintOf(appId: string, table: string): string | undefined {
  const start = `cda:${table}:`;
  return appId.startsWith(start) ? appId.slice(start.length) : undefined;
}

/** Whether somebody decided by this to continue after a reset. */
function isDecided(appId: string, table: string): boolean {
  return appId.startsWith(`cda-gone:${table}:`) || appId.startsWith(`cda-back:${table}:`);
}

/** `<fingerprint>/<folder>`. */
function skippedFolder(appId: string, table: string): string | undefined {
  const start = `cda-skip:${table}:`;
  if (!appId.startsWith(start)) return undefined;
  const end = appId.lastIndexOf(':');
  return `${appId.slice(start.length, end)}/${appId.slice(end + 1)}`;
}
