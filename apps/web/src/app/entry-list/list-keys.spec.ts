import { listKey, TypeAhead } from './list-keys';

const press = (key: string, held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe('keys in the list', () => {
  it.each([
    ['ArrowDown', 1],
    ['ArrowUp', 0],
    ['PageDown', 8],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 8],
  ])('%s moves and stops at the ends', (key, row) => {
    expect(listKey(press(key), 0, 9, 10)).toEqual({ act: 'move', row });
  });

  it('begin with the first row when the keyboard stands nowhere', () => {
    expect(listKey(press('ArrowDown'), -1, 9, 10)).toEqual({ act: 'move', row: 0 });
    expect(listKey(press('ArrowUp'), -1, 9, 10)).toEqual({ act: 'move', row: 0 });
  });

  it('move nowhere in an empty list', () => {
    expect(listKey(press('ArrowDown'), -1, 0, 10)).toBeUndefined();
  });

  it('open, go up, choose, copy and delete', () => {
    const act = (...of: Parameters<typeof press>) => listKey(press(...of), 0, 9, 10)?.act;
    expect(act('Enter')).toBe('open');
    expect(act('Backspace')).toBe('up');
    expect(act('ArrowUp', { altKey: true })).toBe('up');
    expect(act(' ')).toBe('toggle');
    expect(act(' ', { ctrlKey: true })).toBe('toggle');
    expect(act('a', { metaKey: true })).toBe('all');
    expect(act('c', { ctrlKey: true })).toBe('copy');
    expect(act('Delete')).toBe('delete');
    expect(act('Escape')).toBe('none');
  });

  it('leave the keys of the page and of the browser alone', () => {
    for (const left of [press('/'), press('?'), press('f', { ctrlKey: true }), press('Tab'), press('F5')]) {
      expect(listKey(left, 0, 9, 10)).toBeUndefined();
    }
  });
});

describe('typing a name', () => {
  const names = ['alpha', 'beta', 'bravo', 'Charlie'];

  it('goes to the first name that begins so, whatever its case', () => {
    const typing = new TypeAhead();
    expect(typing.find('c', names, 0, 0)).toBe(3);
  });

  it('takes letters soon after each other as one word, later ones as a new one', () => {
    const typing = new TypeAhead();
    expect(typing.find('b', names, 0, 0)).toBe(1);
    expect(typing.find('r', names, 1, 100)).toBe(2);
    expect(typing.find('a', names, 2, 5000)).toBe(0);
  });

  it('goes on to the next name with the same letter', () => {
    const typing = new TypeAhead();
    expect(typing.find('b', names, 0, 0)).toBe(1);
    expect(typing.find('b', names, 1, 100)).toBe(2);
    expect(typing.find('b', names, 2, 200)).toBe(1);
  });

  it('stays where it is when no name begins so', () => {
    expect(new TypeAhead().find('x', names, 0, 0)).toBeUndefined();
  });
});
