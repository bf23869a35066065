import { type S3ObjectDto } from '@lakescope/web-api';
import { isFolderMark, objectEntry } from './object-entries';

const object = (key: string, changes: Partial<S3ObjectDto> = {}): S3ObjectDto => ({
  kind: key.endsWith('/') ? 'folder' : 'object',
  key,
  name: '',
  size_bytes: key.endsWith('/') ? null : 7,
  last_modified: null,
  etag: null,
  storage_class: null,
  ...changes,
});

describe('entries of a bucket', () => {
  it.each([
    ['a/b/', 'b', 'directory'],
    ['a/c.csv', 'c.csv', 'file'],
    ['a//', '/', 'directory'],
  ])('shows the key %s below a/ as %s', (key, name, kind) => {
    expect(objectEntry('claims', 'a/', object(key))).toMatchObject({ name, kind, path: `s3://claims/${key}` });
  });

  it('tells a folder from an object of the same name', () => {
    const paths = ['a/b/', 'a/b'].map((key) => objectEntry('claims', 'a/', object(key)).path);
    expect(new Set(paths).size).toBe(2);
  });

  it('remarks a storage class only where it is not the usual one', () => {
    const classes = ['STANDARD', 'GLACIER'].map((storage_class) => object('a/b', { storage_class }));
    expect(classes.map((each) => objectEntry('claims', 'a/', each).comment)).toEqual([null, 'GLACIER']);
  });

  it('leaves out the mark of the folder itself, and nothing that holds bytes', () => {
    const mark = object('a/', { kind: 'object', size_bytes: 0 });
    expect(isFolderMark('a/', mark)).toBe(true);
    expect(isFolderMark('a/', { ...mark, size_bytes: 3 })).toBe(false);
    expect(isFolderMark('', mark)).toBe(false);
  });
});
