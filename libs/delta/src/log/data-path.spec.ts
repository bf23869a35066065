import { dataPath, isAbsolute } from './data-path';

describe('a path of the log', () => {
  it.each([
    ['part-0.parquet', 'part-0.parquet'],
    ['./part-0.parquet', 'part-0.parquet'],
    ['a=%253A/x%20y.parquet', 'a=%3A/x y.parquet'],
    ['100%.parquet', '100%.parquet'],
    ['/some/where/x', '/some/where/x'],
    ['file:/some/where/x', '/some/where/x'],
    ['file:///some/where/x', '/some/where/x'],
    ['file://localhost/some/where/x', '/some/where/x'],
    ['file://elsewhere/some/x', 'file://elsewhere/some/x'],
    ['FILE:/some/where/x', '/some/where/x'],
    ['s3a://bucket/x', 's3://bucket/x'],
    ['s3n://bucket/x', 's3://bucket/x'],
    ['/lake/table/x', 'x'],
    ['file:/lake/table/x%20y', 'x y'],
    ['dbfs:/lake/table/x', 'x'],
    ['/lake/tables/x', '/lake/tables/x'],
  ])('%s is %s', (reference, path) => {
    expect(dataPath(reference, '/lake/table')).toBe(path);
  });

  it.each(['s3://bucket/table', 's3a://bucket/table', 's3n://bucket/table/'])(
    'is inside a table at %s however both are spelled',
    (location) => {
      for (const scheme of ['s3', 's3a', 's3n']) {
        expect(dataPath(`${scheme}://bucket/table/a%20b`, location)).toBe('a b');
        expect(dataPath(`${scheme}://bucket/tables/a`, location)).toBe('s3://bucket/tables/a');
      }
    },
  );

  it('knows what is outside the table', () => {
    expect(isAbsolute('/x')).toBe(true);
    expect(isAbsolute('s3://bucket/x')).toBe(true);
    expect(isAbsolute('a=1:2/x')).toBe(false);
  });
});
