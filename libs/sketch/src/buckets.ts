/** Buckets per power of two are `2 ** SCALE`; bucket `i` holds the values in `(2 ** ((i - 1) / 64), 2 ** (i / 64)]`. */
export const SCALE = 6;

const PER_OCTAVE = 2 ** SCALE;

/** About a microsecond and 12 days, when values are milliseconds. What lies outside counts into the outermost bucket. */
const LOWEST_INDEX = -10 * PER_OCTAVE + 1;
const HIGHEST_INDEX = 30 * PER_OCTAVE;

/** Upper bounds of the buckets of one octave, worked out once, so that a value on a bound always falls on the same side. */
const BOUNDS = Float64Array.from({ length: PER_OCTAVE + 1 }, (_, step) => 2 ** (step / PER_OCTAVE));

/** The bucket of a positive finite value. */
export function indexOf(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  const mantissa = value / 2 ** exponent;
  let step = Math.ceil(Math.log2(mantissa) * PER_OCTAVE);
  // The logarithm is rounded: its neighbour may be the true one.
  if (step > 0 && mantissa <= at(BOUNDS, step - 1)) step--;
  else if (mantissa > at(BOUNDS, step)) step++;
  const index = exponent * PER_OCTAVE + step;
  return Math.min(Math.max(index, LOWEST_INDEX), HIGHEST_INDEX);
}

export function isBucket(index: number, scale: number): boolean {
  const wider = 2 ** (SCALE - scale);
  return (
    Number.isInteger(index) && index >= Math.ceil(LOWEST_INDEX / wider) && index <= Math.ceil(HIGHEST_INDEX / wider)
  );
}

/** The value that stands for a bucket: no value of the bucket is further off than `(γ - 1) / (γ + 1)` of itself, 0.54 % at scale 6. */
export function representative(index: number, scale: number): number {
  const gamma = 2 ** (2 ** -scale);
  return (2 * 2 ** (index / 2 ** scale)) / (gamma + 1);
}

function at(values: Float64Array, index: number): number {
  return values[Math.min(index, values.length - 1)] ?? Infinity;
}
