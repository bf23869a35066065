import { tabFrom, tabsOf } from './table-tabs';

describe('the tabs of a table', () => {
  it('are those of the address; any other word shows the first', () => {
    const known = ['overview', 'columns', 'sample', 'grants', 'history'];
    expect(known.map(tabFrom)).toEqual(known);
    expect([undefined, '', 'lineage'].map(tabFrom)).toEqual(['overview', 'overview', 'overview']);
  });

  it('end with the query, at an address of its own that takes any name', () => {
    expect(tabsOf(['demo', 'lake', 'größe 100%']).at(-1)).toMatchObject({
      id: 'query',
      link: '/catalog/demo/lake/gr%C3%B6%C3%9Fe%20100%25/query',
    });
  });
});
