import { LocalStack } from '@lakescope/server-testing';
import { givenCatalogTable } from '../../testing/given-catalog-table';
import { UnityCatalogApp, type Answer, type Json, type Persona } from '../../testing/unity-catalog-app';

const REST = '/api/2.1/unity-catalog';
const STATEMENTS = '/api/2.0/sql/statements';
const IN_SALES = '?catalog=shop&schema=sales';

describe('browsing with a token that has the scope sql alone', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false, warehouseStartMilliseconds: 1 });
    const { workspace } = stack;
    await stack.volume('shop.sales.files');
    for (const schema of ['alpha', 'beta', 'empty']) await workspace.createSchema('shop', schema);
    await givenCatalogTable(stack, 'shop.sales.orders', [
      { name: 'id', type_text: 'bigint', comment: 'key' },
      { name: 'amount', type_text: 'decimal(38,18)' },
    ]);
    for (const name of ['a1', 'a2', 'a3']) await givenCatalogTable(stack, `shop.alpha.${name}`);
    app = await UnityCatalogApp.start(stack, {}, false);
    await read('/catalogs?start_warehouse=true');
  }, 30_000);

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  /** By SQL, unless other scopes are named. */
  async function read(path: string, persona: Persona = 'analyst', scopes = ['sql']): Promise<Answer> {
    return app.ask(persona, `/unity-catalog${path}`, { token: await stack.token(persona, scopes) });
  }

  const items = ({ body }: Answer): Json[] => body['items'] as Json[];

  it.each([
    '/catalogs',
    '/schemas?catalog=shop',
    `/volumes${IN_SALES}`,
    `/table-names${IN_SALES}`,
    `/tables${IN_SALES}`,
    '/tables/shop.sales.orders',
    '/tables?catalog=shop&schema=empty',
  ])('answers %s as the REST API does, and says which way it went', async (path) => {
    for (const persona of ['analyst', 'admin'] as const) {
      const [bySql, byRest] = await Promise.all([read(path, persona), read(path, persona, ['unity-catalog'])]);

      expect([bySql.status, byRest.status]).toEqual([200, 200]);
      expect([bySql.body['via'], byRest.body['via']]).toEqual(['sql', 'rest']);
      expect(comparable(bySql.body)).toEqual(comparable(byRest.body));
    }
  });

  it('shows nobody more than the REST API does', async () => {
    expect(items(await read('/catalogs', 'outsider')).map(({ name }) => name)).not.toContain('shop');
    for (const path of [
      '/schemas?catalog=shop',
      `/volumes${IN_SALES}`,
      `/table-names${IN_SALES}`,
      `/tables${IN_SALES}`,
      '/tables/shop.sales.orders',
    ]) {
      expect(await read(path, 'outsider')).toMatchObject({ status: 404, body: { detail: expect.any(String) } });
    }
    expect(items(await read('/search?q=orders', 'outsider'))).toEqual([]);
  });

  it('finds by search what the REST API finds', async () => {
    const [bySql, byRest] = await Promise.all([
      read('/search?q=a&limit=500'),
      read('/search?q=a&limit=500', 'analyst', ['unity-catalog']),
    ]);

    expect(bySql.body).toMatchObject({ via: 'sql', incomplete: false });
    expect(items(bySql).map((hit) => hit['full_name'])).toEqual(items(byRest).map((hit) => hit['full_name']));
    expect(items(bySql).length).toBeGreaterThan(3);
  });

  it('pages through a list once, on the way it was begun', async () => {
    const names: unknown[] = [];
    let cursor: unknown = '';
    do {
      const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const answer = await read(`/table-names?catalog=shop&schema=alpha&limit=1${more}`);
      names.push(...items(answer).map(({ name }) => name));
      cursor = answer.body['next_cursor'];
    } while (cursor !== null);
    expect(names).toEqual(['a1', 'a2', 'a3']);

    const first = await read('/table-names?catalog=shop&schema=alpha&limit=1');
    const onTheOtherWay = `/table-names?catalog=shop&schema=alpha&limit=1&cursor=${encodeURIComponent(String(first.body['next_cursor']))}`;
    expect(items(await read(onTheOtherWay, 'analyst', ['sql', 'unity-catalog'])).map(({ name }) => name)).toEqual([
      'a2',
    ]);
    expect(await read(onTheOtherWay, 'analyst', ['unity-catalog'])).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it('asks the REST API once in a minute only', async () => {
    const token = (await stack.workspace.issueUserToken('analyst', ['sql'])).token;
    const restCalls = (): number =>
      stack.workspace.requestLog.entries().filter(({ path }) => path.startsWith(REST)).length;
    const before = restCalls();

    for (let at = 0; at < 3; at++) await app.ask('analyst', '/unity-catalog/catalogs', { token });

    expect(restCalls() - before).toBe(1);
  });

  it('names the better of two scopes when a token has neither', async () => {
    expect(await read('/catalogs', 'analyst', ['files'])).toMatchObject({
      status: 403,
      body: { error_code: 'SCOPE_MISSING', technical_details: { scopes: ['unity-catalog'] } },
    });
  });

  it('never starts a stopped warehouse unasked', async () => {
    await stopWarehouse();
    const stopped = { status: 409, body: { error_code: 'WAREHOUSE_STOPPED' } };

    expect(await read('/catalogs')).toMatchObject(stopped);
    expect(await read('/search?q=orders', 'engineer')).toMatchObject(stopped);
    expect(await warehouseState()).toBe('STOPPED');
    expect((await read('/catalogs?start_warehouse=true')).status).toBe(200);
    expect(await warehouseState()).toBe('RUNNING');
  });

  it('reads from a warehouse that gives results by links alone', async () => {
    const { workspace } = stack;
    workspace.offerResultsOnlyAs(workspace.warehouseId, { disposition: 'EXTERNAL_LINKS', format: 'JSON_ARRAY' });
    try {
      expect(items(await read(`/table-names${IN_SALES}`)).map(({ name }) => name)).toEqual(['orders']);
    } finally {
      workspace.offerResultsOnlyAs(workspace.warehouseId);
    }
  });

  it.each([
    ['429', { status: 429, headers: { 'Retry-After': '0' } }, 200],
    ['503', { status: 503, headers: { 'Retry-After': '0' } }, 200],
    ['500', { status: 500 }, 502],
    [
      'a statement that fails',
      { status: 200, body: { statement_id: 'x', status: { state: 'FAILED', error: { message: 'No memory left' } } } },
      502,
    ],
    ['a statement that may not be read', { status: 200, body: failed('[INSUFFICIENT_PERMISSIONS] no') }, 403],
    ['what is no answer', { status: 200, body: { status: 1 } }, 502],
  ])('lives with %s of the warehouse', async (_what, fault, status) => {
    stack.workspace.faults.add({ pathPrefix: STATEMENTS, ...fault, times: 1 });

    expect((await read('/catalogs')).status).toBe(status);
  });

  it('takes whatever it is given for a name and nothing else', async () => {
    const names = [
      '`; DROP TABLE orders; --',
      "x' OR '1'='1",
      'x" OR 1=1 --',
      'sales`',
      '`` UNION SELECT 1 ``',
      ':after',
      '*',
      '%',
      '_',
      '\\',
      '\uff40',
      "sales'; --",
      '{{x}}',
      'x'.repeat(80),
    ];
    const count = (): number => stack.workspace.requestLog.entries().filter(isStatement).length;
    const before = count();

    const answers = await Promise.all(
      names.flatMap((name) => [
        read(`/table-names?catalog=shop&schema=${encodeURIComponent(name)}`),
        read(`/tables/shop.sales.${encodeURIComponent(name)}`),
      ]),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    // Each name was asked about on the warehouse: it was not refused before.
    expect(count() - before).toBeGreaterThanOrEqual(answers.length);
    expect(items(await read(`/table-names?catalog=SHOP&schema=Sales`))).toHaveLength(1);
  });

  async function stopWarehouse(): Promise<void> {
    const { url, warehouseId, personas } = stack.workspace;
    await fetch(`${url}/api/2.0/sql/warehouses/${warehouseId}/stop`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${personas.admin.token}` },
    });
    while ((await warehouseState()) !== 'STOPPED') await new Promise((resolve) => setTimeout(resolve, 20));
    // What was seen of it is taken for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }

  async function warehouseState(): Promise<unknown> {
    const { url, warehouseId, personas } = stack.workspace;
    const answer = await fetch(`${url}/api/2.0/sql/warehouses/${warehouseId}`, {
      headers: { Authorization: `Bearer ${personas.admin.token}` },
    });
    return ((await answer.json()) as Json)['state'];
  }
});

function isStatement({ path }: { path: string }): boolean {
  return path.startsWith(STATEMENTS);
}

function failed(message: string): Json {
  return { statement_id: 'x', status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message } } };
}

/** Without what the two ways cannot both know: how it went, the kind of a catalog, the properties of a table. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !['via', 'catalog_type', 'properties', 'next_cursor'].includes(key))
      .map(([key, inner]) => [key, key === 'comment' ? inner || null : comparable(inner)]),
  );
}
