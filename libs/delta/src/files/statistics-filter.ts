import { identifier, literal } from '../duckdb/sql';
import { duckdbType, parseDecimal } from '../schema/duckdb-type';
import type { BoundFilter } from './file-filter';
import { isNaNText, textSql } from './filter-value';

/** Types whose bounds other writers are known to give in one way. */
const BOUNDED: ReadonlySet<string> = new Set([
  'string',
  'long',
  'integer',
  'short',
  'byte',
  'float',
  'double',
  'date',
  'timestamp',
  'timestamp_ntz',
]);

/** JSON numbers pass through a double, so a bound of a decimal is only known to this part of itself. */
const DECIMAL_SLACK = '1e-14';

/** A filter of a stored column, with the name the column has in statistics. */
export interface StatisticsFilter {
  filter: BoundFilter;
  name: string;
}

/**
 * Whether a file's statistics leave room for matches of all filters; true where they do not tell. Bounds are bounds and
 * nothing more: of a file with a deletion vector they describe rows that are gone too, long text and times are cut, and NaN
 * is in none. Null counts are those of the physical rows, so only "none" and "all" mean something (PROTOCOL.md, "Per-file
 * Statistics").
 */
export function statisticsAllow(filters: readonly StatisticsFilter[], stats: string): string {
  const names = filters.map(({ name }) => name);
  const texts = Object.fromEntries(names.map((name) => [name, 'VARCHAR']));
  const counts = Object.fromEntries(names.map((name) => [name, 'BIGINT']));
  const shape = JSON.stringify({ numRecords: 'BIGINT', minValues: texts, maxValues: texts, nullCount: counts });
  const conditions = filters.map(({ filter, name }) => `(${allows(filter, name)})`).join(' AND ');
  // In a lambda, because DuckDB would else parse the statistics once for every time they are mentioned.
  return `list_transform([TRY(from_json(${stats}, ${literal(shape)}))], lambda s: ${conditions})[1]`;
}

function allows(filter: BoundFilter, name: string): string {
  const of = (group: string): string => `s.${group}.${identifier(name)}`;
  if (filter.op === 'is_null') return `coalesce(${of('nullCount')} <> 0, true)`;
  const hasValues = `coalesce(${of('nullCount')} < s."numRecords", true)`;
  const bounds = boundsAllow(filter, of('minValues'), of('maxValues'));
  return bounds === undefined ? hasValues : `${hasValues} AND coalesce(${bounds}, true)`;
}

/** A condition that is null where a bound is missing or not of the column's type; undefined where bounds cannot help. */
function boundsAllow(filter: BoundFilter, min: string, max: string): string | undefined {
  const { type, metadata } = filter.field;
  // What an older file says of a narrower type need not be exact for the type of today (a float's 0.1 is no double's).
  if (typeof type !== 'string' || 'delta.typeChanges' in metadata) return undefined;
  const isDecimal = parseDecimal(type) !== undefined;
  if (!BOUNDED.has(type) && !isDecimal) return undefined;
  if (type === 'string') return textAllows(filter, min, max);
  const { least, greatest } = isDecimal ? decimalBounds(min, max) : typedBounds(type, min, max);
  const value = (sql: string): string => (isDecimal ? `CAST(${sql} AS DOUBLE)` : sql);
  const isFloat = type === 'float' || type === 'double';
  return rangeAllows(
    filter,
    isFloat,
    (sql) => `${least} <= ${value(sql)}`,
    (sql) => `${greatest} >= ${value(sql)}`,
  );
}

/**
 * `<` is judged like `<=`: a bound that was cut says nothing about equality. NaN is greater than every number, yet in no
 * bound, so above a float's greatest value there may always be one.
 */
function rangeAllows(
  { op, values }: BoundFilter,
  isFloat: boolean,
  startsBefore: (value: string) => string,
  endsAfter: (value: string) => string,
): string | undefined {
  const [first, second] = values;
  if (first === undefined || (isFloat && values.some(({ json }) => isNaNText(json)))) return undefined;
  switch (op) {
    case '=':
      return `${startsBefore(first.sql)} AND ${endsAfter(first.sql)}`;
    case '<':
    case '<=':
      return startsBefore(first.sql);
    case '>':
    case '>=':
      return isFloat ? undefined : endsAfter(first.sql);
    case 'between':
      return second === undefined ? undefined : `${startsBefore(second.sql)} AND ${endsAfter(first.sql)}`;
    case 'in':
      return values.map(({ sql }) => `(${startsBefore(sql)} AND ${endsAfter(sql)})`).join(' OR ');
    default:
      return undefined;
  }
}

function typedBounds(type: string, min: string, max: string): { least: string; greatest: string } {
  const typed = (bound: string): string => `TRY_CAST(${bound} AS ${duckdbType(type)})`;
  switch (type) {
    case 'timestamp':
      // Without a zone it would be the writer's, which nothing tells.
      return { least: typed(zoned(min)), greatest: `${typed(zoned(max))} + INTERVAL 1 MILLISECOND` };
    case 'timestamp_ntz':
      return { least: typed(min), greatest: `${typed(max)} + INTERVAL 1 MILLISECOND` };
    case 'float':
    case 'double': {
      const ordered = (bound: string): string => `nullif(${typed(bound)}, CAST('NaN' AS ${duckdbType(type)}))`;
      return { least: ordered(min), greatest: ordered(max) };
    }
    default:
      return { least: typed(min), greatest: typed(max) };
  }
}

function zoned(bound: string): string {
  return `CASE WHEN regexp_matches(${bound}, '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') THEN ${bound} END`;
}

function decimalBounds(min: string, max: string): { least: string; greatest: string } {
  const typed = (bound: string): string => `TRY_CAST(${bound} AS DOUBLE)`;
  return {
    least: `${typed(min)} - abs(${typed(min)}) * ${DECIMAL_SLACK}`,
    greatest: `${typed(max)} + abs(${typed(max)}) * ${DECIMAL_SLACK}`,
  };
}

/** Long text is cut; not every writer rounds a cut maximum up, so text that goes on from it may be there. */
function textAllows(filter: BoundFilter, min: string, max: string): string | undefined {
  const startsBefore = (value: string): string => `${min} <= ${value}`;
  const endsAfter = (value: string): string => `(${max} >= ${value} OR starts_with(${value}, ${max}))`;
  if (filter.op !== 'like') return rangeAllows(filter, false, startsBefore, endsAfter);
  const prefix = patternPrefix(String(filter.values[0]?.json ?? ''));
  if (prefix === '') return undefined;
  return `left(${min}, ${[...prefix].length}) <= ${textSql(prefix)} AND ${endsAfter(textSql(prefix))}`;
}

/** What every match of a pattern starts with. */
export function patternPrefix(pattern: string): string {
  return /^[^%_\\]*/.exec(pattern)?.[0] ?? '';
}
