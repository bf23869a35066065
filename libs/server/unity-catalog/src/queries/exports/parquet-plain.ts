import type { ByteWriter } from './byte-writer';
import { isTrue } from './row-block';

/** PLAIN encodings of Parquet, cell by cell; https://parquet.apache.org/docs/file-format/data-pages/encodings/ */

export const DECIMAL_BYTES = 16;

/** Writes the PLAIN encoding of a cell that is not null, in UTF-8 as the platform writes it; `count` cells of the page were before it. */
export type WritePlain = (to: ByteWriter, bytes: Buffer, start: number, end: number, count: number) => void;

const QUICK_DIGITS = 15;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const SPACE = 0x20;

export function plainText(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  writeLength(to, end - start);
  to.copy(bytes, start, end);
}

/** From Base64. */
export function plainBinary(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const value = Buffer.from(bytes.toString('latin1', start, end), 'base64');
  writeLength(to, value.length);
  to.copy(value, 0, value.length);
}

export function plainBit(to: ByteWriter, bytes: Buffer, start: number, end: number, count: number): void {
  if ((count & 7) === 0) to.byte(0);
  const last = to.length - 1;
  if (isTrue(bytes, start, end)) to.bytes[last] = (to.bytes[last] ?? 0) | (1 << (count & 7));
}

export function plainInteger(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const value = quickUnscaled(bytes, start, end, 0) ?? Number(textOf(bytes, start, end));
  const at = to.claim(4);
  to.bytes.writeInt32LE(value, at);
}

export function plainLong(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const quick = quickUnscaled(bytes, start, end, 0);
  if (quick === undefined) writeBigLong(to, BigInt(textOf(bytes, start, end)));
  else writeLong(to, quick);
}

export function plainFloat(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const value = Number(textOf(bytes, start, end));
  const at = to.claim(4);
  to.bytes.writeFloatLE(value, at);
}

export function plainDouble(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const value = Number(textOf(bytes, start, end));
  const at = to.claim(8);
  to.bytes.writeDoubleLE(value, at);
}

/** Big-endian two's complement. */
export function plainDecimal(scale: number) {
  return (to: ByteWriter, bytes: Buffer, start: number, end: number): void => {
    const quick = quickUnscaled(bytes, start, end, scale);
    const unscaled = quick === undefined ? unscaledOf(textOf(bytes, start, end), scale) : undefined;
    const at = to.claim(DECIMAL_BYTES);
    const memory = to.bytes;
    if (unscaled !== undefined) {
      memory.writeBigInt64BE(unscaled >> 64n, at);
      memory.writeBigUInt64BE(BigInt.asUintN(64, unscaled), at + 8);
      return;
    }
    const [high, low] = halves(quick ?? 0);
    memory.fill(high < 0 ? 0xff : 0, at, at + 8);
    memory.writeInt32BE(high, at + 8);
    memory.writeUInt32BE(low, at + 12);
  };
}

export function plainDate(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const days = (end - start === 10 ? quickDays(bytes, start) : undefined) ?? daysOf(textOf(bytes, start, end));
  const at = to.claim(4);
  to.bytes.writeInt32LE(days, at);
}

export function plainTime(to: ByteWriter, bytes: Buffer, start: number, end: number): void {
  const quick = quickMicroseconds(bytes, start, end);
  if (quick === undefined) writeBigLong(to, microsecondsOf(textOf(bytes, start, end)));
  else writeLong(to, quick);
}

function textOf(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end);
}

function writeLength(to: ByteWriter, length: number): void {
  const at = to.claim(4);
  to.bytes.writeUInt32LE(length, at);
}

function writeLong(to: ByteWriter, value: number): void {
  const [high, low] = halves(value);
  const at = to.claim(8);
  to.bytes.writeUInt32LE(low, at);
  to.bytes.writeInt32LE(high, at + 4);
}

function writeBigLong(to: ByteWriter, value: bigint): void {
  const at = to.claim(8);
  to.bytes.writeBigInt64LE(value, at);
}

