import type { DuckDB } from '../duckdb/duckdb';
import { InvalidRequest } from '../errors';
import { duckdbType } from '../schema/duckdb-type';
import type { DataType, JsonValue, StructField } from '../schema/types';
import type { Filter } from '../table/snapshot';
import type { TableLayout } from '../table/table-layout';
import { valueSql } from './filter-value';
import { partitionTextSql } from './partition-text';
import { statisticsAllow, type StatisticsFilter } from './statistics-filter';

const MOST_FILTERS = 32;
const MOST_VALUES = 1_000;

/** A filter with its column found and its values as SQL of the column's type. */
export interface BoundFilter {
  readonly field: StructField;
  readonly op: Filter['op'];
  readonly values: readonly { readonly sql: string; readonly json: JsonValue }[];
}

/**
 * Filters bound to a table's columns. They say twice what they mean: which files may hold a matching row, by what the
 * log tells about them, and which rows match.
 */
export class FileFilter {
  private constructor(
    private readonly layout: TableLayout,
    private readonly filters: readonly BoundFilter[],
  ) {}

  /** InvalidRequest for unknown columns and values that the column's type cannot hold. */
  static async bind(
    duckdb: DuckDB,
    layout: TableLayout,
    filters: readonly Filter[],
    signal?: AbortSignal,
  ): Promise<FileFilter> {
    if (filters.length > MOST_FILTERS) throw new InvalidRequest(`At most ${MOST_FILTERS} filters can be given`);
    const bound = filters.map((filter) => bind(layout, filter));
    const values = bound.flatMap(({ field, values: own }) => own.map((value) => ({ field, ...value })));
    if (values.length > 0) {
      const checks = values.map(({ sql }) => `TRY(${sql}) IS NULL`).join(', ');
      const [row = []] = await duckdb.rows(`SELECT ${checks}`, signal);
      const outside = values.find((_, index) => row[index] === true);
      if (outside !== undefined) throw refusedValue(outside.field, outside.json);
    }
    return new FileFilter(layout, bound);
  }

  /** The stored columns whose values decide; partition values have decided with their file. */
  get storedFields(): StructField[] {
    return [...new Set(this.filters.map(({ field }) => field))].filter(
      (field) => !this.layout.isPartition(field) && field.type !== 'void',
    );
  }

  /** Whether a file may hold a match, from the JSON texts of its partition values and statistics; never null. */
  fileCondition(source: { partitionValues: string; stats: string }): string {
    const conditions: string[] = [];
    const byStatistics: StatisticsFilter[] = [];
    for (const filter of this.filters) {
      if (filter.field.type === 'void') conditions.push(filter.op === 'is_null' ? 'true' : 'false');
      else if (this.layout.isPartition(filter.field)) {
        const text = partitionTextSql(this.layout, source.partitionValues, filter.field);
        conditions.push(partitionMatches(filter, text));
      } else byStatistics.push({ filter, name: this.layout.names.physical(filter.field) });
    }
    if (byStatistics.length > 0) conditions.push(statisticsAllow(byStatistics, source.stats));
    return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${condition})`).join(' AND ');
  }

  /** Whether a row matches, where `column` names the stored columns. */
  rowCondition(column: (field: StructField) => string): string {
    const stored = new Set(this.storedFields);
    const conditions = this.filters.filter(({ field }) => stored.has(field));
    return conditions.length === 0
      ? 'true'
      : conditions.map((filter) => `(${comparison(filter, column(filter.field))})`).join(' AND ');
  }
}

function bind(layout: TableLayout, { column, op, value }: Filter): BoundFilter {
  const [field] = layout.fields([column]);
  if (field === undefined) throw new InvalidRequest(`The table has no column ${JSON.stringify(column)}`);
  const values = operands(column, op, value).map((json) => {
    if ((op === 'like' || op === 'not_like') && field.type !== 'string') throw refusedOperator(field, op);
    return { json, sql: valueSql(json, comparedAs(field.type), column) };
  });
  return { field, op, values };
}

/** A void column holds nothing a value could be compared with, so the value is only looked at. */
function comparedAs(type: DataType): DataType {
  return type === 'void' ? 'string' : type;
}

function operands(column: string, op: Filter['op'], value: JsonValue | undefined): readonly JsonValue[] {
  const refused = (what: string): InvalidRequest =>
    new InvalidRequest(`The filter ${JSON.stringify(op)} of column ${JSON.stringify(column)} ${what}`);
  switch (op) {
    case 'is_null':
    case 'is_not_null':
      if (value !== undefined && value !== null) throw refused('takes no value');
      return [];
    case 'in':
    case 'not_in':
      if (!Array.isArray(value) || value.length === 0) throw refused('takes a list of values');
      if (value.length > MOST_VALUES) throw refused(`takes at most ${MOST_VALUES} values`);
      return value;
    case 'between':
      if (!Array.isArray(value) || value.length !== 2) throw refused('takes a list of two values');
      return value;
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'like':
    case 'not_like':
      if (value === undefined || value === null) throw refused('takes a value; a null is found by "is_null"');
      return [value];
    default:
      throw new InvalidRequest(`There is no filter ${JSON.stringify(op)}`);
  }
}

/** The filter as SQL means it, over an expression of the column's type. */
export function comparison({ op, values }: BoundFilter, of: string): string {
  const [first = 'NULL', second = 'NULL'] = values.map(({ sql }) => sql);
  const list = values.map(({ sql }) => sql).join(', ');
  switch (op) {
    case '!=':
      return `${of} <> ${first}`;
    case 'in':
      return `${of} IN (${list})`;
    case 'not_in':
      return `${of} NOT IN (${list})`;
    case 'is_null':
      return `${of} IS NULL`;
    case 'is_not_null':
      return `${of} IS NOT NULL`;
    case 'like':
      return `${of} LIKE ${first} ESCAPE '\\'`;
    case 'not_like':
      return `${of} NOT LIKE ${first} ESCAPE '\\'`;
    case 'between':
      return `${of} BETWEEN ${first} AND ${second}`;
    default:
      return `${of} ${op} ${first}`;
  }
}

/** All rows of a file have its partition values, so these decide alone. Text that is not of its type matches nothing. */
function partitionMatches(filter: BoundFilter, text: string): string {
  if (filter.op === 'is_null') return `${text} IS NULL`;
  if (filter.op === 'is_not_null') return `${text} IS NOT NULL`;
  const { type } = filter.field;
  const typed =
    type === 'string' ? text : type === 'binary' ? `encode(${text})` : `TRY_CAST(${text} AS ${duckdbType(type)})`;
  return `coalesce(${comparison(filter, typed)}, false)`;
}

function refusedOperator(field: StructField, op: string): InvalidRequest {
  return new InvalidRequest(`The filter ${JSON.stringify(op)} needs text, which ${JSON.stringify(field.name)} is not`);
}

function refusedValue(field: StructField, value: JsonValue): InvalidRequest {
  return new InvalidRequest(`${JSON.stringify(value)} is no value that column ${JSON.stringify(field.name)} can have`);
}
