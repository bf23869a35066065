import type { RowSpan } from './deleted-rows';

/** 64-bit bitmaps in Delta's portable layout: PROTOCOL.md, "Deletion Vector Format". */
const PORTABLE_MAGIC = 1681511377;
/** The layout before it, still in the protocol's own inline example: bitmaps listed by position, lengths big-endian. */
const LISTED_MAGIC = 1681511376;

/** github.com/RoaringBitmap/RoaringFormatSpec */
const COOKIE_WITH_RUNS = 12347;
const COOKIE_WITHOUT_RUNS = 12346;
const OFFSETS_FROM_CONTAINERS = 4;
const LARGEST_ARRAY = 4096;
const BITMAP_BYTES = 8192;

const TWO_TO_32 = 2 ** 32;
/** Rows are counted in doubles, which are exact up to 2^53. */
const MOST_BITMAPS = 2 ** 21;

/** All set positions of a serialized vector in ascending order, as spans. Throws RangeError on truncated data. */
export function* readPositions(data: Buffer): Generator<RowSpan> {
  if (data.readUInt32LE(0) === PORTABLE_MAGIC) {
    const buckets = Number(data.readBigUInt64LE(4));
    let offset = 12;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const high = data.readUInt32LE(offset);
      offset = yield* readBitmap(data, offset + 4, high);
    }
  } else if (data.readUInt32BE(0) === LISTED_MAGIC || data.readUInt32LE(0) === LISTED_MAGIC) {
    const bitmaps = data.readUInt32BE(4);
    let offset = 8;
    for (let high = 0; high < bitmaps; high += 1) {
      const length = data.readUInt32BE(offset);
      yield* readBitmap(data, offset + 4, high);
      offset += 4 + length;
    }
  } else {
    throw new RangeError(`unknown magic number ${data.readUInt32LE(0)}`);
  }
}

function* readBitmap(data: Buffer, start: number, high: number): Generator<RowSpan, number> {
  if (high >= MOST_BITMAPS) throw new RangeError('a row beyond 2^53');
  const cookie = data.readUInt32LE(start);
  const hasRuns = (cookie & 0xffff) === COOKIE_WITH_RUNS;
  if (!hasRuns && cookie !== COOKIE_WITHOUT_RUNS) throw new RangeError(`unknown bitmap cookie ${cookie}`);
  const containers = hasRuns ? (cookie >>> 16) + 1 : data.readUInt32LE(start + 4);
  const flags = start + 4;
  const keys = hasRuns ? flags + Math.ceil(containers / 8) : start + 8;
  const hasOffsets = !hasRuns || containers >= OFFSETS_FROM_CONTAINERS;
  let offset = keys + containers * 4 + (hasOffsets ? containers * 4 : 0);
  for (let index = 0; index < containers; index += 1) {
    const base = high * TWO_TO_32 + data.readUInt16LE(keys + index * 4) * 0x10000;
    const cardinality = data.readUInt16LE(keys + index * 4 + 2) + 1;
    const isRun = hasRuns && (data.readUInt8(flags + (index >>> 3)) & (1 << (index & 7))) !== 0;
    if (isRun) offset = yield* readRuns(data, offset, base);
    else if (cardinality <= LARGEST_ARRAY) offset = yield* readArray(data, offset, base, cardinality);
    else offset = yield* readBits(data, offset, base);
  }
  return offset;
}

function* readRuns(data: Buffer, offset: number, base: number): Generator<RowSpan, number> {
  const runs = data.readUInt16LE(offset);
  for (let run = 0; run < runs; run += 1) {
    const first = data.readUInt16LE(offset + 2 + run * 4);
    const last = first + data.readUInt16LE(offset + 4 + run * 4);
    if (last >= 0x10000) throw new RangeError('a run leaves its container');
    yield { first: base + first, last: base + last };
  }
  return offset + 2 + runs * 4;
}

function* readArray(data: Buffer, offset: number, base: number, cardinality: number): Generator<RowSpan, number> {
  for (let index = 0; index < cardinality; index += 1) {
    const row = base + data.readUInt16LE(offset + index * 2);
    yield { first: row, last: row };
  }
  return offset + cardinality * 2;
}

function* readBits(data: Buffer, offset: number, base: number): Generator<RowSpan, number> {
  let first = -1;
  for (let byte = 0; byte < BITMAP_BYTES; byte += 1) {
    const bits = data.readUInt8(offset + byte);
    for (let bit = 0; bit < 8; bit += 1) {
      const isSet = (bits & (1 << bit)) !== 0;
      const row = byte * 8 + bit;
      if (isSet && first < 0) first = row;
      if (!isSet && first >= 0) {
        yield { first: base + first, last: base + row - 1 };
        first = -1;
      }
    }
  }
  if (first >= 0) yield { first: base + first, last: base + BITMAP_BYTES * 8 - 1 };
  return offset + BITMAP_BYTES;
}
