/** How many shades a heat map has. */
export const LEVELS = 6;

/**
 * The shade of a count, 1 to `LEVELS`, and 0 for nothing. Logarithmic: one slow request among ten thousand fast ones is
 * what a heat map is looked at for.
 */
export function levelOf(count: number, largest: number): number {
  if (count <= 0) return 0;
  return Math.min(LEVELS, Math.max(1, Math.ceil((Math.log(count + 1) / Math.log(largest + 1)) * LEVELS - 1e-9)));
}

/** The counts that a shade stands for: from and up to. Shades for which there is no whole number are left out. */
export function levelRanges(largest: number): readonly { level: number; from: number; to: number }[] {
  const upTo = (level: number): number =>
    level === LEVELS ? largest : Math.floor((largest + 1) ** (level / LEVELS) - 1 + 1e-9);
  return Array.from({ length: LEVELS }, (_, index) => ({
    level: index + 1,
    from: upTo(index) + 1,
    to: upTo(index + 1),
  }))
    .map((range) => ({ ...range, from: Math.max(1, range.from) }))
    .filter(({ from, to }) => to >= from);
}

/**
 * The part of the bounds in which anything was counted: first and after-last index. The edges of a heat map are otherwise
 * dozens of empty rows, for the bounds reach from microseconds to hours.
 */
export function occupiedBounds(counts: readonly (readonly number[])[]): { readonly from: number; readonly to: number } {
  let [from, to] = [Infinity, 0];
  for (const column of counts) {
    column.forEach((count, index) => {
      if (count <= 0) return;
      from = Math.min(from, index);
      to = Math.max(to, index + 1);
    });
  }
  return to === 0 ? { from: 0, to: 0 } : { from, to };
}
