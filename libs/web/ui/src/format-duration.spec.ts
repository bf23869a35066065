import { formatDuration, formatMilliseconds } from './format-duration';

describe('lengths of time', () => {
  it.each([
    [-5, '0 s'],
    [4.9, '4 s'],
    [724, '12 min 04 s'],
    [3600 * 3 + 305, '3 h 05 min'],
    [86_400 * 2 + 3600 * 7 + 59, '2 d 7 h'],
  ])('writes %d seconds as %j', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [0.42, '0.4 ms'],
    [12.4, '12 ms'],
    [1250, '1.25 s'],
  ])('writes %d milliseconds as %j', (milliseconds, text) => {
    expect(formatMilliseconds(milliseconds)).toBe(text);
  });
});