/** Of a whole number that JavaScript holds exactly. */
function halves(value: number): readonly [high: number, low: number] {
  const high = Math.floor(value / 2 ** 32);
  return [high, value - high * 2 ** 32];
}

/** The number times ten to the power of `scale`, if it is written in the usual way and held exactly; most are. */
function quickUnscaled(bytes: Buffer, start: number, end: number, scale: number): number | undefined {
  if (end - start + scale > QUICK_DIGITS) return undefined;
  const isNegative = bytes[start] === MINUS;
  let value = 0;
  let point = -1;
  const from = isNegative ? start + 1 : start;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) value = value * 10 + (byte - ZERO);
    else if (byte === POINT && point < 0 && scale > 0) point = at;
    else return undefined;
  }
  const decimals = point < 0 ? 0 : end - 1 - point;
  if (from === end || decimals > scale) return undefined;
  for (let missing = scale - decimals; missing > 0; missing--) value *= 10;
  // Not -0, which would be a high half of its own.
  return isNegative && value !== 0 ? -value : value;
}

/** A number of so many digits, or NaN. */
function digits(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    value = value * 10 + (byte - ZERO);
  }
  return value;
}

const DAY_MS = 86_400_000;
/** The ends of what columns hold, which Delta's engines show as infinite. */
const INFINITE_DAYS = 2_147_483_647;
const INFINITE_MICROS = 9_223_372_036_854_775_807n;

/** Days since 1970 of `YYYY-MM-DD`, of years that Date.UTC does not take for others. */
function quickDays(bytes: Buffer, start: number): number | undefined {
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return undefined;
  const year = digits(bytes, start, start + 4);
  const days = Date.UTC(year, digits(bytes, start + 5, start + 7) - 1, digits(bytes, start + 8, start + 10)) / DAY_MS;
  return year >= 100 && !Number.isNaN(days) ? days : undefined;
}

/** Microseconds since 1970 of `YYYY-MM-DDThh:mm:ss`, with up to six digits behind the second, and Z or nothing. */
function quickMicroseconds(bytes: Buffer, start: number, end: number): number | undefined {
  const days = end - start >= 19 ? quickDays(bytes, start) : undefined;
  const between = bytes[start + 10];
  if (days === undefined || (between !== LETTER_T && between !== SPACE)) return undefined;
  if (bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return undefined;
  const hour = digits(bytes, start + 11, start + 13);
  const minute = digits(bytes, start + 14, start + 16);
  const second = digits(bytes, start + 17, start + 19);
  const last = bytes[end - 1] === LETTER_Z ? end - 1 : end;
  const decimals = last - start - 20;
  let fraction = 0;
  if (decimals >= 0) {
    if (bytes[start + 19] !== POINT || decimals > 6) return undefined;
    fraction = digits(bytes, start + 20, last) * 10 ** (6 - decimals);
  }
  const micros = (days * 86_400 + (hour * 60 + minute) * 60 + second) * 1_000_000 + fraction;
  return Number.isSafeInteger(micros) ? micros : undefined;
}

function unscaledOf(text: string, scale: number): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  const value = BigInt(`${whole}${fraction.padEnd(scale, '0').slice(0, scale)}` || '0');
  return sign === '-' ? -value : value;
}

const TIME = /^([+-]?\d+-\d\d-\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|\+00:00)?$/;

/** Howard Hinnant's days_from_civil, since Date ends with the year 275760 and a column does not. */
function daysOf(text: string): number {
  if (text.endsWith('Infinity')) return text.startsWith('-') ? -INFINITE_DAYS : INFINITE_DAYS;
  const [, years = '', months = '', day = ''] = /^([+-]?\d+)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const month = Number(months);
  const year = Number(years) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + Number(day) - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function microsecondsOf(text: string): bigint {
  if (text.endsWith('Infinity')) return text.startsWith('-') ? -INFINITE_MICROS : INFINITE_MICROS;
  const [, date = '', hour, minute, second, fraction = ''] = TIME.exec(text) ?? [];
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return (BigInt(daysOf(date)) * 86_400n + BigInt(seconds)) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}
