import { ByteWriter } from './byte-writer';
import type { Column, Row, Value } from './column';
import { physicalOf, type Physical } from './physical';
import { writeStruct, type ThriftStruct } from './thrift';

const MAGIC = Buffer.from('PAR1');
const OPTIONAL = 1;
const SNAPPY = 1;
const [PLAIN, RLE] = [0, 3];
const CREATED_BY = 'lakescope synthetic data';

interface Chunk {
  readonly column: Column;
  readonly physical: Physical;
  readonly offset: number;
  readonly plainSize: number;
  readonly storedSize: number;
  readonly nulls: number;
  readonly bounds: { readonly min: Buffer; readonly max: Buffer } | undefined;
}

/**
 * A parquet file as Spark writes small ones: one row group, one Snappy page of version 1 for each column, every column OPTIONAL, bounds in
 * the footer. No row at all is a file of a schema and no row group.
 */
export function writeParquet(columns: readonly Column[], rows: readonly Row[]): Buffer {
  const file = new ByteWriter();
  file.raw(MAGIC);
  const chunks = rows.length === 0 ? [] : columns.map((column, index) => writeChunk(file, column, rows, index));
  const footer = file.length;
  writeStruct(file, (meta) => writeMetadata(meta, columns, rows.length, chunks));
  file.int32(file.length - footer);
  file.raw(MAGIC);
  return file.take();
}

function writeChunk(file: ByteWriter, column: Column, rows: readonly Row[], index: number): Chunk {
  const physical = physicalOf(column.type);
  const present: NonNullable<Value>[] = [];
  for (const row of rows) {
    const value = row[index];
    if (value !== null && value !== undefined) present.push(value);
  }
  const page = pageOf(physical, rows, index, present);
  const offset = file.length;
  const stored = snappyLiteral(page);
  writeStruct(file, (header) =>
    header
      .i32(1, 0)
      .i32(2, page.length)
      .i32(3, stored.length)
      .struct(5, (data) => data.i32(1, rows.length).i32(2, PLAIN).i32(3, RLE).i32(4, RLE)),
  );
  const headerSize = file.length - offset;
  file.raw(stored);
  return {
    column,
    physical,
    offset,
    plainSize: headerSize + page.length,
    storedSize: file.length - offset,
    nulls: rows.length - present.length,
    bounds: physical.ordered ? boundsOf(physical, present) : undefined,
  };
}

/** Definition levels, then the values that are there. */
function pageOf(
  physical: Physical,
  rows: readonly Row[],
  index: number,
  present: readonly NonNullable<Value>[],
): Buffer {
  const bytes = new ByteWriter();
  const levels = levelsOf(rows, index, present.length);
  bytes.int32(levels.length);
  bytes.raw(levels);
  if (typeof present[0] === 'boolean') bytes.raw(packed(present.map((value) => value === true)));
  else for (const value of present) physical.plain(bytes, value);
  return bytes.take();
}

/** Levels of one bit: one run when nothing or everything is null, otherwise packed by eight. */
function levelsOf(rows: readonly Row[], index: number, present: number): Buffer {
  const bytes = new ByteWriter();
  if (present === 0 || present === rows.length) {
    bytes.varint(rows.length * 2);
    bytes.byte(present === 0 ? 0 : 1);
  } else {
    bytes.varint(Math.ceil(rows.length / 8) * 2 + 1);
    bytes.raw(packed(rows.map((row) => row[index] !== null && row[index] !== undefined)));
  }
  return bytes.take();
}

function packed(bits: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bytes;
}

/** Snappy that copies nothing back: a length and literals, which every reader takes and which costs no time. */
function snappyLiteral(page: Buffer): Buffer {
  const bytes = new ByteWriter();
  bytes.varint(page.length);
  for (let start = 0; start < page.length; start += 65_536) {
    const part = page.subarray(start, start + 65_536);
    // 61: the length less one follows in two bytes.
    bytes.byte(61 << 2);
    bytes.byte((part.length - 1) & 0xff);
    bytes.byte((part.length - 1) >> 8);
    bytes.raw(part);
  }
  return bytes.take();
}

function boundsOf(physical: Physical, present: readonly NonNullable<Value>[]): Chunk['bounds'] {
  let [min, max] = [present[0], present[0]];
  if (min === undefined || max === undefined) return undefined;
  for (const value of present) {
    if (less(value, min)) min = value;
    if (less(max, value)) max = value;
  }
  return { min: boundOf(physical, min), max: boundOf(physical, max) };
}

function less(one: NonNullable<Value>, other: NonNullable<Value>): boolean {
  // Text is ordered by its bytes, which JavaScript's order is not beyond the basic plane.
  if (typeof one === 'string' && typeof other === 'string')
    return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
  return one < other;
}

function boundOf(physical: Physical, value: NonNullable<Value>): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  const bytes = new ByteWriter();
  physical.plain(bytes, value);
  return bytes.take();
}

function writeMetadata(meta: ThriftStruct, columns: readonly Column[], rows: number, chunks: readonly Chunk[]): void {
  const elements: (Column | undefined)[] = [undefined, ...columns];
  meta
    .i32(1, 1)
    .structs(2, elements, (element, column) => {
      if (column === undefined) element.text(4, 'spark_schema').i32(5, columns.length);
      else writeElement(element, column);
    })
    .i64(3, rows)
    .structs(4, chunks.length === 0 ? [] : [chunks], (group, all) =>
      group
        .structs(1, all, (chunk, facts) => writeChunkFacts(chunk, facts, rows))
        .i64(
          2,
          all.reduce((sum, { plainSize }) => sum + plainSize, 0),
        )
        .i64(3, rows),
    )
    .text(6, CREATED_BY)
    .structs(7, columns, (order) => order.struct(1, () => undefined));
}

function writeElement(element: ThriftStruct, { name, type }: Column): void {
  const physical = physicalOf(type);
  element.i32(1, physical.type);
  if (physical.length !== undefined) element.i32(2, physical.length);
  element.i32(3, OPTIONAL).text(4, name);
  physical.annotate(element);
}

function writeChunkFacts(chunk: ThriftStruct, facts: Chunk, rows: number): void {
  chunk.i64(2, facts.offset).struct(3, (meta) => {
    meta
      .i32(1, facts.physical.type)
      .i32s(2, [PLAIN, RLE])
      .texts(3, [facts.column.name])
      .i32(4, SNAPPY)
      .i64(5, rows)
      .i64(6, facts.plainSize)
      .i64(7, facts.storedSize)
      .i64(9, facts.offset)
      .struct(12, (statistics) => {
        statistics.i64(3, facts.nulls);
        if (facts.bounds !== undefined) statistics.binary(5, facts.bounds.max).binary(6, facts.bounds.min);
      });
  });
}
