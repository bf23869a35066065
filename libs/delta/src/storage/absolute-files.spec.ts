import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '../schema/types';
import type { TableSnapshot } from '../table/table-snapshot';
import { added, created, TemporaryLake } from '../testing/temporary-lake';

describe('a file that a log names by an absolute path', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ absoluteRoots: ['shared'] });
  });
  afterAll(() => lake.close());

  async function table(name: string, files: readonly JsonValue[]): Promise<TableSnapshot> {
    await lake.commit(name, 0, [...created(), ...files]);
    return (await lake.open(name)).snapshot();
  }

  const named = (path: string, size: number): JsonValue => added(path, { size, stats: '{"numRecords":3}' });

  it.each([
    ['file:/x', 'file:'],
    ['file:///x', 'file://'],
    ['file://localhost/x', 'file://localhost'],
    ['dbfs:/x', 'dbfs:'],
    ['/x', ''],
  ])('is the same file in every spelling: %s', async (spelling, scheme) => {
    const name = `spelled ${spelling.replaceAll(/\W/g, '-')}`;
    const path = `${scheme}${lake.directory}/${name}/a b.parquet`.replaceAll(' ', '%20');
    const size = await lake.parquet(`${name}/a b.parquet`, 'SELECT range AS id FROM range(3)');
    await lake.commit(name, 0, [...created(), added('gone'), named('a%20b.parquet', size)]);
    await lake.commit(name, 1, [
      { remove: { path: `${scheme}${lake.directory}/${name}/gone`.replaceAll(' ', '%20') } },
    ]);
    await lake.commit(name, 2, [named(path, size)]);

    const snapshot = await (await lake.open(name)).snapshot();

    expect((await snapshot.files()).items.map((file) => file.path)).toEqual(['a b.parquet']);
    expect((await snapshot.preview({ limit: 9 })).rows).toEqual([['0'], ['1'], ['2']]);
  });

  it.each(['s3', 's3a', 's3n'])(
    'on another storage is one file by whichever name it is removed: %s',
    async (scheme) => {
      await lake.commit(scheme, 0, [...created(), added('s3://elsewhere/a'), added('s3a://elsewhere/b')]);
      await lake.commit(scheme, 1, [{ remove: { path: `${scheme}://elsewhere/a` } }]);

      const snapshot = await (await lake.open(scheme)).snapshot();

      expect((await snapshot.files()).items.map((file) => file.path)).toEqual(['s3://elsewhere/b']);
      await expect(snapshot.preview({ limit: 1 })).rejects.toMatchObject({
        code: 'UNSUPPORTED_TABLE_FEATURE',
        message: "The data file s3://elsewhere/b is outside the table's folder and is not opened",
      });
    },
  );

  it('is opened in the folders the engine was allowed', async () => {
    const size = await lake.parquet('shared/source/x.parquet', 'SELECT range AS id FROM range(3)');

    const snapshot = await table('clone', [named(`file:${lake.directory}/shared/source/x.parquet`, size)]);

    expect((await snapshot.preview({ limit: 9 })).rows).toEqual([['0'], ['1'], ['2']]);
    expect((await snapshot.relation()).files).toEqual([join(lake.directory, 'shared/source/x.parquet')]);
  });

  it('is counted by its footer where it is opened', async () => {
    const size = await lake.parquet('shared/uncounted.parquet', 'SELECT range AS id FROM range(5)');

    const snapshot = await table('uncounted', [added(`${lake.directory}/shared/uncounted.parquet`, { size })]);

    expect(await snapshot.countRows()).toEqual({ rows: 5n, exact: true });
  });

  it('is shown and refused anywhere else, also where the table or a link leads there', async () => {
    const size = await lake.parquet('private/x.parquet', 'SELECT range AS id FROM range(3)');
    const outside = join(lake.directory, 'private/x.parquet');
    await symlink(outside, join(lake.directory, 'shared/link.parquet'));
    const paths = [
      outside,
      `${lake.directory}/shared/link.parquet`,
      `${lake.directory}/shared-not/x.parquet`,
      'file://elsewhere/x.parquet',
      'abfss://c@account.dfs.core.windows.net/x.parquet',
      'C:/x.parquet',
    ];
    for (const [index, path] of paths.entries()) {
      const snapshot = await table(`outside-${index}`, [named(path, size)]);

      expect((await snapshot.files()).total).toBe(1);
      expect(await snapshot.countRows()).toEqual({ rows: 3n, exact: true });
      for (const work of [() => snapshot.preview({ limit: 1 }), () => snapshot.relation()]) {
        await expect(work()).rejects.toMatchObject({
          code: 'UNSUPPORTED_TABLE_FEATURE',
          features: ['absolute data file paths'],
        });
      }
    }
  });

  it.each(['../private/x.parquet', 'a/../../private/x.parquet', '%2e%2e/private/x.parquet', '/lake/../etc/passwd'])(
    'or climbs out of the table is not opened: %s',
    async (path) => {
      const snapshot = await table(`climbs-${path.length}`, [named(path, 100)]);

      await expect(snapshot.preview({ limit: 1 })).rejects.toMatchObject({ code: 'TABLE_CORRUPT' });
      await expect(snapshot.relation()).rejects.toMatchObject({ code: 'TABLE_CORRUPT' });
    },
  );

  it('and is gone is missing, by its name', async () => {
    const snapshot = await table('gone', [named(`${lake.directory}/shared/gone.parquet`, 100)]);

    await expect(snapshot.preview({ limit: 1 })).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing: `${lake.directory}/shared/gone.parquet`,
    });
  });
});
