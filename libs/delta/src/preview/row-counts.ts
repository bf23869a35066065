import { WeightedCache } from '../cache/weighted-cache';
import { cacheKey, type DataFile } from '../cache/cache-key';
import type { DataFiles } from '../cache/data-files';
import type { DuckDB } from '../duckdb/duckdb';
import { isUnreadableFile } from '../duckdb/file-faults';
import { fileLiteral } from '../duckdb/sql';
import { StorageNotFound, TableCorrupt } from '../errors';
import { asBigInt, asRecord, parseJson } from '../json/lossless-json';
import { recordCount, type LogFile } from '../log/actions';
import type { Storage } from '../storage/storage';

const CACHED_COUNTS = 200_000;
const FILES_PER_QUERY = 100;
const CONCURRENT_FOOTERS = 8;

/** How many rows files physically hold: as their statistics tell, else as their parquet footers do. */
export class RowCounts {
  private readonly footers = new WeightedCache<number>(CACHED_COUNTS);

  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
  ) {}

  /** Physical rows of each file, in order. */
  async physical(storage: Storage, files: readonly LogFile[], signal?: AbortSignal): Promise<number[]> {
    const unknown = files.filter((file) => statedRows(file) === undefined);
    const counted = await this.fromFooters(storage, unknown, signal);
    return files.map((file) => Number(statedRows(file) ?? counted.get(file) ?? 0));
  }

  private async fromFooters(
    storage: Storage,
    files: readonly LogFile[],
    signal: AbortSignal | undefined,
  ): Promise<Map<LogFile, number>> {
    const counts = new Map<LogFile, number>();
    const unread: LogFile[] = [];
    for (const file of files) {
      const known = this.footers.get(cacheKey(storage, file));
      if (known === undefined) unread.push(file);
      else counts.set(file, known);
    }
    for (let start = 0; start < unread.length; start += FILES_PER_QUERY) {
      const batch = unread.slice(start, start + FILES_PER_QUERY);
      for (const [index, rows] of (await this.readFooters(storage, batch, signal)).entries()) {
        const file = batch[index];
        if (file === undefined) continue;
        counts.set(file, rows);
        this.footers.set(cacheKey(storage, file), rows, 1);
      }
    }
    return counts;
  }

  private async readFooters(
    storage: Storage,
    files: readonly LogFile[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    return this.files.leased(storage, signal, async (lease) => {
      const locals = await inParallel(files, CONCURRENT_FOOTERS, (file) =>
        openDataFile(file, () => lease.footer(file)),
      );
      const list = locals.map(fileLiteral).join(', ');
      const rows = await readingData(files, signal, () =>
        this.duckdb.rows(`SELECT file_name, num_rows FROM parquet_file_metadata([${list}])`, signal),
      );
      const byName = new Map(rows.map(([name, count]) => [String(name), Number(count)]));
      return locals.map((local) => byName.get(local) ?? 0);
    });
  }
}

/** The count of the statistics, which is only taken when it is really there. */
export function statedRows(file: { stats: string | undefined; numRecords?: bigint }): bigint | undefined {
  if (file.numRecords !== undefined) return file.numRecords;
  return recordCount(file.stats, (text) => {
    try {
      const rows = asBigInt(asRecord(parseJson(text))?.['numRecords']);
      return rows !== undefined && rows < 0n ? undefined : rows;
    } catch {
      // Broken statistics are as good as none.
      return undefined;
    }
  });
}

/** Opens a file the log names, or says in the table's words why it cannot be. */
export async function openDataFile<T>(file: DataFile, open: () => Promise<T>): Promise<T> {
  if (file.path.split('/').includes('..') || file.path.includes('\0')) {
    throw new TableCorrupt({
      message: `The data file path ${file.path} leaves the table's folder`,
      missing: file.path,
    });
  }
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof StorageNotFound)) throw cause;
    throw new TableCorrupt({
      message: `The data file ${file.path} is missing, although the log names it`,
      missing: file.path,
      cause,
    });
  }
}

/** Runs a query over data files; what DuckDB cannot read in them is a fault of the table, not of the library. */
export async function readingData<T>(
  files: readonly DataFile[],
  signal: AbortSignal | undefined,
  query: () => Promise<T>,
): Promise<T> {
  try {
    return await query();
  } catch (cause) {
    signal?.throwIfAborted();
    if (!isUnreadableFile(cause)) throw cause;
    const names = files.length === 1 ? files[0]?.path : `one of ${files.length} data files`;
    // The reason may hold a path of this machine, so it stays in the cause.
    throw new TableCorrupt({
      message: `${names} cannot be read as the table's schema says`,
      missing: names ?? '',
      cause,
    });
  }
}

/** When it fails nothing is under way any more: what a worker still took later would belong to nobody. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      const item = items[index];
      if (item === undefined) continue;
      try {
        results[index] = await work(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  const failed = workers.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}
