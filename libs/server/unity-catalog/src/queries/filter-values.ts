import type { StatementParameter } from '@lakescope/databricks-client';
import { InvalidQuery } from './query.errors';
import { sparkType } from './spark-type';

export type FilterScalar = string | number | boolean;

/** A parameter without its name. */
type TypedValue = Required<Pick<StatementParameter, 'type'>> & { value: string };

const INTEGER_BITS: ReadonlyMap<string, bigint> = new Map([
  ['TINYINT', 7n],
  ['SMALLINT', 15n],
  ['INT', 31n],
  ['BIGINT', 63n],
]);
const INTEGER = /^[+-]?\d{1,40}$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;
const DATE = /^([+-]?\d{4,6})-(\d\d)-(\d\d)$/;
const TIME = /^([+-]?\d{4,6}-\d\d-\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/;
const LARGEST_PRECISION = 38;

/**
 * A value of a filter as a parameter of the column's type: always a text beside the statement, never a part of it. Throws InvalidQuery with
 * the path of the filter when the value is none of that type: the warehouse would fail later and say less.
 */
export function typedValue(value: FilterScalar, typeText: string, path: string): TypedValue {
  const type = sparkType(typeText);
  if (type.kind !== 'scalar') {
    throw new InvalidQuery(`A column of type ${typeText} can only be asked whether it is null.`, path);
  }
  const { name } = type;
  const text = String(value);
  const refuse = (example: string): never => {
    throw new InvalidQuery(`The value does not fit a column of type ${typeText}: it takes ${example}.`, path);
  };
  const bits = INTEGER_BITS.get(name);
  if (bits !== undefined) return { type: name, value: integer(value, bits) ?? refuse('a whole number in its range') };
  switch (name) {
    case 'STRING':
      return { type: name, value: text };
    case 'BOOLEAN':
      return /^(?:true|false)$/i.test(text) ? { type: name, value: text.toLowerCase() } : refuse('true or false');
    case 'FLOAT':
    case 'DOUBLE':
      return { type: name, value: floating(text) ?? refuse('a number, NaN, Infinity or -Infinity') };
    case 'DECIMAL':
      return decimal(text, type.scale ?? 0) ?? refuse('a decimal number of at most 38 digits');
    case 'DATE':
      return isDate(text) ? { type: name, value: text } : refuse('a date like 2026-01-31');
    case 'TIMESTAMP':
    case 'TIMESTAMP_NTZ':
      return isTime(text) ? { type: name, value: text } : refuse('a time like 2026-01-31T10:00:00Z');
    default:
      throw new InvalidQuery(`A column of type ${typeText} can only be asked whether it is null.`, path);
  }
}

/** Numbers beyond 2^53 come as text; as JSON numbers they have lost digits already. */
function integer(value: FilterScalar, bits: bigint): string | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const text = String(value);
  if (!INTEGER.test(text)) return undefined;
  const number = BigInt(text.replace(/^\+/, ''));
  const end = 1n << bits;
  return number >= -end && number < end ? number.toString() : undefined;
}

function floating(text: string): string | undefined {
  if (/^(?:NaN|[+-]?Infinity)$/.test(text)) return text;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text) ? text : undefined;
}

/** Of a type that holds all of its digits: with the column's scale 1.234 would be rounded, and find rows with 1.23. */
function decimal(text: string, columnScale: number): TypedValue | undefined {
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  const digits = whole.replace(/^0+/, '').length;
  if ((whole === '' && fraction === '') || digits + fraction.length > LARGEST_PRECISION) return undefined;
  const scale = Math.min(Math.max(fraction.length, columnScale), LARGEST_PRECISION - digits);
  const value = `${sign}${whole || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return { type: `DECIMAL(${LARGEST_PRECISION},${scale})`, value };
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isTime(text: string): boolean {
  const [, date, hour = '0', minute = '0', second = '0'] = TIME.exec(text) ?? [];
  return date !== undefined && isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}
