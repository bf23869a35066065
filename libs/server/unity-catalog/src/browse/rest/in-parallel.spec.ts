import { inParallel } from './in-parallel';

async function collect<T>(found: AsyncIterable<T>): Promise<T[]> {
  const results: T[] = [];
  for await (const one of found) results.push(one);
  return results;
}

describe('work on many things at once', () => {
  it('does all of it, never more than so many at a time', async () => {
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 20 }, (_, at) => at);

    const results = await collect(
      inParallel(items, 4, async (item) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return item * 2;
      }),
    );

    expect(results.sort((a, b) => a - b)).toEqual(items.map((item) => item * 2));
    expect(most).toBe(4);
  });

  it('ends with the first failure, when those that had begun are done', async () => {
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      if (item === 1) throw new Error('one');
      done.push(item);
    };

    await expect(collect(inParallel([0, 1, 2, 3, 4, 5], 3, work))).rejects.toThrow('one');
    expect(done.length).toBeLessThan(5);
  });
});
