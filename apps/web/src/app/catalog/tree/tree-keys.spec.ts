import { treeAct } from './tree-keys';
import { type TreeRow } from './tree-rows';

function row(key: string, level: number, isOpen?: boolean): TreeRow {
  const names = key.split('/');
  const name = names.at(-1) ?? '';
  const node = { key, kind: 'table' as const, names, name, folded: name, facts: undefined };
  return { kind: 'node', key, node, level, isOpen, position: 1, size: 1 };
}

/** demo (open) > lake (open) > airports, trips; a bar; shop (folded). */
const rows: readonly TreeRow[] = [
  row('demo', 1, true),
  row('demo/lake', 2, true),
  row('demo/lake/airports', 3),
  row('demo/lake/trips', 3),
  { kind: 'waiting', key: 'demo/lake~0', level: 3 },
  row('shop', 1, false),
];
const [demo, lake, airports, trips, shop] = [0, 1, 2, 3, 5];

const press = (key: string, at: number) => treeAct(key, rows, at, 3);

describe('the keys of the tree', () => {
  it('go down and up over what is in sight, never onto a bar', () => {
    expect(press('ArrowDown', demo)).toEqual({ does: 'go', to: lake });
    expect(press('ArrowDown', trips)).toEqual({ does: 'go', to: shop });
    expect(press('ArrowUp', shop)).toEqual({ does: 'go', to: trips });
    expect(press('ArrowDown', shop)).toBeUndefined();
    expect(press('ArrowUp', demo)).toBeUndefined();
  });

  it('unfold with Right, then go in; a leaf stays where it is', () => {
    expect(press('ArrowRight', shop)).toEqual({ does: 'open', key: 'shop' });
    expect(press('ArrowRight', demo)).toEqual({ does: 'go', to: lake });
    expect(press('ArrowRight', airports)).toBeUndefined();
  });

  it('fold with Left, then go out', () => {
    expect(press('ArrowLeft', lake)).toEqual({ does: 'close', key: 'demo/lake' });
    expect(press('ArrowLeft', trips)).toEqual({ does: 'go', to: lake });
    expect(press('ArrowLeft', shop)).toBeUndefined();
  });

  it('go to both ends, and by what is in sight', () => {
    expect(press('Home', trips)).toEqual({ does: 'go', to: demo });
    expect(press('End', demo)).toEqual({ does: 'go', to: shop });
    expect(press('PageDown', demo)).toEqual({ does: 'go', to: trips });
    expect(press('PageUp', trips)).toEqual({ does: 'go', to: demo });
  });

  it('choose with Enter or Space, and leave every other key alone', () => {
    expect(press('Enter', airports)).toEqual({ does: 'choose', row: airports });
    expect(press(' ', shop)).toEqual({ does: 'choose', row: shop });
    expect(press('Tab', demo)).toBeUndefined();
    expect(press('a', demo)).toBeUndefined();
  });

  it('do nothing in a tree that has nothing yet', () => {
    expect(treeAct('ArrowDown', [], 0, 3)).toBeUndefined();
    expect(treeAct('Enter', [], 0, 3)).toBeUndefined();
    expect(treeAct('End', [{ kind: 'waiting', key: '~0', level: 1 }], 0, 3)).toBeUndefined();
  });
});
