import { runClock } from './run-clock';

describe('runClock', () => {
  it.each([
    [0, '0.0 s'],
    [1_299, '1.2 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min 00 s'],
    [-5, '0.0 s'],
  ])('shows %d ms as %s', (milliseconds, text) => {
    expect(runClock(milliseconds)).toBe(text);
  });
});
