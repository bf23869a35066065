import { compactCount, formatCount } from './format-count';

describe('counts', () => {
  it('groups the digits of a 64-bit count without losing one', () => {
    expect(formatCount('9223372036854775807')).toBe('9,223,372,036,854,775,807');
  });

  it('leaves a metric that is no whole number as the writer wrote it', () => {
    expect(formatCount('0.25')).toBe('0.25');
    expect(formatCount('n/a')).toBe('n/a');
  });

  it.each([
    ['999', '999'],
    ['9999', '9,999'],
    ['12400000', '12.4 M'],
  ])('shortens %s to %s', (count, text) => {
    expect(compactCount(count)).toBe(text);
  });
});
