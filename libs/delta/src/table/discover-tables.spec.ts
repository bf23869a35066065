import { StorageNotFound } from '../errors';
import { created, TemporaryLake } from '../testing/temporary-lake';
import { discoverTables } from './discover-tables';

describe('discovering tables', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
    for (const table of ['b', 'a/x', 'a/y', 'a-b', 'a/x/inner', '.hidden/t', 'deep/1/2/3/t']) {
      await lake.commit(`root/${table}`, 0, created());
    }
  });
  afterAll(() => lake.close());

  it('walks folders by name, not into tables and not into hidden ones', async () => {
    const { items, next } = await discoverTables(lake.storage('root'));

    expect(items.map((item) => item.path)).toEqual(['a/x', 'a/y', 'a-b', 'b', 'deep/1/2/3/t']);
    expect(items.map((item) => item.name)).toEqual(['x', 'y', 'a-b', 'b', 't']);
    expect(next).toBeUndefined();
  });

  it('goes on where a page ended', async () => {
    const paths: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await discoverTables(lake.storage('root'), { limit: 2, cursor });
      expect(page.items.length).toBeLessThanOrEqual(2);
      paths.push(...page.items.map((item) => item.path));
      cursor = page.next;
    } while (cursor !== undefined);

    expect(paths).toEqual(['a/x', 'a/y', 'a-b', 'b', 'deep/1/2/3/t']);
  });

  it('stops at the depth asked for', async () => {
    const { items } = await discoverTables(lake.storage('root'), { maxDepth: 1 });

    expect(items.map((item) => item.path)).toEqual(['a-b', 'b']);
  });

  it('finds the root itself', async () => {
    const { items } = await discoverTables(lake.storage('root/b'));

    expect(items).toEqual([{ path: '', name: 'b' }]);
  });

  it('says when the root is not there', async () => {
    await expect(discoverTables(lake.storage('nowhere'))).rejects.toThrow(StorageNotFound);
  });
});
