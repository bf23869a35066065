import { rowWindow } from '../row-window';

/** The part of a grid that is drawn, and the room in pixels that the rest takes. */
export interface GridWindow {
  readonly firstRow: number;
  /** Index after the last row drawn. */
  readonly endRow: number;
  readonly firstColumn: number;
  /** Index after the last column drawn. */
  readonly endColumn: number;
  readonly above: number;
  readonly below: number;
  readonly before: number;
  readonly after: number;
}

/** Where the box that shows the grid stands, in pixels. */
export interface GridSight {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What is drawn changes once per so many rows and pixels, not with every frame of a scroll. */
const ROW_STEP = 8;
const COLUMN_STEP_PX = 240;

/** Where each column begins, and after the last of them where they all end. */
export function columnEdges(widths: readonly number[]): readonly number[] {
  const edges = [0];
  for (const width of widths) edges.push((edges.at(-1) ?? 0) + width);
  return edges;
}

/** Index of the column at a distance from the left; the last one when it is beyond all. */
function columnAt(edges: readonly number[], left: number): number {
  let [low, high] = [0, Math.max(0, edges.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((edges[middle] ?? 0) <= left) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The position of the box in whole steps: as long as it is the same, so is the window. */
export function inSteps(sight: GridSight, rowHeight: number): GridSight {
  const step = ROW_STEP * rowHeight;
  return {
    top: Math.floor(Math.max(0, sight.top) / step) * step,
    left: Math.floor(Math.max(0, sight.left) / COLUMN_STEP_PX) * COLUMN_STEP_PX,
    height: sight.height + step,
    width: sight.width + COLUMN_STEP_PX,
  };
}

/** The rows and columns in sight and some around them; every row is `rowHeight` pixels high. */
export function gridWindow(
  sight: GridSight,
  size: { readonly rows: number; readonly rowHeight: number; readonly edges: readonly number[] },
): GridWindow {
  const rows = rowWindow(sight.top, sight.height, size.rowHeight, size.rows);
  const whole = size.edges.at(-1) ?? 0;
  const count = size.edges.length - 1;
  const firstColumn = columnAt(size.edges, sight.left - COLUMN_STEP_PX);
  const endColumn = Math.min(count, columnAt(size.edges, sight.left + sight.width + COLUMN_STEP_PX) + 1);
  return {
    firstRow: rows.first,
    endRow: rows.end,
    firstColumn,
    endColumn,
    above: rows.before,
    below: rows.after,
    before: size.edges[firstColumn] ?? 0,
    after: whole - (size.edges[endColumn] ?? whole),
  };
}

/** How far a box has to be scrolled along one axis until a stretch of its content is whole in sight. */
export function revealed(position: number, room: number, start: number, end: number): number {
  if (start < position) return start;
  return end > position + room ? Math.max(0, Math.min(start, end - room)) : position;
}
