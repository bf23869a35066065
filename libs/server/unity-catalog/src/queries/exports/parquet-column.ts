import { sparkType } from '../spark-type';
import { ThriftStruct } from './thrift-compact';

/** Physical types of Parquet; https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const BOOLEAN = 0;
const INT32 = 1;
const INT64 = 2;
const FLOAT = 4;
const DOUBLE = 5;
const BYTE_ARRAY = 6;
const FIXED_LEN_BYTE_ARRAY = 7;

/** Converted types, which every reader knows. */
const UTF8 = 0;
const DECIMAL = 5;
const DATE = 6;
const INT_8 = 15;
const INT_16 = 16;
const JSON_TEXT = 19;

const DECIMAL_BYTES = 16;

/** How a column is stored: its entry in the schema, and the bytes of its values. */
export interface ParquetColumn {
  readonly type: number;
  schema(name: string): ThriftStruct;
  /** PLAIN encoding of values that are not null, each as the platform writes it. */
  plain(cells: readonly string[]): Buffer;
}

interface Logical {
  readonly converted?: number;
  readonly logical?: ThriftStruct;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
}

/** A column of Databricks SQL. Types without a counterpart, and nested ones, are text: the latter as JSON. */
export function parquetColumn(typeText: string): ParquetColumn {
  const type = sparkType(typeText);
  if (type.kind !== 'scalar') return column(BYTE_ARRAY, { converted: JSON_TEXT }, texts);
  switch (type.name) {
    case 'BOOLEAN':
      return column(BOOLEAN, {}, bits);
    case 'TINYINT':
      return column(INT32, { converted: INT_8 }, integers);
    case 'SMALLINT':
      return column(INT32, { converted: INT_16 }, integers);
    case 'INT':
      return column(INT32, {}, integers);
    case 'BIGINT':
      return column(INT64, {}, (cells) => longs(cells, BigInt));
    case 'FLOAT':
      return column(FLOAT, {}, (cells) => fixed(cells, 4, (bytes, cell, at) => bytes.writeFloatLE(Number(cell), at)));
    case 'DOUBLE':
      return column(DOUBLE, {}, (cells) => fixed(cells, 8, (bytes, cell, at) => bytes.writeDoubleLE(Number(cell), at)));
    case 'DECIMAL': {
      const { precision = 10, scale = 0 } = type;
      const logical = { converted: DECIMAL, length: DECIMAL_BYTES, precision, scale };
      return column(FIXED_LEN_BYTE_ARRAY, logical, (cells) => decimals(cells, scale));
    }
    case 'DATE':
      return column(INT32, { converted: DATE }, (cells) =>
        fixed(cells, 4, (bytes, cell, at) => bytes.writeInt32LE(daysOf(cell), at)),
      );
    case 'TIMESTAMP':
      return column(INT64, { logical: microseconds(true) }, (cells) => longs(cells, microsecondsOf));
    case 'TIMESTAMP_NTZ':
      return column(INT64, { logical: microseconds(false) }, (cells) => longs(cells, microsecondsOf));
    case 'BINARY':
      return column(BYTE_ARRAY, {}, (cells) => lengthPrefixed(cells.map((cell) => Buffer.from(cell, 'base64'))));
    default:
      return column(BYTE_ARRAY, { converted: UTF8 }, texts);
  }
}

function column(type: number, logical: Logical, plain: ParquetColumn['plain']): ParquetColumn {
  const { converted, length, precision, scale } = logical;
  return {
    type,
    plain,
    schema: (name) =>
      new ThriftStruct([
        [1, type],
        [2, length],
        // OPTIONAL: any column may hold NULL.
        [3, 1],
        [4, name],
        [6, converted],
        [7, scale],
        [8, precision],
        [10, logical.logical],
      ]),
  };
}

/** LogicalType TIMESTAMP in microseconds; the older converted type cannot say that a time has no zone. */
function microseconds(isUtc: boolean): ThriftStruct {
  const unit = new ThriftStruct([[2, new ThriftStruct([])]]);
  return new ThriftStruct([
    [
      8,
      new ThriftStruct([
        [1, isUtc],
        [2, unit],
      ]),
    ],
  ]);
}

function fixed(
  cells: readonly string[],
  width: number,
  write: (bytes: Buffer, cell: string, at: number) => void,
): Buffer {
  const bytes = Buffer.allocUnsafe(cells.length * width);
  cells.forEach((cell, index) => write(bytes, cell, index * width));
  return bytes;
}

function integers(cells: readonly string[]): Buffer {
  return fixed(cells, 4, (bytes, cell, at) => bytes.writeInt32LE(Number(cell), at));
}

function longs(cells: readonly string[], read: (cell: string) => bigint): Buffer {
  return fixed(cells, 8, (bytes, cell, at) => bytes.writeBigInt64LE(read(cell), at));
}

function bits(cells: readonly string[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(cells.length / 8));
  cells.forEach((cell, at) => {
    if (cell === 'true') bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  });
  return bytes;
}

/** Written where it stays: a buffer for each text would be more memory than all of them. */
function texts(cells: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafe(cells.reduce((sum, cell) => sum + 4 + Buffer.byteLength(cell), 0));
  let at = 0;
  for (const cell of cells) {
    const length = bytes.write(cell, at + 4);
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return bytes;
}

function lengthPrefixed(values: readonly Buffer[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const value of values) {
    at = bytes.writeUInt32LE(value.length, at);
    at += value.copy(bytes, at);
  }
  return bytes;
}

/** Big-endian two's complement. */
function decimals(cells: readonly string[], scale: number): Buffer {
  return fixed(cells, DECIMAL_BYTES, (bytes, cell, at) => {
    const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(cell) ?? [];
    const digits = BigInt(`${whole}${fraction.padEnd(scale, '0').slice(0, scale)}` || '0');
    const unscaled = sign === '-' ? -digits : digits;
    bytes.writeBigInt64BE(unscaled >> 64n, at);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, unscaled), at + 8);
  });
}

const DAY_MS = 86_400_000;
const TIME = /^([+-]?\d+-\d\d-\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|\+00:00)?$/;

function daysOf(text: string): number {
  const [, year = '', month = '', day = ''] = /^([+-]?\d+)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  // Date.UTC takes the years 0 to 99 for those of the 20th century.
  return new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day)) / DAY_MS;
}

function microsecondsOf(text: string): bigint {
  const [, date = '', hour, minute, second, fraction = ''] = TIME.exec(text) ?? [];
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  return BigInt(daysOf(date) * 86_400 + seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}
