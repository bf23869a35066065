import { formatVolumePath, parseVolumePath } from './volume-path';

describe('a Files API path', () => {
  it.each([
    ['/Volumes/demo/lake/files', []],
    ['/Volumes/demo/lake/files/', []],
    ['/Volumes/demo/lake/files/a/b.csv', ['a', 'b.csv']],
    ['//Volumes//demo/lake/files/a', ['a']],
    ['/%2FVolumes%2Fdemo%2Flake%2Ffiles%2Fa%20b', ['a b']],
    ['/Volumes/demo/lake/files/date%3D2026-01-31/50%25', ['date=2026-01-31', '50%']],
    ['/Volumes/demo/lake/files/%252e%252e', ['%2e%2e']],
    ['/Volumes/demo/lake/files/...', ['...']],
    ['/Volumes/DEMO/Lake/files/Case', ['Case']],
  ])('%s is split, then decoded once', (path, segments) => {
    expect(parseVolumePath(path)).toEqual({ root: 'Volumes', volume: 'demo.lake.files', segments });
  });

  it.each([
    '/Volumes/demo/lake/files/..',
    '/Volumes/demo/lake/files/%2E%2E/x',
    '/Volumes/demo/lake/files/a%2f..%2fb',
    '/Volumes/demo/lake/files/./a',
    '/Volumes/demo/lake/files/a%00',
    '/Volumes/demo/lake/files/%ff',
    '/Volumes/demo/lake.files/x/y',
    `/Volumes/demo/lake/files/${'ö'.repeat(128)}`,
    '/Volumes/demo/lake',
    '/volumes/demo/lake/files',
    '/Workspace/a',
    '/',
    '',
  ])('%s is refused', (path) => {
    expect(() => parseVolumePath(path)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('is written as clients write it', () => {
    expect(formatVolumePath('demo.lake.files', ['a', 'b c'])).toBe('/Volumes/demo/lake/files/a/b c');
  });
});
