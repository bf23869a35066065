import { ancestorsOf, levelOf, nameOf, parentOf, volumePath } from './volume-path';

describe('volumePath', () => {
  it.each([
    ['/Volumes/c/s/v/dir', '/Volumes/c/s/v/dir'],
    ['  "/Volumes/c/s/v/" ', '/Volumes/c/s/v'],
    ['dbfs:/Volumes/c//s/v', '/Volumes/c/s/v'],
    ["'/volumes/c'", '/Volumes/c'],
    ['/Volumes/c/s/v/a%20b', '/Volumes/c/s/v/a%20b'],
  ])('understands %s', (pasted, path) => {
    expect(volumePath(pasted)).toBe(path);
  });

  it.each(['', 'Volumes/c', 's3://bucket/key', '/etc/passwd', '/Volumes/c/../d', '/Volumes/c/s/v/./x'])(
    'refuses %s',
    (pasted) => {
      expect(volumePath(pasted)).toBeUndefined();
    },
  );

  it('knows what a path names and what is above it', () => {
    expect(['/Volumes', '/Volumes/c', '/Volumes/c/s', '/Volumes/c/s/v'].map(levelOf)).toEqual([
      'root',
      'catalog',
      'schema',
      'folder',
    ]);
    expect(parentOf('/Volumes')).toBeUndefined();
    expect(parentOf('/Volumes/c')).toBe('/Volumes');
    expect(nameOf('/Volumes/c/s')).toBe('s');
    expect(ancestorsOf('/Volumes/c/s')).toEqual(['/Volumes', '/Volumes/c', '/Volumes/c/s']);
  });
});
