import type { DataFiles } from '../cache/data-files';
import type { DeletionVectors } from '../deletion-vectors/deletion-vectors';
import type { RowSpan } from '../deletion-vectors/deleted-rows';
import { eachRows, type Connection, type DuckDB, type Value } from '../duckdb/duckdb';
import { fileLiteral } from '../duckdb/sql';
import type { FileFilter } from '../files/file-filter';
import type { FileBatches } from '../files/file-index';
import type { LogFile } from '../log/actions';
import type { JsonValue, StructField } from '../schema/types';
import type { Storage } from '../storage/storage';
import type { TableLayout } from '../table/table-layout';
import { hasVariant, variantReading, type FileReading } from '../variant/variant-columns';
import { fileColumns, plainReading, type TakeRows } from './previewer';
import { inParallel, openDataFile, readingData } from './row-counts';
import { neededSpans } from './row-groups';
import { RowShape } from './row-shape';

const CONCURRENT_FILES = 8;
/** Files of the first statements; later ones read more, because a search that goes on is one for few rows. */
const FIRST_GROUP = 2;
const LARGEST_GROUP = 64;
const ALL_ROWS: RowSpan = { first: 0, last: Number.MAX_SAFE_INTEGER };

interface OpenFile {
  file: LogFile;
  localFile: string;
  deleted: readonly RowSpan[];
}

export interface MatchingPage {
  rows: JsonValue[][];
  hasMore: boolean;
  filesRead: number;
}

/** Finds the rows a filter leaves, file by file in the order of the table, and stops at the end of the page. */
export class MatchingRows {
  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
    private readonly deletionVectors: DeletionVectors,
  ) {}

  async read(
    storage: Storage,
    layout: TableLayout,
    fields: readonly StructField[],
    filter: FileFilter,
    candidates: FileBatches,
    page: { offset: number; limit: number },
    signal: AbortSignal | undefined,
  ): Promise<MatchingPage> {
    const { shape, search } = searchOf(storage, layout, fields, filter);
    const rows: JsonValue[][] = [];
    let skip = page.offset;
    let filesRead = 0;
    const largest = search.together === undefined ? 1 : LARGEST_GROUP;
    for await (const group of groups(candidates, largest)) {
      signal?.throwIfAborted();
      // One row more than the page shows tells whether there are more.
      const wanted = page.limit + 1 - rows.length;
      const found = await this.readGroup(search, group, { offset: skip, limit: wanted }, signal);
      skip -= found.skipped;
      filesRead += group.length;
      for (const row of found.rows) {
        const file = group[Number(row[0])];
        if (file !== undefined) rows.push(shape.row(file, row.slice(2)));
      }
      if (rows.length > page.limit) return { rows: rows.slice(0, page.limit), hasMore: true, filesRead };
    }
    return { rows, hasMore: false, filesRead };
  }

  /** The first `limit` of them a few thousand at a time, each lot when the one before is taken. Answers whether there are more. */
  async each(
    storage: Storage,
    layout: TableLayout,
    fields: readonly StructField[],
    filter: FileFilter,
    candidates: FileBatches,
    limit: number,
    take: TakeRows,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { shape, search } = searchOf(storage, layout, fields, filter);
    let wanted = limit;
    for await (const group of groups(candidates, search.together === undefined ? 1 : LARGEST_GROUP)) {
      signal?.throwIfAborted();
      let more = false;
      await this.opened(search, group, signal, async (connection, reading, opened) => {
        const from = await scanOf(connection, search, reading, opened);
        await eachRows(connection, pageOf(from, { offset: 0, limit: wanted + 1 }), async (values) => {
          more = values.length > wanted;
          const rows = values.slice(0, wanted).flatMap((row) => {
            const file = group[Number(row[0])];
            return file === undefined ? [] : [shape.row(file, row.slice(2))];
          });
          wanted -= rows.length;
          if (rows.length > 0) await take(rows);
        });
      });
      if (more) return true;
    }
    return false;
  }

  private async readGroup(
    search: Search,
    group: readonly LogFile[],
    page: { offset: number; limit: number },
    signal: AbortSignal | undefined,
  ): Promise<{ rows: Value[][]; skipped: number }> {
    return this.opened(search, group, signal, (connection, reading, opened) =>
      query(connection, search, reading, opened, page),
    );
  }

  /** The files are there, and stay, while `work` is done. */
  private async opened<T>(
    search: Search,
    group: readonly LogFile[],
    signal: AbortSignal | undefined,
    work: (connection: Connection, reading: FileReading, opened: readonly OpenFile[]) => Promise<T>,
  ): Promise<T> {
    return this.files.leased(search.storage, signal, async (lease) => {
      const opened = await inParallel(group, CONCURRENT_FILES, async (file): Promise<OpenFile> => {
        const names = fileColumns(search.layout, search.stored);
        const localFile = await openDataFile(file, () =>
          lease.parts(file, (local) => neededSpans(this.duckdb, local, ALL_ROWS, names, signal)),
        );
        return { file, localFile, deleted: await this.deletedRows(search.storage, file, signal) };
      });
      return readingData(group, signal, async () => {
        const reading = search.together ?? (await this.readingOf(search, opened, signal));
        return this.duckdb.connected(signal, (connection) => work(connection, reading, opened));
      });
    });
  }

  /** Of a group of one file, because files hold their variants in different ways. */
  private async readingOf(
    { layout, stored }: Search,
    [only]: readonly OpenFile[],
    signal: AbortSignal | undefined,
  ): Promise<FileReading> {
    return variantReading(this.duckdb, only?.localFile ?? '', layout.names, stored, signal);
  }

  private async deletedRows(
    storage: Storage,
    { path, deletionVector }: LogFile,
    signal: AbortSignal | undefined,
  ): Promise<readonly RowSpan[]> {
    if (deletionVector === undefined) return [];
    return (await this.deletionVectors.read(storage, { path, deletionVector }, signal)).within(ALL_ROWS);
  }
}

