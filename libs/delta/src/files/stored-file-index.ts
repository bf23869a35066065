import { readStatistics, type CheckpointFiles } from '../checkpoint/checkpoint-files';
import type { CheckpointTable, CheckpointTables } from '../checkpoint/checkpoint-tables';
import type { CheckpointContext } from '../checkpoint/read-checkpoint';
import type { Connection, Value } from '../duckdb/duckdb';
import { parseJson } from '../json/lossless-json';
import type { LogFile } from '../log/actions';
import { parseDeletionVector } from '../log/parse-actions';
import type { FileIdentity } from '../log/log-state';
import type { Storage } from '../storage/storage';
import type { FileOrder, FileSummary } from '../table/snapshot';
import type { TableLayout } from '../table/table-layout';
import type { FileFilter } from './file-filter';
import {
  batchSizes,
  type CountPhysicalRows,
  type FileBatches,
  type FileIndex,
  type FilePageQuery,
  type FileTotals,
} from './file-index';
import { namedFiles } from './named-files';
import { loadMatching } from './matching-files';
import { loadPartitions } from './partition-text';
import { countOf, placedFiles, sortedFiles } from './sorted-files';
import { storedSummary } from './stored-summary';
import type { StoredVersion } from './stored-version';
import { VersionTables } from './version-tables';

/** Files without a record count whose footers are read at once to find a row. */
const COUNTED_AT_ONCE = 100;
const SORTED_BY: Readonly<Record<FileOrder, string>> = {
  path: 'NULL::BIGINT',
  size: 'size',
  modified: 'modified',
  records: 'records',
};
/** The files of a version that are too many to be held one by one: its checkpoint's, in DuckDB, and those added since. */
export class StoredFileIndex implements FileIndex {
  constructor(
    private readonly tables: CheckpointTables,
    private readonly files: CheckpointFiles,
    private readonly version: StoredVersion,
    private readonly storage: Storage,
    private readonly layout: TableLayout,
  ) {}

  get totals(): FileTotals {
    return this.version.totals;
  }

  async page(query: FilePageQuery, signal?: AbortSignal): Promise<{ files: LogFile[]; total: number }> {
    return this.reading(signal, async (version, connection, table, context) => {
      const live = await version.live();
      const conditions: string[] = [];
      if (query.partition.length > 0) {
        await loadPartitions(connection, live, this.layout, query.partition);
        conditions.push('partition_values IN (SELECT partition_values FROM wanted_partitions)');
      }
      if (query.filter !== undefined) {
        await loadMatching(query.filter, await version.addedFiles(), table, connection, context);
        conditions.push('file IN (SELECT file FROM matching)');
      }
      const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      const total = where === '' ? this.totals.files : await countOf(connection, `${live} AS live${where}`);
      const counts = query.order === 'records' ? ` LEFT JOIN ${await version.records()} AS counts USING (file)` : '';
      const sorted = `SELECT file, path, vector, ${SORTED_BY[query.order]} AS value FROM ${live} AS live${counts}${where}`;
      // Joined once rather than at every look.
      if (counts !== '') await connection.run(`CREATE TEMP TABLE counted AS ${sorted}`);
      const candidates = counts === '' ? `(${sorted})` : 'counted';
      const ids =
        where === '' && query.order === 'path' && table.hasPlaces
          ? await placedFiles(connection, await version.order(), total, query)
          : await sortedFiles(connection, candidates, total, query);
      return { files: await this.read(ids, { withStatistics: true }, connection, table, context), total };
    });
  }

  async statedRows(signal?: AbortSignal): Promise<{ rows: bigint; uncounted: number }> {
    return this.reading(signal, async (version, connection) => {
      const result = await connection.run(
        `SELECT coalesce(sum(records - coalesce(deleted, 0)), 0)::BIGINT, count(*) FILTER (records IS NULL)
         FROM ${await version.live()} AS live LEFT JOIN ${await version.records()} AS counts USING (file)`,
      );
      const [[rows, uncounted] = []] = await result.getRows();
      return { rows: BigInt(String(rows)), uncounted: Number(uncounted) };
    });
  }

