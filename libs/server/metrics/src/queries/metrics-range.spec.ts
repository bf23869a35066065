import { InvalidRequest } from '@lakescope/server-http';
import { rangeBefore, rangeOf, type MetricsRange } from './metrics-range';

const NOW = Date.parse('2026-11-21T10:17:31.042Z');
const DAY_MS = 86_400_000;
const AT = (ms: number): string => new Date(ms).toISOString();

describe('the time that metrics are asked about', () => {
  it.each([
    [{}, '24h', DAY_MS],
    [{ time_range: '24h' }, '24h', DAY_MS],
    [{ time_range: '7d' }, '7d', 7 * DAY_MS],
    [{ time_range: '30d' }, '30d', 30 * DAY_MS],
    [{ time_range: '90d' }, '90d', 90 * DAY_MS],
  ] as const)('is what %j says, back from now', (query, label, length) => {
    expect(rangeOf(query, NOW)).toMatchObject({ label, start: NOW - length, end: NOW });
  });

  it('is what start and end say, whatever zones they are told in', () => {
    const range = rangeOf({ start: '2026-11-20T23:00:00+02:00', end: '2026-11-21T05:00:00.5Z' }, NOW);

    expect(range).toEqual<MetricsRange>({
      label: 'custom',
      start: Date.parse('2026-11-20T21:00:00Z'),
      end: Date.parse('2026-11-21T05:00:00.500Z'),
      from: Date.parse('2026-11-20T21:00:00Z'),
      to: Date.parse('2026-11-21T05:00:00.500Z'),
    });
  });

  it.each([
    [
      'both ways of asking',
      { time_range: '24h', start: AT(NOW - 2), end: AT(NOW) },
      'time_range',
      'cannot be given together with start and end',
    ],
    ['a start alone', { start: AT(NOW - 1) }, 'end', 'is required together with start'],
    ['an end alone', { end: AT(NOW) }, 'start', 'is required together with end'],
    ['nothing between', { start: AT(NOW - 1), end: AT(NOW - 1) }, 'start', 'must be earlier than end'],
    ['an end before the start', { start: AT(NOW - 1), end: AT(NOW - 2) }, 'start', 'must be earlier than end'],
    ['the future', { start: AT(NOW - 1), end: AT(NOW + 60_001) }, 'end', 'must not be in the future'],
    [
      'what is forgotten',
      { start: AT(NOW - 90 * DAY_MS - 60_001), end: AT(NOW) },
      'start',
      'must be within the last 90 days',
    ],
  ] as const)('is refused for %s, in words of its own', (_, query, path, message) => {
    expect(problemsOf(query)).toEqual([{ path, message }]);
  });

  it('tells every rule that is broken', () => {
    const fields = problemsOf({ start: AT(NOW - 91 * DAY_MS), end: AT(NOW + DAY_MS) });

    expect(fields).toEqual([
      { path: 'end', message: 'must not be in the future' },
      { path: 'start', message: 'must be within the last 90 days' },
    ]);
  });

  it('may be off by what clocks are off', () => {
    expect(rangeOf({ start: AT(NOW - 90 * DAY_MS - 60_000), end: AT(NOW + 60_000) }, NOW).label).toBe('custom');
  });

  it.each([
    ['7 days ago to the millisecond', NOW - 7 * DAY_MS, NOW - 7 * DAY_MS],
    ['a millisecond less', NOW - 7 * DAY_MS + 1, NOW - 7 * DAY_MS + 1],
    ['a millisecond more', NOW - 7 * DAY_MS - 1, Date.parse('2026-11-14T10:00:00Z')],
    ['a full hour long ago', Date.parse('2026-09-01T07:00:00Z'), Date.parse('2026-09-01T07:00:00Z')],
  ])('that begins %s is counted from where it can be told', (_, start, from) => {
    expect(rangeOf({ start: AT(start), end: AT(NOW) }, NOW)).toMatchObject({ start, from });
    // The same instant as an end, so that what lies before and after adds up.
    expect(rangeOf({ start: AT(start - DAY_MS), end: AT(start) }, NOW).to).toBe(from);
  });

  it('has a time of the same length before it', () => {
    expect(rangeBefore(rangeOf({}, NOW), NOW)).toMatchObject({ start: NOW - 2 * DAY_MS, end: NOW - DAY_MS });
    expect(rangeBefore(rangeOf({ time_range: '30d' }, NOW), NOW)).toMatchObject({ start: NOW - 60 * DAY_MS });
  });

  it('has none before it where that began before the history', () => {
    expect(rangeBefore(rangeOf({ time_range: '90d' }, NOW), NOW)).toBeUndefined();
    expect(rangeBefore(rangeOf({ start: AT(NOW - 46 * DAY_MS), end: AT(NOW) }, NOW), NOW)).toBeUndefined();
  });
});

function problemsOf(query: Parameters<typeof rangeOf>[0]): unknown {
  try {
    rangeOf(query, NOW);
  } catch (error) {
    if (error instanceof InvalidRequest) return error.details['fields'];
    throw error;
  }
  return [];
}
