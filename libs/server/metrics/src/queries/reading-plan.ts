import { BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS, startOf } from '../roll-up/raw-tables';
import { RAW_MS, type Interval } from './metrics-range';

/** What one tier is asked for: buckets that begin within the interval. */
export interface TierPiece extends Interval {
  readonly granularityMs: number;
}

/** From where each instant of an interval is read: every one from exactly one place. */
export interface ReadingPlan {
  readonly tiers: readonly TierPiece[];
  readonly raw: readonly Interval[];
}

/** Buckets of 5 minutes whose raw rows are not, or not all, in the tiers; asked for by any larger bucket, too. */
export class DirtyBuckets {
  private readonly begins = new Map<number, Set<number>>();

  constructor(buckets: readonly number[]) {
    for (const unit of [BUCKET_MS, HOUR_MS, DAY_MS]) {
      this.begins.set(unit, new Set(buckets.map((bucket) => startOf(unit, bucket))));
    }
  }

  isClean(unit: number, begin: number): boolean {
    return this.begins.get(unit)?.has(begin) !== true;
  }
}

const FINER: ReadonlyMap<number, number> = new Map([
  [DAY_MS, HOUR_MS],
  [HOUR_MS, BUCKET_MS],
]);

/** Length of one step of a time series: as fine as is read quickly, which is a matter of histograms and not of requests. */
export function stepOf({ from, to }: Interval, now: number): number {
  const length = to - from;
  if (length > 14 * DAY_MS) return DAY_MS;
  // What is older than the raw rows is known by hours.
  if (length > 48 * HOUR_MS || from < now - RAW_MS) return HOUR_MS;
  return length > HOUR_MS ? BUCKET_MS : MINUTE_MS;
}

/** The coarsest tier that still tells steps of this length apart; undefined: none does. */
export function tierOfStep(stepMs: number): number | undefined {
  return [DAY_MS, HOUR_MS, BUCKET_MS].find((unit) => unit <= stepMs);
}

/**
 * Whole clean buckets of the coarsest tier, what is left of finer ones, and the rest from raw rows: what is not rolled up yet, and the
 * ends that no bucket fits in. `finest` is where raw rows take over; without a tier everything is raw.
 */
export function planReading(
  range: Interval,
  dirty: DirtyBuckets,
  coarsest: number | undefined,
  finest: number = BUCKET_MS,
): ReadingPlan {
  const plan = { tiers: [] as TierPiece[], raw: [] as Interval[] };
  if (range.from < range.to) {
    if (coarsest === undefined) plan.raw.push({ from: range.from, to: range.to });
    else cover(range, coarsest, finest, dirty, plan);
  }
  return plan;
}

function cover(
  { from, to }: Interval,
  unit: number,
  finest: number,
  dirty: DirtyBuckets,
  plan: { tiers: TierPiece[]; raw: Interval[] },
): void {
  const descend = (part: Interval): void => {
    if (part.from >= part.to) return;
    const finer = FINER.get(unit);
    if (finer === undefined || finer < finest) append(plan.raw, part);
    else cover(part, finer, finest, dirty, plan);
  };
  const first = Math.ceil(from / unit) * unit;
  const last = Math.max(first, startOf(unit, to));
  if (first > to) return descend({ from, to });
  descend({ from, to: first });
  for (let begin = first; begin < last; begin += unit) {
    const bucket = { from: begin, to: begin + unit };
    if (dirty.isClean(unit, begin)) append(plan.tiers, { ...bucket, granularityMs: unit });
    else descend(bucket);
  }
  descend({ from: last, to });
}

/** Neighbours become one. */
function append<T extends Interval & { granularityMs?: number }>(pieces: T[], piece: T): void {
  const last = pieces.at(-1);
  if (last?.to === piece.from && last.granularityMs === piece.granularityMs)
    pieces[pieces.length - 1] = { ...last, to: piece.to };
  else pieces.push(piece);
}
