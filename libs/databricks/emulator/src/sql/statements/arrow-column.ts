import type * as Arrow from 'apache-arrow';
import type { SqlColumn } from '../engine/sql-request';

/** A column of a chunk in Arrow's memory layout, made from cells as JSON_ARRAY has them, one after the other. */
export class ArrowColumn {
  private length = 0;
  private nullCount = 0;
  private readonly present = new Bits();

  constructor(
    private readonly type: Arrow.DataType,
    private readonly values: Values,
  ) {}

  append(cell: string | null): void {
    this.present.put(this.length, cell !== null);
    if (cell === null) this.nullCount += 1;
    this.values.put(this.length, cell);
    this.length += 1;
  }

  /** Over this column's own memory: to be written before the next cell comes. */
  data(arrow: typeof Arrow): Arrow.Data {
    const { length, nullCount } = this;
    const nulls = nullCount === 0 ? {} : { nullBitmap: this.present.taken(length) };
    return arrow.makeData({ type: this.type, length, nullCount, ...nulls, ...this.values.taken(length) } as never);
  }

  /** Begins anew in the same memory, so that a result of any size takes that of one chunk. */
  clear(): void {
    this.length = 0;
    this.nullCount = 0;
    this.values.clear();
  }
}

/** The values of a column; for NULL they hold something, too. */
interface Values {
  put(at: number, cell: string | null): void;
  taken(length: number): { data: ArrayBufferView; valueOffsets?: Int32Array };
  clear(): void;
}

export function arrowColumn(arrow: typeof Arrow, { typeName, precision = 38, scale = 0 }: SqlColumn): ArrowColumn {
  const numbers = (type: Arrow.DataType, make: (length: number) => Fixed, read: (cell: string) => number) =>
    new ArrowColumn(type, new FixedValues(make, (values, at, cell) => (values[at] = cell === null ? 0 : read(cell))));
  const bigints = (type: Arrow.DataType, read: (cell: string) => bigint) =>
    new ArrowColumn(
      type,
      new FixedValues(
        (length) => new BigInt64Array(length),
        (values, at, cell) => (values[at] = cell === null ? 0n : read(cell)),
      ),
    );
  switch (typeName) {
    case 'BOOLEAN':
      return new ArrowColumn(new arrow.Bool(), new BooleanValues());
    case 'BYTE':
      return numbers(new arrow.Int8(), (length) => new Int8Array(length), Number);
    case 'SHORT':
      return numbers(new arrow.Int16(), (length) => new Int16Array(length), Number);
    case 'INT':
      return numbers(new arrow.Int32(), (length) => new Int32Array(length), Number);
    case 'LONG':
      return bigints(new arrow.Int64(), BigInt);
    case 'FLOAT':
      return numbers(new arrow.Float32(), (length) => new Float32Array(length), Number);
    case 'DOUBLE':
      return numbers(new arrow.Float64(), (length) => new Float64Array(length), Number);
    case 'DECIMAL':
      return new ArrowColumn(new arrow.Decimal(scale, precision, 128), new DecimalValues(scale));
    case 'DATE':
      return numbers(new arrow.DateDay(), (length) => new Int32Array(length), daysOf);
    case 'TIMESTAMP':
      return bigints(new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, 'UTC'), microsecondsOf);
    case 'TIMESTAMP_NTZ':
      return bigints(new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, null), microsecondsOf);
    case 'BINARY':
      return new ArrowColumn(new arrow.Binary(), new TextValues('base64'));
    default:
      return new ArrowColumn(new arrow.Utf8(), new TextValues('utf8'));
  }
}

type Fixed = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
const FIRST_LENGTH = 1_024;

/** An array of numbers that doubles when it is full. */
class FixedValues<List extends Fixed | BigInt64Array | BigUint64Array | Uint8Array> implements Values {
  private values: List;

  constructor(
    private readonly make: (length: number) => List,
    private readonly write: (values: List, at: number, cell: string | null) => void,
  ) {
    this.values = make(FIRST_LENGTH);
  }

  put(at: number, cell: string | null): void {
    this.values = grown(this.values, at + 1, this.make);
    this.write(this.values, at, cell);
  }

  taken(length: number): { data: ArrayBufferView } {
    return { data: this.values.subarray(0, length) };
  }

  clear(): void {
    // What is there is written over.
  }
}

/** One bit for each cell, the first in the lowest place. */
class Bits {
  private bits = new Uint8Array(FIRST_LENGTH);

  put(at: number, isSet: boolean): void {
    const byte = at >> 3;
    this.bits = grown(this.bits, byte + 1, (length) => new Uint8Array(length));
    const before = (at & 7) === 0 ? 0 : (this.bits[byte] ?? 0);
    this.bits[byte] = isSet ? before | (1 << (at & 7)) : before;
  }

  taken(length: number): Uint8Array {
    return this.bits.subarray(0, Math.ceil(length / 8));
  }
}

class BooleanValues implements Values {
  private readonly bits = new Bits();

  put(at: number, cell: string | null): void {
    this.bits.put(at, cell === 'true');
  }

  taken(length: number): { data: ArrayBufferView } {
    return { data: this.bits.taken(length) };
  }

  clear(): void {
    // What is there is written over.
  }
}

/** Text or bytes behind each other, and where each begins. */
class TextValues implements Values {
  private offsets = new Int32Array(FIRST_LENGTH);
  private bytes = Buffer.alloc(FIRST_LENGTH);
  private used = 0;

  constructor(private readonly encoding: 'utf8' | 'base64') {}

  put(at: number, cell: string | null): void {
    if (cell !== null) {
      const length = Buffer.byteLength(cell, this.encoding);
      this.bytes = grown(this.bytes, this.used + length, (size) => Buffer.alloc(size));
      this.used += this.bytes.write(cell, this.used, length, this.encoding);
    }
    this.offsets = grown(this.offsets, at + 2, (length) => new Int32Array(length));
    this.offsets[at + 1] = this.used;
  }

  taken(length: number): { data: ArrayBufferView; valueOffsets: Int32Array } {
    return { data: this.bytes.subarray(0, this.used), valueOffsets: this.offsets.subarray(0, length + 1) };
  }

  clear(): void {
    this.used = 0;
  }
}

/** Two's complement of 128 bits each, the lowest word first. */
class DecimalValues implements Values {
  private words = new BigUint64Array(FIRST_LENGTH);

  constructor(private readonly scale: number) {}

  put(at: number, cell: string | null): void {
    this.words = grown(this.words, (at + 1) * 2, (length) => new BigUint64Array(length));
    const unscaled = cell === null ? 0n : unscaledOf(cell, this.scale);
    this.words[at * 2] = BigInt.asUintN(64, unscaled);
    this.words[at * 2 + 1] = BigInt.asUintN(64, unscaled >> 64n);
  }

  taken(length: number): { data: ArrayBufferView } {
    return { data: new Uint32Array(this.words.buffer, 0, length * 4) };
  }

  clear(): void {
    // What is there is written over.
  }
}

/** The same values in twice as much memory, or more, when there is not enough. */
function grown<List extends Fixed | BigInt64Array | BigUint64Array | Uint8Array>(
  list: List,
  needed: number,
  make: (length: number) => List,
): List {
  if (needed <= list.length) return list;
  const larger = make(Math.max(list.length * 2, needed));
  // One of the two kinds of numbers, the same on both sides.
  (larger as Uint8Array).set(list as Uint8Array);
  return larger;
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
