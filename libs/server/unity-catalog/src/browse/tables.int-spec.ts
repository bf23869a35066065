import { LocalStack } from '@lakescope/server-testing';
import { givenCatalogTable } from '../testing/given-catalog-table';
import { UnityCatalogApp, type Json } from '../testing/unity-catalog-app';

const PLACE = '?catalog=shop&schema=sales';
const REST = '/api/2.1/unity-catalog';

describe('tables over HTTP', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    const { workspace } = stack;
    await workspace.createCatalog('shop', { readers: ['admins'] });
    await workspace.createSchema('shop', 'sales');
    await workspace.createSchema('shop', 'empty');
    await workspace.grant('CATALOG', 'shop', 'analysts', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT', 'READ_VOLUME']);
    await workspace.grant('SCHEMA', 'shop.sales', 'engineers', ['MODIFY', 'BROWSE']);
    await workspace.grant('CATALOG', 'shop', 'engineers', ['BROWSE']);
    await stack.volume('shop.sales.files');
    await givenCatalogTable(stack, 'shop.sales.orders', [
      { name: 'id', type_text: 'bigint', comment: 'key' },
      { name: 'amount', type_text: 'decimal(38,18)' },
    ]);
    const wide = Array.from({ length: 2_000 }, (_, at) => ({ name: `c${at}`, type_text: 'string' }));
    await givenCatalogTable(stack, 'shop.sales.wide', wide);
    await givenCatalogTable(stack, 'shop.sales.empty');
    app = await UnityCatalogApp.start(stack, {}, false);
  }, 30_000);

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  const items = (body: Json): Json[] => body['items'] as Json[];
  const read = (path: string, persona: 'admin' | 'engineer' | 'analyst' | 'outsider' = 'analyst') =>
    app.ask(persona, `/unity-catalog${path}`);

  it('are listed by name and kind, for a tree', async () => {
    expect(await read(`/table-names${PLACE}`)).toMatchObject({
      status: 200,
      body: {
        items: [
          { name: 'empty', full_name: 'shop.sales.empty', table_type: 'MANAGED' },
          { name: 'orders', full_name: 'shop.sales.orders', table_type: 'MANAGED' },
          { name: 'wide', full_name: 'shop.sales.wide', table_type: 'MANAGED' },
        ],
        next_cursor: null,
        via: 'rest',
      },
    });
  });

  it('are listed with what is known of them, columns in their order', async () => {
    const { status, body } = await read(`/tables${PLACE}`);
    const orders = items(body).find((table) => table['table_name'] === 'orders');

    expect(status).toBe(200);
    expect(orders).toMatchObject({
      catalog_name: 'shop',
      schema_name: 'sales',
      full_name: 'shop.sales.orders',
      data_source_format: 'DELTA',
      access_level: 'READ',
      row_count: null,
      size_bytes: null,
      column_count: 2,
      columns: [
        { name: 'id', data_type: 'bigint', nullable: true, comment: 'key', partition_index: null },
        { name: 'amount', data_type: 'decimal(38,18)', comment: null },
      ],
      created_at: expect.stringMatching(/Z$/),
    });
  });

  it('of 2,000 columns show all of them only by themselves', async () => {
    const listed = items((await read(`/tables${PLACE}`)).body).find((table) => table['table_name'] === 'wide');
    const { body } = await read('/tables/shop.sales.wide');

    expect(listed).toMatchObject({ column_count: 2_000 });
    expect(listed?.['columns']).toHaveLength(100);
    expect(body['columns']).toHaveLength(2_000);
    expect((body['columns'] as Json[])[1_999]).toMatchObject({ name: 'c1999', data_type: 'string' });
  });

  it('may be missing altogether', async () => {
    expect(await read('/tables?catalog=shop&schema=empty')).toMatchObject({
      status: 200,
      body: { items: [], next_cursor: null },
    });
  });

  it('are paged, each of them once', async () => {
    const names: unknown[] = [];
    let cursor: unknown = '';
    do {
      const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { body } = await read(`/tables${PLACE}&limit=1${more}`);
      names.push(...items(body).map((table) => table['table_name']));
      cursor = body['next_cursor'];
    } while (cursor !== null);

    expect(names).toEqual(['empty', 'orders', 'wide']);
  });

  it('show everybody’s rights to who manages them, and their own to everybody else', async () => {
    const [owner, reader] = await Promise.all([
      read('/tables/shop.sales.orders', 'admin'),
      read('/tables/shop.sales.orders'),
    ]);

    expect(owner.body).toMatchObject({ grants_access: 'effective', access_level: 'WRITE' });
    expect((owner.body['grants'] as Json[]).map((grant) => grant['principal'])).toEqual([
      'admins',
      'analysts',
      'engineers',
    ]);
    expect(reader.body).toMatchObject({
      grants_access: 'own',
      access_level: 'READ',
      grants: [
        {
          principal: 'analysts',
          privileges: expect.arrayContaining([
            { privilege: 'SELECT', inherited_from_type: 'CATALOG', inherited_from_name: 'shop' },
          ]),
        },
      ],
    });
  });

  it('are shown also when their rights may not be known', async () => {
    stack.workspace.faults.add({ pathPrefix: `${REST}/effective-permissions`, status: 403 });

    expect(await read('/tables/shop.sales.orders')).toMatchObject({
      status: 200,
      body: { grants: [], grants_access: 'denied', column_count: 2 },
    });
  });

  it('that may only be browsed are there, with nothing in them', async () => {
    expect(items((await read(`/tables${PLACE}`, 'engineer')).body)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ table_name: 'orders', access_level: 'BROWSE', columns: [], owner: null }),
      ]),
    );
  });

  it('are nothing to somebody without rights, and the answer says whom to ask for what', async () => {
    const outsider = stack.workspace.personas.outsider.userName;

    for (const path of [`/table-names${PLACE}`, `/tables${PLACE}`, '/tables/shop.sales.orders']) {
      expect(await read(path, 'outsider')).toMatchObject({
        status: 403,
        body: {
          error_code: 'CATALOG_PERMISSION_DENIED',
          detail: expect.stringContaining('Ask the owner of catalog shop for USE CATALOG on it.'),
          technical_details: {
            missing_grant: 'USE CATALOG on catalog shop',
            fix: `GRANT USE CATALOG ON CATALOG shop TO \`${outsider}\`;`,
          },
        },
      });
    }
  });

  it('name the grant that is missing at each level', async () => {
    const { workspace } = stack;
    await workspace.createCatalog('vault', { readers: [] });
    await workspace.createSchema('vault', 'gold');
    const missing = async (): Promise<unknown> => {
      const { body } = await read('/tables/vault.gold.bars');
      return (body['technical_details'] as Json)['missing_grant'] ?? body['error_code'];
    };
    await givenCatalogTable(stack, 'vault.gold.bars');

    const said = [await missing()];
    await workspace.grant('CATALOG', 'vault', 'analysts', ['USE_CATALOG']);
    said.push(await missing());
    await workspace.grant('SCHEMA', 'vault.gold', 'analysts', ['USE_SCHEMA']);
    said.push(await missing());
    await workspace.grant('TABLE', 'vault.gold.bars', 'analysts', ['SELECT']);

    expect(said).toEqual([
      'USE CATALOG on catalog vault',
      'USE SCHEMA on schema vault.gold',
      'SELECT on table vault.gold.bars',
    ]);
    expect((await read('/tables/vault.gold.bars')).status).toBe(200);
  });

  it.each(['shop.sales.gone', 'shop.gone.orders', 'gone.sales.orders'])(
    'that are gone are not found: %s',
    async (name) => {
      expect(await read(`/tables/${name}`, 'admin')).toMatchObject({
        status: 404,
        body: { error_code: 'TABLE_NOT_FOUND', detail: expect.stringContaining(name) },
      });
    },
  );

  it.each([
    '/tables/orders',
    '/tables/shop.sales',
    '/tables/shop.sales.orders.id',
    '/tables/shop..orders',
    '/tables/shop.sales.a%0Ab',
    '/tables/shop.sales.a%2Fb',
    '/tables?catalog=shop',
    '/table-names?catalog=shop&schema=a.b',
    '/tables?catalog=shop&schema=sales&start_warehouse=perhaps',
  ])('are not asked of the platform for %s', async (path) => {
    const before = stack.workspace.requestLog.count();

    expect(await read(path)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    expect(stack.workspace.requestLog.count()).toBe(before);
  });

  it('wait out a limit of the platform, and tell of what does not pass', async () => {
    stack.workspace.faults.add({
      pathPrefix: `${REST}/tables`,
      status: 429,
      headers: { 'Retry-After': '0' },
      times: 1,
    });
    expect((await read(`/tables${PLACE}`)).status).toBe(200);

    stack.workspace.faults.clear();
    stack.workspace.faults.add({ pathPrefix: `${REST}/tables`, status: 500, times: 1 });
    expect(await read(`/tables${PLACE}`)).toMatchObject({ status: 502, body: { error_code: 'UPSTREAM_ERROR' } });

    stack.workspace.faults.add({ pathPrefix: `${REST}/tables`, cut: 'body', times: 1 });
    expect((await read(`/tables${PLACE}`)).status).toBe(200);
  });

  it('that are views show their query, and nobody may write to them', async () => {
    const view = {
      ...{ name: 'best', catalog_name: 'shop', schema_name: 'sales', full_name: 'shop.sales.best' },
      ...{ table_type: 'VIEW', view_definition: 'SELECT 1 AS one', owner: stack.workspace.personas.analyst.userName },
      properties: { 'spark.sql.statistics.numRows': '12', 'spark.sql.statistics.totalSize': 'many' },
    };
    stack.workspace.faults.add({ pathPrefix: `${REST}/tables/shop.sales.best`, status: 200, body: view });
    stack.workspace.faults.add({ pathPrefix: `${REST}/effective-permissions`, status: 200, body: {} });

    expect(await read('/tables/shop.sales.best')).toMatchObject({
      status: 200,
      body: {
        ...{ table_type: 'VIEW', view_definition: 'SELECT 1 AS one', access_level: 'READ', grants_access: 'effective' },
        ...{ columns: [], data_source_format: null, inspector_path: null, row_count: '12', size_bytes: null },
      },
    });
  });

  it('are found by the Delta Inspector when they lie in a volume', async () => {
    const { workspace } = stack;
    await workspace.grant('SCHEMA', 'shop.sales', 'admins', ['EXTERNAL_USE_SCHEMA']);
    const location = '/Volumes/shop/sales/files/deep/table';
    await givenCatalogTable(stack, 'shop.sales.external', undefined, location);

    const { body } = await read('/tables/shop.sales.external');

    expect(body).toMatchObject({ table_type: 'EXTERNAL', inspector_path: location });
    expect((await read('/tables/shop.sales.orders')).body).toMatchObject({ inspector_path: null });
  });
});
