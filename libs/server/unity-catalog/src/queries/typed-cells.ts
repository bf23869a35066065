import type { JsonValue } from '@lakescope/server-http';
import { sparkType, type SparkType } from './spark-type';

/** A cell as the platform writes it, text or null, as the JSON value of its column's type. */
export type CellReader = (cell: string | null) => JsonValue;

const NUMBERS: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INT', 'FLOAT', 'DOUBLE']);

/**
 * How the cells of a column are read: BOOLEAN and the numbers that JavaScript holds exactly as such, BIGINT, DECIMAL, dates, times and
 * BINARY (Base64) as text, nested values as lists and objects. NaN and the infinities, which JSON does not have, stay text.
 */
export function cellReader(typeText: string): CellReader {
  const type = sparkType(typeText);
  if (type.kind === 'scalar') {
    if (type.name === 'BOOLEAN') return (cell) => (cell === null ? null : cell === 'true');
    if (NUMBERS.has(type.name)) return (cell) => (cell === null ? null : numberOf(cell));
    return (cell) => cell;
  }
  return (cell) => (cell === null ? null : nestedOf(cell, type));
}

function numberOf(text: string): JsonValue {
  const number = Number(text);
  return Number.isFinite(number) && text.trim() !== '' ? number : text;
}

type Parsed = string | boolean | null | Parsed[] | { [key: string]: Parsed };

function nestedOf(cell: string, type: SparkType): JsonValue {
  try {
    return typed(
      JSON.parse(cell, asWritten as (this: unknown, key: string, value: unknown) => unknown) as Parsed,
      type,
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Some types, and cells that were cut, are no JSON: what the platform wrote is shown then.
    return cell;
  }
}

/** Numbers keep all of their digits, whatever their type will be. */
function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

function typed(value: Parsed, type: SparkType): JsonValue {
  if (value === null) return null;
  if (type.kind === 'array') return Array.isArray(value) ? value.map((item) => typed(item, type.element)) : value;
  if (type.kind === 'scalar') {
    if (typeof value === 'string' && NUMBERS.has(type.name)) return numberOf(value);
    return type.name === 'BOOLEAN' && typeof value === 'string' ? value === 'true' : value;
  }
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const typeOf = (key: string): SparkType => (type.kind === 'map' ? type.value : (type.fields.get(key) ?? TEXT));
  // Made from entries, so that a key `__proto__` is a key like any other.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item, typeOf(key))]));
}

const TEXT: SparkType = { kind: 'scalar', name: 'STRING' };
