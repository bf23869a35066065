import { Sketch } from './sketch';
import { SketchCorrupt } from './codec';
import { exponentialHistogram, powerOfTwoBuckets } from './export';

/** Encoded sketches with wrong bytes in them; 100,000 with FAULT_SCALE=20. */
const DAMAGED = 5_000 * Number(process.env['FAULT_SCALE'] ?? 1);

/** A small seeded generator (mulberry32), so that a failure can be seen again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const DISTRIBUTIONS: Readonly<Record<string, (next: () => number, hour: number) => number>> = {
  'log-normal': (next) => Math.exp(3.5 + normal(next)),
  'diurnal with an incident of six hours': (next, hour) =>
    Math.exp(3 + Math.sin((hour / 24) * 2 * Math.PI) + 0.6 * normal(next)) * (hour >= 300 && hour < 306 ? 40 : 1),
  'bimodal, nine to one': (next) => Math.exp((next() < 0.9 ? 2 : 6) + 0.2 * normal(next)),
  'bimodal with a share that varies': (next, hour) =>
    Math.exp((next() < (hour % 10) / 10 ? 2 : 6) + 0.2 * normal(next)),
  'Pareto 1.5': (next) => 5 / (1 - next()) ** (1 / 1.5),
};

/** As SQL's percentile_disc: the first value whose cumulative share reaches q. */
function nearestRank(sorted: Float64Array, q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? NaN;
}

