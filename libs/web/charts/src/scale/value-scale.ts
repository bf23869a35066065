const STEPS = [1, 2, 2.5, 5, 10];

export interface ValueTicks {
  /** The end of the axis: no value lies above it. */
  readonly top: number;
  /** From 0 to the top, evenly spaced. */
  readonly ticks: readonly number[];
}

/**
 * A value axis from 0 to a round number that is not below the largest value, with about four steps. `smallestStep` is 1 for
 * things that have no half; `smallestTop` keeps next to nothing from looking like a lot.
 */
export function valueTicks(
  largest: number,
  { smallestStep = 0, smallestTop = 1 }: { smallestStep?: number; smallestTop?: number } = {},
): ValueTicks {
  const wanted = Math.max(Number.isFinite(largest) ? largest : 0, smallestTop);
  const power = 10 ** Math.floor(Math.log10(wanted / 4));
  // 3 * 0.1 is 0.30000000000000004: a value must not fall off its own scale by that.
  const round = STEPS.map((step) => step * power).find((step) => step * 4 >= wanted * (1 - 1e-9)) ?? wanted / 4;
  const step = Math.max(smallestStep === 0 ? round : Math.ceil(round - 1e-9), smallestStep);
  const count = Math.max(1, Math.ceil(wanted / step - 1e-9));
  return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, index) => step * index) };
}
