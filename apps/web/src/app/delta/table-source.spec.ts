import { requestedSource, sourceName, sourceOf, sourceOfText, sourceParams, type TableSource } from './table-source';

describe('where a table lies', () => {
  it.each<[string, TableSource]>([
    ['dbfs:/Volumes/c/s/v/t/', { kind: 'volume', path: '/Volumes/c/s/v/t' }],
    ['s3a://lake-1/sales/orders/', { kind: 's3', path: 's3://lake-1/sales/orders', connection: undefined }],
    ['demo.flights.trips', { kind: 'table', fullName: 'demo.flights.trips' }],
  ])('is understood from %s', (text, source) => {
    expect(sourceOfText(text)).toEqual(source);
  });

  it.each(['', '/Volumes', '/tmp/t', 's3://', 's3://lake/../t', 'demo.flights', 'a.b.c.d'])('is not %j', (text) => {
    expect(sourceOfText(text)).toBeUndefined();
  });

  it.each<TableSource>([
    { kind: 'volume', path: '/Volumes/c/s/v/t' },
    { kind: 's3', path: 's3://lake/t', connection: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
    { kind: 's3', path: 's3://lake/t', connection: undefined },
    { kind: 'table', fullName: 'c.s.t' },
  ])('survives the way through the URL: $kind', (source) => {
    expect(sourceOf(sourceParams(source))).toEqual(source);
  });

  it('is named by its last part and asked for in the words of the API', () => {
    const source: TableSource = { kind: 's3', path: 's3://lake/sales/orders', connection: 'id' };
    expect(sourceName(source)).toBe('orders');
    expect(requestedSource(source)).toEqual({ kind: 's3', path: 's3://lake/sales/orders', connection_id: 'id' });
  });
});
