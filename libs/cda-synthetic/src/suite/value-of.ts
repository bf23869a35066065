import type { Column, ColumnType, Value } from '../parquet/column';
import type { Chance } from './chance';

const WORDS = ['hail', 'collision', 'water', 'theft', 'open', 'closed', 'draft', 'bound', 'standard', 'preferred'];
/** Some text is long, some not ASCII. */
const TEXTS = [...WORDS, 'Straße 7, Köln', '保険', '🚗 fender', 'O\'Brien "Sons"', 'x'.repeat(120), ''];
const DAY_MS = 86_400_000;

/** An invented value of a column at a moment (epoch milliseconds). */
export function valueOf({ name, type }: Column, chance: Chance, now: number): Value {
  if (name.endsWith('number') && type === 'string') return `${name.slice(0, 2).toUpperCase()}-${chance.below(1e9)}`;
  if (chance.next() < 0.1) return null;
  if (typeof type === 'object') return BigInt(chance.below(10 ** Math.min(type.precision, 12))) - 1000n;
  return SIMPLE[type](chance, now);
}

const micros = (chance: Chance, now: number): bigint =>
  BigInt(now - chance.below(DAY_MS)) * 1000n + BigInt(chance.below(1000));

const SIMPLE: Readonly<Record<Exclude<ColumnType, object>, (chance: Chance, now: number) => Value>> = {
  long: (chance) => BigInt(1 + chance.below(10_000)),
  integer: (chance) => chance.below(1000) - 10,
  string: (chance) => (chance.next() < 0.7 ? chance.of(WORDS) : chance.of(TEXTS)),
  boolean: (chance) => chance.next() < 0.5,
  // Exact in four bytes, so that it is the same number when the column is widened.
  float: (chance) => chance.below(4000) / 4,
  double: (chance) => chance.next() * 1000,
  date: (chance, now) => Math.floor(now / DAY_MS) - chance.below(4000),
  timestamp: micros,
  'timestamp-int96': micros,
};

/** A value that was made for a column's earlier type, as its type is now. */
export function coerced(value: Value, type: ColumnType): Value {
  if (value === null) return null;
  if (type === 'string') return String(value);
  if (type === 'long') return BigInt(value);
  if (type === 'integer') return Number(value);
  return value;
}