function sketchOf(values: Iterable<number>): Sketch {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

function merged(...sketches: readonly Sketch[]): Sketch {
  const sum = new Sketch();
  for (const sketch of sketches) sum.merge(sketch);
  return sum;
}

describe('a sketch', () => {
  it.each(Object.entries(DISTRIBUTIONS))(
    'merged from 720 hours of %s is off by at most 0.55 %% at every percentile',
    (_name, draw) => {
      const next = random(7);
      const hours = Array.from({ length: 720 }, (_, hour) => Array.from({ length: 100 }, () => draw(next, hour)));
      const sorted = Float64Array.from(hours.flat()).sort();
      const month = merged(...hours.map(sketchOf));

      for (const q of [0.01, 0.1, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]) {
        const truth = nearestRank(sorted, q);
        expect(Math.abs((month.quantile(q) ?? NaN) - truth) / truth).toBeLessThanOrEqual(0.0055);
      }
    },
  );

  it('is the same bytes however its values were split and in whatever order they were merged', () => {
    const next = random(11);
    for (let round = 0; round < 200; round++) {
      const values = Array.from({ length: 50 }, () => (next() < 0.1 ? 0 : Math.exp(10 * (next() - 0.5))));
      const whole = sketchOf(values).encode();
      const parts = Array.from({ length: 1 + Math.floor(next() * 6) }, () => new Sketch());
      for (const value of values) parts[Math.floor(next() * parts.length)]?.add(value);
      parts.sort(() => next() - 0.5);

      expect(merged(...parts).encode()).toEqual(whole);
    }
  });

  it('counts every value, also zeros and those beyond its outermost buckets', () => {
    const sketch = sketchOf([0, 0, 1e-9, 5, 1e300]);

    expect(sketch.count).toBe(5);
    expect(sketch.quantile(0.4)).toBe(0);
    expect([...sketch.buckets()].reduce((sum, [, count]) => sum + count, sketch.zeroCount)).toBe(5);
  });

  it.each([-1, NaN, Infinity])('refuses %d', (value) => {
    expect(() => new Sketch().add(value)).toThrow(RangeError);
  });

  it('keeps a value on a bound in the bucket below it', () => {
    for (let power = -9; power <= 29; power++) {
      for (let step = 0; step < 64; step++) {
        const [bucket] = sketchOf([2 ** power * 2 ** (step / 64)]).buckets();

        expect(bucket).toEqual([power * 64 + step, 1]);
      }
    }
  });

  it('puts any value between the bounds of its bucket', () => {
    const next = random(13);
    for (let round = 0; round < 20_000; round++) {
      const value = 2 ** (-9 + 38 * next());
      const [bucket] = sketchOf([value]).buckets();
      const index = bucket?.[0] ?? NaN;

      expect(value > 2 ** ((index - 1) / 64) && value <= 2 ** (index / 64)).toBe(true);
    }
  });

  it('makes wider buckets of whole ones, so that the order of merging and widening does not matter', () => {
    const next = random(3);
    const [left, right] = [0, 1].map(() => sketchOf(Array.from({ length: 500 }, () => Math.exp(8 * next()))));
    if (left === undefined || right === undefined) throw new Error('Two were made');
    const widened = merged(left, right).downscaled(3);
    const apart = left.downscaled(3);
    apart.merge(right.downscaled(3));

    expect(apart.encode()).toEqual(widened.encode());
    expect([...widened.buckets()].every(([, count]) => count > 0)).toBe(true);
    expect(widened.count).toBe(1000);
  });

  it('has no quantile when it is empty, and a known one at its ends', () => {
    expect(new Sketch().quantile(0.5)).toBeUndefined();
    expect(sketchOf([100]).quantile(1, { min: 100, max: 100 })).toBe(100);
  });
});

describe('the bytes of a sketch', () => {
  const next = random(5);
  const sketch = sketchOf(Array.from({ length: 300 }, () => Math.exp(5 + 2 * normal(next))));

  it('hold what was put in', () => {
    const { sketch: read, next: end } = Sketch.decode(sketch.encode());

    expect(end).toBe(sketch.encode().length);
    expect(read.encode()).toEqual(sketch.encode());
    expect(read.quantile(0.95)).toBe(sketch.quantile(0.95));
  });

  it('can be strung together and read as one', () => {
    const all = Sketch.decodeAll(Buffer.concat([sketch.encode(), new Sketch().encode(), sketch.encode()]));

    expect(all.encode()).toEqual(merged(sketch, sketch).encode());
  });

  it('are refused at every length that is too short, and change nothing', () => {
    const bytes = sketch.encode();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => Sketch.decode(bytes.subarray(0, length))).toThrow(SketchCorrupt);
    }
  });

  it('never hang, crash, count wrongly or take more than 64 kB when they are damaged', () => {
    const bytes = sketch.encode();
    let refused = 0;
    let miscounted = 0;
    let most = 0;
    for (let round = 0; round < DAMAGED; round++) {
      const damaged = Uint8Array.from(bytes);
      for (let hit = 0; hit <= round % 3; hit++)
        damaged[Math.floor(next() * damaged.length)] = Math.floor(next() * 256);
      const { arrayBuffers } = process.memoryUsage();
      try {
        const { sketch: read } = Sketch.decode(damaged);
        if ([...read.buckets()].reduce((sum, [, count]) => sum + count, read.zeroCount) !== read.count) miscounted++;
      } catch (error) {
        if (!(error instanceof SketchCorrupt)) throw error;
        refused++;
      }
      most = Math.max(most, process.memoryUsage().arrayBuffers - arrayBuffers);
    }
    expect(miscounted).toBe(0);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(64 * 1024);
    expect(refused).toBeGreaterThan(DAMAGED / 20);
  });

  it.each([
    ['a length beyond every sketch', [0xff, 0xff, 0xff, 0x7f]],
    ['a number without end', [10, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['an unknown version', [3, 9, 0, 0]],
    ['a bucket that does not exist', [7, 1, 0, 1, 0xff, 0xff, 0x7f, 1]],
    ['more buckets than there are', [6, 1, 0, 0xff, 0xff, 0x7f, 1]],
    ['a needless byte', [4, 1, 0x80, 0, 0]],
    ['more than its contents', [4, 1, 0, 0, 0]],
  ])('are refused with %s', (_what, bytes) => {
    expect(() => Sketch.decode(Uint8Array.from(bytes))).toThrow(SketchCorrupt);
  });
});

describe('the exports of a sketch', () => {
  const sketch = sketchOf([0, 0.5, 1, 1.0001, 2, 3, 4, 100]);

  it('count exactly at powers of two', () => {
    expect(powerOfTwoBuckets(sketch, -1, 3)).toEqual([
      { le: 0.5, count: 2 },
      { le: 1, count: 3 },
      { le: 2, count: 5 },
      { le: 4, count: 7 },
      { le: 8, count: 7 },
    ]);
  });

  it('name OTLP buckets by their lower bounds', () => {
    const { scale, count, zeroCount, positive } = exponentialHistogram(sketchOf([0, 2 ** (1 / 64), 2 ** (3 / 64)]));

    expect({ scale, count, zeroCount }).toEqual({ scale: 6, count: 3, zeroCount: 1 });
    expect(positive).toEqual({ offset: 0, bucketCounts: [1, 0, 1] });
  });

  it('of nothing are empty', () => {
    expect(exponentialHistogram(new Sketch()).positive).toEqual({ offset: 0, bucketCounts: [] });
  });
});
