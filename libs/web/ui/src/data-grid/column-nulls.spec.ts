import { columnNulls } from './column-nulls';

describe('columnNulls', () => {
  it('counts what is missing, and not what is empty or zero', () => {
    const rows = [[null], [''], [0], [undefined]];
    expect(columnNulls(rows, 0)).toEqual({ share: '50 % null', exact: '2 of 4 loaded rows are null' });
  });

  it('says nothing in the head of a column that misses nothing', () => {
    expect(columnNulls([['a'], ['b']], 0).share).toBeUndefined();
    expect(columnNulls([], 0).share).toBeUndefined();
  });
});
