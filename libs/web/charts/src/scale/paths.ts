/** Maps a value to pixels. */
export type Scale = (value: number) => number;

/** A rectangle in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WIDTH_WITH_GAP = 4;

const round = (pixels: number): number => Math.round(pixels * 100) / 100;

/** The line through the values, broken where one is unknown; a value with none beside it is a dot of this radius. */
export function linePath(values: readonly (number | null)[], x: Scale, y: Scale, dot = 0): string {
  const isKnown = (index: number): boolean => typeof values[index] === 'number';
  return values
    .map((value, index) => {
      if (value === null) return '';
      const point = `${round(x(index))} ${round(y(value))}`;
      if (isKnown(index - 1)) return `L${point}`;
      if (isKnown(index + 1)) return `M${point}`;
      // A line of no length gets its dot from its round ends.
      return dot === 0
        ? `M${point}h0`
        : `M${point}m${-dot} 0a${dot} ${dot} 0 1 0 ${2 * dot} 0a${dot} ${dot} 0 1 0 ${-2 * dot} 0`;
    })
    .join('');
}

/** Many rectangles as one path: a chart stays a handful of elements however many it shows. */
export function boxesPath(boxes: readonly Box[]): string {
  return boxes
    .filter(({ width, height }) => width > 0 && height > 0)
    .map(({ x, y, width, height }) => `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`)
    .join('');
}

/** Bars of one series, standing on those below it; one slot wide each, with a gap between them where there is room. */
export function barBoxes(
  values: readonly (number | null)[],
  below: readonly number[],
  slotWidth: number,
  y: Scale,
): readonly Box[] {
  const gap = slotWidth > WIDTH_WITH_GAP ? Math.min(slotWidth * 0.25, 8) : 0;
  return values.map((value, index) => {
    const floor = below[index] ?? 0;
    const top = y(floor + (value ?? 0));
    return { x: index * slotWidth + gap / 2, y: top, width: slotWidth - gap, height: y(floor) - top };
  });
}

/** What the series before each one add up to. */
export function stackedBelow(series: readonly (readonly (number | null)[])[]): readonly (readonly number[])[] {
  let sums: readonly number[] = series[0]?.map(() => 0) ?? [];
  return series.map((values) => {
    const below = sums;
    sums = values.map((value, index) => (below[index] ?? 0) + (value ?? 0));
    return below;
  });
}

/** Which of the slots lies under a share of the width. */
export function slotAt(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(share * count)));
}
