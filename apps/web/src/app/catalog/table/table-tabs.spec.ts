import { tabFrom, tabs } from './table-tabs';

describe('the tabs of a table', () => {
  it('are those of the address; any other word shows the first', () => {
    expect(tabs.map(({ id }) => tabFrom(id))).toEqual(tabs.map(({ id }) => id));
    expect([undefined, '', 'lineage'].map(tabFrom)).toEqual(['overview', 'overview', 'overview']);
  });
});
