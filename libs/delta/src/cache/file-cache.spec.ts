import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStorage } from '../storage/local-storage';
import { TemporaryLake } from '../testing/temporary-lake';
import { mergeSpans, missingSpans } from './byte-ranges';
import type { DataFile } from './cache-key';
import { FileCache } from './file-cache';

class CountingStorage extends LocalStorage {
  reads = 0;

  override async read(path: string): Promise<Uint8Array> {
    this.reads += 1;
    return super.read(path);
  }
}

describe('the cache of remote files', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
    for (const name of ['a', 'b', 'c']) await lake.write(`remote/${name}`, name.repeat(100));
  });
  afterAll(() => lake.close());

  const file = (path: string, modifiedAt = 1): DataFile => ({ path, sizeBytes: 100, modifiedAt });
  const open = (name: string, capacity: number): Promise<FileCache> =>
    FileCache.open(join(lake.directory, name), capacity);
  const kept = (name: string): Promise<string[]> => readdir(join(lake.directory, name, 'whole'));

  it('drops what was used longest ago, but nothing in use', async () => {
    const cache = await open('lru', 200);
    const storage = lake.storage('remote');
    const a = await cache.pinWhole(storage, file('a'), undefined);
    const b = await cache.pinWhole(storage, file('b'), undefined);
    await cache.unpin(b);
    const c = await cache.pinWhole(storage, file('c'), undefined);
    await cache.unpin(c);

    expect((await kept('lru')).sort()).toEqual([a.key, c.key].sort());

    await cache.unpin(a);
    await cache.unpin(await cache.pinWhole(storage, file('b'), undefined));
    expect(await kept('lru')).not.toContain(a.key);
  });

  it('fetches a file once for many callers at the same time', async () => {
    const cache = await open('once', 1_000);
    const storage = new CountingStorage(join(lake.directory, 'remote'));

    await Promise.all(Array.from({ length: 8 }, () => cache.pinWhole(storage, file('a'), undefined)));

    expect(storage.reads).toBe(1);
  });

  it('tells apart files of the same name by size and time', async () => {
    const cache = await open('keys', 1_000);
    const storage = lake.storage('remote');

    const one = await cache.pinWhole(storage, file('a', 1), undefined);
    const two = await cache.pinWhole(storage, file('a', 2), undefined);

    expect(one.path).not.toBe(two.path);
  });

  it('lets the next caller fetch after one that failed', async () => {
    const cache = await open('failed', 1_000);
    const storage = lake.storage('remote');
    const failed = cache.pinWhole(storage, file('a'), AbortSignal.abort());
    const second = cache.pinWhole(storage, file('a'), undefined);

    await expect(failed).rejects.toMatchObject({ name: 'AbortError' });
    await expect(second).resolves.toBeDefined();
  });
});

describe('byte ranges', () => {
  it('are joined where they touch or lie close', () => {
    const spans = [
      { start: 20, end: 30 },
      { start: 0, end: 10 },
      { start: 10, end: 12 },
    ];

    expect(mergeSpans(spans)).toEqual([
      { start: 0, end: 12 },
      { start: 20, end: 30 },
    ]);
    expect(mergeSpans(spans, 8)).toEqual([{ start: 0, end: 30 }]);
  });

  it('that are missing are what no known range covers', () => {
    const present = [
      { start: 5, end: 10 },
      { start: 20, end: 30 },
    ];

    expect(missingSpans([{ start: 0, end: 25 }], present)).toEqual([
      { start: 0, end: 5 },
      { start: 10, end: 20 },
    ]);
    expect(missingSpans([{ start: 21, end: 29 }], present)).toEqual([]);
  });
});
