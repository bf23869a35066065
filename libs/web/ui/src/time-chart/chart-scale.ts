/** The plot's own coordinates: 0 to 100 both ways, whatever the size on screen. */
export const PLOT = 100;

/**
 * The smallest round number that is not below the largest value: 1, 2, 4 or 6 times a power
 * of ten, whose halves are whole numbers too, and 1 for nothing.
 */
export function roundTop(largest: number): number {
  if (!(largest > 0) || !Number.isFinite(largest)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const steps = [1, 2, 4, 6, 10].map((step) => step * power);
  // 3 * 10 ** -1 is 0.30000000000000004: a value must not fall off its own scale by that.
  return steps.find((step) => step >= largest * (1 - 1e-9)) ?? largest;
}

/** Where lines and labels of the value axis go; one thing has no half, so a top of 1 gets no middle. */
export function gridValues(top: number): readonly number[] {
  return top === 1 ? [0, 1] : [0, top / 2, top];
}

/** Share of the width at which the point of an index lies; a single point lies at the right, where now is. */
export function xOf(index: number, count: number): number {
  return count < 2 ? PLOT : (index / (count - 1)) * PLOT;
}

export function yOf(value: number, top: number): number {
  return PLOT - (Math.min(value, top) / top) * PLOT;
}

/** The line through the values, broken where one is unknown. */
export function linePath(values: readonly (number | null)[], top: number): string {
  const isKnown = (index: number): boolean => typeof values[index] === 'number';
  return values
    .map((value, index) => {
      if (value === null) return '';
      const point = `${round(xOf(index, values.length))} ${round(yOf(value, top))}`;
      if (isKnown(index - 1)) return `L${point}`;
      // A line of no length, which round ends make a dot: a single known value would not be seen otherwise.
      return isKnown(index + 1) ? `M${point}` : `M${point}h0`;
    })
    .join('');
}

/** Which point is nearest to a share of the width. */
export function indexAt(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))));
}

/** Indexes of the points that get a label below: both ends and what lies evenly between them. */
export function labelledIndexes(count: number, most: number): readonly number[] {
  if (count < 2) return count === 1 ? [0] : [];
  const labels = Math.min(most, count);
  return Array.from({ length: labels }, (_, i) => Math.round((i * (count - 1)) / (labels - 1)));
}

function round(coordinate: number): number {
  return Math.round(coordinate * 100) / 100;
}
