import { isVolumeName } from './volume-name';

describe('the name of a volume', () => {
  it('may have any characters but those that Unity Catalog refuses', () => {
    expect(['exports', ' exports ', 'größe-2', 'a`b', '文件'].filter((name) => !isVolumeName(name))).toEqual([]);
    expect(['', '   ', 'a.b', 'a/b', 'a b', 'a\nb', 'x'.repeat(256)].filter(isVolumeName)).toEqual([]);
  });
});
