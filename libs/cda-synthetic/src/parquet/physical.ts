import type { ByteWriter } from './byte-writer';
import type { ColumnType, Value } from './column';
import type { ThriftStruct } from './thrift';

/** How a column lies in a file: parquet.thrift's `Type`, annotations, and its values in the PLAIN encoding. */
export interface Physical {
  readonly type: number;
  readonly length?: number;
  readonly annotate: (element: ThriftStruct) => void;
  readonly plain: (bytes: ByteWriter, value: NonNullable<Value>) => void;
  /** Whether bounds of the values may stand in the footer. */
  readonly ordered: boolean;
}

const [BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED] = [0, 1, 2, 3, 4, 5, 6, 7];
const [UTF8, DECIMAL, DATE, TIMESTAMP_MICROS] = [0, 5, 6, 10];
const MICROS_PER_DAY = 86_400_000_000n;
/** Julian day of 1970-01-01. */
const EPOCH_DAY = 2_440_588n;

const nothing = (): void => undefined;
const int32 = (bytes: ByteWriter, value: NonNullable<Value>): void => bytes.int32(Number(value));
const int64 = (bytes: ByteWriter, value: NonNullable<Value>): void => bytes.int64(BigInt(value));

const SIMPLE: Readonly<Record<Exclude<ColumnType, object>, Physical>> = {
  long: { type: INT64, annotate: nothing, plain: int64, ordered: true },
  integer: { type: INT32, annotate: nothing, plain: int32, ordered: true },
  float: { type: FLOAT, annotate: nothing, plain: (bytes, value) => bytes.float(Number(value)), ordered: true },
  double: { type: DOUBLE, annotate: nothing, plain: (bytes, value) => bytes.double(Number(value)), ordered: true },
  // Packed by whoever writes the page: eight of them are a byte.
  boolean: {
    type: BOOLEAN,
    annotate: nothing,
    plain: (bytes, value) => bytes.byte(value === true ? 1 : 0),
    ordered: true,
  },
  string: {
    type: BYTE_ARRAY,
    annotate: (element) => element.i32(6, UTF8).struct(10, (logical) => logical.struct(1, nothing)),
    plain: (bytes, value) => {
      const text = String(value);
      bytes.int32(Buffer.byteLength(text));
      bytes.utf8(text);
    },
    ordered: true,
  },
  date: {
    type: INT32,
    annotate: (element) => element.i32(6, DATE).struct(10, (logical) => logical.struct(6, nothing)),
    plain: int32,
    ordered: true,
  },
  timestamp: {
    type: INT64,
    annotate: (element) =>
      element
        .i32(6, TIMESTAMP_MICROS)
        .struct(10, (logical) =>
          logical.struct(8, (timestamp) => timestamp.bool(1, true).struct(2, (unit) => unit.struct(2, nothing))),
        ),
    plain: int64,
    ordered: true,
  },
  'timestamp-int96': {
    type: INT96,
    annotate: nothing,
    plain: (bytes, value) => {
      const micros = BigInt(value);
      bytes.int64((micros % MICROS_PER_DAY) * 1000n);
      bytes.int32(Number(micros / MICROS_PER_DAY + EPOCH_DAY));
    },
    ordered: false,
  },
};

export function physicalOf(type: ColumnType): Physical {
  return typeof type === 'string' ? SIMPLE[type] : decimalOf(type);
}

/** As Spark chooses: INT32 up to 9 digits, INT64 up to 18, more in as many bytes as they need. */
function decimalOf({ precision, scale }: { precision: number; scale: number }): Physical {
  const annotate = (element: ThriftStruct): void => {
    element
      .i32(6, DECIMAL)
      .i32(7, scale)
      .i32(8, precision)
      .struct(10, (logical) => logical.struct(5, (decimal) => decimal.i32(1, scale).i32(2, precision)));
  };
  if (precision <= 9) return { type: INT32, annotate, plain: int32, ordered: true };
  if (precision <= 18) return { type: INT64, annotate, plain: int64, ordered: true };
  const length = Math.ceil((precision * Math.log2(10) + 1) / 8);
  const plain = (bytes: ByteWriter, value: NonNullable<Value>): void => {
    const unsigned = BigInt.asUintN(length * 8, BigInt(value));
    bytes.raw(Buffer.from(unsigned.toString(16).padStart(length * 2, '0'), 'hex'));
  };
  return { type: FIXED, length, annotate, plain, ordered: true };
}
