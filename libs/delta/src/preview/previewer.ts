import type { DataFiles, FileLease } from '../cache/data-files';
import type { DeletionVectors } from '../deletion-vectors/deletion-vectors';
import type { DuckDB, Value } from '../duckdb/duckdb';
import { fileLiteral } from '../duckdb/sql';
import type { RowSpan } from '../deletion-vectors/deleted-rows';
import { TableCorrupt } from '../errors';
import { fileColumnTypes } from '../schema/file-columns';
import type { JsonValue, StructField } from '../schema/types';
import type { Storage } from '../storage/storage';
import { hasVariant, variantReading, type FileReading } from '../variant/variant-columns';
import type { TableLayout } from '../table/table-layout';
import { inParallel, openDataFile, readingData } from './row-counts';
import { neededSpans } from './row-groups';
import { RowShape } from './row-shape';
import type { RowWindow } from './row-windows';

const CONCURRENT_FILES = 8;
/** Whole files that are read by one statement. */
const FILES_PER_QUERY = 128;

/** Takes some rows; those that follow are read when it is done. */
export type TakeRows = (rows: JsonValue[][]) => Promise<void>;

/** A window with its file on disk and its rows as physical numbers. */
interface OpenWindow {
  window: RowWindow;
  localFile: string;
  rows: RowSpan;
  deleted: RowSpan[];
  reading: FileReading;
}

/** Reads windows of rows from parquet files and gives them back as JSON, in the order of the windows. */
export class Previewer {
  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
    private readonly deletionVectors: DeletionVectors,
  ) {}

  async read(
    storage: Storage,
    layout: TableLayout,
    fields: readonly StructField[],
    windows: readonly RowWindow[],
    signal: AbortSignal | undefined,
  ): Promise<JsonValue[][]> {
    const shape = new RowShape(layout, fields);
    const { stored } = shape;
    // Built first: a type that cannot be read is refused before any byte is fetched.
    const together = stored.some((field) => hasVariant(field.type)) ? undefined : plainReading(layout, stored);
    return this.files.leased(storage, signal, async (lease) => {
      const opened = await inParallel(windows, CONCURRENT_FILES, (window) =>
        this.open(storage, layout, lease, { stored, together }, window, signal),
      );
      const rows: JsonValue[][] = [];
      for (const group of together === undefined ? opened.map((window) => [window]) : grouped(opened)) {
        const values = await readingData(
          group.map((item) => item.window.file),
          signal,
          () => this.duckdb.rows(statement(group), signal),
        );
        rows.push(...shaped(group, values, shape));
      }
      return rows;
    });
  }

  /** The same rows a few thousand at a time, each lot when the one before is taken; the files of a few windows are held at once. */
  async each(
    storage: Storage,
    layout: TableLayout,
    fields: readonly StructField[],
    windows: readonly RowWindow[],
    take: TakeRows,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const shape = new RowShape(layout, fields);
    const { stored } = shape;
    const together = stored.some((field) => hasVariant(field.type)) ? undefined : plainReading(layout, stored);
    for (let start = 0; start < windows.length; start += CONCURRENT_FILES) {
      await this.files.leased(storage, signal, async (lease) => {
        const some = windows.slice(start, start + CONCURRENT_FILES);
        const opened = await inParallel(some, CONCURRENT_FILES, (window) =>
          this.open(storage, layout, lease, { stored, together }, window, signal),
        );
        for (const window of opened) await this.eachOf(window, shape, take, signal);
      });
    }
  }

  /** One row more or less than the log says is an error, though those before it are taken by then. */
  private async eachOf(
    opened: OpenWindow,
    shape: RowShape,
    take: TakeRows,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { window } = opened;
    const expected = rowsOf(window);
    let found = 0;
    await readingData([window.file], signal, () =>
      this.duckdb.eachRows(
        statement([opened]),
        async (values) => {
          found += values.length;
          if (found > expected) throw wrongCount(window, expected, found);
          await take(values.map((row) => shape.row(window.file, row.slice(2))));
        },
        signal,
      ),
    );
    if (found !== expected) throw wrongCount(window, expected, found);
  }

  private async open(
    storage: Storage,
    layout: TableLayout,
    lease: FileLease,
    { stored, together }: { stored: readonly StructField[]; together: FileReading | undefined },
    window: RowWindow,
    signal: AbortSignal | undefined,
  ): Promise<OpenWindow> {
    const { file, live } = window;
    let rows = live;
    let deleted: RowSpan[] = [];
    if (file.deletionVector !== undefined) {
      const vector = { path: file.path, deletionVector: file.deletionVector };
      const gone = await this.deletionVectors.read(storage, vector, signal);
      rows = { first: gone.physicalRow(live.first), last: gone.physicalRow(live.last) };
      deleted = gone.within(rows);
    }
    const localFile = await openDataFile(file, () =>
      lease.parts(file, (local) => neededSpans(this.duckdb, local, rows, fileColumns(layout, stored), signal)),
    );
    const reading =
      together ??
      (await readingData([file], signal, () => variantReading(this.duckdb, localFile, layout.names, stored, signal)));
    return { window, localFile, rows, deleted, reading };
  }
}

