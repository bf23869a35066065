import { columnEdges, type GridSight, gridWindow, inSteps, revealed } from './grid-window';

const edges = columnEdges(Array.from({ length: 2000 }, () => 100));
const size = { rows: 1000, rowHeight: 36, edges };
const sight = (change: Partial<GridSight> = {}): GridSight => ({
  top: 0,
  left: 0,
  height: 720,
  width: 1200,
  ...change,
});

describe('the part of a grid that is drawn', () => {
  it('is a fraction of two million cells', () => {
    const { firstRow, endRow, firstColumn, endColumn } = gridWindow(inSteps(sight(), 36), size);
    expect((endRow - firstRow) * (endColumn - firstColumn)).toBeLessThan(1000);
  });

  it('holds whatever is in sight, wherever that is', () => {
    for (const left of [0, 99, 100, 5_000, 123_456, 198_800]) {
      for (const top of [0, 35, 287, 18_000, 35_280]) {
        const drawn = gridWindow(inSteps(sight({ top, left }), 36), size);
        expect(drawn.firstRow * 36).toBeLessThanOrEqual(top);
        expect(drawn.endRow * 36).toBeGreaterThanOrEqual(Math.min(36_000, top + 720));
        expect(edges[drawn.firstColumn]).toBeLessThanOrEqual(left);
        expect(edges[drawn.endColumn]).toBeGreaterThanOrEqual(Math.min(200_000, left + 1200));
      }
    }
  });

  it('leaves the room of the rest, so that the scroll bars tell the truth', () => {
    for (const left of [0, 777, 199_999]) {
      const drawn = gridWindow(sight({ left, top: 12_345 }), size);
      const columns = (edges[drawn.endColumn] ?? 0) - (edges[drawn.firstColumn] ?? 0);
      expect(drawn.before + columns + drawn.after).toBe(200_000);
      expect(drawn.above + (drawn.endRow - drawn.firstRow) * 36 + drawn.below).toBe(36_000);
    }
  });

  it('is all of a small grid', () => {
    const small = { rows: 3, rowHeight: 36, edges: columnEdges([80, 90]) };
    expect(gridWindow(sight(), small)).toEqual({
      firstRow: 0,
      endRow: 3,
      firstColumn: 0,
      endColumn: 2,
      above: 0,
      below: 0,
      before: 0,
      after: 0,
    });
  });

  it('is empty where there is nothing', () => {
    expect(gridWindow(sight(), { rows: 0, rowHeight: 36, edges: [0] })).toMatchObject({ endRow: 0, endColumn: 0 });
  });

  it('stays the same between two steps of a scroll', () => {
    expect(inSteps(sight({ top: 290, left: 10 }), 36)).toEqual(inSteps(sight({ top: 575, left: 239 }), 36));
  });
});

describe('revealed', () => {
  it('moves no further than it must', () => {
    expect(revealed(100, 300, 150, 250)).toBe(100);
    expect(revealed(100, 300, 50, 90)).toBe(50);
    expect(revealed(100, 300, 350, 450)).toBe(150);
  });

  it('shows the beginning of what is larger than the room', () => {
    expect(revealed(0, 300, 400, 900)).toBe(400);
  });
});
