/** Sizes of an element that scrolls sideways, as the browser has them, in CSS pixels. */
export interface ScrollSizes {
  readonly scrollLeft: number;
  readonly clientWidth: number;
  readonly scrollWidth: number;
}

/** Browsers round these sizes each in its own way. */
const ROUNDING_PX = 1;

/** Whether there is more to see before what is in sight, and after it. */
export function hiddenBeyond({ scrollLeft, clientWidth, scrollWidth }: ScrollSizes): {
  readonly before: boolean;
  readonly after: boolean;
} {
  return { before: scrollLeft > ROUNDING_PX, after: scrollLeft + clientWidth < scrollWidth - ROUNDING_PX };
}
