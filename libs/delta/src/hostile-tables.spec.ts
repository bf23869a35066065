import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DeltaTable, TableCorrupt, typeText, type JsonValue, type StructField, type TableSnapshot } from './index';
import { MemoryStorage } from './testing/memory-storage';
import { added, column, created, TemporaryLake } from './testing/temporary-lake';
import { randomFrom } from './testing/mutations';

function nested(levels: number): StructField['type'] {
  let type: StructField['type'] = 'long';
  for (let level = 0; level < levels; level += 1) {
    type =
      level % 2 === 0
        ? { type: 'struct', fields: [column('f', type)] }
        : { type: 'array', elementType: type, containsNull: true };
  }
  return type;
}

describe.each([
  { where: 'opened in place', inPlace: true },
  { where: 'copied first', inPlace: false },
])('a hostile table, its files $where,', ({ inPlace }) => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ inPlace });
  });
  afterAll(async () => {
    const left = await readdir(join(lake.directory, 'cache'), { recursive: true, withFileTypes: true });
    const files = left.filter((entry) => entry.isFile());
    await lake.close();
    // Copies of whole files may stay, which the next engine takes over; nothing half-made, staged or spilled may.
    expect(files.filter(({ name, parentPath }) => name.endsWith('.tmp') || !/files.whole$/.test(parentPath))).toEqual(
      [],
    );
  });

  async function table(
    name: string,
    files: readonly JsonValue[],
    options: Parameters<typeof created>[0] = {},
  ): Promise<TableSnapshot> {
    await lake.commit(name, 0, [...created(options), ...files]);
    return (await lake.open(name)).snapshot();
  }

  /** A table of one file of ten rows. */
  async function ten(name: string, more: { [key: string]: JsonValue } = {}): Promise<TableSnapshot> {
    const size = await lake.parquet(`${name}/x.parquet`, 'SELECT range AS id FROM range(10)');
    return table(name, [added('x.parquet', { size, stats: '{"numRecords":10}', ...more })]);
  }

  it.each<[string, (file: string) => Promise<void>]>([
    ['gone', (file) => rm(file)],
    ['cut off', (file) => truncate(file, 150)],
    ['empty', (file) => truncate(file, 0)],
    ['no parquet', (file) => writeFile(file, 'x'.repeat(300))],
    ['of another magic', (file) => writeFile(file, `PAR1${'\0'.repeat(300)}PARE`)],
    ['of a footer that is not there', (file) => writeFile(file, `PAR1${'\xff'.repeat(300)}PAR1`, 'latin1')],
  ])('whose data file is %s says which', async (name, damage) => {
    const snapshot = await ten(`file ${name}`);
    await damage(join(lake.directory, `file ${name}`, 'x.parquet'));

    await expect(snapshot.preview({ limit: 5 })).rejects.toMatchObject({ code: 'TABLE_CORRUPT', missing: 'x.parquet' });
    expect((await snapshot.files()).items).toHaveLength(1);
  });

  it.each([
    ['few', '{"numRecords":4}'],
    ['many', '{"numRecords":40}'],
  ])('whose statistics count too %s rows is found out, and not believed', async (name, stats) => {
    const snapshot = await ten(`counts ${name}`, { stats });

    await expect(snapshot.preview({ limit: 100 })).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing: 'x.parquet',
    });
  });

  it.each([
    '{"numRecords":',
    'null',
    '[1]',
    '{"numRecords":-1}',
    '{"numRecords":"many"}',
    `{"a":${'['.repeat(50_000)}`,
  ])('is counted by its footers where its statistics are broken: %.30s', async (stats) => {
    const snapshot = await ten(`stats ${stats.length}`, { stats });

    expect(await snapshot.countRows()).toEqual({ rows: 10n, exact: true });
    expect((await snapshot.preview({ limit: 100 })).rows).toHaveLength(10);
    expect((await snapshot.files()).items[0]?.stats?.numRecords).toBeUndefined();
  });

  it('shows a file once, however often a commit adds it', async () => {
    const size = await lake.parquet('twice/x.parquet', 'SELECT range AS id FROM range(10)');
    const add = added('x.parquet', { size, stats: '{"numRecords":10}' });

    const snapshot = await table('twice', [add, add, added('./x.parquet', { size, stats: '{"numRecords":10}' })]);

    expect([snapshot.numFiles, snapshot.sizeBytes]).toEqual([1, BigInt(size)]);
    expect((await snapshot.preview({ limit: 100 })).rows).toHaveLength(10);
  });

  it.each([-1, 1.5, 1e300, 'large', null])('with a file of %s bytes names the line', async (size) => {
    await expect(table(`size ${size}`, [added('x.parquet', { size })])).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      message: '_delta_log/00000000000000000000.json, line 3: add.size is missing or of the wrong type',
    });
  });

  it('of a thousand levels has a schema to show, and no rows', async () => {
    const type = nested(1_000);
    const snapshot = await table('deep', [added('x.parquet', { stats: '{"numRecords":1}' })], {
      fields: [column('deep', type)],
    });

    expect(typeText(snapshot.schema)).toHaveLength(typeText({ type: 'struct', fields: [column('deep', type)] }).length);
    expect(JSON.stringify(snapshot.schema).length).toBeGreaterThan(1_000);
    for (const work of [() => snapshot.preview({ limit: 1 }), () => snapshot.relation()]) {
      await expect(work()).rejects.toMatchObject({ code: 'UNSUPPORTED_TABLE_FEATURE' });
    }
  });

  it.each(['{"type":"array","elementType":', '[', '{"type":"struct","fields":[{"name":"a","type":'])(
    'of a schema without an end is corrupt: %s',
    async (opening) => {
      const [protocol, metadata] = created() as [JsonValue, { metaData: { [key: string]: JsonValue } }];
      const schemaString = opening.repeat(100_000);
      await lake.commit(`endless ${opening.length}`, 0, [
        protocol,
        { metaData: { ...metadata.metaData, schemaString } },
      ]);

      await expect((await lake.open(`endless ${opening.length}`)).snapshot()).rejects.toMatchObject({
        code: 'TABLE_CORRUPT',
        missing: 'schema',
      });
    },
  );

  it('with names that mean something to SQL, HTML or JavaScript has columns like any other', async () => {
    const names = [
      `"; DROP TABLE x; --`,
      `<script>alert('1')</script>`,
      'c0',
      'file_row_number',
      'filename',
      '__proto__',
      'constructor',
      `it's`,
      '${name}',
      '*?[a]',
    ];
    const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
    const query = `SELECT ${names.map((name, index) => `${index} AS ${quoted(name)}`).join(', ')}`;
    const path = `it's [a]*?; DROP TABLE x --<b>.parquet`;
    const size = await lake.parquet(`names/${path}`, query);
    const fields = names.map((name) => column(name, 'integer'));
    const snapshot = await table('names', [added(encodeURIComponent(path), { size, stats: '{"numRecords":1}' })], {
      fields,
    });

    const { columns, rows } = await snapshot.preview({ limit: 10 });

    expect(columns.map(({ name }) => name)).toEqual(names);
    expect(rows).toEqual([names.map((_, index) => index)]);
    for (const [index, name] of names.entries()) {
      const filters = [{ column: name, op: '=' as const, value: index }];
      expect((await snapshot.preview({ limit: 10, filters, columns: [name] })).rows).toEqual([[index]]);
    }
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    for (const statement of (await snapshot.relation()).statements('x')) await connection.run(statement);
    expect(await (await connection.run('SELECT * FROM x')).getRows()).toEqual([names.map((_, index) => index)]);
    connection.closeSync();
    instance.closeSync();
  });

  it('that is made anew under a reader gives the old rows or says what is gone', async () => {
    const snapshot = await ten('anew');
    await rm(join(lake.directory, 'anew'), { recursive: true });
    await ten('anew', { stats: '{"numRecords":10}' });
    await lake.parquet('anew/x.parquet', `SELECT range + 100 AS id, 'more' AS other FROM range(30)`);

    const outcome = await snapshot.preview({ limit: 100 }).catch((error: unknown) => error);

    expect(outcome).toMatchObject({ code: 'TABLE_CORRUPT', missing: 'x.parquet' });
  });

  it('whose log is cleaned up while it is read says what is gone', async () => {
    const commit = (version: number): string => `_delta_log/${String(version).padStart(20, '0')}.json`;
    const lines = (actions: readonly JsonValue[]): Buffer =>
      Buffer.from(actions.map((one) => JSON.stringify(one)).join('\n'));
    const storage = new MemoryStorage(
      new Map([
        [commit(0), lines(created())],
        [commit(1), lines([added('a')])],
      ]),
    );
    const opened = await DeltaTable.open(lake.engine, storage);
    const read = storage.read.bind(storage);
    storage.read = (path, options) => {
      storage.files.clear();
      storage.files.set(commit(2), lines([added('b')]));
      return read(path, options);
    };

    const error: unknown = await opened.snapshot().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(TableCorrupt);
    expect([commit(0), commit(1), 'version 0']).toContain(error instanceof TableCorrupt && error.missing);
  });

  it('of damaged bytes anywhere in a data file gives rows or an error of this library', async () => {
    const random = randomFrom(20260102);
    const name = 'bytes';
    const size = await lake.parquet(`${name}/x.parquet`, `SELECT range AS id, 'text ' || range AS t FROM range(200)`);
    const fields = [column('id', 'long'), column('t', 'string')];
    const original = await lake.read(`${name}/x.parquet`);
    const wrong: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      const bytes = Buffer.from(original);
      const position = random(bytes.length);
      bytes.writeUInt8(random(256), position);
      const path = `${round}.parquet`;
      await lake.write(`${name}/${path}`, bytes);
      await lake.commit(name, 0, [...created({ fields }), added(path, { size, modificationTime: round })]);
      try {
        const snapshot = await (await lake.open(name)).snapshot();
        await snapshot.preview({ limit: 300 });
      } catch (error) {
        const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
        if (code !== 'TABLE_CORRUPT' && code !== 'UNSUPPORTED_TABLE_FEATURE')
          wrong.push(`${position}: ${String(error)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
