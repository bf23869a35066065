import type { Sketch } from './sketch';

/** One line of a classic Prometheus histogram: how many values are at most `le`. */
export interface CumulativeBucket {
  readonly le: number;
  readonly count: number;
}

/** The data of an OTLP exponential histogram point (opentelemetry-proto, metrics.proto, `ExponentialHistogramDataPoint`). */
export interface ExponentialHistogram {
  readonly scale: number;
  readonly count: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] };
}

/** Counts at powers of two, exact: every power of two is a bucket's bound. `+Inf` is the sketch's own count. */
export function powerOfTwoBuckets(sketch: Sketch, lowest: number, highest: number): CumulativeBucket[] {
  const perOctave = 2 ** sketch.scale;
  const lines: CumulativeBucket[] = [];
  const buckets = [...sketch.buckets()];
  let seen = sketch.zeroCount;
  let next = 0;
  for (let power = lowest; power <= highest; power++) {
    for (let bucket = buckets[next]; bucket !== undefined && bucket[0] <= power * perOctave; bucket = buckets[++next]) {
      seen += bucket[1];
    }
    lines.push({ le: 2 ** power, count: seen });
  }
  return lines;
}

/** OTLP names a bucket by its lower bound, where ours goes by the upper one. */
export function exponentialHistogram(sketch: Sketch): ExponentialHistogram {
  const buckets = [...sketch.buckets()];
  const first = buckets[0]?.[0] ?? 1;
  const bucketCounts = new Array<number>((buckets.at(-1)?.[0] ?? first - 1) - first + 1).fill(0);
  for (const [index, count] of buckets) bucketCounts[index - first] = count;
  return {
    scale: sketch.scale,
    count: sketch.count,
    zeroCount: sketch.zeroCount,
    positive: { offset: first - 1, bucketCounts },
  };
}
