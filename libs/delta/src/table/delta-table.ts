import { InvalidRequest, StorageNotFound, TableCorrupt, VersionNotFound } from '../errors';
import { logSummary, type LogSummary } from '../inspect/log-summary';
import { readRawChecksum, readRawLog, type RawAction, type RawLogOptions, type RawLogPage } from '../inspect/raw-log';
import { diffSnapshots, type TableDiff } from '../inspect/table-diff';
import { commitTime, fileTimes, inCommitStart, inCommitTimestamp } from '../log/commit-times';
import type { LogListing } from '../log/log-listing';
import type { LogState } from '../log/log-state';
import type { Storage } from '../storage/storage';
import { readChecksum, type VersionChecksum } from '../version-checksum/version-checksum';
import type { DeltaEngine } from './delta-engine';
import { readHistory } from './history';
import type { HistoryPage } from './snapshot';
import { TableLayout } from './table-layout';
import { TableSnapshot } from './table-snapshot';

/** Which version is meant, by its number or by a time; neither means the latest. */
export interface TimeTravel {
  version?: number;
  /** The newest version committed at or before this time. */
  timestamp?: Date;
}

/**
 * A Delta table at the root of a storage, seen with that storage's rights. Every call lists the log anew, at least its end,
 * both to see new commits and to let the storage refuse.
 */
export class DeltaTable {
  private constructor(
    readonly engine: DeltaEngine,
    readonly storage: Storage,
  ) {}

  /** TableNotFound when there is no log. */
  static async open(engine: DeltaEngine, storage: Storage, options?: { signal?: AbortSignal }): Promise<DeltaTable> {
    await engine.listings.expect(storage, options?.signal);
    return new DeltaTable(engine, storage);
  }

  /** A version, the latest by default; VersionNotFound, or TableCorrupt when the log cannot tell it any more. */
  async snapshot(at: TimeTravel = {}, options: { signal?: AbortSignal } = {}): Promise<TableSnapshot> {
    if (at.version !== undefined && at.timestamp !== undefined) {
      throw new InvalidRequest('Ask for a version or for a timestamp, not for both');
    }
    return this.listed(options.signal, (listing) => this.snapshotIn(listing, at, options.signal));
  }

  /**
   * What the writer of a version wrote down about it (`<version>.crc`), for `crossCheck`; undefined when it wrote
   * nothing. Nothing else in this library depends on it. TableCorrupt when it cannot be read.
   */
  async checksum(version: number, options: { signal?: AbortSignal } = {}): Promise<VersionChecksum | undefined> {
    return this.listed(options.signal, async (listing) => {
      const entry = listing.checksums.get(version);
      return entry && readChecksum(this.storage, entry, options.signal);
    });
  }

  /** Newest first; commits that were cleaned up are left out. */
  async history(options: { limit?: number; before?: number; signal?: AbortSignal } = {}): Promise<HistoryPage> {
    return this.listed(options.signal, (listing) => readHistory(this.engine.log, this.storage, listing, options));
  }

  /** What lies in the log, as seen from a version. */
  async logSummary(version: number, options: { signal?: AbortSignal } = {}): Promise<LogSummary> {
    return this.listed(options.signal, async (listing) => logSummary(listing, version));
  }

  /** The actions of one commit as they were written, paged. */
  async rawLog(version: number, options: RawLogOptions = {}): Promise<RawLogPage> {
    return this.listed(options.signal, (listing) => readRawLog(this.storage, listing, version, options));
  }

  /** The version checksum (`.crc`) of a version as it was written; undefined when there is none. */
  rawChecksum(version: number, options: { signal?: AbortSignal } = {}): Promise<RawAction | undefined> {
    return readRawChecksum(this.storage, version, options.signal);
  }

  /** What differs between two versions, in either order. */
  async diff(from: number, to: number, options: { signal?: AbortSignal } = {}): Promise<TableDiff> {
    const { signal } = options;
    const before = await this.snapshot({ version: from }, { signal });
    const after = await this.snapshot({ version: to }, { signal });
    const { listing } = await this.engine.listings.read(this.storage, signal);
    return diffSnapshots({
      from: before,
      to: after,
      signal,
      commit: async (version) => {
        const entry = listing.commits.get(version);
        return entry && this.engine.log.commit(this.storage, entry, signal);
      },
    });
  }