  async uncounted(limit: number, signal?: AbortSignal): Promise<LogFile[]> {
    return this.reading(signal, async (version, connection, table, context) => {
      const result = await connection.run(
        `SELECT file FROM ${await version.starts()} WHERE rows IS NULL ORDER BY ord LIMIT ${limit}`,
      );
      const ids = (await result.getRows()).map(([file]) => Number(file));
      return this.read(ids, { withStatistics: false }, connection, table, context);
    });
  }

  async fromRow(
    row: number,
    count: CountPhysicalRows,
    signal?: AbortSignal,
  ): Promise<{ skip: number; files: FileBatches }> {
    // Files that tell no count add to the row that is looked for what they are found to have, one after the other.
    let left = row;
    let behind = -1;
    for (;;) {
      const unknown = await this.unknownAfter(behind, signal);
      const counts = await count(unknown.map(({ file }) => file));
      for (const [index, { ord, before, file }] of unknown.entries()) {
        if (before > left) return this.from(await this.startOf(left, signal), signal);
        const rows = Math.max(0, (counts[index] ?? 0) - Number(file.deletionVector?.cardinality ?? 0n));
        if (before + rows > left) return this.from({ ord, skip: left - before }, signal);
        left -= rows;
        behind = ord;
      }
      if (unknown.length < COUNTED_AT_ONCE) return this.from(await this.startOf(left, signal), signal);
    }
  }

  async matching(filter: FileFilter, signal?: AbortSignal): Promise<{ total: number; files: FileBatches }> {
    const ids = await this.reading(signal, async (version, connection, table, context) => {
      await loadMatching(filter, await version.addedFiles(), table, connection, context);
      const result = await connection.stream(
        `SELECT file FROM ${await version.order()} WHERE file IN (SELECT file FROM matching) ORDER BY ord`,
      );
      const found: number[] = [];
      for await (const rows of result.yieldRows()) for (const [file] of rows) found.push(Number(file));
      return found;
    });
    return { total: ids.length, files: this.batches(ids, signal) };
  }

  async summary(signal?: AbortSignal): Promise<FileSummary> {
    this.version.summary ??= await this.reading(signal, async (version, connection) => {
      const files = `${await version.live()} AS live LEFT JOIN ${await version.records()} AS counts USING (file)`;
      return storedSummary(connection, files, this.layout);
    });
    return this.version.summary;
  }

  async sizes(named: ReadonlyMap<string, FileIdentity>, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const unnamed = new Map<string, FileIdentity>();
    for (const [key, identity] of named) {
      const since = this.version.since(key);
      if (since === undefined) unnamed.set(key, identity);
      else if (since !== 'gone') found.set(key, since.sizeBytes);
    }
    await this.tables.leased(this.files, this.storage, signal, async (table, context) => {
      await namedFiles(table, context, unnamed);
      for (const key of unnamed.keys()) {
        const file = table.named.get(key);
        if (file !== undefined) found.set(key, file.sizeBytes);
      }
    });
    return found;
  }

  async all(signal?: AbortSignal): Promise<readonly LogFile[]> {
    return this.reading(signal, async (version, connection, table, context) => {
      const result = await connection.stream(`SELECT file FROM ${await version.order()} ORDER BY ord`);
      const ids: number[] = [];
      for await (const rows of result.yieldRows()) for (const [file] of rows) ids.push(Number(file));
      await table.counts(context);
      return this.read(ids, { withStatistics: false }, connection, table, context);
    });
  }

  private async unknownAfter(
    behind: number,
    signal: AbortSignal | undefined,
  ): Promise<{ ord: number; before: number; file: LogFile }[]> {
    return this.reading(signal, async (version, connection, table, context) => {
      const result = await connection.run(
        `SELECT ord, before, file FROM ${await version.starts()} WHERE rows IS NULL AND ord > ${behind}
         ORDER BY ord LIMIT ${COUNTED_AT_ONCE}`,
      );
      const rows = await result.getRows();
      const ids = rows.map(([, , file]) => Number(file));
      const files = await this.read(ids, { withStatistics: false }, connection, table, context);
      return rows.flatMap(([ord, before], index) => {
        const file = files[index];
        return file === undefined ? [] : [{ ord: Number(ord), before: Number(before), file }];
      });
    });
  }

