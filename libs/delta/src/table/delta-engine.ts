import { mkdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DuckDB } from '../duckdb/duckdb';

const MIB = 1024 * 1024;

export interface DeltaEngineOptions {
  /** Where copies of remote files and spilled queries go; one process at a time may use it. */
  cacheDirectory: string;
  /** Local folders whose files are opened in place; everything else is copied into the cache first. */
  localRoots?: string[];
  memoryLimitBytes?: number;
  diskCacheBytes?: number;
}

/**
 * What tables share: one locked-down DuckDB, and bounded caches of immutable log files, snapshots and remote bytes.
 * Callers with different rights may share an engine: nothing cached is answered before the caller's own storage has
 * listed the log it belongs to.
 */
export class DeltaEngine {
  private constructor(
    readonly duckdb: DuckDB,
    readonly scratchDirectory: string,
    private readonly localRoots: readonly string[],
  ) {}

  static async open(options: DeltaEngineOptions): Promise<DeltaEngine> {
    await mkdir(options.cacheDirectory, { recursive: true });
    const cacheDirectory = await realpath(options.cacheDirectory);
    const localRoots = await Promise.all((options.localRoots ?? []).map((root) => realpath(root)));
    const duckdb = new DuckDB({
      directories: [cacheDirectory, ...localRoots],
      temporaryDirectory: join(cacheDirectory, 'spill'),
      memoryLimitBytes: options.memoryLimitBytes ?? 512 * MIB,
    });
    return new DeltaEngine(duckdb, join(cacheDirectory, 'scratch'), localRoots);
  }

  async close(): Promise<void> {
    await this.duckdb.close();
  }

  /** Whether DuckDB may open this real file in place. */
  opensInPlace(file: string): boolean {
    return this.localRoots.some((root) => file === root || file.startsWith(root.endsWith(sep) ? root : root + sep));
  }
}
