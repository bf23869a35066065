import { gridValues, indexAt, labelledIndexes, linePath, roundTop } from './chart-scale';

describe('the scale of a chart', () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 4],
    [5, 6],
    [7, 10],
    [20, 20],
    [21, 40],
    [0.03, 0.04],
    [Number.NaN, 1],
  ])('ends for %d at %d', (largest, top) => {
    expect(roundTop(largest)).toBeCloseTo(top);
  });

  it('labels no half of one thing', () => {
    expect(gridValues(1)).toEqual([0, 1]);
    expect(gridValues(10)).toEqual([0, 5, 10]);
  });

  it('draws from left to right and top to bottom, and nothing where nothing is known', () => {
    expect(linePath([0, 5, 10], 10)).toBe('M0 100L50 50L100 0');
    expect(linePath([0, null, 10, 10], 10)).toBe('M0 100h0M66.67 0L100 0');
    expect(linePath([], 10)).toBe('');
    expect(linePath([4], 4)).toBe('M100 0h0');
  });

  it('finds the point below the pointer, and the nearest one beside the plot', () => {
    expect(indexAt(0.5, 5)).toBe(2);
    expect(indexAt(-1, 5)).toBe(0);
    expect(indexAt(2, 5)).toBe(4);
  });

  it('labels both ends and no point twice', () => {
    expect(labelledIndexes(61, 5)).toEqual([0, 15, 30, 45, 60]);
    expect(labelledIndexes(3, 5)).toEqual([0, 1, 2]);
    expect(labelledIndexes(1, 5)).toEqual([0]);
    expect(labelledIndexes(0, 5)).toEqual([]);
  });
});
