import { readdir, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageNotFound, TableCorrupt } from '../errors';
import { TemporaryLake } from '../testing/temporary-lake';
import { createTable } from '../writer/create-table';

describe.each([
  ['in place', true],
  ['copied in parts', false],
])('a parquet file of no table, %s', (_, inPlace) => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ inPlace });
  });
  afterAll(() => lake.close());

  /** A parquet file made from a query, called exactly so. */
  async function parquet(name: string, query: string): Promise<string> {
    const made = `made-${name.replaceAll(/\W/g, '-')}`;
    // What is made needs an engine that may open it.
    const maker = inPlace ? lake : await TemporaryLake.open();
    await createTable(maker.engine, maker.storage(made), { source: await maker.rows(query) });
    const file = (await readdir(join(maker.directory, made))).find((one) => one.endsWith('.parquet')) ?? '';
    const target = join(lake.directory, name);
    await rename(join(maker.directory, made, file), target);
    if (maker !== lake) await maker.close();
    return target;
  }

  const preview = (name: string, options = {}) =>
    lake.engine.parquetFiles.preview(lake.storage('.'), name, { limit: 3, maxColumns: 10, ...options });

  it('shows its first rows with every type', async () => {
    await parquet(
      'odd [1]*?.parquet',
      `SELECT 9223372036854775807 - range AS "a ""b""", 1.50::DECIMAL(4,2) d, 'ä' s, '\\xFF'::BLOB b,
         TIMESTAMP '1969-12-31 23:59:59.999999' t, [{x: range}] n FROM range(5)`,
    );

    const { columns, rows, hasMore } = await preview('odd [1]*?.parquet');

    expect(columns.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'a "b": long',
      'd: decimal(4,2)',
      's: string',
      'b: binary',
      't: timestamp_ntz',
      'n: array<struct<x: long>>',
    ]);
    expect(rows[0]).toEqual(['9223372036854775807', '1.50', 'ä', '/w==', '1969-12-31T23:59:59.999999', [{ x: '0' }]]);
    expect([rows.length, hasMore]).toEqual([3, true]);
  });

  it('is all there is when it is small', async () => {
    await parquet('small.parquet', 'SELECT range AS id, 1 AS one FROM range(3)');

    expect((await preview('small.parquet')).hasMore).toBe(false);
    expect(await preview('small.parquet', { maxColumns: 1 })).toEqual({
      columns: [{ name: 'id', type: 'long' }],
      rows: [['0'], ['1'], ['2']],
      hasMore: true,
    });
  });

  it('is fetched in part only when it is large', async () => {
    await parquet('large.parquet', 'SELECT range AS id, md5(range::VARCHAR) AS text FROM range(600000)');

    const { rows } = await preview('large.parquet');

    expect(rows.map(([id]) => id)).toEqual(['0', '1', '2']);
  });

  it('is told from what is none, and from nothing', async () => {
    await lake.write('none.parquet', 'a,b\n1,2\n');
    await truncate(await parquet('cut.parquet', 'SELECT range AS id FROM range(1000)'), 500);

    await expect(preview('none.parquet')).rejects.toBeInstanceOf(TableCorrupt);
    await expect(preview('cut.parquet')).rejects.toBeInstanceOf(TableCorrupt);
    await expect(preview('never.parquet')).rejects.toBeInstanceOf(StorageNotFound);
  });
});
