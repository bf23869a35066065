import { retryAfterOf } from './retry-after';

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T08:30:00Z');

  it.each([
    ['7', 7],
    ['0', 0],
    ['Sat, 21 Nov 2026 08:30:30 GMT', 30],
    ['Sat, 21 Nov 2026 08:29:00 GMT', 0],
    ['soon', undefined],
    ['-3', undefined],
    ['', undefined],
  ])('%j is %p seconds', (text, seconds) => {
    expect(retryAfterOf(new Headers({ 'retry-after': text }), now)).toBe(seconds);
  });

  it('may be missing', () => {
    expect(retryAfterOf(new Headers(), now)).toBeUndefined();
  });
});
