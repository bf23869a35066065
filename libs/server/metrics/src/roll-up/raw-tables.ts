/** What is counted: requests, or what people do in the browser. */
export type MetricKind = 'performance' | 'usage';

export const KINDS = ['performance', 'usage'] as const satisfies readonly MetricKind[];

/** The raw table of each kind, partitioned by UTC day. */
export const RAW_TABLES: Readonly<Record<MetricKind, string>> = {
  performance: 'performance_metrics',
  usage: 'usage_events',
};

export const MINUTE_MS = 60_000;
export const BUCKET_MS = 5 * MINUTE_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Where the 5 minutes, the hour or the day of an instant begins. UTC knows no other days than those of 24 hours. */
export function startOf(unitMs: number, instant: number): number {
  return Math.floor(instant / unitMs) * unitMs;
}
