import { StorageNotFound, TableNotFound } from '../errors';
import type { Storage } from '../storage/storage';

export const LOG_DIRECTORY = '_delta_log';

export interface LogEntry {
  name: string;
  version: number;
  sizeBytes: number;
  modifiedAt: number;
}

export interface ListedFile {
  name: string;
  sizeBytes: number;
  modifiedAt: number;
}

/** A checkpoint all of whose top-level files are there. Its name says nothing about its content. */
export interface CheckpointEntry {
  version: number;
  parts: LogEntry[];
}

/** A file that stands for all commits from one version to another; its own `version` is the last of them. */
export interface CompactionEntry extends LogEntry {
  from: number;
  to: number;
}

const COMMIT = /^(\d{20})\.json$/;
const CHECKPOINT = /^(\d{20})\.checkpoint(?:\.(.+))?\.(parquet|json)$/;
const PART = /^(\d{10})\.(\d{10})$/;
const COMPACTION = /^(\d{20})\.(\d{20})\.compacted\.json$/;
const CHECKSUM = /^(\d{20})\.crc$/;

/**
 * What `_delta_log` holds at one moment; `_last_checkpoint` is a hint that a full listing does not need. A name whose number no
 * writer can reach is none of the log's: versions are counted in steps of one, and beyond 2^53 one more is the same number.
 */
export class LogListing {
  readonly commits = new Map<number, LogEntry>();
  /** Newest first; single files before multi-part ones of the same version. */
  readonly checkpoints: CheckpointEntry[];
  readonly compactions: CompactionEntry[] = [];
  /** Version checksums by version. */
  readonly checksums = new Map<number, LogEntry>();
  readonly sizeBytes: number;

  private constructor(
    /** Everything that was found, in byte order of the names. */
    readonly files: readonly ListedFile[],
  ) {
    const multipart = new Map<string, { parts: LogEntry[]; of: number }>();
    this.checkpoints = [];
    let sizeBytes = 0;
    for (const entry of files) {
      sizeBytes += entry.sizeBytes;
      const commit = COMMIT.exec(entry.name);
      if (commit?.[1] !== undefined) {
        const version = Number(commit[1]);
        if (!Number.isSafeInteger(version)) continue;
        this.commits.set(version, { ...entry, version });
        continue;
      }
      if (this.takeAside(entry)) continue;
      const checkpoint = CHECKPOINT.exec(entry.name);
      if (checkpoint?.[1] === undefined) continue;
      const version = Number(checkpoint[1]);
      if (!Number.isSafeInteger(version)) continue;
      const part = PART.exec(checkpoint[2] ?? '');
      if (part === null) {
        this.checkpoints.push({ version, parts: [{ ...entry, version }] });
        continue;
      }
      const key = `${checkpoint[1]}/${part[2]}`;
      const set = multipart.get(key) ?? { parts: [], of: Number(part[2]) };
      set.parts.push({ ...entry, version });
      multipart.set(key, set);
    }
    for (const { parts, of } of multipart.values()) {
      const version = parts[0]?.version;
      // A set with a part missing is a checkpoint that was never finished, or is being deleted.
      if (version !== undefined && parts.length === of) this.checkpoints.push({ version, parts });
    }
    this.checkpoints.sort((left, right) => right.version - left.version || left.parts.length - right.parts.length);
    this.sizeBytes = sizeBytes;
  }

  static async read(storage: Storage, signal?: AbortSignal): Promise<LogListing> {
    const entries: ListedFile[] = [];
    try {
      for await (const entry of storage.list(LOG_DIRECTORY, { signal })) {
        if (!entry.isDirectory) entries.push(entry);
      }
    } catch (error) {
      throw error instanceof StorageNotFound ? new TableNotFound(storage.location) : error;
    }
    const listing = new LogListing(entries);
    if (listing.latest === undefined) throw new TableNotFound(storage.location);
    return listing;
  }

  static of(files: readonly ListedFile[]): LogListing {
    return new LogListing(files);
  }

  get newestCommit(): LogEntry | undefined {
    return this.commits.get(lastKeys(this.commits)[0] ?? -1);
  }

  /** Files a log may have beside its commits and checkpoints. */
  private takeAside(entry: Omit<LogEntry, 'version'>): boolean {
    const compaction = COMPACTION.exec(entry.name);
    if (compaction !== null) {
      const [from, to] = [Number(compaction[1]), Number(compaction[2])];
      if (from < to && Number.isSafeInteger(to)) this.compactions.push({ ...entry, version: to, from, to });
      return true;
    }
    const checksum = CHECKSUM.exec(entry.name);
    if (checksum === null) return false;
    const version = Number(checksum[1]);
    if (Number.isSafeInteger(version)) this.checksums.set(version, { ...entry, version });
    return true;
  }

  /** The newest version any commit or checkpoint speaks of. */
  get latest(): number | undefined {
    const newest = Math.max(...lastKeys(this.commits), this.checkpoints[0]?.version ?? -1);
    return newest < 0 ? undefined : newest;
  }

  /** The first version with everything needed to rebuild it; later ones may still have gaps. */
  get earliestReconstructable(): number | undefined {
    if (this.commits.has(0)) return 0;
    return this.checkpoints.at(-1)?.version;
  }

  /** The first version from `from` to `to` without a commit file. */
  firstGap(from: number, to: number): number | undefined {
    for (let version = from; version <= to; version += 1) {
      if (!this.commits.has(version)) return version;
    }
    return undefined;
  }
}

/** Commits come in listing order, which is version order. */
function lastKeys(commits: ReadonlyMap<number, LogEntry>): number[] {
  let last = -1;
  for (const version of commits.keys()) last = Math.max(last, version);
  return [last];
}

export function commitName(version: number): string {
  return `${String(version).padStart(20, '0')}.json`;
}

/** A classic checkpoint in one file. */
export function checkpointName(version: number): string {
  return `${String(version).padStart(20, '0')}.checkpoint.parquet`;
}
