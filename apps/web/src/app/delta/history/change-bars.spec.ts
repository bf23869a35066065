import { type HistoryEntryDto } from '@lakescope/web-api';
import { changeBars } from './change-bars';

const commit = (rows_added: string | null, rows_removed: string | null) =>
  ({ rows_added, rows_removed }) as HistoryEntryDto;

describe('changeBars', () => {
  it('gives the largest change the whole half and others the square root of their share', () => {
    expect(changeBars([commit('10000', '0'), commit('100', '2500')])).toEqual([
      { added: 100, removed: 0 },
      { added: 10, removed: 50 },
    ]);
  });

  it('draws nothing where nothing is known, and something where little changed', () => {
    const [unknown, small] = changeBars([commit(null, null), commit('1', '0'), commit('1000000000', '0')]);
    expect(unknown).toEqual({ added: 0, removed: 0 });
    expect(small?.added).toBeGreaterThan(1);
  });
});
