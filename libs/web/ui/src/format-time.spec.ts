import { exactTime, relativeTime } from './format-time';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('relativeTime', () => {
  it.each([
    ['2026-03-01T11:59:40Z', 'just now'],
    ['2026-03-01T11:57:00Z', '3 minutes ago'],
    ['2026-03-01T10:00:01Z', '1 hour ago'],
    ['2026-02-26T12:00:00Z', '3 days ago'],
    ['2024-02-01T12:00:00Z', '2 years ago'],
    ['2026-03-01T13:00:00Z', 'in 1 hour'],
  ])('says of %s: %s', (instant, text) => {
    expect(relativeTime(instant, NOW)).toBe(text);
  });

  it('shows what is no time as it came', () => {
    expect(relativeTime('yesterday-ish', NOW)).toBe('yesterday-ish');
    expect(exactTime('yesterday-ish')).toBe('yesterday-ish');
  });
});
