import { isBucket } from './buckets';
import type { Sketch } from './sketch';

const VERSION = 1;
/** More than a full sketch ever needs; whatever claims to be longer is no sketch. */
const MOST_BYTES = 64 * 1024;
const MOST_VARINT_BYTES = 8;

/** The bytes are not a sketch. Nothing of it was used. */
export class SketchCorrupt extends Error {
  constructor(reason: string, offset: number) {
    super(`The sketch is corrupt at byte ${offset}: ${reason}`);
    this.name = 'SketchCorrupt';
  }
}

/**
 * Length of the rest, then version, zeros, number of buckets, index of the first, and for each bucket its count and how far the next
 * one is: all as unsigned LEB128, the first index zigzag. Self-delimiting, so that sketches can be strung together.
 */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const body: number[] = [VERSION];
  const buckets = [...sketch.buckets()];
  pushVarint(body, sketch.zeroCount);
  pushVarint(body, buckets.length);
  let last: number | undefined;
  for (const [index, count] of buckets) {
    pushVarint(body, last === undefined ? zigzag(index) : index - last);
    pushVarint(body, count);
    last = index;
  }
  const head: number[] = [];
  pushVarint(head, body.length);
  return Uint8Array.from([...head, ...body]);
}

/** Adds what is encoded at `offset` to `into`, and answers where it ends. On `SketchCorrupt`, `into` is as it was. */
export function decodeSketch(bytes: Uint8Array, offset: number, into: Sketch): number {
  const reader = new Reader(bytes, offset, bytes.length);
  const length = reader.varint();
  const begin = reader.position;
  if (length > MOST_BYTES) throw new SketchCorrupt(`${length} bytes are too many`, offset);
  if (begin + length > bytes.length) throw new SketchCorrupt('it ends too soon', offset);
  // Read twice: nothing may be added before everything is known to be good, and nothing is allocated for it.
  let sum = into.count;
  walk(new Reader(bytes, begin, begin + length), into.scale, (_index, count) => (sum += count));
  if (!Number.isSafeInteger(sum)) throw new SketchCorrupt('it counts more than can be counted', offset);
  walk(new Reader(bytes, begin, begin + length), into.scale, (index, count) => {
    if (index === undefined) into.addZeros(count);
    else into.addToBucket(index, count);
  });
  return begin + length;
}

/** Shows the zeros (without an index) and every bucket. */
function walk(body: Reader, scale: number, show: (index: number | undefined, count: number) => void): void {
  const version = body.varint();
  if (version !== VERSION) throw new SketchCorrupt(`version ${version} is unknown`, body.position);
  show(undefined, body.varint());
  const number = body.varint();
  let index = 0;
  for (let bucket = 0; bucket < number; bucket++) {
    const step = body.varint();
    if (bucket > 0 && step === 0) throw new SketchCorrupt('a bucket comes twice', body.position);
    index = bucket === 0 ? unzigzag(step) : index + step;
    if (!isBucket(index, scale)) throw new SketchCorrupt(`there is no bucket ${index}`, body.position);
    const count = body.varint();
    if (count === 0) throw new SketchCorrupt('an empty bucket is written down', body.position);
    show(index, count);
  }
  if (!body.done) throw new SketchCorrupt('it is longer than its contents', body.position);
}

class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly end: number,
  ) {}

  get done(): boolean {
    return this.position === this.end;
  }

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

function pushVarint(into: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    into.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  into.push(rest);
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
