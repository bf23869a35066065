import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidRequest, TableCorrupt } from '../errors';
import type { JsonValue, StructField } from '../schema/types';
import { added, column, created, TemporaryLake } from '../testing/temporary-lake';
import { append } from '../writer/append';
import { createTable } from '../writer/create-table';

const THREE_SEVEN = { minReaderVersion: 3, minWriterVersion: 7 };

describe('a preview', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  /** A parquet file made from a query, to be named by a hand-written log. */
  async function parquet(path: string, query: string): Promise<{ size: number }> {
    const made = `made-${path.replaceAll(/\W/g, '-')}`;
    await createTable(lake.engine, lake.storage(made), { source: await lake.rows(query) });
    const name = (await readdir(join(lake.directory, made))).find((file) => file.endsWith('.parquet')) ?? '';
    const target = join(lake.directory, path);
    await mkdir(join(target, '..'), { recursive: true });
    await rename(join(lake.directory, made, name), target);
    return { size: (await stat(target)).size };
  }

  async function preview(table: string, options: { limit?: number; offset?: number; columns?: string[] } = {}) {
    return (await (await lake.open(table)).snapshot()).preview({ limit: 100, ...options });
  }

  it('gives every type without losing anything', async () => {
    await createTable(lake.engine, lake.storage('types'), {
      source: await lake.rows(`SELECT 9223372036854775807::BIGINT l, 1::TINYINT b, 2::SMALLINT s, 3::INTEGER i,
        0.1::FLOAT f, 0.1::DOUBLE d, 'NaN'::DOUBLE nan, '-inf'::DOUBLE inf, 12345678901234567890.10::DECIMAL(38,2) decimals,
        true bool, 'ä'::VARCHAR str, '\\x00\\xFF'::BLOB bin, DATE '0044-03-15' early, DATE '12345-01-02' late,
        TIMESTAMPTZ '2024-01-02 03:04:05.000001+02' ts, TIMESTAMP '1969-12-31 23:59:59.999999' ntz,
        {a: 1, b: [9007199254740993]} st, MAP {'k': 1.50::DECIMAL(4,2)} m, MAP {1: 'x'} im, [NULL, 'x'] arr, NULL::INTEGER n`),
    });

    const { columns, rows } = await preview('types');

    expect(columns.map((entry) => entry.type).join(' ')).toBe(
      'long byte short integer float double double double decimal(38,2) boolean string binary date date timestamp ' +
        'timestamp_ntz struct<a: integer, b: array<long>> map<string, decimal(4,2)> map<integer, string> array<string> integer',
    );
    expect(rows).toEqual([
      [
        '9223372036854775807',
        1,
        2,
        3,
        0.1,
        0.1,
        'NaN',
        '-Infinity',
        '12345678901234567890.10',
        true,
        'ä',
        'AP8=',
        '0044-03-15',
        '12345-01-02',
        '2024-01-02T01:04:05.000001Z',
        '1969-12-31T23:59:59.999999',
        { a: 1, b: ['9007199254740993'] },
        { k: '1.50' },
        { '1': 'x' },
        [null, 'x'],
        null,
      ],
    ]);
  });

  it('shows every row exactly once, whatever the page size', async () => {
    await createTable(lake.engine, lake.storage('pages'), {
      source: await lake.rows('SELECT range AS id, range % 3 AS part FROM range(25)'),
      partitionColumns: ['part'],
      maxRowsPerFile: 4,
    });
    const whole = (await preview('pages')).rows;

    for (const limit of [1, 3, 4, 7, 24, 25, 26]) {
      const rows: JsonValue[][] = [];
      let offset: number | undefined = 0;
      while (offset !== undefined) {
        const page = await preview('pages', { limit, offset });
        rows.push(...page.rows);
        offset = page.nextOffset;
      }
      expect(rows).toEqual(whole);
    }
    expect(whole.map(([id]) => Number(id)).sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, id) => id));
    expect(whole.every(([id, part]) => Number(id) % 3 === Number(part))).toBe(true);
    expect((await preview('pages', { offset: 25 })).rows).toEqual([]);
  });

  it('leaves deleted rows out, at any offset', async () => {
    const { size } = await parquet('deleted/f.parquet', 'SELECT range AS id FROM range(40)');
    const deletionVector = {
      storageType: 'i',
      pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
      sizeInBytes: 44,
      cardinality: 6,
    };
    const protocol = { ...THREE_SEVEN, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] };
    await lake.commit('deleted', 0, [...created({ protocol }), added('f.parquet', { size, deletionVector })]);
    const living = Array.from({ length: 40 }, (_, id) => id).filter((id) => ![3, 4, 7, 11, 18, 29].includes(id));

    const snapshot = await (await lake.open('deleted')).snapshot();

    expect(await snapshot.countRows()).toEqual({ rows: 34n, exact: true });
    for (const offset of [0, 2, 3, 10, 33]) {
      const { rows, nextOffset } = await snapshot.preview({ limit: 5, offset });
      expect(rows.map(([id]) => Number(id))).toEqual(living.slice(offset, offset + 5));
      expect(nextOffset).toBe(offset + 5 < 34 ? offset + 5 : undefined);
    }
  });

  it('opens exactly the named file, also when its name is a pattern', async () => {
    const right = await parquet('glob/a[1]*?.parquet', "SELECT 'right' AS id");
    await parquet('glob/a1xy.parquet', "SELECT 'wrong' AS id");
    const fields = [column('id', 'string')];
    await lake.commit('glob', 0, [...created({ fields }), added('a%5B1%5D*%3F.parquet', right)]);

    expect((await preview('glob')).rows).toEqual([['right']]);
  });

  it('takes partition values from the log, not from folder names', async () => {
    const { size } = await parquet('hive/p=wrong/q=__HIVE_DEFAULT_PARTITION__/f.parquet', 'SELECT 1::BIGINT AS id');
    const fields = [
      column('p', 'timestamp'),
      column('id', 'long'),
      column('q', 'long'),
      column('d', 'decimal(6,2)'),
      column('e', 'string'),
    ];
    const partitionColumns = ['p', 'q', 'd', 'e'];
    const partitionValues = { p: '2024-01-02 03:04:05.5', q: '9007199254740993', d: '7.5', e: '' };
    const path = 'p=wrong/q=__HIVE_DEFAULT_PARTITION__/f.parquet';
    await lake.commit('hive', 0, [...created({ fields, partitionColumns }), added(path, { size, partitionValues })]);

    expect((await preview('hive')).rows).toEqual([
      ['2024-01-02T03:04:05.500000Z', '1', '9007199254740993', '7.50', null],
    ]);
    expect((await preview('hive', { columns: ['q'] })).rows).toEqual([['9007199254740993']]);
  });

  it('maps renamed columns, also nested, and gives null for what older files lack', async () => {
    const renamed = (name: string, physical: string, id: number, type: StructField['type']): StructField =>
      column(name, type, { 'delta.columnMapping.physicalName': physical, 'delta.columnMapping.id': id });
    const { size } = await parquet(
      'mapped/f.parquet',
      "SELECT 1::INTEGER AS c1, {x: 'in', gone: 1} AS c2, 5 AS dropped",
    );
    const fields = [
      renamed('number', 'c1', 1, 'long'),
      renamed('nested', 'c2', 2, {
        type: 'struct',
        fields: [renamed('inner', 'x', 4, 'string'), renamed('new', 'y', 5, 'long')],
      }),
      renamed('added', 'c3', 3, { type: 'array', elementType: 'string', containsNull: true }),
    ];
    const protocol = { ...THREE_SEVEN, readerFeatures: ['columnMapping'], writerFeatures: ['columnMapping'] };
    const configuration = { 'delta.columnMapping.mode': 'name' };
    const stats = JSON.stringify({ numRecords: 1, minValues: { c1: 1, c2: { x: 'in' } } });
    await lake.commit('mapped', 0, [
      ...created({ fields, protocol, configuration }),
      added('f.parquet', { size, stats }),
    ]);

    expect((await preview('mapped')).rows).toEqual([['1', { inner: 'in', new: null }, null]]);
    const { items } = await (await (await lake.open('mapped')).snapshot()).files();
    const [file] = items;
    expect(file?.stats?.minValues).toEqual({ number: 1, nested: { inner: 'in' } });
  });

  it('reads columns named like those of DuckDB', async () => {
    await createTable(lake.engine, lake.storage('names'), {
      source: await lake.rows(
        `SELECT 7 AS file_row_number, 8 AS file_index, 'x' AS filename, 1 AS "q""uo'te", 2 AS "a.b, c"`,
      ),
    });

    expect((await preview('names')).rows).toEqual([[7, 8, 'x', 1, 2]]);
  });

  it('gives null for a column that came later', async () => {
    const table = await createTable(lake.engine, lake.storage('later'), { source: await lake.rows('SELECT 1 AS id') });
    await append(lake.engine, table, { source: await lake.rows("SELECT 2 AS id, 'n' AS note"), mergeSchema: true });

    const rows = (await preview('later')).rows.sort();

    expect(rows).toEqual([
      [1, null],
      [2, 'n'],
    ]);
  });

  it('refuses to shift pages when statistics count other rows than there are', async () => {
    const { size } = await parquet('lies/f.parquet', 'SELECT range AS id FROM range(3)');
    await lake.commit('lies', 0, [...created(), added('f.parquet', { size, stats: '{"numRecords":5}' })]);

    await expect(preview('lies')).rejects.toThrow(TableCorrupt);
  });

  it('refuses whole files that hold more rows than the log says, without reading all of them', async () => {
    const { size } = await parquet('more/f.parquet', 'SELECT range AS id FROM range(3000000)');
    await parquet('more/g.parquet', 'SELECT range AS id FROM range(10)');
    const stats = '{"numRecords":1}';
    await lake.commit('more', 0, [...created(), added('f.parquet', { size, stats }), added('g.parquet', { stats })]);

    const before = process.memoryUsage().heapTotal;
    await expect(preview('more')).rejects.toThrow(TableCorrupt);

    expect(process.memoryUsage().heapTotal - before).toBeLessThan(100_000_000);
  });

  it('refuses a file that does not fit the schema, without naming folders of this machine', async () => {
    const { size } = await parquet('misfit/f.parquet', "SELECT 'text' AS id");
    await lake.commit('misfit', 0, [...created(), added('f.parquet', { size, stats: '{"numRecords":1}' })]);

    const failure = await preview('misfit').catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(TableCorrupt);
    expect(String(failure)).not.toContain(lake.directory);
  });

  it.each([
    { limit: 0 },
    { limit: 1.5 },
    { limit: 100_000 },
    { offset: -1 },
    { offset: Number.NaN },
    { columns: ['nope'] },
  ])('refuses %j', async (options) => {
    await expect(preview('later', options)).rejects.toThrow(InvalidRequest);
  });

  it('stops when its caller has gone', async () => {
    const snapshot = await (await lake.open('later')).snapshot();

    await expect(snapshot.preview({ limit: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