/** How all files of a table are read alike. */
export function plainReading(layout: TableLayout, stored: readonly StructField[]): FileReading {
  return { schema: fileColumnTypes(layout.names, stored), values: stored.map((_, index) => `c${index}`) };
}

/** The names to fetch, or undefined for all columns: a table read by id says nothing about the names in its files. */
export function fileColumns(layout: TableLayout, stored: readonly StructField[]): string[] | undefined {
  return layout.names.mode === 'id' ? undefined : stored.map(layout.names.physical);
}

/** Files shown whole are read together; a window of a file is read alone, so that its row range prunes row groups. */
function grouped(windows: readonly OpenWindow[]): OpenWindow[][] {
  const groups: OpenWindow[][] = [];
  for (const window of windows) {
    const last = groups.at(-1);
    const joins = isWhole(window) && last !== undefined && last.length < FILES_PER_QUERY && last.every(isWhole);
    if (joins) last.push(window);
    else groups.push([window]);
  }
  return groups;
}

function isWhole({ window, rows, deleted }: OpenWindow): boolean {
  return deleted.length === 0 && rows.first === 0 && rows.last === window.physicalRows - 1;
}

/** The virtual columns are used, not the options of the same name: those fail on tables that have such columns. */
function statement(group: readonly OpenWindow[]): string {
  const files = group.map((item) => fileLiteral(item.localFile)).join(', ');
  const conditions: string[] = [];
  const [only] = group;
  const list = ['file_index', 'file_row_number', ...(only?.reading.values ?? [])];
  if (group.length === 1 && only !== undefined) {
    // Where the log says the file ends, one row more shows a file that goes on.
    const isEnd = only.rows.last === only.window.physicalRows - 1;
    conditions.push(`file_row_number BETWEEN ${only.rows.first} AND ${only.rows.last + (isEnd ? 1 : 0)}`);
    const single = only.deleted.filter((span) => span.first === span.last).map((span) => span.first);
    if (single.length > 0) conditions.push(`file_row_number NOT IN (${single.join(', ')})`);
    for (const span of only.deleted) {
      if (span.first < span.last) conditions.push(`file_row_number NOT BETWEEN ${span.first} AND ${span.last}`);
    }
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  // One row more than the log promises is enough to see that it is wrong; all of them might not fit into memory.
  const limit = group.reduce((sum, { window }) => sum + rowsOf(window), 0) + 1;
  return `SELECT ${list.join(', ')} FROM read_parquet([${files}]${only?.reading.schema ?? ''}, hive_partitioning = false)${where} LIMIT ${limit}`;
}

function shaped(group: readonly OpenWindow[], values: readonly Value[][], shape: RowShape): JsonValue[][] {
  const perFile = group.map((): { row: number; values: readonly Value[] }[] => []);
  for (const row of values) perFile[Number(row[0])]?.push({ row: Number(row[1]), values: row.slice(2) });
  return group.flatMap(({ window }, index) => {
    const rows = perFile[index] ?? [];
    const expected = rowsOf(window);
    if (rows.length !== expected) throw wrongCount(window, expected, rows.length);
    rows.sort((left, right) => left.row - right.row);
    return rows.map((row) => shape.row(window.file, row.values));
  });
}

function rowsOf({ live }: RowWindow): number {
  return live.last - live.first + 1;
}

/** Statistics that count wrongly would shift every page behind them, so the page is refused instead. */
function wrongCount(window: RowWindow, expected: number, found: number): TableCorrupt {
  return new TableCorrupt({
    message: `${window.file.path} has other rows than the log says: ${expected} were to be read and ${found} are there`,
    missing: window.file.path,
  });
}
