import { isUtf8 } from 'node:buffer';
import { INT32, INT64, type BoundKind } from './delta-type';
import type { FileWriter } from './file-writer';
import type { FooterColumn } from './footer-columns';

const STRING_BOUND = 32;
/** 38 digits take 16. */
const MOST_DECIMAL_BYTES = 32;
const LARGEST_CODE_POINT = 0x10ffff;
const DAY_MILLIS = 86_400_000;
/** Years 0001 to 9999 as milliseconds since 1970: what other readers parse without doubt. */
const COMMON_MILLIS = { first: -719_162 * DAY_MILLIS, last: 2_932_896 * DAY_MILLIS };

/** 15 October 1582, since 1970. */
const FIRST_GREGORIAN_DAY = -141_427;
const YEAR_1900_MILLIS = -2_208_988_800_000;

/** A bound in the order of its column: numbers by size, texts by their bytes. */
type Bound = number | bigint | Buffer;

/** `Statistics` of parquet.thrift of one column in one row group. */
export interface ChunkStatistics {
  nulls: number | undefined;
  min: Buffer | undefined;
  max: Buffer | undefined;
  /** Set by writers of the newest format alone. */
  nans: number | undefined;
}

/** What is known of a column over all row groups of a file. */
export class ColumnBounds {
  private nulls: number | undefined = 0;
  private nans: number | undefined = 0;
  private min: Bound | undefined;
  private max: Bound | undefined;
  private isCertain: boolean;

  constructor(readonly column: FooterColumn) {
    this.isCertain = column.bounds !== 'none';
  }

  /** One more row group of `rows` rows; without statistics nothing is certain any more. */
  add(statistics: ChunkStatistics | undefined, rows: number): void {
    if (rows === 0) return;
    const nulls = statistics?.nulls ?? (this.column.isRequired ? 0 : undefined);
    const isSane = nulls !== undefined && nulls >= 0 && nulls <= rows;
    this.nulls = isSane && this.nulls !== undefined ? this.nulls + nulls : undefined;
    if (statistics?.nans === undefined) this.nans = undefined;
    else if (this.nans !== undefined) this.nans += statistics.nans;
    if (!this.isCertain || (isSane && nulls === rows)) return;
    const min = statistics?.min && readBound(statistics.min, this.column);
    const max = statistics?.max && readBound(statistics.max, this.column);
    this.isCertain = min !== undefined && max !== undefined && compare(min, max) <= 0;
    if (min === undefined || max === undefined) return;
    if (this.min === undefined || compare(min, this.min) < 0) this.min = min;
    if (this.max === undefined || compare(max, this.max) > 0) this.max = max;
  }

  /** What was said of the bounds is not understood. */
  doubt(): void {
    this.isCertain = false;
  }

  /** Rows without a value; undefined when a row group does not say. */
  get nullCount(): number | undefined {
    return this.nulls;
  }

  /**
   * The bounds as JSON values, cut outwards where they are cut; undefined where no safe bound is certain: a bound that is too narrow makes
   * readers drop rows silently.
   */
  json({
    tellsNaN,
    isGregorian,
  }: Pick<FileWriter, 'tellsNaN' | 'isGregorian'>): { min: string | undefined; max: string | undefined } | undefined {
    const { bounds, scale } = this.column;
    if (!this.isCertain || this.min === undefined || this.max === undefined) return undefined;
    if (bounds === 'float' || bounds === 'double') {
      const hasNoNaN = this.nans === undefined ? tellsNaN : this.nans === 0;
      if (!hasNoNaN) return undefined;
    }
    if (!isGregorian && isShifted(this.min, bounds)) return undefined;
    const zone = this.column.type === 'timestamp' ? 'Z' : '';
    return {
      min: boundJson(this.min, bounds, 'min', scale, zone),
      max: boundJson(this.max, bounds, 'max', scale, zone),
    };
  }
}

