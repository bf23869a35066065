import { inactiveDays } from './inactive-days';

describe('inactiveDays', () => {
  it.each([
    [undefined, 90],
    ['', 90],
    ['0', 90],
    ['-5', 90],
    ['1.5', 90],
    ['3651', 90],
    ['soon', 90],
    ['1', 1],
    ['3650', 3650],
  ])('takes %j for %d', (text, days) => {
    expect(inactiveDays(text)).toBe(days);
  });
});
