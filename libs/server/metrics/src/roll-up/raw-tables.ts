import type { MetricKind } from '../collection/ledger-statement';

export type { MetricKind };

export const KINDS = ['performance', 'usage'] as const satisfies readonly MetricKind[];

/** The raw table of each kind, partitioned by UTC day. */
export const RAW_TABLES: Readonly<Record<MetricKind, string>> = {
  performance: 'performance_metrics',
  usage: 'usage_events',
};

/** `source` of tier rows that were worked out from raw rows. */
export const FROM_RAW = '00000000-0000-0000-0000-000000000000';

export const MINUTE_MS = 60_000;
export const BUCKET_MS = 5 * MINUTE_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Raw rows are kept so long after the end of their day. */
export const RAW_DAYS = 7;
/** Days of which the 5-minute tier is kept, the running one not counted. */
export const FINE_DAYS = 8;
/** Days of which hours, days and users are kept. */
export const COARSE_DAYS = 90;

/** Where the 5 minutes, the hour or the day of an instant begins. UTC knows no other days than those of 24 hours. */
export function startOf(unitMs: number, instant: number): number {
  return Math.floor(instant / unitMs) * unitMs;
}

/** Name of the partition of a day, without the schema. */
export function partitionOf(kind: MetricKind, day: number): string {
  return `${RAW_TABLES[kind]}_${iso(day).slice(0, 10).replaceAll('-', '_')}`;
}

export function defaultPartitionOf(kind: MetricKind): string {
  return `${RAW_TABLES[kind]}_default`;
}

/** When the day of a partition begins; undefined for what is no partition of a day. */
export function dayOf(kind: MetricKind, partition: string): number | undefined {
  const [, day] = /^_(\d{4}_\d\d_\d\d)$/.exec(partition.slice(RAW_TABLES[kind].length)) ?? [];
  return day === undefined ? undefined : Date.parse(`${day.replaceAll('_', '-')}T00:00:00Z`);
}

/** Whether raw rows of this day are kept no longer. */
export function isExpired(day: number, now: number): boolean {
  return day + DAY_MS < now - RAW_DAYS * DAY_MS;
}

/** The oldest day of which raw rows are still kept. */
export function firstKeptDay(now: number): number {
  const day = startOf(DAY_MS, now - (RAW_DAYS + 1) * DAY_MS);
  return isExpired(day, now) ? day + DAY_MS : day;
}

export function iso(instant: number): string {
  return new Date(instant).toISOString();
}
