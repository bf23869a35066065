import type { RowSpan } from '../deletion-vectors/deleted-rows';
import type { DeletionVectors } from '../deletion-vectors/deletion-vectors';
import { fileLiteral, identifier, literal } from '../duckdb/sql';
import { UnsupportedTableFeature } from '../errors';
import { asRecord, parseJson } from '../json/lossless-json';
import type { LogFile } from '../log/actions';
import { isAbsolute } from '../log/data-path';
import { openDataFile, inParallel } from '../preview/row-counts';
import { partitionValue } from '../preview/partition-value';
import { fileColumnTypes } from '../schema/file-columns';
import { duckdbType } from '../schema/duckdb-type';
import type { StructField } from '../schema/types';
import type { AbsoluteFiles } from '../storage/absolute-files';
import { isFileBacked, type Storage } from '../storage/storage';
import type { TableLayout } from '../table/table-layout';
import { logicalValue } from './logical-value';

const CONCURRENT_FILES = 8;
/** Rows of one INSERT: a statement of a few hundred kilobytes. */
const ROWS_PER_INSERT = 10_000;

/** A version of a table as something any DuckDB can query, for instance one that is locked down to these files. */
export interface TableRelation {
  /** The only files that reading opens: real paths on this machine. */
  readonly files: readonly string[];
  /**
   * Statements that make a view of this name, with the table's columns by their logical names, and what it needs. All of
   * it is temporary: it belongs to the connection and ends with it.
   */
  statements(view: string, identity?: RowIdentity): Iterable<string>;
}

/** Names of two more columns for a view: the place of a row's file in `files`, and of the row in that file. */
export interface RowIdentity {
  readonly file: string;
  readonly row: string;
}

interface OpenFile {
  file: LogFile;
  localFile: string;
  deleted: readonly RowSpan[];
}

/** Finds the files of a version on this machine and the rows that its deletion vectors hide. */
export async function openRelation(
  storage: Storage,
  layout: TableLayout,
  files: readonly LogFile[],
  { deletionVectors, absoluteFiles }: { deletionVectors: DeletionVectors; absoluteFiles: AbsoluteFiles },
  signal: AbortSignal | undefined,
): Promise<TableRelation> {
  if (!isFileBacked(storage)) throw new UnsupportedTableFeature(['relations over remote storages']);
  // Built first: a type that cannot be read is refused before any file is opened.
  const stored = layout.schema.fields.filter((field) => !layout.isPartition(field) && field.type !== 'void');
  const columnTypes = fileColumnTypes(layout.names, stored);
  const opened = await inParallel(files, CONCURRENT_FILES, async (file): Promise<OpenFile> => {
    signal?.throwIfAborted();
    const localFile = await openDataFile(file, () =>
      isAbsolute(file.path) ? absoluteFiles.localFile(file.path, 'data file') : storage.localFile(file.path),
    );
    const { deletionVector } = file;
    if (deletionVector === undefined) return { file, localFile, deleted: [] };
    const gone = await deletionVectors.read(storage, { path: file.path, deletionVector }, signal);
    return { file, localFile, deleted: gone.within({ first: 0, last: Number.MAX_SAFE_INTEGER }) };
  });
  return {
    files: opened.map(({ localFile }) => localFile),
    statements: (view, identity) => statements(view, identity, layout, stored, columnTypes, opened),
  };
}

