import type { Value } from '../duckdb/duckdb';
import { numberToJson } from '../json/number-json';
import type { ColumnNames } from '../schema/column-names';
import type { DataType, JsonValue, StructType } from '../schema/types';
import { variantToJson } from '../variant/variant-json';
import { dateText, timestampText } from './calendar';

/** DuckDB's own "infinity" of dates and timestamps, which other engines write as the ends of their range. */
const INFINITE_DAYS = 2_147_483_647;
const INFINITE_MICROS = 9_223_372_036_854_775_807n;

/**
 * A value as JSON without losing anything: longs and decimals as text, times to the microsecond, binary as base64, and
 * struct fields under their logical names.
 */
export function toJson(value: Value, type: DataType, names: ColumnNames): JsonValue {
  if (value === null) return null;
  if (typeof type === 'string') return primitiveToJson(value, type);
  switch (type.type) {
    case 'struct':
      return structToJson(value, type, names);
    case 'array':
      return items(value).map((item) => toJson(item, type.elementType, names));
    case 'map':
      return mapToJson(value, type.keyType, type.valueType, names);
  }
}

function primitiveToJson(value: Value, type: string): JsonValue {
  if (type === 'variant') return variantToJson(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return numberToJson(value, type);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === null || typeof value !== 'object') return String(value);
  if ('bytes' in value) return Buffer.from(value.bytes).toString('base64');
  if ('days' in value && type === 'date') return daysToJson(Number(value.days));
  if ('micros' in value && typeof value.micros === 'bigint') {
    return microsToJson(value.micros, type === 'timestamp' ? 'Z' : '');
  }
  return value.toString();
}

function daysToJson(days: number): JsonValue {
  return Math.abs(days) === INFINITE_DAYS ? infinity(days > 0) : dateText(days);
}

function microsToJson(micros: bigint, zone: string): JsonValue {
  const isInfinite = micros === INFINITE_MICROS || micros === -INFINITE_MICROS;
  return isInfinite ? infinity(micros > 0n) : timestampText(micros) + zone;
}

function infinity(positive: boolean): string {
  return positive ? 'Infinity' : '-Infinity';
}

function structToJson(value: Value, type: StructType, names: ColumnNames): JsonValue {
  const entries = structEntries(value);
  return Object.fromEntries(
    type.fields.map((field) => [
      field.name,
      field.type === 'void' ? null : toJson(entries[names.physical(field)] ?? null, field.type, names),
    ]),
  );
}

/** Text keys make an object; other keys have no JSON form, so the entries are listed. */
function mapToJson(value: Value, keyType: DataType, valueType: DataType, names: ColumnNames): JsonValue {
  const entries = mapEntries(value).map(({ key, value: item }) => ({
    key: toJson(key, keyType, names),
    value: toJson(item, valueType, names),
  }));
  return typeof keyType === 'string'
    ? Object.fromEntries(entries.map((entry) => [String(entry.key), entry.value]))
    : entries;
}

function structEntries(value: Value): Readonly<Record<string, Value>> {
  if (value !== null && typeof value === 'object' && 'entries' in value && !Array.isArray(value.entries)) {
    return value.entries as Readonly<Record<string, Value>>;
  }
  throw new TypeError('A struct column came back as another type');
}

function mapEntries(value: Value): readonly { key: Value; value: Value }[] {
  if (value !== null && typeof value === 'object' && 'entries' in value && Array.isArray(value.entries)) {
    return value.entries;
  }
  throw new TypeError('A map column came back as another type');
}

function items(value: Value): readonly Value[] {
  if (value !== null && typeof value === 'object' && 'items' in value) return value.items;
  throw new TypeError('A list column came back as another type');
}
