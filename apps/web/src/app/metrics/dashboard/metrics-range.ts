import { type Params } from '@angular/router';

const DAY_MS = 86_400_000;
/** History is kept so long. */
export const HISTORY_MS = 90 * DAY_MS;
/** Single requests are kept so long. */
export const RAW_MS = 7 * DAY_MS;
/** So much of the future is still taken for now: clocks differ. */
const TOLERANCE_MS = 60_000;

export const NAMED_RANGES = ['24h', '7d', '30d', '90d'] as const;
export type NamedRange = (typeof NAMED_RANGES)[number];

const LENGTHS: Readonly<Record<NamedRange, number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': HISTORY_MS,
};

/** The time that is looked at: so long until now, or between two instants (RFC 3339). */
export type MetricsRange = NamedRange | { readonly start: string; readonly end: string };

/** The part of the picker that a message belongs to. */
export interface RangeProblem {
  readonly field: 'start' | 'end';
  readonly message: string;
}

/** Every rule that two instants break, each in its own words; the server has the same rules. */
export function rangeProblems(
  { start, end }: { readonly start: string; readonly end: string },
  now: number,
): readonly RangeProblem[] {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  const problems: RangeProblem[] = [];
  if (Number.isNaN(from)) problems.push({ field: 'start', message: $localize`Say when it starts.` });
  else if (from < now - HISTORY_MS - TOLERANCE_MS) {
    problems.push({
      field: 'start',
      message: $localize`It must start within the last 90 days; older metrics are not kept.`,
    });
  }
  if (Number.isNaN(to)) problems.push({ field: 'end', message: $localize`Say when it ends.` });
  else if (to > now + TOLERANCE_MS) {
    problems.push({ field: 'end', message: $localize`It must not end in the future.` });
  }
  if (from >= to) problems.push({ field: 'start', message: $localize`It must start before it ends.` });
  return problems;
}

/** The range of a URL; what makes no sense is as if it were not there. */
export function rangeFrom(read: (name: string) => string | null): MetricsRange {
  const named = NAMED_RANGES.find((range) => range === read('range'));
  if (named !== undefined) return named;
  const [start, end] = [instant(read('start')), instant(read('end'))];
  return start === undefined || end === undefined ? '24h' : { start, end };
}

/** Its parameters in the URL; the first range needs none. */
export function rangeParams(range: MetricsRange): Params {
  return typeof range === 'string'
    ? { range: range === '24h' ? null : range, start: null, end: null }
    : { range: null, start: range.start, end: range.end };
}

/** Its parameters for the API. */
export function rangeQuery(range: MetricsRange): { time_range: NamedRange } | { start: string; end: string } {
  return typeof range === 'string' ? { time_range: range } : range;
}

/** From when until when, in epoch milliseconds. */
export function rangeBounds(range: MetricsRange, now: number): { readonly from: number; readonly to: number } {
  return typeof range === 'string'
    ? { from: now - LENGTHS[range], to: now }
    : { from: Date.parse(range.start), to: Date.parse(range.end) };
}

function instant(text: string | null): string | undefined {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
