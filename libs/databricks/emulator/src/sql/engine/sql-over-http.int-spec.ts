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
