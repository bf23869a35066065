import { setTimeout as delay } from 'node:timers/promises';
import { inParallel, statedRows } from './row-counts';

describe('work done in parallel', () => {
  it('has nothing under way any more when it fails', async () => {
    const finished: number[] = [];

    const failure = inParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
      if (item === 1) throw new Error('the first');
      await delay(5);
      finished.push(item);
    });

    await expect(failure).rejects.toThrow('the first');
    expect(finished).toEqual([2]);
  });
});

describe('the row count of statistics', () => {
  it.each([
    ['{"numRecords":3}', 3n],
    ['{"minValues":{},"numRecords":9007199254740993}', 9007199254740993n],
    ['{"numRecords":-5}', undefined],
    ['{"minValues":{}}', undefined],
    ['not json', undefined],
  ])('of %s is %s', (stats, rows) => {
    expect(statedRows({ stats })).toBe(rows);
  });
});