function readBound(bytes: Buffer, { bounds, physical }: FooterColumn): Bound | undefined {
  switch (bounds) {
    case 'int32':
    case 'date':
      return bytes.length === 4 ? bytes.readInt32LE(0) : undefined;
    case 'int64':
    case 'micros':
    case 'millis':
      return bytes.length === 8 ? bytes.readBigInt64LE(0) : undefined;
    case 'float':
      return bytes.length === 4 ? finite(bytes.readFloatLE(0)) : undefined;
    case 'double':
      return bytes.length === 8 ? finite(bytes.readDoubleLE(0)) : undefined;
    case 'string':
      return isUtf8(bytes) ? bytes : undefined;
    case 'decimal':
      return readUnscaled(bytes, physical);
    default:
      return undefined;
  }
}

/** Whole numbers are little-endian, bytes big-endian two's complement. */
function readUnscaled(bytes: Buffer, physical: number): bigint | undefined {
  if (physical === INT32) return bytes.length === 4 ? BigInt(bytes.readInt32LE(0)) : undefined;
  if (physical === INT64) return bytes.length === 8 ? bytes.readBigInt64LE(0) : undefined;
  if (bytes.length === 0 || bytes.length > MOST_DECIMAL_BYTES) return undefined;
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function compare(left: Bound, right: Bound): number {
  if (typeof left === 'object') return typeof right === 'object' ? left.compare(right) : NaN;
  if (typeof right === 'object') return NaN;
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** Whether a bound is from a time that two calendars, or two tables of time zones, count differently. */
function isShifted(min: Bound, kind: BoundKind): boolean {
  if (kind === 'date') return Number(min) < FIRST_GREGORIAN_DAY;
  if (kind === 'millis') return Number(min) < YEAR_1900_MILLIS;
  return kind === 'micros' && Number(min) < YEAR_1900_MILLIS * 1_000;
}

function boundJson(
  bound: Bound,
  kind: BoundKind,
  side: 'min' | 'max',
  scale: number,
  zone: string,
): string | undefined {
  if (typeof bound === 'object') return textBound(bound, side);
  if (typeof bound === 'number') {
    if (kind === 'date') return dateBound(bound);
    // -0.0 and 0.0 are equal but print differently, so a bound of zero is the outer one of the two.
    if (bound === 0 && kind !== 'int32') return side === 'min' ? '-0.0' : '0.0';
    return String(bound);
  }
  switch (kind) {
    case 'decimal':
      return decimalText(bound, scale);
    case 'millis':
      return timeBound(bound, zone);
    case 'micros':
      return timeBound(side === 'max' ? -floorDivide(-bound) : floorDivide(bound), zone);
    default:
      return bound.toString();
  }
}

/** Microseconds to the millisecond below, also before 1970. */
function floorDivide(micros: bigint): bigint {
  return micros % 1_000n < 0n ? micros / 1_000n - 1n : micros / 1_000n;
}

function timeBound(millis: bigint, zone: string): string | undefined {
  const time = Number(millis);
  if (time <= COMMON_MILLIS.first || time >= COMMON_MILLIS.last) return undefined;
  return `"${new Date(time).toISOString().slice(0, -1)}${zone}"`;
}

function dateBound(days: number): string | undefined {
  const time = days * DAY_MILLIS;
  if (time < COMMON_MILLIS.first || time > COMMON_MILLIS.last) return undefined;
  return `"${new Date(time).toISOString().slice(0, 10)}"`;
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function textBound(bytes: Buffer, side: 'min' | 'max'): string | undefined {
  const text = bytes.toString('utf8');
  if (bytes.length <= STRING_BOUND) return JSON.stringify(text);
  const characters = [...text.slice(0, 2 * STRING_BOUND + 2)];
  if (characters.length <= STRING_BOUND) return JSON.stringify(text);
  const start = characters.slice(0, STRING_BOUND).join('');
  if (side === 'min') return JSON.stringify(start);
  // The largest character after the cut is at least what was cut off, unless that begins with the same character.
  const next = characters[STRING_BOUND]?.codePointAt(0);
  return next === LARGEST_CODE_POINT ? undefined : JSON.stringify(start + String.fromCodePoint(LARGEST_CODE_POINT));
}