  private async startOf(row: number, signal: AbortSignal | undefined): Promise<Start | undefined> {
    return this.reading(signal, async (version, connection) => {
      const result = await connection.run(
        `SELECT ord, before FROM ${await version.starts()} WHERE before + rows > ${row} ORDER BY ord LIMIT 1`,
      );
      const [found] = await result.getRows();
      return found === undefined ? undefined : { ord: Number(found[0]), skip: row - Number(found[1]) };
    });
  }

  private from(start: Start | undefined, signal: AbortSignal | undefined): { skip: number; files: FileBatches } {
    return { skip: start?.skip ?? 0, files: this.batchesFrom(start?.ord, signal) };
  }

  private async *batchesFrom(ord: number | undefined, signal: AbortSignal | undefined): FileBatches {
    if (ord === undefined) return;
    let next = ord;
    for (const size of batchSizes()) {
      const batch = await this.reading(signal, async (version, connection, table, context) => {
        const result = await connection.run(
          `SELECT ord, file FROM ${await version.starts()} WHERE ord >= ${next} ORDER BY ord LIMIT ${size}`,
        );
        const rows = await result.getRows();
        next = Number(rows.at(-1)?.[0] ?? next) + 1;
        const ids = rows.map(([, file]) => Number(file));
        return this.read(ids, { withStatistics: false }, connection, table, context);
      });
      if (batch.length > 0) yield batch;
      if (batch.length < size) return;
    }
  }

  private async *batches(ids: readonly number[], signal: AbortSignal | undefined): FileBatches {
    const sizes = batchSizes();
    for (let start = 0; start < ids.length;) {
      const size = sizes.next().value;
      const wanted = ids.slice(start, start + size);
      yield await this.reading(signal, (_, connection, table, context) =>
        this.read(wanted, { withStatistics: false }, connection, table, context),
      );
      start += size;
    }
  }

  /** Files by their numbers, in the same order. */
  private async read(
    ids: readonly number[],
    { withStatistics }: { withStatistics: boolean },
    connection: Connection,
    table: CheckpointTable,
    context: CheckpointContext,
  ): Promise<LogFile[]> {
    const stored = ids.filter((id) => id >= 0);
    const found = new Map<number, LogFile>();
    if (stored.length > 0) {
      const statistics = new Map<number, string>();
      if (withStatistics) {
        const uncopied = await table.copies.read(connection, stored, statistics);
        await readStatistics(context, connection, table.files.parts, uncopied, statistics);
        this.tables.prepare(table, this.storage);
      }
      const counts = withStatistics ? undefined : await table.counts(context);
      const result = await connection.run(
        `SELECT id, path, reference, size, modified, partition_values, deletion_vector, ${counts === undefined ? 'NULL' : 'records'}
         FROM ${await table.loaded(context)} ${counts === undefined ? '' : `LEFT JOIN ${counts} USING (id)`}
         WHERE id IN (${stored.join(', ')})`,
      );
      for (const row of await result.getRows()) found.set(Number(row[0]), logFile(row, statistics.get(Number(row[0]))));
    }
    return ids.flatMap((id) => (id < 0 ? this.version.added[-1 - id] : found.get(id)) ?? []);
  }

  private reading<T>(
    signal: AbortSignal | undefined,
    work: (
      version: VersionTables,
      connection: Connection,
      table: CheckpointTable,
      context: CheckpointContext,
    ) => Promise<T>,
  ): Promise<T> {
    return this.tables.leased(this.files, this.storage, signal, (table, context) =>
      table.keeping(this.version.number, context.duckdb, () => {
        const version = new VersionTables(table, context, this.version);
        return context.duckdb.connected(signal, (connection) => work(version, connection, table, context));
      }),
    );
  }
}

interface Start {
  ord: number;
  skip: number;
}

function logFile(row: readonly Value[], stats: string | undefined): LogFile {
  const [, path, reference, size, modified, partitionValues, vector, records] = row;
  return {
    path: String(path),
    ...(typeof reference === 'string' && reference !== path ? { reference } : {}),
    sizeBytes: Number(size),
    modifiedAt: Number(modified),
    partitionValues: String(partitionValues),
    stats,
    ...(records === null || records === undefined ? {} : { numRecords: BigInt(String(records)) }),
    deletionVector: typeof vector === 'string' ? parseDeletionVector(parseJson(vector)) : undefined,
  };
}
