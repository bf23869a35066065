import type { StatementParameter } from '@lakescope/databricks-client';
import { typedValue, type FilterScalar } from './filter-values';
import { InvalidQuery } from './query.errors';
import { sparkType, type SparkType } from './spark-type';
import { quoted, quotedTable } from './sql-names';

export const FILTER_OPS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not_in',
  'like',
  'not_like',
  'is_null',
  'is_not_null',
  'between',
] as const;
export type FilterOp = (typeof FILTER_OPS)[number];

export interface Filter {
  readonly column: string;
  readonly op: FilterOp;
  readonly value?: FilterScalar | readonly FilterScalar[];
}

/** What somebody wants to see of a table. */
export interface TableQuery {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** Left out: all. */
  readonly columns?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly order_by?: readonly { readonly column: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number;
  readonly offset: number;
  /** An earlier version of a Delta table; left out, the latest. */
  readonly version?: number;
}

export interface TableColumn {
  readonly name: string;
  readonly typeText: string;
}

/** A statement and the values that go with it. */
export interface Select {
  readonly text: string;
  readonly parameters: readonly StatementParameter[];
}

/**
 * So many columns put rows in order that are the same in the columns asked for. More would make every page of a wide table a sort by
 * thousands of keys; rows that are equal in all of these may trade places between two pages.
 */
const ORDERING_COLUMNS = 16;
/** Types with an order that every warehouse has. */
const ORDERED: ReadonlySet<string> = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DECIMAL',
  'STRING',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NTZ',
  'BINARY',
]);
const COMPARISONS: ReadonlySet<FilterOp> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/** One page of a table. Throws InvalidQuery, which names the place, for columns the table has not and values that do not fit theirs. */
export function selectPage(query: TableQuery, columns: readonly TableColumn[]): Select {
  return select(query, columns, ` LIMIT ${whole(query.limit)} OFFSET ${whole(query.offset)}`);
}

/** All rows of the query, whatever its page is, in the order that was asked for: nothing has to be the same twice. */
export function selectAll(query: TableQuery, columns: readonly TableColumn[]): Select {
  return select(query, columns, '', 0);
}

/** What tells the columns of a table without reading one of its rows. */
export function selectNothing(query: TableQuery): string {
  return `SELECT * FROM ${versionOf(query)} LIMIT 0`;
}

function select(
  query: TableQuery,
  columns: readonly TableColumn[],
  page: string,
  ties: number = ORDERING_COLUMNS,
): Select {
  const known = new KnownColumns(columns);
  const parameters = new Parameters();
  const asked = (query.columns ?? []).map((name, at) => quoted(known.find(name, `columns.${at}`).name));
  const conditions = (query.filters ?? []).map((filter, at) => condition(filter, known, parameters, `filters.${at}`));
  const order = ordering(query, known, ties);
  const text = [
    `SELECT ${asked.length === 0 ? '*' : asked.join(', ')} FROM ${versionOf(query)}`,
    conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`,
    order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`,
    page,
  ].join('');
  return { text, parameters: parameters.all };
}

function versionOf(query: TableQuery): string {
  const table = quotedTable(query);
  return query.version === undefined ? table : `${table} VERSION AS OF ${whole(query.version)}`;
}

function condition(filter: Filter, known: KnownColumns, parameters: Parameters, path: string): string {
  const { column, op } = filter;
  // JSON has null for what is left out.
  const value = filter.value ?? undefined;
  const { name, typeText } = known.find(column, `${path}.column`);
  const left = quoted(name);
  const at = `${path}.value`;
  if (op === 'is_null' || op === 'is_not_null') {
    if (value !== undefined) throw new InvalidQuery(`${op} takes no value.`, at);
    return `${left} IS ${op === 'is_null' ? '' : 'NOT '}NULL`;
  }
  const one = (scalar: FilterScalar): string => parameters.add(typedValue(scalar, typeText, at));
  if (op === 'in' || op === 'not_in') {
    return `${left} ${op === 'in' ? '' : 'NOT '}IN (${listOf(value, op, at).map(one).join(', ')})`;
  }
  if (op === 'between') {
    const [from, to, ...rest] = listOf(value, op, at);
    if (from === undefined || to === undefined || rest.length > 0) {
      throw new InvalidQuery('between takes a list of two values, the lower one first.', at);
    }
    return `${left} BETWEEN ${one(from)} AND ${one(to)}`;
  }
  if (value === undefined || typeof value === 'object') {
    throw new InvalidQuery(`${op} takes a single value; null is asked for by is_null.`, at);
  }
  if (COMPARISONS.has(op)) return `${left} ${op} ${one(value)}`;
  const { kind, name: type } = scalarOf(sparkType(typeText));
  if (kind !== 'scalar' || type !== 'STRING') {
    throw new InvalidQuery(`${op} compares text, and the column is ${typeText}.`, path);
  }
  return `${left} ${op === 'like' ? '' : 'NOT '}LIKE ${one(value)}`;
}

function listOf(value: Filter['value'], op: FilterOp, path: string): readonly FilterScalar[] {
  if (!Array.isArray(value) || value.length === 0) throw new InvalidQuery(`${op} takes a list of values.`, path);
  return value as readonly FilterScalar[];
}

/** The order that was asked for, and further columns that make it the same each time. */
function ordering({ order_by: asked = [] }: TableQuery, known: KnownColumns, ties: number): string[] {
  const used = new Set<string>();
  const order = asked.map(({ column, direction }, at) => {
    const { name, typeText } = known.find(column, `order_by.${at}.column`);
    if (!isOrdered(typeText)) {
      throw new InvalidQuery(`Rows cannot be put in order by a column of type ${typeText}.`, `order_by.${at}.column`);
    }
    if (used.has(name)) throw new InvalidQuery(`The column ${name} is named twice.`, `order_by.${at}.column`);
    used.add(name);
    return `${quoted(name)} ${direction === 'desc' ? 'DESC' : 'ASC'}`;
  });
  const rest = known.all.filter(({ name, typeText }) => !used.has(name) && isOrdered(typeText));
  return [...order, ...rest.slice(0, ties).map(({ name }) => `${quoted(name)} ASC`)];
}

function isOrdered(typeText: string): boolean {
  const { kind, name } = scalarOf(sparkType(typeText));
  return kind === 'scalar' && ORDERED.has(name);
}

function scalarOf(type: SparkType): { kind: SparkType['kind']; name: string } {
  return { kind: type.kind, name: type.kind === 'scalar' ? type.name : '' };
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidQuery('version, limit and offset are whole numbers.');
  return String(value);
}

/** The columns of the table, found as the platform does: without regard to case. */
class KnownColumns {
  private readonly byName: ReadonlyMap<string, TableColumn>;

  constructor(readonly all: readonly TableColumn[]) {
    this.byName = new Map(all.map((column) => [column.name.toLowerCase(), column]));
  }

  find(name: string, path: string): TableColumn {
    const column = this.byName.get(name.toLowerCase());
    if (column === undefined) throw new InvalidQuery(`The table has no column ${JSON.stringify(name)}.`, path);
    return column;
  }
}

class Parameters {
  readonly all: StatementParameter[] = [];

  /** Answers what stands for the value in the statement. */
  add(value: { type: string; value: string }): string {
    const name = `p${this.all.length + 1}`;
    this.all.push({ name, ...value });
    return `:${name}`;
  }
}