function* statements(
  view: string,
  identity: RowIdentity | undefined,
  layout: TableLayout,
  stored: readonly StructField[],
  columnTypes: string,
  opened: readonly OpenFile[],
): Iterable<string> {
  const { fields } = layout.schema;
  if (opened.length === 0) {
    const columns = fields.map((field) => `CAST(NULL AS ${logicalType(field)}) AS ${identifier(field.name)}`);
    columns.push(...identityColumns(identity, 'CAST(NULL AS UBIGINT)', 'CAST(NULL AS BIGINT)'));
    yield `CREATE TEMP VIEW ${identifier(view)} AS SELECT ${columns.join(', ')} WHERE false`;
    return;
  }
  const list = opened.map(({ localFile }) => fileLiteral(localFile)).join(', ');
  // The virtual columns are used, not the options of the same name: those fail on tables that have such columns.
  const inside = ['file_index AS f', 'file_row_number AS r', ...stored.map((_, index) => `c${index}`)];
  let from = `(SELECT ${inside.join(', ')} FROM read_parquet([${list}]${columnTypes}, hive_partitioning = false)) AS rows`;

  const partitions = fields.filter((field) => layout.isPartition(field));
  if (partitions.length > 0) {
    const table = identifier(`${view} partitions`);
    const types = partitions.map((field, index) => `p${index} ${duckdbType(field.type)}`);
    yield `CREATE TEMP TABLE ${table} (f UBIGINT, ${types.join(', ')})`;
    yield* inserts(table, partitionRows(layout, partitions, opened));
    from += ` JOIN ${table} AS parts ON parts.f = rows.f`;
  }
  let where = '';
  if (opened.some(({ deleted }) => deleted.length > 0)) {
    const table = identifier(`${view} deleted`);
    yield `CREATE TEMP TABLE ${table} (f UBIGINT, first BIGINT, last BIGINT)`;
    yield* inserts(table, deletedRows(opened));
    // The span that starts at or before a row is the only one that can hold it, because spans never touch.
    from += ` ASOF LEFT JOIN ${table} AS gone ON gone.f = rows.f AND rows.r >= gone.first`;
    where = ' WHERE gone.last IS NULL OR rows.r > gone.last';
  }
  const columns = fields.map((field) => `${column(layout, stored, partitions, field)} AS ${identifier(field.name)}`);
  columns.push(...identityColumns(identity, 'rows.f', 'rows.r'));
  yield `CREATE TEMP VIEW ${identifier(view)} AS SELECT ${columns.join(', ')} FROM ${from}${where}`;
}

function identityColumns(identity: RowIdentity | undefined, file: string, row: string): string[] {
  if (identity === undefined) return [];
  return [`${file} AS ${identifier(identity.file)}`, `${row} AS ${identifier(identity.row)}`];
}

function column(
  layout: TableLayout,
  stored: readonly StructField[],
  partitions: readonly StructField[],
  field: StructField,
): string {
  const partition = partitions.indexOf(field);
  if (partition >= 0) return `parts.p${partition}`;
  if (field.type === 'void') return `CAST(NULL AS ${duckdbType(field.type)})`;
  return logicalValue(`rows.c${stored.indexOf(field)}`, field.type, layout.names);
}

function logicalType(field: StructField): string {
  return duckdbType(field.type, (inner) => inner.name);
}

function* partitionRows(
  layout: TableLayout,
  partitions: readonly StructField[],
  opened: readonly OpenFile[],
): Iterable<string> {
  for (const [index, { file }] of opened.entries()) {
    const values = asRecord(parseJson(file.partitionValues)) ?? {};
    const cells = partitions.map((field) => partitionCell(layout.partitionText(values, field), field));
    yield `(${[index, ...cells].join(', ')})`;
  }
}

/** A partition value that is not of its type cannot be queried as one; the cast refuses it. */
function partitionCell(text: string | null, field: StructField): string {
  const value = partitionValue(text, field.type);
  if (value === null || text === null) return 'NULL';
  if (field.type === 'binary') return `encode(${literal(text)})`;
  const typed = typeof value === 'object' ? text : String(value);
  return `CAST(${literal(typed)} AS ${duckdbType(field.type)})`;
}

function* deletedRows(opened: readonly OpenFile[]): Iterable<string> {
  for (const [index, { deleted }] of opened.entries()) {
    for (const span of deleted) yield `(${index}, ${span.first}, ${span.last})`;
  }
}

function* inserts(table: string, rows: Iterable<string>): Iterable<string> {
  let batch: string[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < ROWS_PER_INSERT) continue;
    yield `INSERT INTO ${table} VALUES ${batch.join(', ')}`;
    batch = [];
  }
  if (batch.length > 0) yield `INSERT INTO ${table} VALUES ${batch.join(', ')}`;
}
