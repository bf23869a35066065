import { InvalidRequest } from '../errors';
import type { JsonValue } from '../schema/types';
import type { DeltaTable } from '../table/delta-table';
import type { ReadRowsOptions } from '../table/snapshot';
import { TemporaryLake } from '../testing/temporary-lake';
import { createTable } from '../writer/create-table';

const ROWS = 30_000;

describe.each([
  { where: 'in memory', largeFiles: 1_000 },
  { where: 'in DuckDB', largeFiles: 0 },
])('all rows of a table whose files are $where', ({ largeFiles }) => {
  let lake: TemporaryLake;
  let table: DeltaTable;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ largeFiles });
    table = await createTable(lake.engine, lake.storage('many'), {
      source: await lake.rows(
        `SELECT range AS id, CASE WHEN range < 20000 THEN 'low' ELSE 'high' END AS part, {a: range} AS nested FROM range(${ROWS})`,
      ),
      partitionColumns: ['part'],
      maxRowsPerFile: 2_500,
    });
  });
  afterAll(() => lake.close());

  async function read(options: ReadRowsOptions): Promise<{ rows: JsonValue[][]; most: number; hasMore: boolean }> {
    const rows: JsonValue[][] = [];
    let most = 0;
    const { hasMore } = await (
      await table.snapshot()
    ).readRows(options, async (some) => {
      most = Math.max(most, some.length);
      await Promise.resolve();
      rows.push(...some);
    });
    return { rows, most, hasMore };
  }

  it('come a few thousand at a time, in the order of previews', async () => {
    const { rows, most, hasMore } = await read({ limit: ROWS });

    expect({ rows: rows.length, hasMore, isFew: most <= 2_500 }).toEqual({ rows: ROWS, hasMore: false, isFew: true });
    const page = await (await table.snapshot()).preview({ limit: 100, offset: 12_000 });
    expect(rows.slice(12_000, 12_100)).toEqual(page.rows);
  });

  it('end at the limit, which says whether there are more', async () => {
    const cut = await read({ limit: 12_345, columns: ['id'] });
    expect([cut.rows.length, cut.hasMore]).toEqual([12_345, true]);

    const filters = [{ column: 'id', op: '<' as const, value: '12345' }];
    const exact = await read({ limit: 12_345, columns: ['id'], filters });
    expect([exact.rows.length, exact.hasMore]).toEqual([12_345, false]);
    const less = await read({ limit: 12_344, columns: ['id'], filters });
    expect([less.rows.length, less.hasMore]).toEqual([12_344, true]);
    expect(less.rows).toEqual(exact.rows.slice(0, 12_344));
    await expect(read({ limit: 0 })).rejects.toThrow(InvalidRequest);
  });

  it('are read no further when whoever takes them fails or leaves', async () => {
    const snapshot = await table.snapshot();
    let taken = 0;
    const full = new Error('no room');
    await expect(
      snapshot.readRows({ limit: ROWS }, () => {
        taken += 1;
        return taken === 2 ? Promise.reject(full) : Promise.resolve();
      }),
    ).rejects.toBe(full);
    expect(taken).toBe(2);

    const leaving = new AbortController();
    await expect(
      snapshot.readRows(
        { limit: ROWS, filters: [{ column: 'part', op: '=', value: 'low' }], signal: leaving.signal },
        () => {
          leaving.abort();
          return Promise.resolve();
        },
      ),
    ).rejects.toThrow(/abort/i);
  });
});
