import { pageOfNewest, type Dated } from './newest-first';
import { encodePageToken } from './page-token';

describe('a page of a list with its newest first', () => {
  const list = ['runs'];
  const items: readonly Dated[] = [5, 4, 3, 3, 1].map((createdAt, index) => ({ id: `item-${index}`, createdAt }));
  const page = (from: readonly Dated[], token?: string) => {
    const { page: found, next } = pageOfNewest(from, { list, query: { page_token: token }, limit: 2 });
    return { ids: found.map(({ id }) => id), next };
  };
  const without = (...gone: number[]) => items.filter((_, index) => !gone.includes(index));

  it('goes on behind the item the one before ended with', () => {
    const first = page(items);
    const second = page(items, first.next);
    const third = page(items, second.next);

    expect([first.ids, second.ids, third]).toEqual([
      ['item-0', 'item-1'],
      ['item-2', 'item-3'],
      { ids: ['item-4'], next: undefined },
    ]);
  });

  it('knows nothing of what came meanwhile', () => {
    const { next } = page(items);

    expect(page([{ id: 'new', createdAt: 6 }, ...items], next).ids).toEqual(['item-2', 'item-3']);
  });

  it('goes on where it was when that item is gone, and all before it too', () => {
    const { next } = page(items);

    expect(page(without(1), next).ids).toEqual(['item-2', 'item-3']);
    expect(page(without(0, 1, 2), next).ids).toEqual(['item-3', 'item-4']);
  });

  it('leaves out none that was made in the same millisecond as one that is gone', () => {
    const next = encodePageToken(list, JSON.stringify([3, 'item-2']));

    expect(page(without(2), next).ids).toEqual(['item-3', 'item-4']);
  });

  it('is empty when nothing older is left', () => {
    const { next } = page(items);

    expect(page(without(1, 2, 3, 4), next)).toEqual({ ids: [], next: undefined });
  });

  it.each(['item-1', '[]', '[1]', '["1","item-1"]', '{"id":1}', 'null'])('refuses a token that says %s', (after) => {
    expect(() => page(items, encodePageToken(list, after))).toThrow('Invalid page_token');
  });
});
