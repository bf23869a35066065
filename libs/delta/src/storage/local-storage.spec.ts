import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AlreadyExists, InvalidRequest, StorageNotFound } from '../errors';
import { TemporaryLake } from '../testing/temporary-lake';
import { LocalStorage } from './local-storage';
import type { StorageEntry } from './storage';

describe('LocalStorage', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  it.each(['../secret', 'a/../../secret', '/etc/passwd', 'a/..', 'a\0b'])('refuses the path %j', async (path) => {
    await expect(lake.storage('t').read(path)).rejects.toThrow(InvalidRequest);
    await expect(lake.storage('t').putIfAbsent(path, Buffer.from('x'))).rejects.toThrow(InvalidRequest);
  });

  it('does not follow a symbolic link out of its root', async () => {
    await lake.write('secret.txt', 'secret');
    await mkdir(join(lake.directory, 'linked'));
    await symlink('../secret.txt', join(lake.directory, 'linked/out'));
    await symlink('..', join(lake.directory, 'linked/up'));
    const storage = lake.storage('linked');

    await expect(storage.read('out')).rejects.toThrow(InvalidRequest);
    await expect(storage.read('up/secret.txt')).rejects.toThrow(InvalidRequest);
    await expect(storage.putIfAbsent('up/new.txt', Buffer.from('x'))).rejects.toThrow(InvalidRequest);
    expect(await collect(storage.list(''))).toEqual([]);
  });

  it('lists direct children in byte order after a name', async () => {
    for (const name of ['b', 'a', 'ä', 'Z', '😀', '\uffee']) await lake.write(`listed/${name}`, name);

    const names = (await collect(lake.storage('listed').list(''))).map((entry) => entry.name);
    const after = (await collect(lake.storage('listed').list('', { startAfter: 'a' }))).map((entry) => entry.name);

    expect(names).toEqual(['Z', 'a', 'b', 'ä', '\uffee', '😀']);
    expect(after).toEqual(['b', 'ä', '\uffee', '😀']);
  });

  it('reads whole files, ranges and ends', async () => {
    await lake.write('read/file', '0123456789');
    const text = async (range?: { offset: number; length: number } | { last: number }): Promise<string> =>
      Buffer.from(await lake.storage('read').read('file', { range })).toString();

    expect(await text()).toBe('0123456789');
    expect(await text({ offset: 3, length: 4 })).toBe('3456');
    expect(await text({ offset: 8, length: 10 })).toBe('89');
    expect(await text({ last: 3 })).toBe('789');
  });

  it('says what is missing', async () => {
    await expect(lake.storage('none').read('x')).rejects.toThrow(StorageNotFound);
    await expect(collect(lake.storage('none').list('x'))).rejects.toThrow(StorageNotFound);
    expect(await lake.storage('none').head('x')).toBeUndefined();
  });

  describe.each([
    { way: 'by way of the thread pool', blocks: false },
    { way: 'by calls that block', blocks: true },
  ])('$way', ({ blocks }) => {
    const storageOf = (name: string): LocalStorage =>
      new LocalStorage(join(lake.directory, `${name}-${blocks}`), { blocks });

    it('lets exactly one of many writers create a file, whole, and leaves nothing else behind', async () => {
      const storage = storageOf('race');
      const writers = Array.from({ length: 20 }, (_, index) => Buffer.alloc(100_000, index));

      const outcomes = await Promise.allSettled(writers.map((bytes) => storage.putIfAbsent('log/0.json', bytes)));

      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(19);
      expect(lost.every((outcome) => outcome.reason instanceof AlreadyExists)).toBe(true);
      const bytes = await storage.read('log/0.json');
      expect(new Set(bytes).size).toBe(1);
      expect(bytes).toHaveLength(100_000);
      expect(await readdir(join(storage.location, 'log'))).toEqual(['0.json']);
    });

    it('takes the place of a file, and leaves nothing else behind', async () => {
      const storage = storageOf('placed');

      for (const text of ['old and long', 'new']) await storage.put('hint', Buffer.from(text));

      expect(Buffer.from(await storage.read('hint')).toString()).toBe('new');
      expect(await readdir(storage.location)).toEqual(['hint']);
    });

    it('makes its folder anew when it is gone', async () => {
      const storage = storageOf('gone');
      await storage.putIfAbsent('log/0.json', Buffer.from('0'));
      await rm(storage.location, { recursive: true });

      await storage.putIfAbsent('log/1.json', Buffer.from('1'));

      expect(await readdir(join(storage.location, 'log'))).toEqual(['1.json']);
    });
  });

  it('opens a root that is itself a symbolic link', async () => {
    await mkdir(join(lake.directory, 'real'));
    await writeFile(join(lake.directory, 'real/file'), 'yes');
    await symlink('real', join(lake.directory, 'alias'));

    expect(Buffer.from(await lake.storage('alias').read('file')).toString()).toBe('yes');
  });
});

async function collect(entries: AsyncIterable<StorageEntry>): Promise<StorageEntry[]> {
  const all: StorageEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}