interface Search {
  storage: Storage;
  layout: TableLayout;
  /** The shown columns first. */
  stored: readonly StructField[];
  /** Undefined where each file is read in its own way, and so alone. */
  together: FileReading | undefined;
  condition: string;
  shown: number;
}

function searchOf(
  storage: Storage,
  layout: TableLayout,
  fields: readonly StructField[],
  filter: FileFilter,
): { shape: RowShape; search: Search } {
  const shape = new RowShape(layout, fields);
  const stored = [...new Set([...shape.stored, ...filter.storedFields])];
  const search: Search = {
    storage,
    layout,
    stored,
    // Built first: a type that cannot be read is refused before any byte is fetched.
    together: stored.some((field) => hasVariant(field.type)) ? undefined : plainReading(layout, stored),
    condition: filter.rowCondition((field) => `c${stored.indexOf(field)}`),
    shown: shape.stored.length,
  };
  return { shape, search };
}

/** Where the matching rows of some files come from, in the order of the table. */
interface Scan {
  from: string;
  order: string;
  shown: readonly string[];
}

async function scanOf(
  connection: Connection,
  search: Search,
  reading: FileReading,
  opened: readonly OpenFile[],
): Promise<Scan> {
  const list = opened.map(({ localFile }) => fileLiteral(localFile)).join(', ');
  const scan = `read_parquet([${list}]${reading.schema}, hive_partitioning = false)`;
  let shown = reading.values.slice(0, search.shown);
  let from = `${scan} WHERE ${search.condition}`;
  // Without deletion vectors DuckDB keeps the order of files and rows by itself and stops at the limit.
  let order = '';
  if (opened.some(({ deleted }) => deleted.length > 0)) {
    await loadDeleted(connection, opened);
    const columns = ['file_index', 'file_row_number', ...shown].join(', ');
    // The span that starts at or before a row is the only one that can hold it, because spans never touch.
    from = `(SELECT ${columns} FROM ${from}) AS rows
      ASOF LEFT JOIN deleted ON deleted.f = rows.file_index AND rows.file_row_number >= deleted.first
      WHERE deleted.last IS NULL OR rows.file_row_number > deleted.last`;
    order = ' ORDER BY file_index, file_row_number';
    shown = shown.map((_, index) => `c${index}`);
  }
  return { from, order, shown };
}

function pageOf({ from, order, shown }: Scan, { offset, limit }: { offset: number; limit: number }): string {
  return `SELECT ${['file_index', 'file_row_number', ...shown].join(', ')} FROM ${from}${order} LIMIT ${limit} OFFSET ${offset}`;
}

async function query(
  connection: Connection,
  search: Search,
  reading: FileReading,
  opened: readonly OpenFile[],
  page: { offset: number; limit: number },
): Promise<{ rows: Value[][]; skipped: number }> {
  const scan = await scanOf(connection, search, reading, opened);
  let skipped = 0;
  if (page.offset > 0) {
    const [[matches] = []] = await (await connection.run(`SELECT count(*) FROM ${scan.from}`)).getRows();
    skipped = Math.min(page.offset, Number(matches ?? 0));
    if (skipped === Number(matches ?? 0)) return { rows: [], skipped };
  }
  const result = await connection.run(pageOf(scan, { offset: skipped, limit: page.limit }));
  return { rows: await result.getRows(), skipped };
}

async function loadDeleted(connection: Connection, opened: readonly OpenFile[]): Promise<void> {
  await connection.run('CREATE TEMP TABLE deleted (f UBIGINT, first BIGINT, last BIGINT)');
  const appender = await connection.createAppender('deleted');
  for (const [index, { deleted }] of opened.entries()) {
    for (const span of deleted) {
      appender.appendUBigInt(BigInt(index));
      appender.appendBigInt(BigInt(span.first));
      appender.appendBigInt(BigInt(span.last));
      appender.endRow();
    }
  }
  appender.closeSync();
}

async function* groups(batches: FileBatches, largest: number): AsyncIterable<readonly LogFile[]> {
  let size = Math.min(FIRST_GROUP, largest);
  for await (const batch of batches) {
    for (let start = 0; start < batch.length;) {
      yield batch.slice(start, start + size);
      start += size;
      size = Math.min(largest, size * 2);
    }
  }
}
