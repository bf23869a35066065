import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageNotFound } from '../errors';
import type { Storage } from '../storage/storage';
import { DeltaTable } from '../table/delta-table';
import { added, created, TemporaryLake } from '../testing/temporary-lake';

describe('a log that was listed before', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  /** A table of as many commits, and a storage that counts the entries it lists. */
  async function given(name: string, commits: number): Promise<{ storage: Storage; listed: () => number }> {
    await lake.commit(name, 0, created());
    for (let version = 1; version < commits; version += 1) await lake.commit(name, version, [added(`f${version}`)]);
    const local = lake.storage(name);
    let entries = 0;
    const storage: Storage = {
      location: local.location,
      async *list(directory, options) {
        for await (const entry of local.list(directory, options)) {
          entries += 1;
          yield entry;
        }
      },
      read: (path, options) => local.read(path, options),
      head: (path, options) => local.head(path, options),
      putIfAbsent: (path, bytes) => local.putIfAbsent(path, bytes),
      put: (path, bytes) => local.put(path, bytes),
    };
    const listed = (): number => {
      const count = entries;
      entries = 0;
      return count;
    };
    return { storage, listed };
  }

  const latest = async (storage: Storage) => (await DeltaTable.open(lake.engine, storage)).snapshot();

  it('is listed from near its end, and new commits are found there', async () => {
    const { storage, listed } = await given('grown', 60);
    const table = await DeltaTable.open(lake.engine, storage);
    expect(listed()).toBe(60);

    expect((await table.snapshot()).version).toBe(59);
    await lake.commit('grown', 60, [added('new')]);
    const snapshot = await table.snapshot();
    const { items } = await table.history({ limit: 2 });

    expect([snapshot.version, snapshot.numFiles]).toEqual([60, 60]);
    expect(items.map(({ version }) => version)).toEqual([60, 59]);
    expect(snapshot.logBytes).toBeGreaterThan(0);
    expect(listed()).toBeLessThan(70);
  });

  it('is listed as a whole again when it was deleted and made anew', async () => {
    const { storage } = await given('anew', 5);
    expect((await latest(storage)).numFiles).toBe(4);
    await rm(join(storage.location, '_delta_log'), { recursive: true });
    await lake.commit('anew', 0, [...created(), added('only')]);

    const snapshot = await latest(storage);
    expect([snapshot.version, snapshot.numFiles]).toEqual([0, 1]);
  });

  it('is listed as a whole again when its start is gone, and says what can still be read', async () => {
    const { storage } = await given('cleaned', 40);
    const table = await DeltaTable.open(lake.engine, storage);
    const directory = join(storage.location, '_delta_log');
    for (const name of (await readdir(directory)).sort().slice(0, 3)) await rm(join(directory, name));

    await expect(table.snapshot({ version: 30 })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
    expect((await table.history({ limit: 100 })).items).toHaveLength(37);
  });

  it('is asked of the storage of whoever reads, each time', async () => {
    const { storage } = await given('guarded', 3);
    await latest(storage);
    const refused: Storage = {
      ...storage,
      list: () => {
        throw new StorageNotFound('guarded');
      },
    };

    await expect(DeltaTable.open(lake.engine, refused)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });
});
