import { type TreeRow } from './tree-rows';
import { isTyped, rowStartingWith, TypeAhead } from './type-ahead';

function row(name: string): TreeRow {
  const node = { key: name, kind: 'table' as const, names: [name], name, folded: name.toLowerCase(), facts: undefined };
  return { kind: 'node', key: name, node, level: 1, isOpen: undefined, position: 1, size: 1 };
}

const rows = ['airports', 'Airlines', 'flights', 'trips'].map(row);

describe('typing ahead in the tree', () => {
  it('goes to the next name that begins so, round the end', () => {
    expect(rowStartingWith(rows, 0, 'f')).toBe(2);
    expect(rowStartingWith(rows, 3, 'a')).toBe(0);
    expect(rowStartingWith(rows, 0, 'x')).toBeUndefined();
  });

  it('goes on from one name to the next when a letter is repeated', () => {
    expect(rowStartingWith(rows, 0, 'a')).toBe(1);
    expect(rowStartingWith(rows, 0, 'aa')).toBe(1);
    expect(rowStartingWith(rows, 1, 'aaa')).toBe(0);
  });

  it('stays while a growing word still fits, upper and lower case alike', () => {
    expect(rowStartingWith(rows, 1, 'AIRL')).toBe(1);
    expect(rowStartingWith(rows, 0, 'airl')).toBe(1);
  });

  it('gathers letters that follow quickly, and begins anew after a pause', () => {
    const typed = new TypeAhead();
    expect(typed.take('a', 1000)).toBe('a');
    expect(typed.take('i', 1300)).toBe('ai');
    expect(typed.take('t', 3000)).toBe('t');
  });

  it('begins anew after any other key, however soon', () => {
    const typed = new TypeAhead();
    typed.take('a', 1000);
    typed.end();
    expect(typed.take('t', 1001)).toBe('t');
  });

  it('leaves the keys of the page alone', () => {
    const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false });
    expect(['a', 'ß', '7'].map((name) => isTyped(key(name)))).toEqual([true, true, true]);
    expect(['/', '?', ' ', 'Enter', 'F5'].map((name) => isTyped(key(name)))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(isTyped(key('k', true))).toBe(false);
  });
});
