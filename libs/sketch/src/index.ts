export { SCALE } from './buckets';
export { SketchCorrupt } from './codec';
export { exponentialHistogram, powerOfTwoBuckets, type CumulativeBucket, type ExponentialHistogram } from './export';
export { Sketch } from './sketch';
