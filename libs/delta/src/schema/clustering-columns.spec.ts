import { clusteringColumns } from './clustering-columns';

describe('the columns a table is clustered by', () => {
  const named = (configuration: string): string[][] =>
    clusteringColumns(new Map([['delta.clustering', configuration]]));

  it('are paths of physical names', () => {
    expect(named('{"clusteringColumns":[["col-a"],["b","c.d"]],"domainName":"delta.clustering"}')).toEqual([
      ['col-a'],
      ['b', 'c.d'],
    ]);
  });

  it('are none where nothing that can be understood names them', () => {
    expect([clusteringColumns(new Map()), named('{'), named('[]'), named('{"clusteringColumns":"a"}')]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});
