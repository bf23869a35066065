import { Sketch } from '@lakescope/sketch';
import { CollectionLimits } from './collection-limits';
import { OverflowSketches } from './overflow-sketches';

const BUCKET_MS = 5 * 60_000;
const NOON = Date.UTC(2026, 10, 21, 12);

describe('the sketches of what the ring cannot hold', () => {
  it('keep count, errors, sum, extremes and durations per endpoint, method and five minutes', () => {
    const overflow = given();
    add(overflow, NOON, 10, 200);
    add(overflow, NOON + BUCKET_MS - 1, 30, 404);
    add(overflow, NOON + BUCKET_MS, 99, 200);
    const [first, second] = overflow.take(10, true);

    expect(first).toMatchObject({ bucket: NOON, count: 2, errors: 1, sumMs: 40, minMs: 10, maxMs: 30 });
    expect(Sketch.decodeAll(first?.hist ?? new Uint8Array(0)).count).toBe(2);
    expect(second).toMatchObject({ bucket: NOON + BUCKET_MS, count: 1, errors: 0 });
  });

  it('hand out the buckets that have ended first, and the open one once no more samples come', () => {
    const overflow = given({ quietAfterMs: 1e9 });
    add(overflow, NOON, 1);
    add(overflow, NOON + BUCKET_MS, 1);
    overflow.closeBuckets();

    expect(overflow.hasDue).toBe(true);
    expect(overflow.take(10).map(({ bucket }) => bucket)).toEqual([NOON]);
    expect([overflow.hasDue, overflow.held]).toEqual([false, 1]);
    expect(overflow.take(10, true).map(({ bucket }) => bucket)).toEqual([NOON + BUCKET_MS]);
    expect([overflow.held, overflow.total]).toEqual([0, 2]);
  });

  it('take a request that began in a bucket that has ended', () => {
    const overflow = given();
    add(overflow, NOON, 1);
    add(overflow, NOON + BUCKET_MS, 1);
    overflow.closeBuckets();
    add(overflow, NOON + 1, 290_000);
    const [first] = overflow.take(10, true);

    expect(first).toMatchObject({ bucket: NOON, count: 2, maxMs: 290_000 });
    expect(Sketch.decodeAll(first?.hist ?? new Uint8Array(0)).quantile(1, { max: 290_000 })).toBe(290_000);
  });

  it('drop the oldest when there are too many, and count what is lost', () => {
    const overflow = given({ overflowBytes: 50_000 });
    for (let bucket = 0; bucket < 2_000; bucket++) {
      for (let sample = 0; sample < 10; sample++) add(overflow, NOON + bucket * BUCKET_MS, 2 ** (sample * 2));
      overflow.closeBuckets();
    }
    const { total, dropped, held } = overflow;
    const kept = overflow.take(Infinity, true);

    expect(total + dropped).toBe(20_000);
    expect(held).toBe(total);
    expect(dropped).toBeGreaterThan(0);
    expect(kept.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(kept[0]?.bucket).toBe(NOON + (2_000 - kept.length) * BUCKET_MS);
    expect(kept.reduce((sum, { hist }) => sum + hist.length, 0)).toBeLessThanOrEqual(50_000);
  });

  it('take no more memory than they may, also where each of them holds next to nothing', () => {
    const overflow = given({ overflowBytes: 1_000_000 });
    for (let bucket = 0; bucket < 10_000; bucket++) {
      add(overflow, NOON + bucket * BUCKET_MS, 1);
      overflow.closeBuckets();
    }

    expect(overflow.held).toBeGreaterThan(1_000);
    expect(overflow.held).toBeLessThan(2_200);
    expect(overflow.held + overflow.dropped).toBe(10_000);
  });
});

function given(limits: Partial<CollectionLimits> = {}): OverflowSketches {
  return new OverflowSketches(new CollectionLimits(limits));
}

function add(overflow: OverflowSketches, time: number, ms: number, status = 200): void {
  overflow.add(3, '/api/v1/status', 'GET', time, status, ms);
}
