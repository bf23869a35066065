import { findObjects, type SearchPosition } from './find-objects';
import { OBJECT_KINDS, type ObjectKind } from './search.dto';
import { VisibleObjects } from './visible-objects';

function given(maximum = 1_000_000): VisibleObjects {
  const objects = new VisibleObjects(maximum);
  objects.addCatalogs([{ name: 'shop' }, { name: 'Sales', comment: 'The other' }]);
  objects.addSchemas('shop', [{ name: 'sales' }, { name: 'raw' }]);
  objects.addTables(
    ['sales', 'old_sales', 'sales_2025', 'Orders'].map((name) => ({ catalog: 'shop', schema: 'sales', name })),
  );
  objects.addVolumes([{ catalog: 'shop', schema: 'raw', name: 'sales_files' }]);
  return objects;
}

function all(
  objects: VisibleObjects,
  text: string,
  limit = 100,
  kinds: readonly ObjectKind[] = OBJECT_KINDS,
): string[] {
  const names: string[] = [];
  let after: SearchPosition | undefined;
  do {
    const { hits, next } = findObjects(objects, { text, kinds: new Set(kinds), limit, after });
    names.push(...hits.map((hit) => `${hit.kind} ${hit.full_name}`));
    after = next;
  } while (after !== undefined);
  return names;
}

describe('the search in names', () => {
  it('gives the same names first, then those that begin so, then the rest, each by kind and name', () => {
    expect(all(given(), 'SALES')).toEqual([
      'catalog Sales',
      'schema shop.sales',
      'table shop.sales.sales',
      'table shop.sales.sales_2025',
      'volume shop.raw.sales_files',
      'table shop.sales.old_sales',
    ]);
  });

  it.each([
    ['sales.o', ['table shop.sales.Orders', 'table shop.sales.old_sales']],
    ['shop.sales', ['schema shop.sales', 'table shop.sales.Orders']],
    ['shop.sales.orders', ['table shop.sales.Orders']],
    ['.', ['schema shop.raw', 'schema shop.sales']],
    ['shop.raw.', ['volume shop.raw.sales_files']],
    ['\u0130', []],
  ])('looks for %s, in full names when it holds a dot', (text, expected) => {
    expect(all(given(), text).slice(0, expected.length)).toEqual(expected);
    expect(all(given(), text).length === 0).toBe(expected.length === 0);
  });

  it.each([1, 2, 3, 5])('gives the same in pages of %s', (limit) => {
    for (const text of ['s', 'sales', 'shop.', 'o']) expect(all(given(), text, limit)).toEqual(all(given(), text, 100));
  });

  it('goes on where it ended when something is added and removed in between', () => {
    const first = findObjects(given(), { text: 'sales', kinds: new Set(OBJECT_KINDS), limit: 3, after: undefined });
    const changed = given();
    changed.addTables([{ catalog: 'shop', schema: 'sales', name: 'a_sales' }]);
    const { hits } = findObjects(changed, {
      text: 'sales',
      kinds: new Set(OBJECT_KINDS),
      limit: 100,
      after: first.next,
    });

    expect(hits.map((hit) => hit.full_name)).toEqual([
      'shop.sales.sales_2025',
      'shop.raw.sales_files',
      'shop.sales.a_sales',
      'shop.sales.old_sales',
    ]);
  });

  it('holds no more than it may, and says so', () => {
    const objects = given(5);

    expect([objects.size, objects.incomplete, objects.hasRoom]).toEqual([5, true, false]);
    expect(all(objects, 'sales')).toHaveLength(3);
  });

  it('takes names that come in several parts together', () => {
    const objects = new VisibleObjects(100);
    for (const name of ['b', 'C', 'a']) objects.addTables([{ catalog: 'x', schema: 'y', name }]);

    expect(all(objects, 'y.', 100, ['table'])).toEqual(['table x.y.C', 'table x.y.a', 'table x.y.b']);
  });
});
