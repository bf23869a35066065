import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { append, createTable, DeltaEngine, LocalStorage } from '@lakescope/delta';
import { givenSql } from '../testing/given-sql';
import { InspectorApp, volume, type Json, type Persona } from '../testing/inspector-app';

const TABLES = '/Volumes/shop/sales/tables';
const ORDERS = { kind: 'table', full_name: 'shop.sales.orders' };
const MANY = 30_000;

/** Values that files lose, or that spreadsheets run. */
const HARD = `SELECT 1 AS id, 9223372036854775807::BIGINT AS l, '=1+1'::VARCHAR AS s, 12345678901234567890.10::DECIMAL(38,2) AS d,
    'NaN'::DOUBLE AS nan, DATE '12345-01-02' AS late, TIMESTAMP '1969-12-31 23:59:59.999999' AS ntz,
    '\\x00\\xFF'::BLOB AS bin, {a: 9007199254740993, b: '"x"'} AS nested, MAP {1: 0.5::DOUBLE} AS numbers, -1.5::DOUBLE AS minus
  UNION ALL SELECT 2, NULL, 'a"b,' || chr(10), NULL, '-0.0'::DOUBLE, DATE 'infinity', NULL, '', NULL, NULL, NULL
  UNION ALL SELECT 3, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`;

