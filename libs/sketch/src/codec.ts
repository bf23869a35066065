import { MOST_BUCKETS, rangeOf } from './buckets';
import type { Sketch } from './sketch';

const VERSION = 1;
/** More than a full sketch ever needs; whatever claims to be longer is no sketch. */
const MOST_BYTES = 64 * 1024;
const MOST_VARINT_BYTES = 8;
/** Doubled, and one more, it is still a whole number that a double holds. */
const MOST_IN_A_BUCKET = 2 ** 52 - 1;

/** The bytes are not a sketch. Nothing of it was used. */
export class SketchCorrupt extends Error {
  constructor(reason: string, offset: number) {
    super(`The sketch is corrupt at byte ${offset}: ${reason}`);
    this.name = 'SketchCorrupt';
  }
}

/** Buckets on their way between bytes and a sketch: work that is done thousands of times for one answer allocates nothing. */
export interface BucketList {
  length: number;
  readonly indices: Int32Array;
  readonly counts: Float64Array;
}

const list: BucketList = {
  length: 0,
  indices: new Int32Array(MOST_BUCKETS),
  counts: new Float64Array(MOST_BUCKETS),
};

/** Room for a length, a version, zeros, a number of buckets, the first index, and every bucket with its widest numbers. */
const scratch = new Uint8Array(5 * MOST_VARINT_BYTES + 2 * MOST_VARINT_BYTES * MOST_BUCKETS);

/**
 * Length of the rest, then version, zeros, number of buckets, index of the first, and for each bucket its count, doubled, and one more when
 * it is no neighbour of the bucket before; then how far that is follows. All are unsigned LEB128, the first index zigzag. Most buckets of
 * a busy hour are neighbours and hold a few values: one byte each. Self-delimiting, so that sketches can be strung together.
 */
export function encodeSketch(sketch: Sketch): Uint8Array {
  sketch.listBuckets(list);
  let at = putVarint(MOST_VARINT_BYTES, VERSION);
  at = putVarint(at, sketch.zeroCount);
  at = putVarint(at, list.length);
  let last = 0;
  for (let bucket = 0; bucket < list.length; bucket++) {
    const index = list.indices[bucket] ?? 0;
    const count = list.counts[bucket] ?? 0;
    if (count > MOST_IN_A_BUCKET) throw new RangeError(`${count} values of one bucket are too many to be written down`);
    const step = bucket === 0 ? 1 : index - last;
    if (bucket === 0) at = putVarint(at, zigzag(index));
    at = putVarint(at, 2 * count + (step > 1 ? 1 : 0));
    if (step > 1) at = putVarint(at, step);
    last = index;
  }
  // The length stands before what it is the length of, and is as long as it must be.
  const length = at - MOST_VARINT_BYTES;
  const begin = MOST_VARINT_BYTES - varintBytes(length);
  putVarint(begin, length);
  return scratch.slice(begin, at);
}

/** Adds what is encoded at `offset` to `into`, and answers where it ends. On `SketchCorrupt`, `into` is as it was. */
export function decodeSketch(bytes: Uint8Array, offset: number, into: Sketch): number {
  const reader = new Reader(bytes, offset, bytes.length);
  const length = reader.varint();
  const begin = reader.position;
  if (length > MOST_BYTES) throw new SketchCorrupt(`${length} bytes are too many`, offset);
  if (begin + length > bytes.length) throw new SketchCorrupt('it ends too soon', offset);
  const body = new Reader(bytes, begin, begin + length);
  const version = body.varint();
  if (version !== VERSION) throw new SketchCorrupt(`version ${version} is unknown`, body.position);
  const zeros = body.varint();
  // Nothing is added before everything is known to be good.
  const sum = into.count + zeros + readBuckets(body, into.scale);
  if (!Number.isSafeInteger(sum)) throw new SketchCorrupt('it counts more than can be counted', offset);
  into.addZeros(zeros);
  into.addBuckets(list);
  return begin + length;
}

/** Reads the buckets into the list; answers what they count. */
function readBuckets(body: Reader, scale: number): number {
  const number = body.varint();
  const { lowest, highest } = rangeOf(scale);
  if (number > highest - lowest + 1) throw new SketchCorrupt(`${number} buckets are too many`, body.position);
  const { bytes, end } = body;
  const { indices, counts } = list;
  let { position } = body;
  let index = 0;
  let sum = 0;
  // Nearly every number is one byte, which is read here and now: an answer takes a million of them.
  for (let bucket = 0; bucket < number; bucket++) {
    if (bucket === 0) {
      body.position = position;
      index = unzigzag(body.varint());
      position = body.position;
    } else index++;
    let entry = position < end ? (bytes[position] ?? 0x80) : 0x80;
    if (entry < 0x80) position++;
    else {
      body.position = position;
      entry = body.varint();
      position = body.position;
    }
    if (entry % 2 === 1) {
      body.position = position;
      const step = body.varint();
      position = body.position;
      if (bucket === 0 || step < 2) throw new SketchCorrupt('a neighbour is written as none', position);
      index += step - 1;
    }
    const count = Math.floor(entry / 2);
    if (index < lowest || index > highest) throw new SketchCorrupt(`there is no bucket ${index}`, position);
    if (count === 0) throw new SketchCorrupt('an empty bucket is written down', position);
    sum += count;
    indices[bucket] = index;
    counts[bucket] = count;
  }
  if (position !== end) throw new SketchCorrupt('it is longer than its contents', position);
  list.length = number;
  return sum;
}

class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public position: number,
    readonly end: number,
  ) {}

  varint(): number {
    let value = 0;
    for (let read = 0; read < MOST_VARINT_BYTES; read++) {
      const byte = this.position < this.end ? this.bytes[this.position++] : undefined;
      if (byte === undefined) throw new SketchCorrupt('it ends too soon', this.position);
      value += (byte & 0x7f) * 2 ** (7 * read);
      if (byte < 0x80) {
        // One number, one spelling: else equal sketches could be unequal bytes.
        if (byte === 0 && read > 0) throw new SketchCorrupt('a number has needless bytes', this.position);
        if (!Number.isSafeInteger(value)) throw new SketchCorrupt('a number is too large', this.position);
        return value;
      }
    }
    throw new SketchCorrupt('a number is too long', this.position);
  }
}

/** Writes into the scratch; answers where the next byte goes. */
function putVarint(at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest >= 0x80) {
    scratch[next++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  scratch[next++] = rest;
  return next;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
