import { SCALE, Sketch, SketchCorrupt } from '@lakescope/sketch';

export interface StoredHistograms {
  /** Encoded sketches, one after the other; null where nothing was stored. */
  readonly histogram: Buffer | null;
  /** Whether all of them have the scale that is recorded. */
  readonly is_recorded_scale: boolean;
  /** How many samples they hold together. */
  readonly requests: number;
}

/** Adds sketches as they are stored. False, with nothing added, when they cannot be read or do not hold what their rows say. */
export function addStored(into: Sketch, { histogram, is_recorded_scale, requests }: StoredHistograms): boolean {
  if (!is_recorded_scale) return false;
  try {
    const read = Sketch.decodeAll(histogram ?? new Uint8Array());
    if (read.count !== requests) return false;
    into.merge(read);
    return true;
  } catch (error) {
    if (error instanceof SketchCorrupt) return false;
    throw error;
  }
}

/** Stands for samples of 0 ms, which no bucket holds. */
export const ZERO_BUCKET = -32768;
const PAIR_BYTES = 6;

/** Adds buckets that the database has counted: pairs of a 16-bit bucket and a 32-bit count, big-endian, as `int2send` and `int4send` write. */
export function addCounted(into: Sketch, pairs: Buffer): void {
  for (let offset = 0; offset < pairs.length; offset += PAIR_BYTES) {
    const bucket = pairs.readInt16BE(offset);
    const count = pairs.readInt32BE(offset + 2);
    if (bucket === ZERO_BUCKET) into.addZeros(count);
    else into.addToBucket(bucket, count);
  }
}

/** SQL for the sketch's bucket of a positive `real`. */
export function bucketSql(value: string): string {
  // The logarithm of a power of two may come out a hair too large, and all other bounds are too far from any `real` for a hair to matter.
  return `greatest(${LOWEST}, least(${HIGHEST}, ceil(ln(${value}::float8) * ${PER_NAT} - 1e-9)))::int2`;
}

const PER_OCTAVE = 2 ** SCALE;
const PER_NAT = PER_OCTAVE / Math.LN2;
const LOWEST = -10 * PER_OCTAVE + 1;
const HIGHEST = 30 * PER_OCTAVE;
