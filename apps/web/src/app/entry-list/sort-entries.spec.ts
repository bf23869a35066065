import { type FolderEntry } from './folder-entry';
import { orderFrom, orderText, sortEntries } from './sort-entries';

const entry = (kind: FolderEntry['kind'], name: string, sizeBytes: number | null = null): FolderEntry => ({
  kind,
  name,
  path: `/${name}`,
  sizeBytes,
  modifiedAt: null,
  comment: null,
});
const entries = [
  entry('file', 'part-10', 5),
  entry('directory', 'z'),
  entry('file', 'part-9', 7),
  entry('directory', 'a'),
];
const names = (order: string | undefined) => sortEntries(entries, orderFrom(order)).map(({ name }) => name);

describe('sortEntries', () => {
  it('puts folders first and numbers in their order', () => {
    expect(names(undefined)).toEqual(['a', 'z', 'part-9', 'part-10']);
  });

  it('keeps folders first in the other direction', () => {
    expect(names('-name')).toEqual(['z', 'a', 'part-10', 'part-9']);
  });

  it('sorts by size', () => {
    expect(names('-size').slice(2)).toEqual(['part-9', 'part-10']);
  });

  it('reads and writes the order of the URL, and ignores one it does not know', () => {
    expect(orderText(orderFrom('-modified'))).toBe('-modified');
    expect(orderFrom('colour')).toEqual({ key: 'name', isDescending: false });
  });
});
