import { WeightedCache } from '../cache/weighted-cache';
import type { CheckpointTables } from '../checkpoint/checkpoint-tables';
import { readCheckpoint, visitCheckpoint } from '../checkpoint/read-checkpoint';
import { addRemoves } from '../checkpoint/read-removes';
import { DeltaError, StorageNotFound, TableCorrupt, VersionNotFound } from '../errors';
import type { DataFiles } from '../cache/data-files';
import type { DuckDB } from '../duckdb/duckdb';
import { cachedPlace, type Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import type { Tombstones } from '../table/snapshot';
import type { Actions } from './actions';
import { replayPath, type ReplayStep } from './compaction/replay-path';
import { LOG_DIRECTORY, type CheckpointEntry, type LogEntry, type LogListing } from './log-listing';
import { LogState } from './log-state';
import { readActions } from './read-actions';
import { RemovedFiles, TombstoneTotals } from './tombstones';

/** Source bytes of parsed commits kept in memory for each file that may be; the parsed form is two to three times as large. */
const COMMIT_BYTES_PER_FILE = 16;
const READ_AHEAD = 16;

export interface LogLimits {
  /** From how many files on they are kept in tables. */
  largeFiles: number;
  maxActionBytes: number;
  /** Active files of replayed versions that are kept in memory. */
  rememberedFiles: number;
}

/**
 * Rebuilds versions from the log. Every call starts from a listing the caller has just made with its own rights; cached
 * commits and states are found only by what that listing says (name, size and time), so a table that was deleted and
 * made anew is never mixed up with its predecessor.
 */
export class LogReader {
  private readonly commits: WeightedCache<Actions>;
  private readonly states: WeightedCache<LogState>;

  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
    private readonly tables: CheckpointTables,
    private readonly limits: LogLimits,
  ) {
    this.commits = new WeightedCache(limits.rememberedFiles * COMMIT_BYTES_PER_FILE);
    this.states = new WeightedCache(limits.rememberedFiles);
  }

  async state(storage: Storage, listing: LogListing, version: number, signal?: AbortSignal): Promise<LogState> {
    const known = this.nearestState(storage, listing, version);
    const state = known?.version === version ? known : await this.rebuild(storage, listing, version, known, signal);
    const key = stateKey(storage, listing, version);
    if (key !== undefined) this.states.set(key, state, state.files.size + 1_000);
    return state;
  }

  async commit(storage: Storage, entry: LogEntry, signal?: AbortSignal): Promise<Actions> {
    const key = `${cachedPlace(storage)}\n${entryKey(entry)}`;
    const cached = this.commits.get(key);
    if (cached !== undefined) return cached;
    const path = joinPath(LOG_DIRECTORY, entry.name);
    const actions = await stillThere(path, () =>
      readActions(storage, { path, sizeBytes: entry.sizeBytes }, this.limits.maxActionBytes, signal),
    );
    this.commits.set(key, actions, entry.sizeBytes + 1_000);
    return actions;
  }

  /**
   * Removed files that the log still names at a version: those of the newest checkpoint, as later commits leave them. Asked
   * for now and then, and as many as there ever were files, so they are added up anew and not kept.
   */
  async tombstones(
    storage: Storage,
    listing: LogListing,
    version: number,
    since: number,
    signal?: AbortSignal,
  ): Promise<Tombstones> {
    let unreadable: unknown;
    for (const checkpoint of this.usable(listing, version)) {
      try {
        return await this.addUpTombstones(storage, listing, { checkpoint, version }, since, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isBroken(error, checkpoint)) throw error;
        unreadable ??= error;
      }
    }
    if (isReachable(listing, 0, version)) {
      return this.addUpTombstones(storage, listing, { checkpoint: undefined, version }, since, signal);
    }
    throw unreadable ?? notReconstructable(storage, listing, version);
  }

  private async addUpTombstones(
    storage: Storage,
    listing: LogListing,
    { checkpoint, version }: { checkpoint: CheckpointEntry | undefined; version: number },
    since: number,
    signal: AbortSignal | undefined,
  ): Promise<Tombstones> {
    const removed = new RemovedFiles();
    const from = (checkpoint?.version ?? -1) + 1;
    await this.eachCommit(storage, listing, { from, to: version }, (_, actions) => removed.apply(actions), signal);
    const totals = new TombstoneTotals(since);
    if (checkpoint !== undefined) {
      const context = { duckdb: this.duckdb, files: this.files, storage, signal };
      const older = new RemovedFiles();
      await visitCheckpoint(context, checkpoint, {
        json: (actions) => older.apply(actions),
        parquet: (connection, file, fields) =>
          addRemoves(connection, file, fields, removed, since, storage.location, totals),
      });
      for (const [key, entry] of older.byKey) {
        if (entry !== undefined && !removed.byKey.has(key)) totals.add(entry);
      }
    }
    for (const entry of removed.byKey.values()) if (entry !== undefined) totals.add(entry);
    return totals.totals;
  }

  /** Checkpoints from which a version can be rebuilt, best first; found one by one, because there may be thousands. */
  private *usable(listing: LogListing, version: number): Generator<CheckpointEntry> {
    for (const checkpoint of listing.checkpoints) {
      if (checkpoint.version <= version && isReachable(listing, checkpoint.version + 1, version)) yield checkpoint;
    }
  }

  /** The newest cached state at or before `version` from which only commits are needed. */
  private nearestState(storage: Storage, listing: LogListing, version: number): LogState | undefined {
    const checkpoint = listing.checkpoints.find((candidate) => candidate.version <= version)?.version ?? 0;
    for (let candidate = version; candidate >= checkpoint; candidate -= 1) {
      const key = stateKey(storage, listing, candidate);
      const state = key === undefined ? undefined : this.states.get(key);
      if (state !== undefined) return state;
      if (!listing.commits.has(candidate)) return undefined;
    }
    return undefined;
  }

  private async rebuild(
    storage: Storage,
    listing: LogListing,
    version: number,
    known: LogState | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LogState> {
    if (known !== undefined) {
      const state = new LogState(known.version, known.checkpointVersion, known);
      return this.replay(storage, listing, state, version, signal);
    }
    let unreadable: unknown;
    for (const checkpoint of this.usable(listing, version)) {
      try {
        return await this.fromCheckpoint(storage, listing, checkpoint, version, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isBroken(error, checkpoint)) throw error;
        unreadable ??= error;
      }
    }
    if (isReachable(listing, 0, version)) {
      return this.replay(storage, listing, new LogState(-1, undefined), version, signal);
    }
    throw unreadable ?? notReconstructable(storage, listing, version);
  }

  private async fromCheckpoint(
    storage: Storage,
    listing: LogListing,
    checkpoint: CheckpointEntry,
    version: number,
    signal: AbortSignal | undefined,
  ): Promise<LogState> {
    const state = new LogState(checkpoint.version, checkpoint.version);
    const context = { duckdb: this.duckdb, files: this.files, storage, signal };
    await readCheckpoint(context, checkpoint, state, this.limits.largeFiles);
    state.commitInfo = await this.commitInfo(storage, listing, checkpoint.version, signal);
    const { checkpointFiles } = state;
    if (checkpointFiles === undefined) return this.replay(storage, listing, state, version, signal);
    // Loaded while commits are read, and now, while an older checkpoint may still stand in for one that cannot be read.
    const loading = this.tables.leased(checkpointFiles, storage, signal, async () => undefined);
    const [loaded, replayed] = await Promise.allSettled([
      loading,
      this.replay(storage, listing, state, version, signal),
    ]);
    if (loaded.status === 'rejected') throw loaded.reason;
    if (replayed.status === 'rejected') throw replayed.reason;
    return replayed.value;
  }

  /** The commit a checkpoint stands for is only needed for its author and time, and may be cleaned up. */
  private async commitInfo(
    storage: Storage,
    listing: LogListing,
    version: number,
    signal: AbortSignal | undefined,
  ): Promise<LogState['commitInfo']> {
    const entry = listing.commits.get(version);
    return entry === undefined ? undefined : (await this.commit(storage, entry, signal)).commitInfo;
  }

  /** What a step applies. A compaction is a copy of its commits, so a broken one is no loss while those are there. */
  private async actionsOf(
    storage: Storage,
    listing: LogListing,
    { entry, to }: ReplayStep,
    signal: AbortSignal | undefined,
  ): Promise<{ version: number; actions: Actions }[]> {
    try {
      return [{ version: to, actions: await this.commit(storage, entry, signal) }];
    } catch (error) {
      const compaction = listing.compactions.find((candidate) => candidate.name === entry.name);
      if (compaction === undefined || !(error instanceof DeltaError)) throw error;
      const commits: { version: number; actions: Actions }[] = [];
      for (let version = compaction.from; version <= to; version += 1) {
        const commit = listing.commits.get(version);
        if (commit === undefined) throw error;
        commits.push({ version, actions: await this.commit(storage, commit, signal) });
      }
      return commits;
    }
  }

  private async replay(
    storage: Storage,
    listing: LogListing,
    state: LogState,
    version: number,
    signal: AbortSignal | undefined,
  ): Promise<LogState> {
    const steps = await this.eachCommit(
      storage,
      listing,
      { from: state.version + 1, to: version },
      (next, actions) => state.apply(next, actions),
      signal,
    );
    // A compaction says nothing about who committed.
    const last = steps.at(-1)?.entry;
    if (last !== undefined && last.name !== listing.commits.get(version)?.name) {
      state.commitInfo = await this.commitInfo(storage, listing, version, signal);
    }
    return state;
  }

  private async eachCommit(
    storage: Storage,
    listing: LogListing,
    { from, to }: { from: number; to: number },
    apply: (version: number, actions: Actions) => void,
    signal: AbortSignal | undefined,
  ): Promise<readonly ReplayStep[]> {
    const steps = replayPath(listing, from, to);
    if (steps === undefined) throw notReconstructable(storage, listing, to);
    for (let next = 0; next < steps.length; next += READ_AHEAD) {
      signal?.throwIfAborted();
      const batch = steps.slice(next, next + READ_AHEAD);
      const files = await Promise.all(batch.map((step) => this.actionsOf(storage, listing, step, signal)));
      for (const commit of files.flat()) apply(commit.version, commit.actions);
    }
    return steps;
  }
}

/** A commit that was listed and cannot be found was cleaned up, or its table deleted, since then. */
export async function stillThere<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof StorageNotFound)) throw cause;
    const message = `${path} was deleted while the log was read: it was cleaned up, or the table was deleted`;
    throw new TableCorrupt({ message, missing: path, cause });
  }
}

