import type { ScalarType } from '../signature';
import { parseDatetime } from './datetime-text';
import { quoted, reprOf, typeName } from './python-text';

/** A cell that cannot be of the type of its column, as Python says it. */
export class CastFailure extends Error {
  constructor(
    readonly type:
      'TypeError' | 'ValueError' | 'OverflowError' | 'IntCastingNaNError' | 'DateParseError' | 'MlflowException',
    message: string,
  ) {
    super(message);
  }

  /** As a message that quotes it shows it. */
  override toString(): string {
    return `${this.type}(${quoted(this.message)})`;
  }
}

/**
 * A cell that could be of the type only by losing something: a fraction, or digits. MLflow's server casts some of these
 * without a word and its schema enforcement refuses them; here nothing is lost.
 */
export class LossyCast extends Error {
  constructor(readonly from: 'float64' | 'int64' | 'object' | 'aware datetime') {
    super(from);
  }
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
const INT32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };

/** The value a cell has as this type. Throws `CastFailure` and `LossyCast`. A missing value stays one where there is one for the type. */
export function castCell(cell: unknown, scalar: ScalarType): unknown {
  switch (scalar) {
    case 'double':
      return floatOf(cell);
    case 'float':
      return Math.fround(floatOf(cell));
    case 'integer':
      return int32Of(cell);
    case 'long':
      return integerOf(cell);
    case 'boolean':
      return truthOf(cell);
    case 'datetime':
      return datetimeOf(cell);
    case 'binary':
      return bytesOf(cell);
    case 'string':
      return cell ?? null;
  }
}

function floatOf(cell: unknown): number {
  if (typeof cell === 'number') return cell;
  if (cell === null) return NaN;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  if (Array.isArray(cell)) throw new CastFailure('ValueError', 'setting an array element with a sequence.');
  if (typeof cell !== 'string') {
    throw new CastFailure('TypeError', `float() argument must be a string or a real number, not '${typeName(cell)}'`);
  }
  const value = floatOfText(cell.trim());
  if (value === undefined) throw new CastFailure('ValueError', `could not convert string to float: ${reprOf(cell)}`);
  return value;
}

/** Undefined for what Python's `float()` refuses. */
export function floatOfText(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  return infinite === null ? undefined : infinite[1] === '-' ? -Infinity : Infinity;
}

function integerOf(cell: unknown): number | bigint {
  const value = typeof cell === 'string' ? integerOfText(cell) : cell;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'bigint') {
    if (value >= INT64.least && value <= INT64.most) return value;
    throw new CastFailure('OverflowError', 'Python int too large to convert to C long');
  }
  if (typeof value !== 'number') {
    const article = `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`;
    throw new CastFailure('TypeError', article);
  }
  if (!Number.isFinite(value)) throw notFinite();
  if (!Number.isSafeInteger(value)) throw new LossyCast('float64');
  return value;
}

function notFinite(): CastFailure {
  return new CastFailure(
    'IntCastingNaNError',
    "Cannot convert non-finite values (NA or inf) to integer. Replace or remove non-finite values or cast to an integer type that supports these values (e.g. 'Int64')",
  );
}

function integerOfText(text: string): number | bigint {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    throw new CastFailure('ValueError', `invalid literal for int() with base 10: ${reprOf(text)}`);
  }
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text.trim().replace(/^\+/, ''));
}

function int32Of(cell: unknown): number {
  const value = integerOf(cell);
  if (value < INT32.least || value > INT32.most) throw new LossyCast('int64');
  return Number(value);
}

function truthOf(cell: unknown): boolean {
  if (Array.isArray(cell)) return cell.length > 0;
  return typeof cell === 'object' && cell !== null ? Object.keys(cell).length > 0 : Number.isNaN(cell) || Boolean(cell);
}

/** Numbers are nanoseconds since the epoch. */
function datetimeOf(cell: unknown): Date | null {
  if (cell === null || Number.isNaN(cell)) return null;
  if (typeof cell === 'number' || typeof cell === 'bigint') return new Date(Number(cell) / 1e6);
  if (typeof cell !== 'string')
    throw new CastFailure('TypeError', `<class '${typeName(cell)}'> is not convertible to datetime`);
  const { time, hasZone } = parseDatetime(cell);
  if (time === undefined)
    throw new CastFailure('DateParseError', `Unknown datetime string format, unable to parse: ${cell}`);
  if (hasZone) throw new LossyCast('aware datetime');
  return new Date(time);
}

function bytesOf(cell: unknown): Buffer {
  if (typeof cell !== 'string') throw new CastFailure('TypeError', 'encoding without a string argument');
  return Buffer.from(cell, 'base64');
}
