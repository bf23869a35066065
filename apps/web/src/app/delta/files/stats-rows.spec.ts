import { statsRows } from './stats-rows';

describe('the statistics of a file', () => {
  it('are told by column, those of a struct by field, and what is unknown is left out', () => {
    const rows = statsRows({
      num_records: '3',
      min_values: { id: 1, at: { city: 'Aachen' } },
      max_values: { id: 9, at: { city: '' } },
      null_count: { id: 0, at: { city: 2 }, blob: 3 },
      tight_bounds: true,
    });
    expect(rows).toEqual([
      { column: 'id', min: '1', max: '9', nulls: '0' },
      { column: 'at.city', min: 'Aachen', max: '', nulls: '2' },
      { column: 'blob', min: undefined, max: undefined, nulls: '3' },
    ]);
  });

  it('may be none at all', () => {
    expect(
      statsRows({ num_records: null, min_values: null, max_values: null, null_count: null, tight_bounds: false }),
    ).toEqual([]);
  });
});
