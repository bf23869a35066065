import { ask, givenWorkspace } from '../../testing/given-workspace';
import type { LocalWorkspace } from '../../workspace/local-workspace';
import type { PersonaName } from '../../identity/personas';

interface Answer {
  status: { state: string; error?: { error_code: string; message: string } };
  result?: { data_array?: (string | null)[][] };
}

describe('SQL over HTTP', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ warehouseStartMilliseconds: 0 }));
    await workspace.createCatalog('shop', { readers: [] });
    await workspace.grant('CATALOG', 'shop', 'engineers', ['USE_CATALOG', 'USE_SCHEMA']);
    await workspace.createSchema('shop', 'sales');
  });
  afterAll(() => stop());

  async function sql(persona: PersonaName, statement: string): Promise<Answer> {
    const body = JSON.stringify({
      warehouse_id: workspace.warehouseId,
      statement,
      wait_timeout: '30s',
      catalog: 'shop',
      schema: 'sales',
    });
    const { token } = workspace.personas[persona];
    return (await ask(workspace, '/api/2.0/sql/statements', { method: 'POST', token, body })).json<Answer>();
  }

  it('creates, fills and reads a table by grants', async () => {
    expect((await sql('admin', 'CREATE TABLE orders (id BIGINT, name STRING)')).status).toEqual({ state: 'SUCCEEDED' });
    expect((await sql('admin', "INSERT INTO orders VALUES (1, 'a'), (2, NULL)")).result?.data_array).toEqual([
      ['2', '2'],
    ]);
    expect((await sql('admin', 'SELECT * FROM shop.sales.orders ORDER BY id')).result?.data_array).toEqual([
      ['1', 'a'],
      ['2', null],
    ]);
    expect((await sql('engineer', 'SELECT * FROM orders')).status.error).toEqual({
      error_code: 'BAD_REQUEST',
      message:
        "[INSUFFICIENT_PERMISSIONS] Insufficient privileges:\nUser does not have SELECT on Table 'shop.sales.orders'. SQLSTATE: 42501",
    });
    expect((await sql('outsider', 'SELECT * FROM orders')).status.error?.message).toContain(
      "USE CATALOG on Catalog 'shop'",
    );
    await workspace.grant('TABLE', 'shop.sales.orders', 'engineers', ['SELECT']);

    expect((await sql('engineer', 'SELECT count(*) FROM orders VERSION AS OF 1')).result?.data_array).toEqual([['2']]);
    expect((await sql('engineer', 'SHOW TABLES')).result?.data_array).toEqual([['sales', 'orders', 'false']]);
    expect((await sql('engineer', "INSERT INTO orders VALUES (3, 'c')")).status.error?.message).toContain(
      'MODIFY on Table',
    );
  });

  it('changes rows by grants, and loads files of a volume', async () => {
    await sql('admin', 'CREATE TABLE stock AS SELECT id, 0 AS sold FROM range(4)');
    await workspace.grant('TABLE', 'shop.sales.stock', 'engineers', ['SELECT']);
    await workspace.createSchema('shop', 'loads');
    await workspace.createVolume('shop', 'loads', 'drop');
    const put = '/api/2.0/fs/files/Volumes/shop/loads/drop/a%20b.csv';
    await ask(workspace, put, { method: 'PUT', token: workspace.personas.admin.token, body: 'id,sold\n8,80\n' });
    const copy = `COPY INTO stock FROM '/Volumes/shop/loads/drop' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')`;
    const changes: [statement: string, result: string[]][] = [
      ['UPDATE stock SET sold = id * 10 WHERE id > 1', ['2']],
      ['DELETE FROM stock WHERE id = 0', ['1']],
      [
        'MERGE INTO stock t USING (SELECT 3 AS id, 5 AS sold UNION ALL SELECT 7, 7) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET sold = t.sold + s.sold WHEN NOT MATCHED THEN INSERT *',
        ['2', '1', '0', '1'],
      ],
      [copy, ['1', '1', '0']],
    ];
    for (const [statement, result] of changes) {
      expect((await sql('engineer', statement)).status.error?.message).toContain(
        "User does not have MODIFY on Table 'shop.sales.stock'",
      );
      expect((await sql('admin', statement)).result?.data_array).toEqual([result]);
    }
    await workspace.grant('TABLE', 'shop.sales.stock', 'engineers', ['MODIFY']);

    expect((await sql('engineer', 'DELETE FROM stock WHERE id = 1')).result?.data_array).toEqual([['1']]);
    expect((await sql('engineer', copy)).status.error?.message).toContain(
      "User does not have READ VOLUME on Volume 'shop.loads.drop'",
    );
    expect(
      (await sql('admin', "COPY INTO stock FROM '/Volumes/shop/loads/no' FILEFORMAT = CSV")).status.error?.message,
    ).toContain('[PATH_NOT_FOUND]');
    expect((await sql('engineer', 'SELECT * FROM stock ORDER BY id')).result?.data_array).toEqual([
      ['2', '20'],
      ['3', '35'],
      ['7', '7'],
      ['8', '80'],
    ]);
    expect(
      (await sql('engineer', 'DESCRIBE HISTORY stock')).result?.data_array?.map((row) => [row[3], row[4]]),
    ).toEqual([
      [workspace.personas.engineer.userName, 'DELETE'],
      [workspace.personas.admin.userName, 'COPY INTO'],
      [workspace.personas.admin.userName, 'MERGE'],
      [workspace.personas.admin.userName, 'DELETE'],
      [workspace.personas.admin.userName, 'UPDATE'],
      [workspace.personas.admin.userName, 'CREATE TABLE AS SELECT'],
    ]);
  });

  it('shows over REST and in information_schema what SQL has made', async () => {
    await sql('admin', 'CREATE TABLE made AS SELECT 1 AS one, CAST(2 AS DECIMAL(10,2)) AS two');
    const { token } = workspace.personas.admin;
    const table = (await ask(workspace, '/api/2.1/unity-catalog/tables/shop.sales.made', { token })).json();

    expect(table).toMatchObject({
      table_type: 'MANAGED',
      data_source_format: 'DELTA',
      columns: [
        { name: 'one', type_text: 'int' },
        { name: 'two', type_text: 'decimal(10,2)' },
      ],
    });
    const columns =
      "SELECT column_name, full_data_type FROM information_schema.columns WHERE table_name = 'made' ORDER BY ordinal_position";
    expect((await sql('admin', columns)).result?.data_array).toEqual([
      ['one', 'int'],
      ['two', 'decimal(10,2)'],
    ]);
    expect((await sql('engineer', columns)).result?.data_array ?? []).toEqual([]);
    await sql('admin', 'DROP TABLE made');
    expect((await ask(workspace, '/api/2.1/unity-catalog/tables/shop.sales.made', { token })).status).toBe(404);
  });

  it('shows volumes and rights in information_schema to those who may know of them', async () => {
    await sql('admin', 'CREATE TABLE guarded AS SELECT 1 AS one');
    await workspace.createVolume('shop', 'sales', 'files', { comment: 'Papers' });
    await workspace.grant('TABLE', 'shop.sales.guarded', 'engineers', ['SELECT']);
    const volumes =
      "SELECT volume_name, volume_type, comment FROM information_schema.volumes WHERE volume_schema = 'sales'";
    const rights =
      "SELECT grantee, inherited_from FROM information_schema.table_privileges WHERE table_name = 'guarded' AND privilege_type = 'SELECT' ORDER BY 1, 2";

    expect((await sql('admin', volumes)).result?.data_array).toEqual([['files', 'MANAGED', 'Papers']]);
    expect((await sql('engineer', volumes)).result?.data_array ?? []).toEqual([]);
    expect((await sql('admin', rights)).result?.data_array).toContainEqual(['engineers', 'NONE']);
    expect((await sql('engineer', rights)).result?.data_array).toEqual([['engineers', 'NONE']]);
    await sql('admin', 'DROP TABLE guarded');
  });
});
