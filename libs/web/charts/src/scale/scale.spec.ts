import { barBoxes, boxesPath, linePath, slotAt, stackedBelow } from './paths';
import { levelOf, levelRanges, LEVELS, occupiedBounds } from './density';
import { seriesSummary } from './summary';
import { spanLabel, tickLabel, timeTicks } from './time-ticks';
import { valueTicks } from './value-scale';

describe('valueTicks', () => {
  it.each([
    [0, 1],
    [3.2, 4],
    [340, 400],
    [1001, 1500],
    [0.3, 1],
    [Number.NaN, 1],
    [1e12, 1e12],
  ])('ends the axis of values up to %d at %d', (largest, top) => {
    expect(valueTicks(largest).top).toBeCloseTo(top, 6);
  });

  it('never ends below the largest value, and has few steps', () => {
    for (let largest = 0.001; largest < 1e7; largest *= 1.37) {
      const { top, ticks } = valueTicks(largest, { smallestTop: 0.0001 });
      expect(top).toBeGreaterThanOrEqual(largest * (1 - 1e-6));
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.at(-1)).toBeCloseTo(top, 9);
    }
  });

  it('does not halve what has no half', () => {
    expect(valueTicks(2, { smallestStep: 1 }).ticks).toEqual([0, 1, 2]);
    expect(valueTicks(9, { smallestStep: 1 }).ticks).toEqual([0, 3, 6, 9]);
  });
});

describe('timeTicks', () => {
  const at = (text: string) => new Date(text).getTime();

  it('are round on the clock, and no more than asked', () => {
    const ticks = timeTicks(at('2026-01-01T09:07:00'), at('2026-01-02T09:07:00'), 8);
    expect(ticks.map(tickLabel)).toEqual(
      ['12:00', '15:00', '18:00', '21:00', '2 Jan', '03:00', '06:00', '09:00'].map(anyOrder),
    );
    expect(ticks.length).toBeLessThanOrEqual(9);
  });

  it('stay at midnight over a change to summer time', () => {
    const ticks = timeTicks(at('2026-03-01T00:00:00'), at('2026-04-20T00:00:00'), 10);
    for (const tick of ticks) expect(new Date(tick).getHours()).toBe(0);
  });

  it('are none for no time at all, and never stop the page for a very long one', () => {
    expect(timeTicks(0, at('2026-01-01T00:00:00'), 6).length).toBeLessThanOrEqual(8);
    expect(timeTicks(Number.NaN, Number.NaN, 6)).toEqual([]);
  });

  it('name a length of time by both its ends', () => {
    expect(spanLabel(at('2026-01-01T12:05:00'), 300)).toMatch(/12:05\s?–\s?12:10/);
  });

  const anyOrder = (label: string) => (label === '2 Jan' ? tickLabel(at('2026-01-02T00:00:00')) : label);
});

describe('paths', () => {
  const same = (value: number) => value;

  it('break a line where a value is unknown, and show a lonely one as a dot', () => {
    expect(linePath([1, 2, null, 4, null], same, same)).toBe('M0 1L1 2M3 4h0');
    expect(linePath([null, 4], same, same, 2)).toBe('M1 4m-2 0a2 2 0 1 0 4 0a2 2 0 1 0 -4 0');
  });

  it('stack bars on those below', () => {
    const below = stackedBelow([
      [1, 2],
      [3, null],
    ]);
    expect(below).toEqual([
      [0, 0],
      [1, 2],
    ]);
    const [first] = barBoxes([3, null], below[1] ?? [], 4, (value) => 100 - value);
    expect(first).toEqual({ x: 0, y: 96, width: 4, height: 3 });
    expect(boxesPath(barBoxes([0, null], [0, 0], 4, same))).toBe('');
  });

  it('find the slot under the pointer, also beyond the edges', () => {
    expect([-1, 0, 0.49, 0.5, 1, 7].map((share) => slotAt(share, 2))).toEqual([0, 0, 0, 1, 1, 1]);
  });
});

describe('density', () => {
  it('gives every count a shade, more to more, and the whole span to the largest', () => {
    for (const largest of [1, 2, 7, 1000, 1e9]) {
      let before = 0;
      for (let count = 1; count <= largest; count = Math.ceil(count * 1.5)) {
        const level = levelOf(count, largest);
        expect(level).toBeGreaterThanOrEqual(Math.max(1, before));
        before = level;
      }
      expect(levelOf(largest, largest)).toBe(LEVELS);
    }
    expect(levelOf(0, 10)).toBe(0);
  });

  it('says of each shade which counts it stands for, without gaps', () => {
    for (const largest of [1, 3, 50, 12_345]) {
      const ranges = levelRanges(largest);
      expect(ranges[0]?.from).toBe(1);
      expect(ranges.at(-1)?.to).toBe(largest);
      for (const { level, from, to } of ranges) {
        expect(levelOf(from, largest)).toBe(level);
        expect(levelOf(to, largest)).toBe(level);
      }
    }
  });

  it('leaves out the bounds in which nothing was', () => {
    expect(
      occupiedBounds([
        [0, 0, 3, 0],
        [0, 1, 0, 0],
      ]),
    ).toEqual({ from: 1, to: 3 });
    expect(occupiedBounds([[0, 0]])).toEqual({ from: 0, to: 0 });
  });
});

describe('seriesSummary', () => {
  const summary = (values: (number | null)[]) =>
    seriesSummary(
      'p95',
      values,
      (value) => `${value} ms`,
      (index) => `at ${index}`,
    );

  it('says last, lowest and highest, and when', () => {
    expect(summary([5, null, 1, 9, 4])).toBe('p95: last 4 ms, lowest 1 ms, highest 9 ms (at 3)');
  });

  it('has words for nothing, for zero and for always the same', () => {
    expect(summary([null, null])).toBe('p95: nothing known');
    expect(summary([0, 0])).toBe('p95: none');
    expect(summary([null, 3])).toBe('p95: 3 ms (at 1)');
    expect(summary([3, null, 3])).toBe('p95: 3 ms throughout');
  });
});
