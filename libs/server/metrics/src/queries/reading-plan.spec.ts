import { SeededRandom, withSeed } from '@lakescope/server-testing';
import { BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS, startOf } from '../roll-up/raw-tables';
import { DirtyBuckets, planReading, stepOf, tierOfStep, type ReadingPlan } from './reading-plan';

const NONE = new DirtyBuckets([]);
const DAY = Date.parse('2026-11-20T00:00:00Z');
const at = (days: number, hours = 0, minutes = 0, ms = 0): number =>
  DAY + days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + ms;

describe('from where metrics are read', () => {
  it('is whole days, then hours, then 5 minutes, then raw rows towards the ends', () => {
    const plan = planReading({ from: at(-2, 22, 53, 1), to: at(1, 1, 7) }, NONE, DAY_MS);

    expect(plan).toEqual<ReadingPlan>({
      tiers: [
        { granularityMs: BUCKET_MS, from: at(-2, 22, 55), to: at(-2, 23) },
        { granularityMs: HOUR_MS, from: at(-2, 23), to: at(-1) },
        { granularityMs: DAY_MS, from: at(-1), to: at(1) },
        { granularityMs: HOUR_MS, from: at(1), to: at(1, 1) },
        { granularityMs: BUCKET_MS, from: at(1, 1), to: at(1, 1, 5) },
      ],
      raw: [
        { from: at(-2, 22, 53, 1), to: at(-2, 22, 55) },
        { from: at(1, 1, 5), to: at(1, 1, 7) },
      ],
    });
  });

  it('is raw rows for what is not, or not all, rolled up, and finer tiers around it', () => {
    const plan = planReading({ from: at(0), to: at(1) }, new DirtyBuckets([at(0, 12, 30)]), DAY_MS);

    expect(plan).toEqual<ReadingPlan>({
      tiers: [
        { granularityMs: HOUR_MS, from: at(0), to: at(0, 12) },
        { granularityMs: BUCKET_MS, from: at(0, 12), to: at(0, 12, 30) },
        { granularityMs: BUCKET_MS, from: at(0, 12, 35), to: at(0, 13) },
        { granularityMs: HOUR_MS, from: at(0, 13), to: at(1) },
      ],
      raw: [{ from: at(0, 12, 30), to: at(0, 12, 35) }],
    });
  });

  it('is raw rows alone within one bucket', () => {
    const within = { from: at(0, 0, 1), to: at(0, 0, 4) };

    expect(planReading(within, NONE, DAY_MS)).toEqual({ tiers: [], raw: [within] });
  });

  it('is raw rows alone where no tier is fine enough', () => {
    const range = { from: at(0), to: at(0, 1) };

    expect(planReading(range, NONE, undefined)).toEqual({ tiers: [], raw: [range] });
  });

  it('is nowhere for no time at all', () => {
    expect(planReading({ from: at(0), to: at(0) }, NONE, DAY_MS)).toEqual({ tiers: [], raw: [] });
  });

  it('is exactly one place for each instant, whatever is dirty', () =>
    withSeed(async (random) => {
      for (let round = 0; round < 300; round++) {
        const range = someRange(random);
        const dirty = someBuckets(random, range);
        const coarsest = [undefined, BUCKET_MS, HOUR_MS, DAY_MS][random.below(4)];
        const plan = planReading(range, new DirtyBuckets(dirty), coarsest);

        const pieces = [...plan.tiers, ...plan.raw].sort((left, right) => left.from - right.from);
        expect(pieces[0]?.from).toBe(range.from);
        expect(pieces.at(-1)?.to).toBe(range.to);
        for (const [index, piece] of pieces.slice(1).entries()) expect(piece.from).toBe(pieces[index]?.to);
        for (const { from, to, granularityMs } of plan.tiers) {
          expect([from % granularityMs, to % granularityMs]).toEqual([0, 0]);
          expect(granularityMs).toBeLessThanOrEqual(coarsest ?? 0);
          expect(dirty.filter((bucket) => bucket >= from && bucket < to)).toEqual([]);
        }
      }
    }));

  it.each([
    [HOUR_MS, MINUTE_MS, undefined],
    [HOUR_MS + 1, BUCKET_MS, BUCKET_MS],
    [48 * HOUR_MS, BUCKET_MS, BUCKET_MS],
    [7 * DAY_MS, HOUR_MS, HOUR_MS],
    [14 * DAY_MS + 1, DAY_MS, DAY_MS],
    [90 * DAY_MS, DAY_MS, DAY_MS],
  ])('over %i ms goes in steps of %i ms, read from a tier that tells them apart', (length, step, tier) => {
    expect([stepOf({ from: DAY, to: DAY + length }, DAY + Math.min(length, 7 * DAY_MS)), tierOfStep(step)]).toEqual([
      step,
      tier,
    ]);
  });
});

it('goes in hours where the raw rows are gone, however short the time', () => {
  expect(stepOf({ from: DAY, to: DAY + HOUR_MS }, DAY + 7 * DAY_MS)).toBe(MINUTE_MS);
  expect(stepOf({ from: DAY, to: DAY + HOUR_MS }, DAY + 7 * DAY_MS + 1)).toBe(HOUR_MS);
});

function someRange(random: SeededRandom): { from: number; to: number } {
  const snap = (instant: number): number => startOf([1, BUCKET_MS, HOUR_MS, DAY_MS][random.below(4)] ?? 1, instant);
  const from = snap(at(-3) + random.below(3 * DAY_MS));
  return { from, to: Math.max(from + 1, snap(from + random.below(4 * DAY_MS))) };
}

function someBuckets(random: SeededRandom, { from, to }: { from: number; to: number }): number[] {
  return Array.from({ length: random.below(20) }, () => startOf(BUCKET_MS, from + random.below(to - from)));
}
