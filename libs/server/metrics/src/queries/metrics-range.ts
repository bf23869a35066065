import { InvalidRequest, type InvalidField } from '@lakescope/server-http';
import { DAY_MS, HOUR_MS, MINUTE_MS, startOf } from '../roll-up/raw-tables';
import type { RangeQuery, TimeRange } from './metrics-range.dto';

/** Every single request and event is kept so long. */
export const RAW_MS = 7 * DAY_MS;
/** And what was worked out from them so long. */
export const HISTORY_MS = 90 * DAY_MS;
/** So far the clock of whoever asks may be off. */
const CLOCK_TOLERANCE_MS = MINUTE_MS;

const LENGTHS: Readonly<Record<TimeRange, number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
};

/** The instants from `from` up to, and without, `to`, in milliseconds since 1970. They know neither zones nor clock changes. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What time was asked about, and which part of it can be told. */
export interface MetricsRange extends Interval {
  readonly label: TimeRange | 'custom';
  readonly start: number;
  readonly end: number;
}

/** Reads what was asked. Throws `InvalidRequest` with every rule that is broken. */
export function rangeOf({ time_range: named, start, end }: RangeQuery, now: number): MetricsRange {
  const fields = shapeProblems({ named, start, end });
  if (fields.length === 0 && start !== undefined && end !== undefined) {
    const [from, to] = [Date.parse(start), Date.parse(end)];
    fields.push(...placeProblems(from, to, now));
    if (fields.length === 0) return effective('custom', from, to, now);
  }
  const [first] = fields;
  if (first !== undefined) throw new InvalidRequest(`${first.path} ${first.message}`, fields);
  const label = named ?? '24h';
  return effective(label, now - LENGTHS[label], now, now);
}

/** The time of the same length before; undefined when it began before the history. */
export function rangeBefore({ label, start, end }: MetricsRange, now: number): MetricsRange | undefined {
  const from = start - (end - start);
  return from < now - HISTORY_MS ? undefined : effective(label, from, start, now);
}

/** Whether every single request of the time is still there. */
export function isRaw({ start }: MetricsRange, now: number): boolean {
  return start >= now - RAW_MS;
}

function shapeProblems({
  named,
  start,
  end,
}: { [part in 'named' | 'start' | 'end']: string | undefined }): InvalidField[] {
  if (named !== undefined && (start !== undefined || end !== undefined)) {
    return [{ path: 'time_range', message: 'cannot be given together with start and end' }];
  }
  if (start !== undefined && end === undefined) return [{ path: 'end', message: 'is required together with start' }];
  if (start === undefined && end !== undefined) return [{ path: 'start', message: 'is required together with end' }];
  return [];
}

function placeProblems(from: number, to: number, now: number): InvalidField[] {
  const fields: InvalidField[] = [];
  if (from >= to) fields.push({ path: 'start', message: 'must be earlier than end' });
  if (to > now + CLOCK_TOLERANCE_MS) fields.push({ path: 'end', message: 'must not be in the future' });
  if (from < now - HISTORY_MS - CLOCK_TOLERANCE_MS) {
    fields.push({ path: 'start', message: 'must be within the last 90 days' });
  }
  return fields;
}

function effective(label: MetricsRange['label'], start: number, end: number, now: number): MetricsRange {
  return { label, start, end, from: countable(start, now), to: countable(end, now) };
}

/** What is older than the raw rows is known by hours only. The same instant always becomes the same one, so that ranges still add up. */
function countable(instant: number, now: number): number {
  return instant < now - RAW_MS ? startOf(HOUR_MS, instant) : instant;
}
