import { type PoolHistoryDto } from '@lakescope/web-api';

type Interval = PoolHistoryDto['items'][number];

/** The history of the pool as evenly spaced values, one for each of the times. */
export interface PoolSeries {
  readonly times: readonly string[];
  readonly inUse: readonly number[];
  readonly idle: readonly (number | null)[];
  readonly waiting: readonly number[];
  readonly longestWaitMs: readonly number[];
  readonly connects: readonly number[];
  readonly connectFailures: readonly number[];
  readonly authFailures: readonly number[];
  readonly credentialRefreshes: readonly number[];
}

/**
 * The API leaves out intervals in which nothing happened. Here they are filled in: nothing was in use or counted then;
 * how many idle connections were still open nobody knows.
 */
export function poolSeries({ items, interval_seconds }: PoolHistoryDto): PoolSeries {
  const length = interval_seconds * 1000;
  const known = new Map(items.map((item) => [slotOf(item.at, length), item]));
  const slots = [...known.keys()];
  const [first, last] = [Math.min(...slots), Math.max(...slots)];
  const count = slots.length === 0 ? 0 : last - first + 1;
  const all = Array.from({ length: count }, (_, index) => known.get(first + index));
  const each = (value: (interval: Interval) => number): number[] =>
    all.map((interval) => (interval === undefined ? 0 : value(interval)));
  return {
    times: all.map((_, index) => new Date((first + index) * length).toISOString()),
    inUse: each(({ total, idle }) => Math.max(0, total - idle)),
    idle: all.map((interval) => interval?.idle ?? null),
    waiting: each(({ waiting }) => waiting),
    longestWaitMs: each(({ longest_wait_ms }) => longest_wait_ms),
    connects: each(({ connects }) => connects),
    connectFailures: each(({ connect_failures }) => connect_failures),
    authFailures: each(({ auth_failures }) => auth_failures),
    credentialRefreshes: each(({ credential_refreshes }) => credential_refreshes),
  };
}

function slotOf(at: string, length: number): number {
  return Math.round(Date.parse(at) / length);
}
