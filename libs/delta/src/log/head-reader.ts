import type { DataFiles } from '../cache/data-files';
import { readCheckpointHeader } from '../checkpoint/read-checkpoint';
import type { DuckDB } from '../duckdb/duckdb';
import { StorageNotFound } from '../errors';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import { commitsBetween, replayPath } from './compaction/replay-path';
import { hintedVersion } from './last-checkpoint';
import { commitName, LOG_DIRECTORY, LogListing, type CheckpointEntry, type ListedFile } from './log-listing';
import { isBroken, isReachable, notReconstructable, stillThere } from './log-reader';
import { LogState } from './log-state';
import { readActions } from './read-actions';

/** Commits read at once. */
const READ_AHEAD = 8;

/**
 * Reads what a writer must know of the newest version, which is everything but its files: a log of a million files costs no more than one of
 * ten. Nothing is kept, so that a process may look at any number of tables.
 */
export class HeadReader {
  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
    private readonly maxActionBytes: number,
  ) {}

  /** The newest version, its `files` left empty; undefined when there is no table. TableCorrupt when the log cannot tell it. */
  async read(storage: Storage, signal?: AbortSignal): Promise<LogState | undefined> {
    const hint = await hintedVersion(storage, signal);
    if (hint !== undefined) {
      const end = await list(storage, hint, signal);
      const state = end && (await this.fromCheckpoints(storage, end, signal)).state;
      if (state !== undefined) return state;
    }
    // The hint may be stale or name what cannot be read: the whole log says more.
    const whole = await list(storage, undefined, signal);
    if (whole?.latest === undefined) return undefined;
    const { state, unreadable } = await this.fromCheckpoints(storage, whole, signal);
    if (state !== undefined) return state;
    if (!isReachable(whole, 0, whole.latest)) throw unreadable ?? notReconstructable(storage, whole, whole.latest);
    return this.replay(storage, new LogState(-1, undefined), whole.latest, whole, signal);
  }

  /** Applies the commits after a version, for as long as there are any; answers how many there were. */
  async catchUp(storage: Storage, state: LogState, signal?: AbortSignal): Promise<number> {
    for (let count = 0; ; count += 1) {
      const path = joinPath(LOG_DIRECTORY, commitName(state.version + 1));
      const there = await storage.head(path, { signal });
      if (there === undefined) return count;
      state.applyHeader(
        state.version + 1,
        await readActions(storage, { path, sizeBytes: there.sizeBytes }, this.maxActionBytes, signal),
      );
    }
  }

  private async fromCheckpoints(
    storage: Storage,
    listing: LogListing,
    signal: AbortSignal | undefined,
  ): Promise<{ state?: LogState; unreadable?: unknown }> {
    const { latest } = listing;
    let unreadable: unknown;
    for (const checkpoint of listing.checkpoints) {
      if (latest === undefined || !isReachable(listing, checkpoint.version + 1, latest)) continue;
      try {
        return { state: await this.fromCheckpoint(storage, listing, checkpoint, latest, signal) };
      } catch (error) {
        signal?.throwIfAborted();
        // A checkpoint is a copy of what older files still say.
        if (!isBroken(error, checkpoint)) throw error;
        unreadable ??= error;
      }
    }
    return { unreadable };
  }

  private async fromCheckpoint(
    storage: Storage,
    listing: LogListing,
    checkpoint: CheckpointEntry,
    latest: number,
    signal: AbortSignal | undefined,
  ): Promise<LogState> {
    const state = new LogState(checkpoint.version, checkpoint.version);
    await readCheckpointHeader({ duckdb: this.duckdb, files: this.files, storage, signal }, checkpoint, state);
    return this.replay(storage, state, latest, listing, signal);
  }

  private async replay(
    storage: Storage,
    state: LogState,
    latest: number,
    listing: LogListing,
    signal: AbortSignal | undefined,
  ): Promise<LogState> {
    // Compactions only where commits are gone: they say nothing about who committed, and when.
    const steps = commitsBetween(listing, state.version + 1, latest) ?? replayPath(listing, state.version + 1, latest);
    if (steps === undefined) throw notReconstructable(storage, listing, latest);
    for (let next = 0; next < steps.length; next += READ_AHEAD) {
      signal?.throwIfAborted();
      const commits = await Promise.all(
        steps.slice(next, next + READ_AHEAD).map(async ({ entry, to }) => {
          const path = joinPath(LOG_DIRECTORY, entry.name);
          const file = { path, sizeBytes: entry.sizeBytes };
          return { to, actions: await stillThere(path, () => readActions(storage, file, this.maxActionBytes, signal)) };
        }),
      );
      for (const { to, actions } of commits) state.applyHeader(to, actions);
    }
    return state;
  }
}

/** The log from a checkpoint on, or all of it; undefined when there is no log. */
async function list(
  storage: Storage,
  from: number | undefined,
  signal: AbortSignal | undefined,
): Promise<LogListing | undefined> {
  const startAfter = from === undefined ? {} : { startAfter: String(from).padStart(20, '0') };
  const files: ListedFile[] = [];
  try {
    for await (const entry of storage.list(LOG_DIRECTORY, { ...startAfter, signal })) {
      if (!entry.isDirectory) files.push(entry);
    }
  } catch (error) {
    if (error instanceof StorageNotFound) return undefined;
    throw error;
  }
  return LogListing.of(files);
}