  /** The remembered start of a log may be gone by now; whoever meets that has the whole of it listed again. */
  private async listed<T>(signal: AbortSignal | undefined, work: (listing: LogListing) => Promise<T>): Promise<T> {
    const { listing, isWhole } = await this.engine.listings.read(this.storage, signal);
    try {
      return await work(listing);
    } catch (error) {
      const maySayMore =
        error instanceof StorageNotFound || error instanceof TableCorrupt || error instanceof VersionNotFound;
      if (isWhole || !maySayMore) throw error;
      this.engine.listings.forget(this.storage);
      return work((await this.engine.listings.read(this.storage, signal)).listing);
    }
  }

  private async snapshotIn(
    listing: LogListing,
    at: TimeTravel,
    signal: AbortSignal | undefined,
  ): Promise<TableSnapshot> {
    const version = await this.resolve(listing, at, signal);
    const state = await this.engine.log.state(this.storage, listing, version, signal);
    const { protocol, metadata } = complete(state, this.storage.location, listing.earliestReconstructable);
    const layout = new TableLayout(metadata);
    return new TableSnapshot({
      engine: this.engine,
      storage: this.storage,
      state,
      layout,
      index: await this.engine.fileIndexes.open(state, this.storage, layout, signal),
      protocol,
      metadata,
      time: commitTime(listing, fileTimes(listing), version, state.commitInfo),
      listing,
    });
  }

  private async resolve(listing: LogListing, at: TimeTravel, signal: AbortSignal | undefined): Promise<number> {
    const latest = listing.latest ?? 0;
    if (at.timestamp !== undefined) return this.versionAt(listing, at.timestamp, signal);
    if (at.version === undefined) return latest;
    if (!Number.isSafeInteger(at.version) || at.version < 0) {
      throw new InvalidRequest('A version is a whole number from 0');
    }
    const earliest = listing.earliestReconstructable ?? latest;
    if (at.version > latest || at.version < earliest) {
      throw new VersionNotFound({ requested: at.version, earliest, latest });
    }
    return at.version;
  }

  /**
   * The newest version at or before a time. Where in-commit timestamps were switched on later, the time decides which
   * clock counts: file times before the switch, the commits' own after it.
   */
  private async versionAt(listing: LogListing, timestamp: Date, signal: AbortSignal | undefined): Promise<number> {
    const wanted = timestamp.getTime();
    if (Number.isNaN(wanted)) throw new InvalidRequest('The timestamp is not a date');
    const latest = listing.latest ?? 0;
    const earliest = listing.earliestReconstructable ?? latest;
    const versions = [...listing.commits.keys()].filter((version) => version >= earliest).sort((a, b) => a - b);
    const newest = await this.engine.log.state(this.storage, listing, latest, signal);
    const start = inCommitStart(newest.metadata?.configuration ?? {});
    const times = fileTimes(listing);
    let timeOf = async (version: number): Promise<number> => times.get(version) ?? Number.POSITIVE_INFINITY;
    let candidates = versions.filter((version) => start === undefined || version < start.version);
    if (start !== undefined && wanted >= start.timestamp) {
      candidates = versions.filter((version) => version >= start.version);
      timeOf = (version) => this.ownTime(listing, version, times, signal);
    }
    const found = await lastAtOrBefore(candidates, wanted, timeOf);
    if (found === undefined) throw new VersionNotFound({ requested: timestamp, earliest, latest });
    return found;
  }

  private async ownTime(
    listing: LogListing,
    version: number,
    times: ReadonlyMap<number, number>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const entry = listing.commits.get(version);
    const commit = entry && (await this.engine.log.commit(this.storage, entry, signal));
    return inCommitTimestamp(commit?.commitInfo) ?? times.get(version) ?? Number.POSITIVE_INFINITY;
  }
}

async function lastAtOrBefore(
  versions: readonly number[],
  wanted: number,
  timeOf: (version: number) => Promise<number>,
): Promise<number | undefined> {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((await timeOf(versions[middle] ?? 0)) <= wanted) low = middle + 1;
    else high = middle;
  }
  return versions[low - 1];
}

function complete(
  state: LogState,
  location: string,
  earliest: number | undefined,
): { protocol: NonNullable<LogState['protocol']>; metadata: NonNullable<LogState['metadata']> } {
  const { protocol, metadata } = state;
  const hasSchema = metadata?.schemaString !== undefined;
  if (protocol !== undefined && metadata !== undefined && hasSchema) return { protocol, metadata };
  const missing = protocol === undefined ? 'protocol' : metadata === undefined ? 'metaData' : 'metaData with a schema';
  throw new TableCorrupt({
    message: `The log of ${location} has no ${missing} up to version ${state.version}`,
    missing,
    earliestVersion: earliest === state.version ? undefined : earliest,
  });
}
