import { TokenBuckets } from './token-buckets';

describe('the buckets', () => {
  it('hold a burst, then fill up at their rate', () => {
    const buckets = new TokenBuckets(10, 4);

    const burst = Array.from({ length: 41 }, () => buckets.take('ana', 0));

    expect(burst.slice(0, 40).every((wait) => wait === 0)).toBe(true);
    expect(burst[40]).toBe(100);
    expect(buckets.take('ana', 100)).toBe(0);
    expect(buckets.take('ana', 100)).toBe(100);
  });

  it('keep one key apart from the other', () => {
    const buckets = new TokenBuckets(1, 1);
    buckets.take('ana', 0);

    expect(buckets.take('ana', 0)).toBeGreaterThan(0);
    expect(buckets.take('bob', 0)).toBe(0);
  });

  it('take back what was taken, and never hold more than a burst', () => {
    const buckets = new TokenBuckets(1, 1);
    buckets.take('ana', 0);
    buckets.giveBack('ana', 0);
    buckets.giveBack('ana', 0);

    expect([buckets.take('ana', 0), buckets.take('ana', 0)]).toEqual([0, 1000]);
  });

  it('never forget a key before it has filled up', () => {
    const buckets = new TokenBuckets(1, 4);
    for (let second = 0; second < 60; second++) buckets.take('ana', second * 500);

    // One in half a second, at one a second: after the burst every other request is refused, however often the memory turned over.
    const late = Array.from({ length: 20 }, (_, count) => buckets.take('ana', 30_000 + count * 500) === 0);
    expect(late.filter((taken) => taken).length).toBeLessThanOrEqual(11);
  });

  it('forget who is long gone, and hold no more than they may whoever comes', () => {
    const buckets = new TokenBuckets(1, 1, 1_000);
    for (let key = 0; key < 100_000; key++) buckets.take(`key-${key}`, 0);
    expect(buckets.size).toBeLessThanOrEqual(1_001);

    buckets.take('ana', 10_000);
    buckets.take('ana', 20_000);

    expect(buckets.size).toBeLessThanOrEqual(2);
  });
});
