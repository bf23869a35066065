import { mkdir, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CheckpointTables } from '../checkpoint/checkpoint-tables';
import { DataFiles } from '../cache/data-files';
import { FileCache } from '../cache/file-cache';
import { DeletionVectors } from '../deletion-vectors/deletion-vectors';
import { DuckDB } from '../duckdb/duckdb';
import { FileIndexes } from '../files/file-indexes';
import { HeadReader } from '../log/head-reader';
import { LogListings } from '../log/log-listings';
import { LogReader, type LogLimits } from '../log/log-reader';
import { LONGEST_ACTION_BYTES } from '../log/read-actions';
import { MatchingRows } from '../preview/matching-rows';
import { ParquetFiles } from '../preview/parquet-files';
import { Previewer } from '../preview/previewer';
import { AbsoluteFiles } from '../storage/absolute-files';
import { RowCounts } from '../preview/row-counts';
import { CheckpointWriter } from '../writer/checkpoint/checkpoint-writer';
import { DueCheckpoints, type CheckpointFailure } from '../writer/checkpoint/due-checkpoints';

const GIB = 1024 ** 3;
/** As objects, that many files take some twenty megabytes and a tenth of a second. */
const LARGE_FILES = 20_000;
const REMEMBERED_FILES = 2_000_000;
/** Times as many files, and the statistics of a page take longer to unpack than people notice. */
const PREPARED = 5;

/** Where an engine may read, and how much memory and disk it may take. */
export interface DeltaEngineOptions {
  /**
   * Where copies of remote files and spilled queries go, and, while they are read, the statistics of large tables' checkpoints, packed so
   * that a few can be read at once; one process at a time may use it.
   */
  cacheDirectory: string;
  /** Local folders whose files are opened in place; everything else is copied into the cache first. */
  localRoots?: string[];
  /**
   * Local folders in which files that a log names by absolute paths are opened; none by default. Every table an engine
   * reads can name any file of these.
   */
  absoluteRoots?: string[];
  /** What DuckDB may take of it; half a GiB by default. */
  memoryLimitBytes?: number;
  /** Longest action of a commit (a line of its file) that is read, in bytes; one that is longer is TABLE_CORRUPT. 32 MiB by default. */
  maxActionBytes?: number;
  /** What copies of remote files may take of it; 2 GiB by default. */
  diskCacheBytes?: number;
  /**
   * Of replayed versions, how many files are kept in memory altogether, some three hundred bytes each; two million by default. A process that
   * looks at many tables once needs next to none.
   */
  rememberedFiles?: number;
  /** Told of checkpoints that were due after a commit and could not be made, which is no failure of the commit. Default: a warning of the process. */
  onCheckpointFailure?: (failure: CheckpointFailure) => void;
  /**
   * From how many files on those of a version are kept in DuckDB rather than as objects.
   * @internal
   */
  largeFiles?: number;
}

/**
 * What tables share: one locked-down DuckDB, and bounded caches of immutable log files, snapshots and remote bytes.
 * Callers with different rights may share an engine: nothing cached is answered before the caller's own storage has
 * listed the log it belongs to.
 */
export class DeltaEngine {
  /** @internal */
  readonly log: LogReader;
  readonly listings: LogListings;
  /** @internal */
  readonly fileIndexes: FileIndexes;
  /** @internal */
  readonly rowCounts: RowCounts;
  /** @internal */
  readonly previewer: Previewer;
  /** @internal */
  readonly matchingRows: MatchingRows;
  /** Single parquet files, shown as tables are. */
  readonly parquetFiles: ParquetFiles;
  /** @internal */
  readonly deletionVectors: DeletionVectors;
  /** @internal */
  readonly heads: HeadReader;
  /** @internal */
  readonly checkpoints: DueCheckpoints;
  private readonly tables: CheckpointTables;

  private constructor(
    private readonly duckdb: DuckDB,
    private readonly cache: FileCache,
    readonly scratchDirectory: string,
    localRoots: readonly string[],
    readonly absoluteFiles: AbsoluteFiles,
    onCheckpointFailure: ((failure: CheckpointFailure) => void) | undefined,
    limits: LogLimits & { memoryLimitBytes: number },
  ) {
    const inPlace = (file: string): boolean =>
      localRoots.some((root) => file === root || file.startsWith(root.endsWith(sep) ? root : root + sep));
    const files = new DataFiles(cache, inPlace, absoluteFiles);
    this.deletionVectors = new DeletionVectors(absoluteFiles);
    this.tables = new CheckpointTables(duckdb, files, {
      capacityBytes: limits.memoryLimitBytes / 2,
      folder: join(scratchDirectory, 'statistics'),
      preparedRows: PREPARED * limits.largeFiles,
    });
    const { tables } = this;
    this.listings = new LogListings(limits.rememberedFiles / 4);
    this.log = new LogReader(duckdb, files, tables, limits);
    this.fileIndexes = new FileIndexes(duckdb, tables, limits.largeFiles);
    this.rowCounts = new RowCounts(duckdb, files);
    this.previewer = new Previewer(duckdb, files, this.deletionVectors);
    this.matchingRows = new MatchingRows(duckdb, files, this.deletionVectors);
    this.parquetFiles = new ParquetFiles(duckdb, files);
    this.heads = new HeadReader(duckdb, files, limits.maxActionBytes);
    this.checkpoints = new DueCheckpoints(new CheckpointWriter(duckdb, files, scratchDirectory), onCheckpointFailure);
  }

  /** The folders must be there; the cache's is made. */
  static async open(options: DeltaEngineOptions): Promise<DeltaEngine> {
    await mkdir(options.cacheDirectory, { recursive: true });
    const cacheDirectory = await realpath(options.cacheDirectory);
    // What a writer that was killed left behind: rows it had staged belong to nothing.
    await rm(join(cacheDirectory, 'scratch'), { recursive: true, force: true });
    const localRoots = await Promise.all((options.localRoots ?? []).map((root) => realpath(root)));
    const absoluteRoots = await Promise.all((options.absoluteRoots ?? []).map((root) => realpath(root)));
    const cache = await FileCache.open(join(cacheDirectory, 'files'), options.diskCacheBytes ?? 2 * GIB);
    const memoryLimitBytes = options.memoryLimitBytes ?? GIB / 2;
    const duckdb = new DuckDB({
      directories: [cacheDirectory, ...localRoots, ...absoluteRoots],
      temporaryDirectory: join(cacheDirectory, 'spill'),
      memoryLimitBytes,
    });
    const absoluteFiles = new AbsoluteFiles(absoluteRoots);
    return new DeltaEngine(
      duckdb,
      cache,
      join(cacheDirectory, 'scratch'),
      localRoots,
      absoluteFiles,
      options.onCheckpointFailure,
      {
        memoryLimitBytes,
        largeFiles: options.largeFiles ?? LARGE_FILES,
        rememberedFiles: options.rememberedFiles ?? REMEMBERED_FILES,
        maxActionBytes: options.maxActionBytes ?? LONGEST_ACTION_BYTES,
      },
    );
  }

  /** When no checkpoint is being written any more: before a lease is given back, a folder is removed, or a process is ended. */
  settled(): Promise<void> {
    return this.checkpoints.settled();
  }

  /** Ends what is running and removes what no later process can use. */
  async close(): Promise<void> {
    await this.settled();
    await this.tables.close();
    await this.duckdb.close();
    await this.cache.close();
  }
}
