import { parseS3Location } from './s3-location';

describe('a place in S3', () => {
  it.each([
    ['s3://lake', { bucket: 'lake', path: '' }],
    ['s3://lake/', { bucket: 'lake', path: '' }],
    ['s3a://lake/tables/claims/', { bucket: 'lake', path: 'tables/claims' }],
    ['s3n://lake/a%2Fb c/ü', { bucket: 'lake', path: 'a%2Fb c/ü' }],
    ['s3://lake/line\nbreak', { bucket: 'lake', path: 'line\nbreak' }],
  ])('is read from %j', (text, location) => {
    expect(parseS3Location(text, 'source.path')).toEqual(location);
  });

  it.each([
    'lake/tables',
    'https://lake/tables',
    's3:/lake/tables',
    's3:///tables',
    's3://La_ke/tables',
    's3://lake--x-s3/tables',
    's3://arn:aws:s3:eu-central-1:1:accesspoint/x',
    's3://user@lake/tables',
    's3://lake/../other',
    's3://lake/./x',
    '',
  ])('is not read from %j', (text) => {
    expect(() => parseS3Location(text, 'source.path')).toThrow('source.path must');
  });
});
