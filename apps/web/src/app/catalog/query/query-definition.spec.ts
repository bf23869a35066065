import { convertToParamMap } from '@angular/router';
import { queryFrom, queryParams, type QueryDefinition, reordered, WHOLE_TABLE } from './query-definition';

/** As the router does: a parameter of null is not in the address. */
function throughUrl(query: QueryDefinition): QueryDefinition {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(queryParams(query))) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== null) search.append(name, String(one));
    }
  }
  const params = Object.fromEntries([...search.keys()].map((name) => [name, search.getAll(name)]));
  return queryFrom(convertToParamMap(params));
}

describe('a query in the URL', () => {
  it('is the first hundred rows of all columns when the URL says nothing', () => {
    expect(queryFrom(convertToParamMap({}))).toEqual(WHOLE_TABLE);
    expect(Object.values(queryParams(WHOLE_TABLE)).every((value) => value === null)).toBe(true);
  });

  it('survives the way through the URL, whatever the names and values hold', () => {
    const nasty = '"]; DROP TABLE `t` --&filter=<img src=x onerror=alert(1)> desc\n😀 asc';
    const query: QueryDefinition = {
      columns: [nasty, 'a,b', 'c'],
      filters: [
        { column: nasty, op: '=', values: [nasty] },
        { column: 'n', op: 'is_null', values: [] },
        { column: 'n', op: 'between', values: ['', '2'] },
        { column: 'n', op: 'not_in', values: ['1', '2', '3'] },
        { column: 's', op: '=', values: [''] },
      ],
      orders: [
        { column: nasty, direction: 'desc' },
        { column: 'a b desc', direction: 'asc' },
      ],
      limit: 500,
      offset: 1500,
    };
    expect(throughUrl(query)).toEqual(query);
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', '1e2'],
    ['offset', '-1'],
    ['offset', '99999999999999999999'],
    ['filter', 'not json'],
    ['filter', '{"column":"a"}'],
    ['filter', '["a","drop","1"]'],
    ['filter', '["a"]'],
    ['filter', '[1,"=","1"]'],
    ['filter', '["a","__proto__","1"]'],
    ['order', 'a'],
    ['order', 'a sideways'],
    ['columns', ''],
  ])('takes %s=%s for nothing', (name, value) => {
    expect(queryFrom(convertToParamMap({ [name]: [value] }))).toEqual(WHOLE_TABLE);
  });

  it('orders by a column once', () => {
    expect(queryFrom(convertToParamMap({ order: ['a desc', 'a asc'] })).orders).toEqual([
      { column: 'a', direction: 'desc' },
    ]);
  });
});

describe('another order', () => {
  const orders = [
    { column: 'a', direction: 'asc' },
    { column: 'b', direction: 'desc' },
  ] as const;

  it('takes the place of the former one, goes behind it, or ends', () => {
    expect(reordered(orders, { column: 'c', direction: 'asc', isAdded: false })).toEqual([
      { column: 'c', direction: 'asc' },
    ]);
    expect(reordered(orders, { column: 'a', direction: 'desc', isAdded: true })).toEqual([
      { column: 'b', direction: 'desc' },
      { column: 'a', direction: 'desc' },
    ]);
    expect(reordered(orders, { column: 'a', direction: undefined, isAdded: false })).toEqual([orders[1]]);
  });
});
