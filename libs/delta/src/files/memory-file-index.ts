import type { DuckDB } from '../duckdb/duckdb';
import { asRecord, parseJson } from '../json/lossless-json';
import { fileKey, type LogFile } from '../log/actions';
import type { FileIdentity } from '../log/log-state';
import { statedRows } from '../preview/row-counts';
import { compareBytes } from '../storage/storage-path';
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
import { summarise } from './file-summary';

/** The files of a table that is small enough to be held as they are. */
export class MemoryFileIndex implements FileIndex {
  readonly totals: FileTotals;
  private sorted: readonly LogFile[] | undefined;

  constructor(
    private readonly files: ReadonlyMap<string, LogFile>,
    private readonly layout: TableLayout,
    private readonly duckdb: DuckDB,
  ) {
    let bytes = 0n;
    let deletionVectors = 0;
    for (const file of files.values()) {
      bytes += BigInt(file.sizeBytes);
      if (file.deletionVector !== undefined) deletionVectors += 1;
    }
    this.totals = { files: files.size, bytes, deletionVectors };
  }

  async page(query: FilePageQuery, signal?: AbortSignal): Promise<{ files: LogFile[]; total: number }> {
    const candidates = query.filter === undefined ? this.inOrder() : await this.filtered(query.filter, signal);
    const found =
      query.partition.length === 0 ? candidates : candidates.filter((file) => this.isIn(file, query.partition));
    const ordered = query.order === 'path' && !query.descending ? found : [...found].sort(ordering(query));
    const end = query.limit === undefined ? undefined : query.offset + query.limit;
    return { files: ordered.slice(query.offset, end), total: found.length };
  }

  async statedRows(): Promise<{ rows: bigint; uncounted: number }> {
    let rows = 0n;
    let uncounted = 0;
    for (const file of this.files.values()) {
      const stated = statedRows(file);
      if (stated === undefined) uncounted += 1;
      else rows += stated - (file.deletionVector?.cardinality ?? 0n);
    }
    return { rows, uncounted };
  }

  async uncounted(limit: number): Promise<LogFile[]> {
    const found: LogFile[] = [];
    for (const file of this.inOrder()) {
      if (found.length === limit) break;
      if (statedRows(file) === undefined) found.push(file);
    }
    return found;
  }

  /** From the first file on: counting in memory costs less than finding a later start would. */
  async fromRow(row: number, _count: CountPhysicalRows): Promise<{ skip: number; files: FileBatches }> {
    return { skip: row, files: batches(this.inOrder()) };
  }

  async matching(filter: FileFilter, signal?: AbortSignal): Promise<{ total: number; files: FileBatches }> {
    const found = await this.filtered(filter, signal);
    return { total: found.length, files: batches(found) };
  }

  async sizes(named: ReadonlyMap<string, FileIdentity>): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const key of named.keys()) {
      const file = this.files.get(key);
      if (file !== undefined) found.set(key, file.sizeBytes);
    }
    return found;
  }

  async summary(): Promise<FileSummary> {
    return summarise(this.summarised());
  }

  async all(): Promise<readonly LogFile[]> {
    return this.inOrder();
  }

  private *summarised(): Iterable<Parameters<typeof summarise>[0] extends Iterable<infer File> ? File : never> {
    const fields = this.layout.partitionFields;
    for (const file of this.files.values()) {
      const values = fields.length === 0 ? {} : (asRecord(parseJson(file.partitionValues)) ?? {});
      yield {
        path: file.path,
        sizeBytes: file.sizeBytes,
        numRecords: statedRows(file),
        deletedRows: file.deletionVector?.cardinality,
        partitionValues: Object.fromEntries(
          fields.map((field) => [field.name, this.layout.partitionText(values, field)]),
        ),
      };
    }
  }

  private isIn(file: LogFile, partition: FilePageQuery['partition']): boolean {
    const values = asRecord(parseJson(file.partitionValues)) ?? {};
    return partition.every(({ field, value }) => this.layout.partitionText(values, field) === value);
  }

  /** DuckDB judges here too, so that a filter means the same whether files are in memory or not. */
  private async filtered(filter: FileFilter, signal: AbortSignal | undefined): Promise<LogFile[]> {
    const files = this.inOrder();
    return this.duckdb.connected(signal, async (connection) => {
      await connection.run('CREATE TEMP TABLE candidates (place INTEGER, partition_values VARCHAR, stats VARCHAR)');
      const appender = await connection.createAppender('candidates');
      for (const [place, file] of files.entries()) {
        appender.appendInteger(place);
        appender.appendVarchar(file.partitionValues);
        if (file.stats === undefined) appender.appendNull();
        else appender.appendVarchar(file.stats);
        appender.endRow();
      }
      appender.closeSync();
      const condition = filter.fileCondition({ partitionValues: 'partition_values', stats: 'stats' });
      const result = await connection.run(`SELECT place FROM candidates WHERE ${condition} ORDER BY place`);
      return (await result.getRows()).flatMap(([place]) => files[Number(place)] ?? []);
    });
  }

  private inOrder(): readonly LogFile[] {
    this.sorted ??= inPathOrder(this.files);
    return this.sorted;
  }
}

export function inPathOrder(files: ReadonlyMap<string, LogFile>): readonly LogFile[] {
  return [...files.values()].sort(byPath);
}

/** A path may be there twice while its deletion vectors tell the two apart. */
function byPath(left: LogFile, right: LogFile): number {
  return compareBytes(left.path, right.path) || compareBytes(fileKey(left), fileKey(right));
}

function ordering({ order, descending }: FilePageQuery): (left: LogFile, right: LogFile) => number {
  const sign = descending ? -1 : 1;
  return (left, right) => {
    if (order === 'path') return sign * byPath(left, right);
    const [one, other] = [sortValue(left, order), sortValue(right, order)];
    if (one === other) return byPath(left, right);
    if (one === undefined) return 1;
    if (other === undefined) return -1;
    return one < other ? -sign : sign;
  };
}

function sortValue(file: LogFile, order: Exclude<FileOrder, 'path'>): number | bigint | undefined {
  switch (order) {
    case 'size':
      return file.sizeBytes;
    case 'modified':
      return file.modifiedAt;
    case 'records':
      return statedRows(file);
  }
}

async function* batches(files: readonly LogFile[]): FileBatches {
  const sizes = batchSizes();
  for (let start = 0; start < files.length;) {
    const size = sizes.next().value;
    yield files.slice(start, start + size);
    start += size;
  }
}
