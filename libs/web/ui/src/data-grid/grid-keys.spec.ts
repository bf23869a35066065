import { HEAD_ROW, moveInGrid } from './grid-keys';

const size = { rows: 20, columns: 3 };
const press = (key: string, ctrlKey = false) => moveInGrid({ key, ctrlKey }, { row: 5, column: 1 }, size);

describe('moveInGrid', () => {
  it('moves by one cell with the arrows', () => {
    expect(press('ArrowDown')).toEqual({ row: 6, column: 1 });
    expect(press('ArrowLeft')).toEqual({ row: 5, column: 0 });
  });

  it('goes to the ends of the row, and with Ctrl to the corners', () => {
    expect(press('End')).toEqual({ row: 5, column: 2 });
    expect(press('Home', true)).toEqual({ row: 0, column: 0 });
    expect(press('End', true)).toEqual({ row: 19, column: 2 });
  });

  it('never leaves the grid', () => {
    expect(press('PageUp')).toEqual({ row: 0, column: 1 });
    expect(moveInGrid({ key: 'ArrowRight', ctrlKey: false }, { row: 0, column: 2 }, size)).toEqual({
      row: 0,
      column: 2,
    });
  });

  it('walks into the heads of the columns where they can do something, and along them', () => {
    const walk = (key: string, row: number, hasHeads: boolean) =>
      moveInGrid({ key, ctrlKey: false }, { row, column: 1 }, { ...size, hasHeads });
    expect(walk('ArrowUp', 0, true)).toEqual({ row: HEAD_ROW, column: 1 });
    expect(walk('ArrowRight', HEAD_ROW, true)).toEqual({ row: HEAD_ROW, column: 2 });
    expect(walk('ArrowUp', HEAD_ROW, true)).toEqual({ row: HEAD_ROW, column: 1 });
    expect(walk('ArrowDown', HEAD_ROW, true)).toEqual({ row: 0, column: 1 });
    expect(walk('PageUp', 3, true)).toEqual({ row: 0, column: 1 });
    expect(walk('ArrowUp', 0, false)).toEqual({ row: 0, column: 1 });
  });

  it('leaves other keys to whoever wants them', () => {
    expect(press('Tab')).toBeUndefined();
  });
});
