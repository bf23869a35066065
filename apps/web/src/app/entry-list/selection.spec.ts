import { choose, chooseAll, nothingChosen, only, type Selection, stepTo, toggle, within } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const plain = { shiftKey: false, ctrlKey: false, metaKey: false };
const shift = { ...plain, shiftKey: true };
const ctrl = { ...plain, ctrlKey: true };
const chosen = (selection: Selection) => [...selection.chosen].sort().join('');

describe('a choice in the list', () => {
  it('is one row after a plain click', () => {
    expect(chosen(choose(only('a'), order, 'c', plain))).toBe('c');
  });

  it('grows and shrinks around its anchor with Shift', () => {
    const range = choose(only('b'), order, 'd', shift);
    expect(chosen(range)).toBe('bcd');
    expect(chosen(choose(range, order, 'a', shift))).toBe('ab');
  });

  it('takes single rows in and out with Ctrl, and with the command key of a Mac', () => {
    const two = choose(only('a'), order, 'd', ctrl);
    expect(chosen(two)).toBe('ad');
    expect(chosen(choose(two, order, 'a', { ...plain, metaKey: true }))).toBe('d');
  });

  it('adds a range with Ctrl and Shift from the row touched last', () => {
    const apart = choose(only('a'), order, 'c', ctrl);
    expect(chosen(choose(apart, order, 'e', { ...shift, ctrlKey: true }))).toBe('acde');
  });

  it('begins at the clicked row when Shift is held first of all', () => {
    expect(choose(nothingChosen, order, 'c', shift)).toEqual(only('c'));
  });

  it('stays while Ctrl moves the keyboard on, and Space then adds the row', () => {
    const moved = stepTo(only('a'), 'c');
    expect(chosen(moved)).toBe('a');
    expect(chosen(toggle(moved, 'c'))).toBe('ac');
  });

  it('is all rows with Ctrl-A, without moving the keyboard', () => {
    const all = chooseAll(only('c'), order);
    expect(chosen(all)).toBe('abcde');
    expect(all.current).toBe('c');
  });

  it('loses rows that are filtered away or deleted: nobody deletes what is not shown', () => {
    const some = choose(only('b'), order, 'd', shift);
    expect(chosen(within(some, ['a', 'c'], order))).toBe('c');
  });

  it('hands the keyboard to the row that follows a deleted one, or to the last', () => {
    expect(within(only('c'), ['a', 'b', 'd'], order).current).toBe('d');
    expect(within(only('e'), ['a', 'b'], order).current).toBe('b');
    expect(within(only('e'), [], order).current).toBeUndefined();
  });

  it('is the same object when nothing of it is gone', () => {
    const one = only('a');
    expect(within(one, order, order)).toBe(one);
  });
});
