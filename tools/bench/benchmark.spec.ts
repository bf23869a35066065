import { median, run, toMarkdown, type Benchmark } from './benchmark';

const ticking = (values: number[]): (() => Promise<number>) => {
  let next = 0;
  return async () => values[next++] ?? Number.NaN;
};

describe('the benchmark runner', () => {
  it('leaves the warm-up out and reports median, spread and the ratio to the peer', async () => {
    let disposed = false;
    const benchmark: Benchmark = {
      name: 'x',
      title: 'a thing',
      unit: 'ms',
      warmups: 1,
      rounds: 3,
      bar: 'none',
      prepare: async () => ({
        variants: [
          { name: 'subject', measure: ticking([900, 10, 30, 20]) },
          { name: 'peer', measure: ticking([900, 4, 6, 5]) },
        ],
        dispose: async () => {
          disposed = true;
        },
      }),
    };

    const result = await run(benchmark, () => undefined);

    expect(result.variants[0]).toMatchObject({ median: 20, min: 10, max: 30, ratio: 1 });
    expect(result.variants[1]).toMatchObject({ median: 5, ratio: 4 });
    expect(disposed).toBe(true);
    expect(toMarkdown(result)).toContain('| peer | 5.00 | 4.00 - 6.00 | 4.00 |');
  });

  it('takes the mean of the two middle values of an even count, and refuses none', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('at least one value');
  });
});
