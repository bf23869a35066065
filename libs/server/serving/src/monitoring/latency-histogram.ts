import type { Sample } from './prometheus-text';

export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Quantiles of a histogram whose buckets count everything up to their bound (`le`), as Prometheus estimates them: evenly spread within the
 * bucket. What lies behind the last finite bound is told as that bound. Undefined when nothing was counted.
 */
export function quantilesOf(buckets: readonly Sample[]): Quantiles | undefined {
  const counts = new Map<number, number>();
  for (const { labels, value } of buckets) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    if (!Number.isNaN(bound)) counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  const sorted = [...counts].sort(([one], [other]) => one - other);
  const total = sorted.at(-1)?.[1] ?? 0;
  if (total <= 0) return undefined;
  const at = (share: number): number => Math.round(quantile(sorted, share * total) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function quantile(buckets: readonly (readonly [bound: number, count: number])[], rank: number): number {
  let [lowest, before] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank) {
      if (bound === Infinity || count === before) return lowest;
      return lowest + ((bound - lowest) * (rank - before)) / (count - before);
    }
    [lowest, before] = [bound === Infinity ? lowest : bound, count];
  }
  return lowest;
}
