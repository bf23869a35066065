import { powerOfTwoBuckets } from '@lakescope/sketch';
import type { CumulativeSeries } from '../collection/cumulative-sketches';
import type { HistogramSeries } from './exposition';

/** Bounds of the buckets, as powers of two of a millisecond: from a quarter of one to about a minute. */
const LOWEST_POWER = -2;
const HIGHEST_POWER = 16;
const MS = 1000;

/**
 * A classic histogram in seconds. Every power of two milliseconds is a bound of the sketch too, so that each count is exact: as many values
 * were at most the bound.
 */
export function durationHistogram(series: CumulativeSeries): HistogramSeries {
  const { endpoint, method, statusClass, sketch, sumMs } = series;
  return {
    labels: { endpoint, method, status: `${statusClass}xx` },
    buckets: powerOfTwoBuckets(sketch, LOWEST_POWER, HIGHEST_POWER).map(({ le, count }) => ({ le: le / MS, count })),
    count: sketch.count,
    sum: sumMs / MS,
  };
}
