import { InvalidRequest } from '../errors';
import type { JsonValue } from '../schema/types';
import type { Filter, PreviewResult } from '../table/snapshot';
import type { DeltaTable } from '../table/delta-table';
import { TemporaryLake } from '../testing/temporary-lake';
import { createTable } from '../writer/create-table';

describe.each([
  { where: 'in memory', largeFiles: 1_000 },
  { where: 'in DuckDB', largeFiles: 0 },
])('a preview with filters of a table whose files are $where', ({ largeFiles }) => {
  let lake: TemporaryLake;
  let table: DeltaTable;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ largeFiles });
    // Ten files of 100 ids each in two partitions; every seventh name is null.
    table = await createTable(lake.engine, lake.storage('numbers'), {
      source: await lake.rows(
        `SELECT range AS id, CASE WHEN range < 500 THEN 'low' ELSE 'high' END AS part,
           CASE WHEN range % 7 <> 0 THEN 'n' || range END AS name, (range / 4)::DOUBLE AS quarter FROM range(1000)`,
      ),
      partitionColumns: ['part'],
      maxRowsPerFile: 100,
    });
  });
  afterAll(() => lake.close());

  async function preview(
    filters: Filter[],
    page: { limit?: number; offset?: number; columns?: string[] } = {},
  ): Promise<PreviewResult> {
    return (await table.snapshot()).preview({ limit: 1000, columns: ['id'], filters, ...page });
  }

  async function ids(filters: Filter[]): Promise<number[]> {
    return (await preview(filters)).rows.map(([id]) => Number(id)).sort((left, right) => left - right);
  }

  it('shows the rows that match and says how many files it did not have to open', async () => {
    const found = await preview([{ column: 'id', op: 'between', value: [198, 201] }], {
      columns: ['name', 'part', 'id'],
    });

    expect([...found.rows].sort((left, right) => Number(left[2]) - Number(right[2]))).toEqual([
      ['n198', 'low', '198'],
      ['n199', 'low', '199'],
      ['n200', 'low', '200'],
      ['n201', 'low', '201'],
    ]);
    expect(found).toMatchObject({ filesRead: 2, filesSkipped: 8, nextOffset: undefined });
  });

  it('decides by columns that are not shown', async () => {
    expect(
      await ids([
        { column: 'name', op: 'like', value: 'n99_' },
        { column: 'quarter', op: '>=', value: 249 },
      ]),
    ).toEqual([996, 997, 998, 999]);
    expect(
      await ids([
        { column: 'name', op: 'is_null' },
        { column: 'id', op: '<', value: '15' },
      ]),
    ).toEqual([0, 7, 14]);
    expect(
      await ids([
        { column: 'part', op: '=', value: 'high' },
        { column: 'id', op: 'in', value: [1, 501] },
      ]),
    ).toEqual([501]);
    expect(await ids([{ column: 'name', op: 'not_like', value: 'n%' }])).toEqual([]);
    expect((await ids([{ column: 'id', op: 'not_in', value: [5] }])).length).toBe(999);
  });

  it('goes page by page over matching rows to the last one', async () => {
    const filters: Filter[] = [{ column: 'name', op: 'is_null' }];
    const all = (await preview(filters)).rows;
    const paged: JsonValue[][] = [];
    let offset: number | undefined = 0;
    while (offset !== undefined) {
      const page: PreviewResult = await preview(filters, { limit: 40, offset });
      paged.push(...page.rows);
      offset = page.nextOffset;
    }

    expect(all).toHaveLength(143);
    expect(paged).toEqual(all);
    expect((await preview(filters, { offset: 143 })).rows).toEqual([]);
  });

  it('never shows a deleted row', async () => {
    // Rows 3, 4, 7, 11, 18 and 29 of the file, in the layout of the protocol's own example.
    const deletionVector = {
      storageType: 'i',
      pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
      sizeInBytes: 44,
      cardinality: 6,
    };
    const [file] = await (await table.snapshot()).filesAt([5]);
    const path = file?.path ?? '';
    const partitionValues = JSON.parse(file?.partitionValues ?? '{}') as JsonValue;
    await lake.commit('numbers', 1, [
      { remove: { path, partitionValues } },
      {
        add: {
          path,
          partitionValues,
          size: file?.sizeBytes ?? 0,
          modificationTime: file?.modifiedAt ?? 0,
          dataChange: true,
          stats: file?.stats ?? '',
          deletionVector,
        },
      },
    ]);
    const base = Number(
      (await (await table.snapshot({ version: 0 })).preview({ limit: 1, offset: 500, columns: ['id'] })).rows[0]?.[0],
    );
    const gone = [3, 4, 7, 11, 18, 29].map((row) => base + row);

    expect(await ids([{ column: 'id', op: 'between', value: [base, base + 30] }])).toEqual(
      Array.from({ length: 31 }, (_, row) => base + row).filter((id) => !gone.includes(id)),
    );
    expect((await ids([{ column: 'id', op: '>=', value: 0 }])).length).toBe(994);
    const paged = await preview(
      [
        { column: 'id', op: '>=', value: base },
        { column: 'id', op: '<', value: base + 100 },
      ],
      {
        offset: 90,
        limit: 10,
      },
    );
    expect(paged.rows).toHaveLength(4);
  });

  it('refuses columns that are not there', async () => {
    await expect(preview([{ column: 'nothing', op: 'is_null' }])).rejects.toThrow(InvalidRequest);
  });
});
