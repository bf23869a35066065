import type * as Arrow from 'apache-arrow';
import type { SqlColumn } from '../engine/sql-request';

type Cells = readonly (string | null)[];

/** A column of a chunk in Arrow's memory layout, from cells as JSON_ARRAY has them. */
export function arrowColumn(arrow: typeof Arrow, column: SqlColumn, cells: Cells): Arrow.Data {
  const common = { length: cells.length, ...validity(cells) };
  const numbers = <Values extends NumberArray>(values: Values): Values => {
    cells.forEach((cell, at) => (values[at] = cell === null ? 0 : Number(cell)));
    return values;
  };
  const bigints = (read: (cell: string) => bigint): BigInt64Array =>
    BigInt64Array.from(cells, (cell) => (cell === null ? 0n : read(cell)));

  switch (column.typeName) {
    case 'BOOLEAN':
      return arrow.makeData({ type: new arrow.Bool(), ...common, data: bits(cells, (cell) => cell === 'true') });
    case 'BYTE':
      return arrow.makeData({ type: new arrow.Int8(), ...common, data: numbers(new Int8Array(cells.length)) });
    case 'SHORT':
      return arrow.makeData({ type: new arrow.Int16(), ...common, data: numbers(new Int16Array(cells.length)) });
    case 'INT':
      return arrow.makeData({ type: new arrow.Int32(), ...common, data: numbers(new Int32Array(cells.length)) });
    case 'LONG':
      return arrow.makeData({ type: new arrow.Int64(), ...common, data: bigints(BigInt) });
    case 'FLOAT':
      return arrow.makeData({ type: new arrow.Float32(), ...common, data: numbers(new Float32Array(cells.length)) });
    case 'DOUBLE':
      return arrow.makeData({ type: new arrow.Float64(), ...common, data: numbers(new Float64Array(cells.length)) });
    case 'DECIMAL': {
      const { precision = 38, scale = 0 } = column;
      return arrow.makeData({
        type: new arrow.Decimal(scale, precision, 128),
        ...common,
        data: decimals(cells, scale),
      });
    }
    case 'DATE':
      return arrow.makeData({
        type: new arrow.DateDay(),
        ...common,
        data: Int32Array.from(cells, (cell) => (cell === null ? 0 : daysOf(cell))),
      });
    case 'TIMESTAMP':
    case 'TIMESTAMP_NTZ': {
      const zone = column.typeName === 'TIMESTAMP' ? 'UTC' : null;
      const type = new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, zone);
      return arrow.makeData({ type, ...common, data: bigints(microsecondsOf) });
    }
    case 'BINARY':
      return arrow.makeData({ type: new arrow.Binary(), ...common, ...joined(cells, 'base64') });
    default:
      return arrow.makeData({ type: new arrow.Utf8(), ...common, ...joined(cells, 'utf8') });
  }
}

type NumberArray = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

function validity(cells: Cells): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullCount = cells.reduce((count, cell) => count + (cell === null ? 1 : 0), 0);
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(cells, (cell) => cell !== null) };
}

/** One bit for each cell, the first in the lowest place. */
function bits(cells: Cells, isSet: (cell: string | null) => boolean): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(cells.length / 8));
  cells.forEach((cell, at) => {
    if (isSet(cell)) bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7));
  });
  return bitmap;
}

function joined(cells: Cells, encoding: 'utf8' | 'base64'): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(cells.length + 1);
  let length = 0;
  cells.forEach((cell, at) => {
    length += cell === null ? 0 : Buffer.byteLength(cell, encoding);
    valueOffsets[at + 1] = length;
  });
  const data = Buffer.allocUnsafe(length);
  cells.forEach((cell, at) => {
    if (cell !== null) data.write(cell, valueOffsets[at] ?? 0, encoding);
  });
  return { valueOffsets, data };
}

/** Two's complement of 128 bits each, the lowest word first. */
function decimals(cells: Cells, scale: number): Uint32Array {
  const words = new BigUint64Array(cells.length * 2);
  cells.forEach((cell, at) => {
    if (cell === null) return;
    const unscaled = unscaledOf(cell, scale);
    words[at * 2] = BigInt.asUintN(64, unscaled);
    words[at * 2 + 1] = BigInt.asUintN(64, unscaled >> 64n);
  });
  return new Uint32Array(words.buffer);
}

function unscaledOf(text: string, scale: number): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction.padEnd(scale, '0').slice(0, scale)}` || '0');
  return sign === '-' ? -digits : digits;
}

const DAY = 86_400_000;

function daysOf(text: string): number {
  const [, year = '', month = '', day = ''] = /^([+-]?\d+)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return dayOf(Number(year), Number(month), Number(day)) / DAY;
}

/** Date.UTC takes the years 0 to 99 for those of the 20th century. */
function dayOf(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

const TIMESTAMP = /^([+-]?\d+)-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z?$/;

function microsecondsOf(text: string): bigint {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] =
    TIMESTAMP.exec(text) ?? [];
  const milliseconds =
    dayOf(Number(year), Number(month), Number(day)) +
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}
