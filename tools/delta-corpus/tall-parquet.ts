/** Rows of a page are counted in a signed 32-bit number. */
const ROWS_OF_EMPTY_GROUP = 2 ** 31 - 1;

const INT64 = 2;
const OPTIONAL = 1;
const PLAIN = 0;
const RLE = 3;

/**
 * A parquet file of one long column with more than 2^32 rows in a few hundred bytes: two groups of nulls, each a single
 * run, and a last group of numbered rows. Written by hand, because no writer can be waited for that makes so many rows.
 */
export function tallParquet(column: string, lastRows: number): { bytes: Buffer; rows: number; firstOfLast: number } {
  const firstOfLast = 2 * ROWS_OF_EMPTY_GROUP;
  const values = Buffer.alloc(lastRows * 8);
  for (let row = 0; row < lastRows; row += 1) values.writeBigInt64LE(BigInt(firstOfLast + row), row * 8);
  const pages = [
    page(ROWS_OF_EMPTY_GROUP, levels(ROWS_OF_EMPTY_GROUP, 0)),
    page(ROWS_OF_EMPTY_GROUP, levels(ROWS_OF_EMPTY_GROUP, 0)),
    page(lastRows, Buffer.concat([levels(lastRows, 1), values])),
  ];
  const counts = [ROWS_OF_EMPTY_GROUP, ROWS_OF_EMPTY_GROUP, lastRows];
  const groups: Buffer[] = [];
  let offset = 4;
  for (const [index, bytes] of pages.entries()) {
    groups.push(rowGroup(column, offset, bytes.length, counts[index] ?? 0));
    offset += bytes.length;
  }
  const rows = firstOfLast + lastRows;
  const root = struct([binary(4, 'schema'), i32(5, 1)]);
  const leaf = struct([i32(1, INT64), i32(3, OPTIONAL), binary(4, column)]);
  const footer = struct([i32(1, 1), list(2, [root, leaf]), i64(3, rows), list(4, groups), binary(6, 'tall-parquet')]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  const magic = Buffer.from('PAR1');
  return { bytes: Buffer.concat([magic, ...pages, footer, length, magic]), rows, firstOfLast };
}

/** Definition levels as one run. */
function levels(count: number, level: number): Buffer {
  const run = Buffer.concat([varint(BigInt(count) << 1n), Buffer.from([level])]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length);
  return Buffer.concat([length, run]);
}

function page(count: number, data: Buffer): Buffer {
  const header = struct([
    i32(1, 0),
    i32(2, data.length),
    i32(3, data.length),
    nested(5, struct([i32(1, count), i32(2, PLAIN), i32(3, RLE), i32(4, RLE)])),
  ]);
  return Buffer.concat([header, data]);
}

function rowGroup(column: string, offset: number, size: number, rows: number): Buffer {
  const path = Buffer.concat([varint(BigInt(column.length)), Buffer.from(column)]);
  const metaData = struct([
    i32(1, INT64),
    numbers(2, [PLAIN, RLE]),
    { id: 3, type: 9, bytes: Buffer.concat([Buffer.from([0x18]), path]) },
    i32(4, 0),
    i64(5, rows),
    i64(6, size),
    i64(7, size),
    i64(9, offset),
  ]);
  const chunk = struct([i64(2, offset), nested(3, metaData)]);
  return struct([list(1, [chunk]), i64(2, size), i64(3, rows)]);
}

/** A field in Thrift's compact protocol, in which parquet keeps its headers. */
interface ThriftField {
  id: number;
  type: number;
  bytes: Buffer;
}

function struct(fields: readonly ThriftField[]): Buffer {
  const parts: Buffer[] = [];
  let previous = 0;
  for (const { id, type, bytes } of fields) {
    parts.push(Buffer.from([((id - previous) << 4) | type]), bytes);
    previous = id;
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

function i32(id: number, value: number): ThriftField {
  return { id, type: 5, bytes: zigzag(value) };
}

function i64(id: number, value: number): ThriftField {
  return { id, type: 6, bytes: zigzag(value) };
}

function binary(id: number, value: string): ThriftField {
  return { id, type: 8, bytes: Buffer.concat([varint(BigInt(value.length)), Buffer.from(value)]) };
}

function nested(id: number, bytes: Buffer): ThriftField {
  return { id, type: 12, bytes };
}

function list(id: number, structs: readonly Buffer[]): ThriftField {
  return { id, type: 9, bytes: Buffer.concat([Buffer.from([(structs.length << 4) | 12]), ...structs]) };
}

function numbers(id: number, values: readonly number[]): ThriftField {
  return { id, type: 9, bytes: Buffer.concat([Buffer.from([(values.length << 4) | 5]), ...values.map(zigzag)]) };
}

function zigzag(value: number): Buffer {
  return varint(BigInt(value) << 1n);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}
