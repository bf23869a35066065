/** Room around a plot for the labels of its axes, in pixels. */
export interface Margins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

// ngx-charts sets its axes off by 5 and its labels by another 9, and writes those of the time 25 below.
const LABEL_PX = 6.4;
const OFFSET_PX = 16;
const BOTTOM = 30;
const TOP = 8;
const EDGE = 12;

/** Room for the longest of the labels; every digit is equally wide in the product's type. */
export function marginsFor(left: readonly string[], right: readonly string[]): Margins {
  const room = (labels: readonly string[]): number =>
    Math.ceil(Math.max(0, ...labels.map(({ length }) => length)) * LABEL_PX) + OFFSET_PX;
  return { top: TOP, bottom: BOTTOM, left: room(left), right: right.length === 0 ? EDGE : room(right) };
}
