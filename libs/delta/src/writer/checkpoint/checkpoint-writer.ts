import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DataFiles, FileLease } from '../../cache/data-files';
import type { DuckDB } from '../../duckdb/duckdb';
import { isDuckDBError, isUnreadableFile } from '../../duckdb/file-faults';
import { AlreadyExists, TableCorrupt } from '../../errors';
import { refuseUncheckpointable } from '../../features/writer-features';
import { dataPath, isAbsolute } from '../../log/data-path';
import { hintedVersion, LAST_CHECKPOINT } from '../../log/last-checkpoint';
import { checkpointName, commitName, LOG_DIRECTORY, LogListing, type CheckpointEntry } from '../../log/log-listing';
import { retentionOf } from '../../log/tombstones';
import type { Storage } from '../../storage/storage';
import { joinPath } from '../../storage/storage-path';
import type { TableSnapshot } from '../../table/table-snapshot';
import { sidecarsOf, writeCheckpointFile, type CheckpointCounts } from './checkpoint-file';
import { LastActions } from './last-actions';

/** What became of a checkpoint that was asked for. */
export interface CheckpointResult {
  version: number;
  /** False when there was a checkpoint of this version already. */
  written: boolean;
}

/** Writes checkpoints: a version as one parquet file, so that readers need not replay the log from its start. */
export class CheckpointWriter {
  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
    private readonly scratchDirectory: string,
  ) {}

  async write(storage: Storage, snapshot: TableSnapshot, signal?: AbortSignal): Promise<CheckpointResult> {
    const { version, metadata } = snapshot;
    refuseUncheckpointable(snapshot.protocol, metadata.properties);
    const listing = await LogListing.read(storage, signal);
    if (listing.checkpoints.some((checkpoint) => checkpoint.version === version)) return { version, written: false };
    const directory = join(this.scratchDirectory, randomUUID());
    await mkdir(directory, { recursive: true });
    try {
      const local = join(directory, 'checkpoint.parquet');
      const counts = await this.build(storage, listing, snapshot, { directory, local }, signal);
      mustBeWhole(counts, snapshot);
      const bytes = await readFile(local);
      const path = joinPath(LOG_DIRECTORY, checkpointName(version));
      try {
        await storage.putIfAbsent(path, bytes);
      } catch (error) {
        if (error instanceof AlreadyExists) return { version, written: false };
        throw error;
      }
      const stored = await storage.head(path, { signal });
      if (stored?.sizeBytes !== bytes.length) {
        throw new TableCorrupt({ message: `${path} is not as long as what was written`, missing: path });
      }
      await putHint(storage, { version, counts, sizeBytes: bytes.length });
      return { version, written: true };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** From the newest checkpoint that can be read, else from the first commit. */
  private async build(
    storage: Storage,
    listing: LogListing,
    snapshot: TableSnapshot,
    to: { directory: string; local: string },
    signal: AbortSignal | undefined,
  ): Promise<CheckpointCounts> {
    const { version } = snapshot;
    let unreadable: unknown;
    const bases = listing.checkpoints.filter(
      (checkpoint) => checkpoint.version < version && listing.firstGap(checkpoint.version + 1, version) === undefined,
    );
    for (const base of bases) {
      try {
        return await this.buildFrom(base, storage, listing, snapshot, to, signal);
      } catch (error) {
        signal?.throwIfAborted();
        // Broken files are no loss while older ones can still tell the same.
        const isBroken = error instanceof TableCorrupt || (isDuckDBError(error) && isUnreadableFile(error));
        if (!isBroken) throw error;
        unreadable ??= asCorrupt(error, base);
      }
    }
    if (listing.firstGap(0, version) !== undefined) {
      const message = `The log of ${storage.location} has no checkpoint that can be read before version ${version}`;
      throw unreadable ?? new TableCorrupt({ message, missing: 'checkpoint' });
    }
    return this.buildFrom(undefined, storage, listing, snapshot, to, signal);
  }

  private async buildFrom(
    base: CheckpointEntry | undefined,
    storage: Storage,
    listing: LogListing,
    snapshot: TableSnapshot,
    to: { directory: string; local: string },
    signal: AbortSignal | undefined,
  ): Promise<CheckpointCounts> {
    return this.files.leased(storage, signal, async (lease) => {
      const since = new LastActions(storage.location);
      const baseFiles = base === undefined ? [] : await this.baseFiles(base, storage, lease, since, signal);
      for (let next = (base?.version ?? -1) + 1; next <= snapshot.version; next += 1) {
        signal?.throwIfAborted();
        const path = joinPath(LOG_DIRECTORY, commitName(next));
        since.apply(await storage.read(path, { signal }), path);
      }
      const { properties } = snapshot.metadata;
      const sinceFile = join(to.directory, 'since.json');
      const longestLine = await writeLines(sinceFile, since.lines());
      return this.duckdb.connected(signal, (connection) =>
        writeCheckpointFile(
          connection,
          {
            base: baseFiles,
            since,
            sinceFile,
            longestLine,
            location: storage.location,
            keepRemovedAfter: Date.now() - retentionOf(properties),
            leavesOutStats: properties['delta.checkpoint.writeStatsAsJson']?.toLowerCase() === 'false',
          },
          to.local,
        ),
      );
    });
  }

  /** The parquet files of a checkpoint and of its sidecars; what of it is JSON is taken in here. */
  private async baseFiles(
    base: CheckpointEntry,
    storage: Storage,
    lease: FileLease,
    since: LastActions,
    signal: AbortSignal | undefined,
  ): Promise<string[]> {
    const files: string[] = [];
    let sidecars: string[] = [];
    for (const part of base.parts) {
      const path = joinPath(LOG_DIRECTORY, part.name);
      if (part.name.endsWith('.json')) {
        since.apply(await storage.read(path, { signal }), path);
        sidecars = since.sidecars.splice(0);
      } else {
        const file = await lease.whole({ ...part, path });
        files.push(file);
        sidecars.push(...(await this.duckdb.connected(signal, (connection) => sidecarsOf(connection, file))));
      }
    }
    for (const reference of sidecars) {
      const bare = dataPath(reference, storage.location);
      if (isAbsolute(bare))
        throw new TableCorrupt({ message: `Sidecar ${bare} lies outside of the table`, missing: bare });
      const path = bare.includes('/') ? bare : joinPath(LOG_DIRECTORY, '_sidecars', bare);
      const there = await storage.head(path, { signal });
      if (there === undefined) throw new TableCorrupt({ message: `Sidecar ${bare} is missing`, missing: bare });
      files.push(await lease.whole({ path, ...there }));
    }
    return files;
  }
}

/** A message of DuckDB may hold a path of this machine, so it is told as the cause alone. */
function asCorrupt(error: unknown, base: CheckpointEntry): TableCorrupt {
  if (error instanceof TableCorrupt) return error;
  const name = base.parts[0]?.name ?? '';
  return new TableCorrupt({ message: `Checkpoint ${name} cannot be read`, missing: name, cause: error });
}

async function writeLines(file: string, lines: Iterable<string>): Promise<number> {
  let longest = 0;
  function* counted(): Generator<string> {
    for (const line of lines) {
      longest = Math.max(longest, Buffer.byteLength(line));
      yield `${line}\n`;
    }
  }
  await pipeline(counted(), createWriteStream(file));
  return longest;
}

/** The reader's own replay of the version is the judge; a checkpoint that says anything else is thrown away. */
function mustBeWhole(counts: CheckpointCounts, snapshot: TableSnapshot): void {
  const isSame =
    counts.addFiles === snapshot.numFiles &&
    counts.addBytes === snapshot.sizeBytes &&
    counts.protocols === 1 &&
    counts.metadatas === 1 &&
    // Whoever loads in batches goes by these: one that is forgotten would be loaded twice.
    counts.transactions === snapshot.transactions.length;
  if (isSame) return;
  const message = `The checkpoint of version ${snapshot.version} came out with ${counts.addFiles} files of ${counts.addBytes} bytes and ${counts.transactions} transactions in place of ${snapshot.numFiles} of ${snapshot.sizeBytes} and ${snapshot.transactions.length}`;
  throw new TableCorrupt({ message, missing: checkpointName(snapshot.version) });
}

/** Readers begin with it, so it never goes back; one that cannot be read is replaced. */
async function putHint(
  storage: Storage,
  { version, counts, sizeBytes }: { version: number; counts: CheckpointCounts; sizeBytes: number },
): Promise<void> {
  if (((await hintedVersion(storage)) ?? -1) >= version) return;
  const hint = { version, size: counts.actions, sizeInBytes: sizeBytes, numOfAddFiles: counts.addFiles };
  await storage.put(LAST_CHECKPOINT, Buffer.from(JSON.stringify(hint), 'utf8'));
}
