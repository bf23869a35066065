import { isView, typeWord } from './table-kind';

describe('the kind of a table', () => {
  it('is a table wherever its files are, and in plain words otherwise', () => {
    expect(['MANAGED', 'EXTERNAL', null, 'VIEW', 'MATERIALIZED_VIEW'].map(typeWord)).toEqual([
      'TABLE',
      'TABLE',
      'TABLE',
      'VIEW',
      'MATERIALIZED VIEW',
    ]);
  });

  it('is a view only when it keeps no rows', () => {
    expect(['VIEW', 'METRIC_VIEW', 'MATERIALIZED_VIEW', 'MANAGED', null].map(isView)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
