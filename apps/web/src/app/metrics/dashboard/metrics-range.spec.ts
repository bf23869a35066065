import { HISTORY_MS, rangeBounds, rangeFrom, rangeParams, rangeProblems, rangeQuery } from './metrics-range';

const now = Date.parse('2026-06-15T12:00:00Z');
const ago = (ms: number) => new Date(now - ms).toISOString();
const HOUR = 3_600_000;
const messages = (start: string, end: string) =>
  rangeProblems({ start, end }, now).map(({ field, message }) => `${field}: ${message}`);

describe('the rules of a range', () => {
  it('takes what lies within the last 90 days', () => {
    expect(messages(ago(HISTORY_MS), ago(0))).toEqual([]);
    expect(messages(ago(2 * HOUR), ago(HOUR))).toEqual([]);
  });

  it('has words of its own for each rule', () => {
    expect(messages(ago(HOUR), ago(-HOUR))).toEqual(['end: It must not end in the future.']);
    expect(messages(ago(HISTORY_MS + HOUR), ago(0))).toEqual([
      'start: It must start within the last 90 days; older metrics are not kept.',
    ]);
    expect(messages(ago(HOUR), ago(2 * HOUR))).toEqual(['start: It must start before it ends.']);
    expect(messages(ago(HOUR), ago(HOUR))).toEqual(['start: It must start before it ends.']);
    expect(messages('', 'whenever')).toEqual(['start: Say when it starts.', 'end: Say when it ends.']);
  });

  it('forgives a clock that is a little ahead', () => {
    expect(messages(ago(HOUR), ago(-50_000))).toEqual([]);
    expect(messages(ago(HOUR), ago(-70_000))).not.toEqual([]);
  });
});

describe('the range in the URL', () => {
  const read = (params: Record<string, string>) => (name: string) => params[name] ?? null;

  it('survives the way through it', () => {
    for (const range of ['24h', '7d', '90d', { start: ago(2 * HOUR), end: ago(HOUR) }] as const) {
      expect(rangeFrom(read(rangeParams(range)))).toEqual(range);
    }
  });

  it('is the last day when the URL says nothing, half of it, or nonsense', () => {
    expect(rangeFrom(read({}))).toBe('24h');
    expect(rangeFrom(read({ range: '1y' }))).toBe('24h');
    expect(rangeFrom(read({ start: ago(HOUR) }))).toBe('24h');
    expect(rangeFrom(read({ start: 'a', end: 'b' }))).toBe('24h');
  });

  it('means the same for the API and for the clock', () => {
    expect(rangeQuery('7d')).toEqual({ time_range: '7d' });
    const custom = { start: ago(2 * HOUR), end: ago(HOUR) };
    expect(rangeQuery(custom)).toEqual(custom);
    expect(rangeBounds(custom, now)).toEqual({ from: now - 2 * HOUR, to: now - HOUR });
    expect(rangeBounds('24h', now)).toEqual({ from: now - 24 * HOUR, to: now });
  });
});
