/** Which rows of a long table are drawn, and how much room those before and after them take. */
export interface RowWindow {
  readonly first: number;
  /** Index after the last one drawn. */
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

const BEYOND_SIGHT = 8;

/** The rows in sight at a scroll position, and some around them; all of them have the same height in pixels. */
export function rowWindow(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - BEYOND_SIGHT);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + BEYOND_SIGHT);
  return { first, end, before: first * rowHeight, after: Math.max(0, count - end) * rowHeight };
}
