import { givenSql } from './testing/given-sql';
import { InspectorApp, type Json } from './testing/inspector-app';

const ORDERS = 'shop.sales.orders';
const CREDENTIALS = '/api/2.0/unity-catalog/temporary-table-credentials';

const KEYS = { access_key_id: 'ASIA', secret_access_key: 'secret-hush', session_token: 'token-hush' };

function table(fullName: string): Json {
  return { kind: 'table', full_name: fullName };
}

describe('tables of Unity Catalog in the Delta Inspector', () => {
  let inspector: InspectorApp;

  beforeAll(async () => {
    inspector = await InspectorApp.start({ warehouseStartMilliseconds: 1 });
    const { stack } = inspector;
    await stack.volume('shop.sales.files');
    await givenSql(
      stack,
      `CREATE TABLE ${ORDERS} (id BIGINT COMMENT 'key', price DECIMAL(10,2), at TIMESTAMP)`,
      `INSERT INTO ${ORDERS} VALUES (1, 1.50, TIMESTAMP'2026-01-31T10:00:00Z'), (2, 2.50, TIMESTAMP'2026-01-31T11:00:00Z')`,
      `INSERT INTO ${ORDERS} VALUES (3, NULL, NULL)`,
    );
    const analyst = stack.workspace.personas.analyst.userName;
    await stack.workspace.grant('CATALOG', 'shop', analyst, ['USE_CATALOG']);
    await stack.workspace.grant('SCHEMA', 'shop.sales', analyst, ['USE_SCHEMA', 'SELECT', 'EXTERNAL_USE_SCHEMA']);
    const engineer = stack.workspace.personas.engineer.userName;
    await stack.workspace.grant('CATALOG', 'shop', engineer, ['USE_CATALOG']);
    await stack.workspace.grant('SCHEMA', 'shop.sales', engineer, ['USE_SCHEMA', 'SELECT']);
  }, 30_000);

  afterEach(() => inspector.stack.workspace.faults.clear());

  afterAll(() => inspector.stop());

  it('are read from their storage by those who may, with every view there is', async () => {
    const source = table(ORDERS);
    const [detail, schema, history, preview, files, log, diff, health] = await Promise.all([
      inspector.post('/detail', { source }),
      inspector.post('/schema', { source }),
      inspector.post('/history', { source, limit: 2 }),
      inspector.post('/preview', { source, version: 1 }),
      inspector.post('/files', { source }),
      inspector.post('/log/1', { source }),
      inspector.post('/diff', { source, from_version: 0, to_version: 2 }),
      inspector.post('/health', { source, check_files: true }),
    ]);

    for (const { status, body } of [detail, schema, history, preview, files, log, diff, health]) {
      expect([status, body['via'], body['detail']]).toEqual([200, 'storage', undefined]);
    }
    expect(detail.body).toMatchObject({ version: 2, num_rows: '3', location: expect.stringMatching(/^s3:\/\//) });
    expect(preview.body['rows']).toHaveLength(2);
    expect(health.body).toMatchObject({ checked_files: 2 });
  });

  it('are told of by the warehouse to those who get no keys to the files', async () => {
    const source = table(ORDERS);
    const as = 'engineer';
    const detail = await inspector.post('/detail', { source }, as);
    const early = await inspector.post('/detail', { source, version: 1 }, as);
    const schema = await inspector.post('/schema', { source }, as);
    const preview = await inspector.post('/preview', { source, limit: 2 }, as);
    const rest = await inspector.post('/preview', { source, limit: 2, offset: preview.body['next_offset'] }, as);
    const filters = [{ column: 'price', op: '>', value: '2' }];
    const filtered = await inspector.post('/preview', { source, filters, columns: ['id'], version: 1 }, as);

    expect(detail).toMatchObject({
      status: 200,
      body: { via: 'warehouse', version: 2, num_rows: '3', rows_exact: true, num_files: 2, health: null },
    });
    expect(early.body).toMatchObject({ version: 1, num_rows: '2', num_files: null, size_bytes: null });
    expect(schema.body).toMatchObject({
      via: 'warehouse',
      version: 2,
      columns: [
        { name: 'id', type: 'long', comment: 'key' },
        { name: 'price', type: 'decimal(10,2)' },
        { name: 'at', type: 'timestamp' },
      ],
    });
    expect(preview.body).toMatchObject({ via: 'warehouse', version: 2, files_read: null });
    const rows = [...(preview.body['rows'] as unknown[][]), ...(rest.body['rows'] as unknown[][])];
    const direct = await inspector.post('/preview', { source });
    expect([...rows].sort()).toEqual([...(direct.body['rows'] as unknown[][])].sort());
    expect(rest.body['next_offset']).toBeNull();
    expect(filtered.body['rows']).toEqual([['2']]);
  });

  it('have the same history by either way, page by page', async () => {
    const source = table(ORDERS);
    const ways = await Promise.all(
      (['analyst', 'engineer'] as const).map(async (as) => {
        const first = await inspector.post('/history', { source, limit: 2 }, as);
        const second = await inspector.post('/history', { source, limit: 2, cursor: first.body['next_cursor'] }, as);
        expect(second.body['next_cursor']).toBeNull();
        return [...(first.body['items'] as Json[]), ...(second.body['items'] as Json[])].map(
          ({ version, timestamp, operation }) => [version, timestamp, operation],
        );
      }),
    );

    expect(ways[1]).toEqual(ways[0]);
    expect(ways[0]?.map(([version]) => version)).toEqual([2, 1, 0]);
  });

  it('say which grant the files, the log, the comparison and the health take', async () => {
    for (const [view, more] of [
      ['/files', {}],
      ['/log/0', {}],
      ['/health', {}],
      ['/diff', { from_version: 0, to_version: 1 }],
    ] as const) {
      const answer = await inspector.post(view, { source: table(ORDERS), ...more }, 'engineer');

      expect(answer).toMatchObject({
        status: 403,
        body: {
          error_code: 'DIRECT_ACCESS_REQUIRED',
          technical_details: {
            missing_grant: 'EXTERNAL USE SCHEMA on schema shop.sales',
            fix: `GRANT EXTERNAL USE SCHEMA ON SCHEMA shop.sales TO \`${inspector.stack.workspace.personas.engineer.userName}\`;`,
          },
        },
      });
    }
  });

  it('are not shown to somebody who may not read them, on any way', async () => {
    for (const view of ['/detail', '/schema', '/history', '/preview', '/files', '/log/0', '/health']) {
      const { status, body } = await inspector.post(view, { source: table(ORDERS) }, 'outsider');

      expect([403, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toMatch(/price|s3:/);
    }
  });

  it('are linked by their names', async () => {
    expect((await inspector.get(`/detail?full_name=${ORDERS}`)).body).toMatchObject({ via: 'storage', version: 2 });
    expect((await inspector.get(`/files?full_name=${ORDERS}`)).body).toMatchObject({ total: 2 });
    expect(await inspector.get('/detail?full_name=orders')).toMatchObject({
      status: 400,
      body: { technical_details: { fields: [{ path: 'full_name' }] } },
    });
  });

  it('are asked for keys once, until those are no good any more', async () => {
    const { requestLog } = inspector.stack.workspace;
    const asked = (): number => requestLog.entries().filter(({ path }) => path === CREDENTIALS).length;
    await inspector.post('/schema', { source: table(ORDERS) });
    const before = asked();

    await inspector.post('/files', { source: table(ORDERS) });
    await inspector.post('/preview', { source: table(ORDERS) });

    expect(asked()).toBe(before);
  });

  it('are not there for somebody who names none', async () => {
    expect(await inspector.post('/detail', { source: table('shop.sales.nothing') })).toMatchObject({
      status: 404,
      body: { error_code: 'TABLE_NOT_FOUND' },
    });
  });

  it.each([
    [{ table_type: 'VIEW' }, 'a view'],
    [{ table_type: 'MATERIALIZED_VIEW', data_source_format: 'DELTA' }, 'a materialized view'],
    [{ table_type: 'FOREIGN', data_source_format: 'POSTGRESQL_FORMAT' }, 'another system'],
    [{ table_type: 'EXTERNAL', data_source_format: 'PARQUET' }, 'the format PARQUET'],
  ])('are named for what they are: %j', async (facts, says) => {
    inspector.stack.workspace.faults.add({
      pathPrefix: `/api/2.1/unity-catalog/tables/${ORDERS}`,
      status: 200,
      body: { table_id: 'x', ...facts },
    });

    expect(await inspector.post('/detail', { source: table(ORDERS) })).toMatchObject({
      status: 422,
      body: { error_code: 'UNSUPPORTED_STORAGE', detail: expect.stringContaining(says) },
    });
  });

  it.each([
    [{ azure_user_delegation_sas: { sas_token: 'sas-hush' } }, 'Azure storage'],
    [{ gcp_oauth_token: { oauth_token: 'gcp-hush' } }, 'Google Cloud Storage'],
    [{ url: 'file:///somewhere' }, 'file storage'],
  ])('in other clouds come by the warehouse: %j', async (keys, storage) => {
    inspector.stack.workspace.faults.add({
      pathPrefix: CREDENTIALS,
      status: 200,
      body: { expiration_time: 1, ...keys },
    });
    // Keys that are known already would be used.
    const token = (await inspector.stack.workspace.issueUserToken('analyst', ['unity-catalog', 'sql'])).token;

    const detail = await inspector.post('/detail', { source: table(ORDERS) }, 'analyst', token);
    const files = await inspector.post('/files', { source: table(ORDERS) }, 'analyst', token);

    expect(detail).toMatchObject({ status: 200, body: { via: 'warehouse' } });
    expect(files).toMatchObject({
      status: 422,
      body: { error_code: 'UNSUPPORTED_STORAGE', technical_details: { storage } },
    });
    expect(JSON.stringify(files.body)).not.toContain('hush');
  });

  it.each([
    [{ url: 's3://evil.example#/x' }, 'not complete'],
    [{ url: 's3://evil.example:1/x' }, 'a bucket that cannot be one'],
    [{ url: 's3://b' }, 'a bucket that cannot be one'],
    [{ url: 'https://evil.example/x' }, 'not complete'],
    [{ url: 's3://bucket/x', aws_temp_credentials: { access_key_id: 'x' } }, 'not complete'],
    [{ url: 's3://bucket/x', aws_temp_credentials: { ...KEYS, access_point: 'evil.example/' } }, 'cannot be one'],
  ])('lead nowhere that the platform’s answer alone names: %j', async (answer, says) => {
    inspector.stack.workspace.faults.add({
      pathPrefix: CREDENTIALS,
      status: 200,
      body: { expiration_time: Date.now() + 3_600_000, aws_temp_credentials: KEYS, ...answer },
    });
    const token = (await inspector.stack.workspace.issueUserToken('analyst', ['unity-catalog', 'sql'])).token;

    expect(await inspector.post('/detail', { source: table(ORDERS) }, 'analyst', token)).toMatchObject({
      status: 502,
      body: { error_code: 'UPSTREAM_ERROR', detail: expect.stringContaining(says) },
    });
  });

  it('take new keys in the middle of a read when the storage refuses the old ones', async () => {
    const { workspace } = inspector.stack;
    const asked = (): number => workspace.requestLog.entries().filter(({ path }) => path === CREDENTIALS).length;
    await inspector.post('/schema', { source: table(ORDERS) });
    const before = asked();
    workspace.s3.faults.add({ token: 'expired', times: 1 });

    expect((await inspector.post('/preview', { source: table(ORDERS) })).body).toMatchObject({ via: 'storage' });
    expect(asked()).toBe(before + 1);
  });

  it('start no warehouse that stands still, unless they are asked to', async () => {
    await stopWarehouse();
    const asked = { source: table(ORDERS) };

    expect(await inspector.post('/detail', asked, 'engineer')).toMatchObject({
      status: 409,
      body: { error_code: 'WAREHOUSE_STOPPED' },
    });
    expect((await inspector.post('/detail', asked)).body).toMatchObject({ via: 'storage' });
    expect(await inspector.post('/detail', { ...asked, start_warehouse: true }, 'engineer')).toMatchObject({
      status: 200,
      body: { via: 'warehouse' },
    });
  });

  it('come by the warehouse for a token that is good for SQL alone', async () => {
    const token = (await inspector.stack.workspace.issueUserToken('analyst', ['sql'])).token;

    expect(await inspector.post('/schema', { source: table(ORDERS) }, 'analyst', token)).toMatchObject({
      status: 200,
      body: { via: 'warehouse', columns: [{ name: 'id' }, { name: 'price' }, { name: 'at' }] },
    });
    expect(await inspector.post('/files', { source: table(ORDERS) }, 'analyst', token)).toMatchObject({
      status: 403,
      body: { error_code: 'SCOPE_MISSING', technical_details: { scopes: ['unity-catalog'] } },
    });
  });

  it.each([
    ['a version to come', { version: 9 }],
    ['a time before the table', { timestamp: '1999-01-01T00:00:00Z' }],
  ])('have no %s by the warehouse either', async (_, at) => {
    expect(await inspector.post('/preview', { source: table(ORDERS), ...at }, 'engineer')).toMatchObject({
      status: 404,
      body: { error_code: 'VERSION_NOT_FOUND', technical_details: { latest: 2 } },
    });
  });

  async function stopWarehouse(): Promise<void> {
    const { url, warehouseId, personas } = inspector.stack.workspace;
    const headers = { Authorization: `Bearer ${personas.admin.token}` };
    const warehouse = `${url}/api/2.0/sql/warehouses/${warehouseId}`;
    await fetch(`${warehouse}/stop`, { method: 'POST', headers });
    const state = async (): Promise<unknown> => ((await (await fetch(warehouse, { headers })).json()) as Json)['state'];
    while ((await state()) !== 'STOPPED') await new Promise((resolve) => setTimeout(resolve, 20));
    // What was seen of it is taken for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
});
