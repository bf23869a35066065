import { type DroppedEntry, type DroppedFile, type DroppedFolder, filesOf, filesOfInput } from './dropped-files';

const file = (name: string): DroppedFile => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (found) => found(new File(['x'], name)),
});

/** A folder that, as in a browser, tells its children in portions. */
const folder = (name: string, ...children: DroppedEntry[]): DroppedFolder => ({
  isFile: false,
  isDirectory: true,
  name,
  createReader: () => {
    const left = [...children];
    return { readEntries: (found) => found(left.splice(0, 2)) };
  },
});

const paths = (files: readonly { file: File; folder: string }[]) =>
  files.map(({ file: { name }, folder: in_ }) => (in_ ? `${in_}/${name}` : name));

describe('what was dropped', () => {
  it('is files, and folders with all that is below them', async () => {
    const { files, emptyFolders } = await filesOf([
      file('a.csv'),
      folder('photos', file('1.png'), file('2.png'), file('3.png'), folder('2026', file('4.png'))),
      folder('empty', folder('inner')),
    ]);
    expect(paths(files)).toEqual(['a.csv', 'photos/1.png', 'photos/2.png', 'photos/3.png', 'photos/2026/4.png']);
    expect(emptyFolders).toEqual(['empty/inner']);
  });

  it('fails as a whole when a folder cannot be read: half of it would look like all of it', async () => {
    const unreadable: DroppedFile = { ...file('b'), file: (_, failed) => failed(new DOMException('gone')) };
    await expect(filesOf([file('a'), unreadable])).rejects.toThrow('gone');
  });
});

describe('what was chosen', () => {
  it('keeps the folders of a chosen folder', () => {
    const inner = Object.defineProperty(new File(['x'], '1.png'), 'webkitRelativePath', { value: 'photos/2026/1.png' });
    const plain = Object.defineProperty(new File(['x'], 'a.csv'), 'webkitRelativePath', { value: '' });
    expect(paths(filesOfInput([inner, plain]).files)).toEqual(['photos/2026/1.png', 'a.csv']);
  });
});
