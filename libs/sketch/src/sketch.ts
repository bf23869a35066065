import { SCALE, indexOf, isBucket, representative } from './buckets';
import { decodeSketch, encodeSketch, type BucketList } from './codec';

/** Room on both sides of the first bucket, and of what a sketch has grown to: neighbouring values come next. */
const FIRST_ROOM = 8;

/**
 * A histogram of non-negative numbers in buckets that grow by a factor of `2 ** (1 / 64)`: any two add up without further error, in
 * any order, to the same bytes. Buckets are those of OpenTelemetry's exponential histogram (OTLP data model, "ExponentialHistogram").
 */
export class Sketch {
  private counts = new Float64Array(0);
  /** Bucket index of `counts[0]`. */
  private first = 0;
  private zeros = 0;
  private total = 0;

  /** `scale` 6 is what is recorded; smaller ones come from `downscaled`. */
  constructor(readonly scale: number = SCALE) {
    if (!Number.isInteger(scale) || scale < 0 || scale > SCALE)
      throw new RangeError(`No scale ${scale}: 0 to ${SCALE}`);
  }

  /** How many values were added. */
  get count(): number {
    return this.total;
  }

  get zeroCount(): number {
    return this.zeros;
  }

  /** Adds a value; only sketches of the recording scale take values. Negative, infinite and missing ones are refused. */
  add(value: number): void {
    if (this.scale !== SCALE) throw new RangeError('Values are added at the recording scale only');
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`A sketch takes finite values from 0 on, not ${value}`);
    this.total++;
    if (value === 0) {
      this.zeros++;
      return;
    }
    const index = indexOf(value);
    this.cover(index, index);
    const at = index - this.first;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  addZeros(count: number): void {
    this.zeros += checked(count);
    this.total += count;
  }

  /** For importers that know the bucket already. */
  addToBucket(index: number, count: number): void {
    if (!isBucket(index, this.scale)) throw new RangeError(`No bucket ${index}`);
    this.cover(index, index);
    this.counts[index - this.first] = (this.counts[index - this.first] ?? 0) + checked(count);
    this.total += count;
  }

  /** For decoders: buckets that were checked, lowest first. */
  addBuckets({ length, indices, counts }: BucketList): void {
    if (length === 0) return;
    this.cover(indices[0] ?? 0, indices[length - 1] ?? 0);
    const { counts: own, first } = this;
    let sum = 0;
    for (let bucket = 0; bucket < length; bucket++) {
      const count = counts[bucket] ?? 0;
      const at = (indices[bucket] ?? 0) - first;
      own[at] = (own[at] ?? 0) + count;
      sum += count;
    }
    this.total += sum;
  }

  /** Adds everything of another sketch, which must be at least as fine. */
  merge(other: Sketch): void {
    if (other.scale < this.scale) throw new RangeError(`Scale ${other.scale} is too coarse for ${this.scale}`);
    this.zeros += other.zeros;
    this.total += other.total;
    const { low, high } = other.extent();
    if (low > high) return;
    const steps = 2 ** (other.scale - this.scale);
    this.cover(Math.ceil((other.first + low) / steps), Math.ceil((other.first + high) / steps));
    const { counts, first } = this;
    for (let offset = low; offset <= high; offset++) {
      const index = steps === 1 ? other.first + offset : Math.ceil((other.first + offset) / steps);
      counts[index - first] = (counts[index - first] ?? 0) + (other.counts[offset] ?? 0);
    }
  }

  /** The same values in wider buckets; exact, because every wider bucket is made of whole ones. */
  downscaled(scale: number): Sketch {
    const coarser = new Sketch(scale);
    coarser.merge(this);
    return coarser;
  }

  /** Buckets that hold something, lowest first. */
  *buckets(): Generator<readonly [index: number, count: number]> {
    for (const [offset, count] of this.counts.entries()) {
      if (count > 0) yield [this.first + offset, count];
    }
  }

  /** As `buckets`, into a list that has room for all there are. */
  listBuckets(into: BucketList): void {
    const { counts, first } = this;
    let length = 0;
    for (let offset = 0; offset < counts.length; offset++) {
      const count = counts[offset] ?? 0;
      if (count === 0) continue;
      into.indices[length] = first + offset;
      into.counts[length] = count;
      length++;
    }
    into.length = length;
  }

  /**
   * The value of nearest rank (as SQL's `percentile_disc`), off by at most 0.54 % at scale 6; undefined when there is none. The true
   * minimum and maximum, where somebody kept them, make the ends exact.
   */
  quantile(q: number, known: { min?: number; max?: number } = {}): number | undefined {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile lies between 0 and 1, not at ${q}`);
    if (this.total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.total));
    let seen = this.zeros;
    if (rank <= seen) return 0;
    for (let offset = 0; offset < this.counts.length; offset++) {
      seen += this.counts[offset] ?? 0;
      if (rank <= seen) {
        const value = representative(this.first + offset, this.scale);
        return Math.min(Math.max(value, known.min ?? 0), known.max ?? Infinity);
      }
    }
    throw new Error('The buckets hold less than the count says');
  }

  /** Equal contents are equal bytes, however they came together. */
  encode(): Uint8Array {
    return encodeSketch(this);
  }

  /** The sketch that begins at `offset`, and where the next one may begin. Throws `SketchCorrupt`. */
  static decode(bytes: Uint8Array, scale: number = SCALE, offset = 0): { sketch: Sketch; next: number } {
    const sketch = new Sketch(scale);
    return { sketch, next: decodeSketch(bytes, offset, sketch) };
  }

  /** Everything of sketches that lie one after the other, as `string_agg(hist, '')` delivers them. */
  static decodeAll(bytes: Uint8Array, scale: number = SCALE): Sketch {
    const sketch = new Sketch(scale);
    for (let offset = 0; offset < bytes.length;) offset = decodeSketch(bytes, offset, sketch);
    return sketch;
  }

  /** Where the first and the last bucket lie that hold something; none does when the first lies behind the last. */
  private extent(): { low: number; high: number } {
    const { counts } = this;
    let low = 0;
    let high = counts.length - 1;
    while (low <= high && counts[low] === 0) low++;
    while (high >= low && counts[high] === 0) high--;
    return { low, high };
  }

  private cover(low: number, high: number): void {
    const { counts, first } = this;
    const isNew = counts.length === 0;
    if (!isNew && low >= first && high < first + counts.length) return;
    const from = isNew ? low : Math.min(low, first);
    const to = isNew ? high : Math.max(high, first + counts.length - 1);
    const room = isNew ? FIRST_ROOM : Math.ceil((to - from + 1) / 2);
    const grown = new Float64Array(to - from + 1 + 2 * room);
    if (!isNew) grown.set(counts, first - from + room);
    this.counts = grown;
    this.first = from - room;
  }
}

function checked(count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`No count ${count}`);
  return count;
}
