import type { DuckDBValue } from '@duckdb/node-api';
import { identifier, literal } from '../duckdb/sql';
import { NumberText, writeJson, type WritableJson } from '../json/lossless-json';
import { dateText, timestampText } from '../preview/calendar';
import { parseDecimal } from '../schema/duckdb-type';
import type { DataType, StructField } from '../schema/types';
import type { IsIndexed } from './indexed-columns';

const STRING_BOUND = 32;
const LARGEST_CODE_POINT = 0x10ffff;
const MILLIS_MICROS = 1_000n;
/** Years 0001 to 9999 as days and microseconds since 1970: what other readers parse without doubt. */
const COMMON_DAYS = { first: -719_162, last: 2_932_896 };
const DAY_MICROS = 86_400_000_000n;

interface Leaf {
  path: string[];
  type: DataType;
  /** SQL of the value. */
  value: string;
}

const COMPARABLE: ReadonlySet<string> = new Set([
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

/**
 * Statistics of one file, computed from its rows. A bound that is too narrow makes other engines drop rows silently, so
 * text and times are cut outwards, and where a safe bound is not certain there is none.
 */
export async function columnStats(
  fields: readonly StructField[],
  isIndexed: IsIndexed,
  from: string,
  run: (sql: string) => Promise<DuckDBValue[][]>,
): Promise<{ text: string; numRecords: bigint }> {
  const all = fields.flatMap((field) => leaves(field, [], identifier(field.name)));
  const indexed = all.filter(({ path }, place) => isIndexed(path, place));
  const expressions = indexed.flatMap((leaf) => [`count(*) - count(${leaf.value})`, ...bounds(leaf)]);
  const [row = []] = await run(`SELECT ${['count(*)', ...expressions].join(', ')} FROM ${from}`);
  const numRecords = BigInt(String(row[0]));
  const stats = { minValues: new Map(), maxValues: new Map(), nullCount: new Map() } satisfies Record<string, Tree>;
  let position = 1;
  for (const leaf of indexed) {
    put(stats.nullCount, leaf.path, BigInt(String(row[position])));
    position += 1;
    if (bounds(leaf).length === 0) continue;
    const [least, greatest, isUnordered] = row.slice(position, position + 3);
    position += 3;
    if (isUnordered === true) continue;
    put(stats.minValues, leaf.path, bound(least ?? null, leaf.type, 'min'));
    put(stats.maxValues, leaf.path, bound(greatest ?? null, leaf.type, 'max'));
  }
  const text = writeJson({
    numRecords,
    minValues: asJson(stats.minValues),
    maxValues: asJson(stats.maxValues),
    nullCount: asJson(stats.nullCount),
  });
  return { text, numRecords };
}

function leaves(field: StructField, parents: readonly string[], value: string): Leaf[] {
  const path = [...parents, field.name];
  if (typeof field.type !== 'string' && field.type.type === 'struct') {
    return field.type.fields.flatMap((inner) =>
      leaves(inner, path, `struct_extract(${value}, ${literal(inner.name)})`),
    );
  }
  return [{ path, type: field.type, value }];
}

function bounds({ type, value }: Leaf): string[] {
  const isComparable = typeof type === 'string' && (COMPARABLE.has(type) || parseDecimal(type) !== undefined);
  if (!isComparable) return [];
  const isFloat = type === 'float' || type === 'double';
  const unordered = isFloat ? `coalesce(bool_or(isnan(${value}) OR isinf(${value})), false)` : 'false';
  return [`min(${value})`, `max(${value})`, unordered];
}

function bound(value: DuckDBValue, type: DataType, side: 'min' | 'max'): WritableJson {
  if (typeof value === 'string') return textBound(value, side);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return type === 'float' || type === 'double' ? floatBound(value, side) : value;
  if (value === null || typeof value !== 'object') return undefined;
  if ('days' in value && type === 'date') {
    const days = Number(value.days);
    return days < COMMON_DAYS.first || days > COMMON_DAYS.last ? undefined : dateText(days);
  }
  if ('micros' in value && typeof value.micros === 'bigint') return timeBound(value.micros, type, side);
  return parseDecimal(type) === undefined ? undefined : new NumberText(value.toString());
}

/** -0.0 and 0.0 are equal but print differently, so a bound of zero is the outer one of the two. */
function floatBound(value: number, side: 'min' | 'max'): WritableJson {
  if (value !== 0) return value;
  return new NumberText(side === 'min' ? '-0.0' : '0.0');
}

function textBound(value: string, side: 'min' | 'max'): WritableJson {
  const characters = [...value];
  if (characters.length <= STRING_BOUND) return value;
  const start = characters.slice(0, STRING_BOUND).join('');
  if (side === 'min') return start;
  // The largest character after the cut is at least what was cut off, unless that begins with the same character.
  const next = characters[STRING_BOUND]?.codePointAt(0);
  return next === LARGEST_CODE_POINT ? undefined : start + String.fromCodePoint(LARGEST_CODE_POINT);
}

/** Statistics hold milliseconds: the lower bound is cut down, the upper one up. */
function timeBound(micros: bigint, type: DataType, side: 'min' | 'max'): WritableJson {
  const day = micros / DAY_MICROS;
  if (day <= BigInt(COMMON_DAYS.first) || day >= BigInt(COMMON_DAYS.last)) return undefined;
  const below = ((micros % MILLIS_MICROS) + MILLIS_MICROS) % MILLIS_MICROS;
  const floor = micros - below;
  const cut = side === 'max' && below > 0n ? floor + MILLIS_MICROS : floor;
  return timestampText(cut).slice(0, -3) + (type === 'timestamp' ? 'Z' : '');
}

type Tree = Map<string, Tree | WritableJson>;

function put(tree: Tree, path: readonly string[], value: WritableJson): void {
  const [name, ...rest] = path;
  if (name === undefined || value === undefined) return;
  if (rest.length === 0) {
    tree.set(name, value);
    return;
  }
  const inner = tree.get(name);
  const branch: Tree = inner instanceof Map ? inner : new Map();
  put(branch, rest, value);
  if (branch.size > 0) tree.set(name, branch);
}

function asJson(tree: Tree): WritableJson {
  return Object.fromEntries(
    [...tree].map(([name, value]) => [name, value instanceof Map ? asJson(value) : value] as const),
  );
}
