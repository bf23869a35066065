import { PreferenceKeys } from '@lakescope/server-lakebase';
import { QUERY_PREFERENCES } from './query-preferences';

describe('what people keep about querying', () => {
  const keys = new PreferenceKeys();
  for (const [key, schema] of Object.entries(QUERY_PREFERENCES)) keys.register(key, schema);
  const saved = { name: 'Late flights', catalog: 'demo', schema: 'lake', table: 'flights' };

  it.each<[string, unknown]>([
    ['saved_queries', []],
    [
      'saved_queries',
      [
        {
          ...saved,
          columns: ['id'],
          filters: [{ column: 'id', op: 'in', value: [1, '2'] }],
          order_by: [{ column: 'id', direction: 'desc' }],
          limit: 10,
        },
      ],
    ],
    ['saved_queries', [{ ...saved, columns: null, filters: [{ column: 'id', op: 'is_null' }] }]],
    ['warehouse_start', 'always'],
    ['export_destination', '/Volumes/demo/lake/files/exports'],
  ])('%s may be %j', (key, value) => {
    expect(keys.problemsOf(key, value)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['saved_queries', [{ name: 'no table' }]],
    ['saved_queries', [{ ...saved, filters: [{ column: 'id', op: 'or 1=1' }] }]],
    ['saved_queries', [{ ...saved, limit: 1_001 }]],
    ['saved_queries', [{ ...saved, token: 'secret' }]],
    ['warehouse_start', 'never'],
    ['export_destination', '/etc'],
  ])('%s may not be %j', (key, value) => {
    expect(keys.problemsOf(key, value)).not.toEqual([]);
  });
});