describe('the rows of a table as a file', () => {
  let inspector: InspectorApp;
  let scratch: string;

  beforeAll(async () => {
    inspector = await InspectorApp.start({ warehouseStartMilliseconds: 1 });
    const { stack } = inspector;
    await stack.volume('shop.sales.tables');
    scratch = await mkdtemp(join(tmpdir(), 'table-exports-'));
    await writeFile(join(scratch, 'one-row.csv'), 'nothing\n0\n');
    const folder = stack.workspace.volumeDirectory('shop', 'sales', 'tables');
    const engine = await DeltaEngine.open({ cacheDirectory: join(scratch, 'cache'), localRoots: [folder, scratch] });
    const rows = (query: string) => ({ files: [join(scratch, 'one-row.csv')], format: 'csv' as const, query });
    await createTable(engine, new LocalStorage(join(folder, 'hard')), { source: rows(HARD) });
    await createTable(engine, new LocalStorage(join(folder, 'broken')), { source: rows('SELECT 1 AS id') });
    for (const name of await readdir(join(folder, 'broken'))) {
      if (name.endsWith('.parquet')) await rm(join(folder, 'broken', name));
    }
    const many = await createTable(engine, new LocalStorage(join(folder, 'many')), {
      source: rows(`SELECT range AS id, 'name ' || range AS name FROM range(${MANY - 1})`),
      maxRowsPerFile: 9_000,
    });
    await append(engine, many, { source: rows(`SELECT ${MANY - 1}::BIGINT AS id, 'last' AS name`) });
    await engine.close();
    await givenSql(
      stack,
      `CREATE TABLE shop.sales.orders (id BIGINT, price DECIMAL(10,2))`,
      `INSERT INTO shop.sales.orders VALUES (1, 1.50), (2, 2.50), (3, NULL)`,
    );
    const grant = async (
      persona: 'analyst' | 'engineer',
      privileges: ('READ_VOLUME' | 'EXTERNAL_USE_SCHEMA')[],
    ): Promise<void> => {
      const { userName } = stack.workspace.personas[persona];
      await stack.workspace.grant('CATALOG', 'shop', userName, ['USE_CATALOG']);
      await stack.workspace.grant('SCHEMA', 'shop.sales', userName, ['USE_SCHEMA', 'SELECT', ...privileges]);
    };
    await grant('analyst', ['READ_VOLUME', 'EXTERNAL_USE_SCHEMA']);
    await grant('engineer', []);
  }, 30_000);

  afterEach(() => inspector.stack.workspace.faults.clear());

  afterAll(async () => {
    await inspector.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  const exported = (source: Json, asked: Json, persona: Persona = 'analyst'): Promise<Response> =>
    inspector.open('/export', { source, ...asked }, persona);

  async function parquetRows(answer: Response, select = '*'): Promise<unknown[][]> {
    const file = join(scratch, `${Math.random()}.parquet`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = await (await connection.run(`SELECT ${select} FROM '${file}'`)).getRowsJson();
    connection.closeSync();
    instance.closeSync();
    return rows;
  }

  it('loses nothing and runs nothing in CSV and JSON', async () => {
    const csv = await exported(volume(`${TABLES}/hard`), {
      format: 'csv',
      columns: ['l', 's', 'd', 'nested', 'minus'],
    });
    const json = await exported(volume(`${TABLES}/hard`), { format: 'json' });

    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toContain('filename="hard-v0.csv"');
    expect(await csv.text()).toBe(
      'l,s,d,nested,minus\r\n' +
        `9223372036854775807,'=1+1,12345678901234567890.10,"{""a"":""9007199254740993"",""b"":""\\""x\\""""}",-1.5\r\n` +
        ',"a""b,\n",,,\r\n,"",,,\r\n',
    );
    expect((await json.json()) as unknown).toEqual([
      {
        id: 1,
        l: '9223372036854775807',
        s: '=1+1',
        d: '12345678901234567890.10',
        nan: 'NaN',
        late: '12345-01-02',
        ntz: '1969-12-31T23:59:59.999999',
        bin: 'AP8=',
        nested: { a: '9007199254740993', b: '"x"' },
        numbers: { 1: 0.5 },
        minus: -1.5,
      },
      expect.objectContaining({ id: 2, late: 'Infinity', bin: '', nested: null }),
      expect.objectContaining({ id: 3, s: '' }),
    ]);
  });

  it('is the same in Parquet, with the types of its columns', async () => {
    const answer = await exported(volume(`${TABLES}/hard`), { format: 'parquet' });

    const texts = ['l', 'd', 'nan', 'late', 'ntz', 'hex(bin)', "nested->>'a'", 'numbers::VARCHAR'];
    const rows = await parquetRows(
      answer,
      `typeof(l), typeof(d), ${texts.map((text) => `(${text})::VARCHAR`).join(', ')}`,
    );
    expect(rows.slice(0, 2)).toEqual([
      ['BIGINT', 'DECIMAL(38,2)', '9223372036854775807', '12345678901234567890.10', 'nan', '12345-01-02',
        '1969-12-31 23:59:59.999999', '00FF', '9007199254740993', '{"1":0.5}'],
      ['BIGINT', 'DECIMAL(38,2)', null, null, '-0.0', 'infinity', null, '', null, null],
    ]); // prettier-ignore
  });

  it('has the rows of the version and the conditions asked for, up to the limit, and says when there are more', async () => {
    const source = volume(`${TABLES}/many`);
    const all = await exported(source, { format: 'parquet' });
    const early = await exported(source, { format: 'json', version: 0, columns: ['id'] });
    const filters = [{ column: 'id', op: '>=', value: '100' }];
    const cut = await exported(source, { format: 'json', filters, limit: 5_000 });

    expect(all.headers.get('x-lakescope-truncated')).toBe('false');
    expect(await parquetRows(all, 'count(*), count(DISTINCT id), max(id)')).toEqual([
      [String(MANY), String(MANY), String(MANY - 1)],
    ]);
    expect(early.headers.get('x-lakescope-version')).toBe('0');
    expect((await early.json()) as unknown[]).toHaveLength(MANY - 1);
    expect(cut.headers.get('x-lakescope-truncated')).toBe('true');
    expect(cut.headers.get('content-disposition')).toContain('many-v1-first-5000.json');
    const rows = (await cut.json()) as { id: string }[];
    const page = await inspector.post('/preview', { source, filters, columns: ['id'], offset: 4_900 });
    expect(rows.slice(4_900).map(({ id }) => [id])).toEqual(page.body['rows']);
    expect(rows).toHaveLength(5_000);
  });

  it('comes through the warehouse for those who get no keys, and not at all for those who may not read', async () => {
    const direct = await exported(ORDERS, { format: 'csv' }, 'analyst');
    const through = await exported(ORDERS, { format: 'csv', limit: 2 }, 'engineer');
    const refused = await exported(ORDERS, { format: 'csv' }, 'outsider');
    const noVolume = await exported(volume(`${TABLES}/hard`), { format: 'csv' }, 'outsider');

    const lines = (text: string): string[] => text.trimEnd().split('\r\n').sort();
    expect(lines(await direct.text())).toEqual(['1,1.50', '2,2.50', '3,', 'id,price']);
    expect(through.headers.get('x-lakescope-truncated')).toBe('true');
    expect(lines(await through.text())).toHaveLength(3);
    expect(refused.status).toBe(403);
    expect(noVolume.status).toBe(403);
    expect(noVolume.headers.get('content-type')).toContain('application/problem+json');
  });

  it('is refused as a whole while nothing has been sent, and ends with the client', async () => {
    const source = volume(`${TABLES}/many`);
    const unknown = await exported(source, { format: 'csv', columns: ['nothing'] });
    const broken = await exported(volume(`${TABLES}/broken`), { format: 'csv' });
    expect([unknown.status, broken.status]).toEqual([400, 422]);
    expect(await broken.json()).toMatchObject({ error_code: 'TABLE_CORRUPT' });

    for (let time = 0; time < 4; time++) {
      const leaving = new AbortController();
      const answer = await inspector.open('/export', { source, format: 'csv' }, 'analyst', { signal: leaving.signal });
      await answer.body?.getReader().read();
      leaving.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Two at once are allowed: those that were left do not count.
    const next = await exported(source, { format: 'csv' });
    expect(next.status).toBe(200);
    // One that is left unread would be waited for when the app stops.
    await next.text();
  });
});
