import { nameOfKey, prefixAbove, prefixesTo, readS3Path, s3Location, tablePath } from './s3-location';

describe('s3Location', () => {
  it.each([
    [' "s3://claims/a/b" ', 's3://claims/a/b/'],
    ['s3a://claims', 's3://claims/'],
    ['s3n://claims/', 's3://claims/'],
    ['s3://claims/a//b/', 's3://claims/a//b/'],
    ['s3://claims/a%20b', 's3://claims/a%20b/'],
  ])('reads %s as %s', (pasted, path) => {
    expect(readS3Path(pasted)).toBe(path);
  });

  it.each(['', 's3://', 's3://UPPER/x', 's3:/claims', '/Volumes/a/b/c', 'https://claims.s3.amazonaws.com/a', 's3://a'])(
    'takes %j for no place',
    (pasted) => {
      expect(s3Location(pasted)).toBeUndefined();
    },
  );

  it('has a name for every folder, also for one without', () => {
    expect(prefixesTo('a//b/')).toEqual(['a/', 'a//', 'a//b/']);
    expect(prefixesTo('a//b/').map(nameOfKey)).toEqual(['a', '/', 'b']);
    expect(nameOfKey('exports/claims.csv')).toBe('claims.csv');
  });

  it('goes up to the bucket, and no further', () => {
    expect(['a/b/', 'a/', ''].map(prefixAbove)).toEqual(['a/', '', undefined]);
  });

  it('names a table to the inspector without a slash at its end', () => {
    expect(tablePath({ bucket: 'claims', prefix: 'tables/orders/' })).toBe('s3://claims/tables/orders');
    expect(tablePath({ bucket: 'claims', prefix: '' })).toBe('s3://claims');
  });
});