export function isReachable(listing: LogListing, from: number, to: number): boolean {
  return replayPath(listing, from, to) !== undefined;
}

/** A checkpoint is a copy of what older files still say, so a broken one is no loss while those are there. */
export function isBroken(error: unknown, checkpoint: CheckpointEntry): boolean {
  return error instanceof TableCorrupt && error.missing === checkpoint.parts[0]?.name;
}

function entryKey(entry: LogEntry): string {
  return `${entry.name}\n${entry.sizeBytes}\n${entry.modifiedAt}`;
}

/** The first commit is part of the key, because it holds the table's own id. */
function stateKey(storage: Storage, listing: LogListing, version: number): string | undefined {
  const entry = listing.commits.get(version);
  if (entry === undefined) return undefined;
  const first = listing.commits.get(0);
  return `${cachedPlace(storage)}\n${first === undefined ? '' : entryKey(first)}\n${entryKey(entry)}`;
}

export function notReconstructable(storage: Storage, listing: LogListing, version: number): Error {
  const earliest = listing.earliestReconstructable;
  const latest = listing.latest ?? version;
  if (earliest !== undefined && version < earliest) {
    return new VersionNotFound({ requested: version, earliest, latest });
  }
  const base = listing.checkpoints.find((checkpoint) => checkpoint.version <= version)?.version ?? -1;
  const gap = listing.firstGap(base + 1, version) ?? base + 1;
  const still =
    earliest === undefined ? 'no version can be read' : `the earliest version that can be read is ${earliest}`;
  return new TableCorrupt({
    message: `The log of ${storage.location} has no commit for version ${gap}, so version ${version} cannot be read; ${still}`,
    missing: `version ${gap}`,
    earliestVersion: earliest,
  });
}
