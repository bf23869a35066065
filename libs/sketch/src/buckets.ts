/** Buckets per power of two are `2 ** SCALE`; bucket `i` holds the values in `(2 ** ((i - 1) / 64), 2 ** (i / 64)]`. */
export const SCALE = 6;

const PER_OCTAVE = 2 ** SCALE;

/** About a microsecond and 12 days, when values are milliseconds. What lies outside counts into the outermost bucket. */
const LOWEST_INDEX = -10 * PER_OCTAVE + 1;
const HIGHEST_INDEX = 30 * PER_OCTAVE;

/** So many buckets there are at most. */
export const MOST_BUCKETS = HIGHEST_INDEX - LOWEST_INDEX + 1;

/** Upper bounds of the buckets of one octave, worked out once, so that a value on a bound always falls on the same side. */
const BOUNDS = Float64Array.from({ length: PER_OCTAVE + 1 }, (_, step) => 2 ** (step / PER_OCTAVE));

/**
 * An octave in pieces that are narrower than any bucket, so that at most one bound lies within a piece: for each, the first bucket that
 * reaches into it.
 */
const PIECE_BITS = 8;
const FIRST_STEPS = Uint8Array.from({ length: 2 ** PIECE_BITS }, (_, piece) =>
  BOUNDS.findIndex((bound) => 1 + piece / 2 ** PIECE_BITS <= bound),
);

/** A number of IEEE 754 and its bits: 11 of exponent above 52 of mantissa, of which 20 are in the upper half. */
const number = new Float64Array(1);
const halves = new Uint32Array(number.buffer);
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
const EXPONENT_BIAS = 1023;

/** The bucket of a positive finite value. */
export function indexOf(value: number): number {
  number[0] = value;
  const upper = halves[UPPER] ?? 0;
  const exponent = (upper >>> 20) - EXPONENT_BIAS;
  if (exponent < -10) return LOWEST_INDEX;
  // The same mantissa with an exponent of nought: the value within its octave, from 1 to below 2.
  halves[UPPER] = (upper & 0xfffff) | (EXPONENT_BIAS << 20);
  const mantissa = number[0];
  let step = FIRST_STEPS[(upper >>> (20 - PIECE_BITS)) & (2 ** PIECE_BITS - 1)] ?? 0;
  if (mantissa > (BOUNDS[step] ?? Infinity)) step++;
  const index = exponent * PER_OCTAVE + step;
  return index > HIGHEST_INDEX ? HIGHEST_INDEX : index < LOWEST_INDEX ? LOWEST_INDEX : index;
}

export function isBucket(index: number, scale: number): boolean {
  const { lowest, highest } = rangeOf(scale);
  return Number.isInteger(index) && index >= lowest && index <= highest;
}

/** The outermost buckets of a scale. */
export function rangeOf(scale: number): { readonly lowest: number; readonly highest: number } {
  return RANGES[scale] ?? { lowest: 1, highest: 0 };
}

const RANGES = Array.from({ length: SCALE + 1 }, (_, scale) => {
  const wider = 2 ** (SCALE - scale);
  return { lowest: Math.ceil(LOWEST_INDEX / wider), highest: Math.ceil(HIGHEST_INDEX / wider) };
});

/** The value that stands for a bucket: no value of the bucket is further off than `(γ - 1) / (γ + 1)` of itself, 0.54 % at scale 6. */
export function representative(index: number, scale: number): number {
  const gamma = 2 ** (2 ** -scale);
  return (2 * 2 ** (index / 2 ** scale)) / (gamma + 1);
}
