import { InvalidRequest } from '@lakescope/server-http';
import { VolumePath } from './volume-path';

describe('a path in a volume', () => {
  it.each([
    '/Volumes/demo/lake/files',
    '/Volumes/demo/lake/files/a.csv',
    '/Volumes/demo/lake/files/käse/面条 .txt',
    '/Volumes/demo/lake/files/date=2020-01-01%2000%3A00/part.parquet',
    '/Volumes/demo/lake/files/..hidden/a..b',
    '/Volumes/demo/lake/files/100%',
  ])('%s is taken as it is', (text) => {
    expect(String(VolumePath.parse(text))).toBe(text);
  });

  it('loses one slash at its end', () => {
    expect(String(VolumePath.parse('/Volumes/demo/lake/files/sub/'))).toBe('/Volumes/demo/lake/files/sub');
  });

  it('knows its parts', () => {
    const path = VolumePath.parse('/Volumes/demo/lake/files/sub/a.csv');

    expect(path).toMatchObject({
      catalog: 'demo',
      schema: 'lake',
      volume: 'files',
      segments: ['sub', 'a.csv'],
      name: 'a.csv',
    });
    expect(path.isVolume).toBe(false);
    expect(VolumePath.parse('/Volumes/demo/lake/files').isVolume).toBe(true);
  });

  it.each([
    '',
    '/',
    'Volumes/demo/lake/files',
    '/volumes/demo/lake/files',
    '/Volumes',
    '/Volumes/demo',
    '/Volumes/demo/lake',
    '/Workspace/demo/lake/files',
    '/etc/passwd',
    'file:///etc/passwd',
    '/Volumes/demo/lake/files//a',
    '/Volumes//lake/files/a',
    '/Volumes/demo/lake/files/a//',
    '/Volumes/demo/lake/files/..',
    '/Volumes/demo/lake/files/../../secret',
    '/Volumes/demo/lake/files/./a',
    '/Volumes/../lake/files/a',
    '/Volumes/demo/lake/files/%2e%2e/a',
    '/Volumes/demo/lake/files/%2E./a',
    '/Volumes/demo/lake/files/..%2fa',
    '/Volumes/demo/lake/files/..%5ca',
    '/Volumes/demo/lake/files/..\\a',
    '/Volumes/demo/lake/files/a\u0000b',
    '/Volumes/demo/lake/files/a\r\nb',
    '/Volumes/demo/lake/files/\u007f',
    '/Volumes/demo/lake/files/\ud800',
  ])('%j is refused', (text) => {
    expect(() => VolumePath.parse(text)).toThrow(InvalidRequest);
  });
});
