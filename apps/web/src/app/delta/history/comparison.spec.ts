import { comparisonFrom, comparisonOf, comparisonText, toggled } from './comparison';

describe('two versions to be compared', () => {
  it('survive the way through the URL, the earlier one first', () => {
    expect(comparisonFrom('7..3')).toEqual({ from: 3, to: 7 });
    expect(comparisonFrom(comparisonText({ from: 3, to: 7 }))).toEqual({ from: 3, to: 7 });
  });

  it.each([null, undefined, '', '3', '3..3', '3-7', '-1..2', '1..1e9'])('are not %j', (text) => {
    expect(comparisonFrom(text)).toBeUndefined();
  });

  it('are the two that were chosen last', () => {
    expect(toggled([], 3)).toEqual([3]);
    expect(toggled([3, 7], 5)).toEqual([7, 5]);
    expect(toggled([3, 7], 3)).toEqual([7]);
    expect(comparisonOf([7, 5])).toEqual({ from: 5, to: 7 });
    expect(comparisonOf([7])).toBeUndefined();
  });
});
