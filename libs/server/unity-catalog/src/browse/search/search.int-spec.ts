import { LocalStack } from '@lakescope/server-testing';
import { givenCatalogTable } from '../../testing/given-catalog-table';
import { UnityCatalogApp, type Json, type Persona } from '../../testing/unity-catalog-app';

const REST = '/api/2.1/unity-catalog';

describe('the search of the catalog over HTTP', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    const { workspace } = stack;
    await stack.volume('shop.sales.order_files');
    await workspace.createSchema('shop', 'orders_archive', { comment: 'Old ones' });
    for (const name of ['orders', 'Order_Items', 'customers']) await givenCatalogTable(stack, `shop.sales.${name}`);
    await givenCatalogTable(stack, 'shop.orders_archive.orders');
    await workspace.createCatalog('vault', { readers: ['engineers'] });
    await workspace.createSchema('vault', 'gold');
    await givenCatalogTable(stack, 'vault.gold.orders_of_gold');
    app = await UnityCatalogApp.start(stack, {}, false);
  }, 30_000);

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  const found = ({ body }: { body: Json }): string[] =>
    (body['items'] as Json[]).map((hit) => `${String(hit['kind'])} ${String(hit['full_name'])}`);

  async function search(query: string, persona: Persona = 'analyst', token?: string) {
    return app.ask(persona, `/unity-catalog/search?${query}`, token === undefined ? {} : { token });
  }

  it('finds what the name fits best first, then by kind and name, whatever the case', async () => {
    const answer = await search('q=ORDERS');

    expect(answer).toMatchObject({ status: 200, body: { next_cursor: null, via: 'rest', incomplete: false } });
    expect(found(answer)).toEqual([
      'table shop.orders_archive.orders',
      'table shop.sales.orders',
      'schema shop.orders_archive',
    ]);
    expect((answer.body['items'] as Json[])[2]).toEqual({
      kind: 'schema',
      name: 'orders_archive',
      full_name: 'shop.orders_archive',
      catalog_name: 'shop',
      schema_name: 'orders_archive',
      comment: 'Old ones',
    });
  });

  it.each([
    ['q=order', 'kinds=volume', ['volume shop.sales.order_files']],
    ['q=sales.ord', 'kinds=table', ['table shop.sales.order_items', 'table shop.sales.orders']],
    ['q=shop', 'kinds=catalog,schema', ['catalog shop']],
    ['q=shop.sales.orders', 'kinds=table,volume', ['table shop.sales.orders']],
    ['q=nothing', 'limit=1', []],
  ])('finds by %s with %s', async (q, more, expected) => {
    expect(found(await search(`${q}&${more}`))).toEqual(expected);
  });

  it('pages through everything once, and its cursors are good for one search of one person only', async () => {
    const hits: string[] = [];
    let cursor: unknown = '';
    let first: unknown;
    do {
      const answer = await search(`q=o&limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`}`);
      hits.push(...found(answer));
      cursor = answer.body['next_cursor'];
      first ??= cursor;
    } while (cursor !== null);

    expect(hits).toEqual(found(await search('q=o&limit=500')));
    expect(new Set(hits).size).toBe(hits.length);
    const stolen = `&limit=2&cursor=${encodeURIComponent(String(first))}`;
    expect((await search(`q=or${stolen}`)).body['error_code']).toBe('INVALID_REQUEST');
    expect((await search(`q=o${stolen}`, 'admin')).body['error_code']).toBe('INVALID_REQUEST');
  });

  it('shows each person only what they may see, however close together they ask', async () => {
    const [engineer, analyst, outsider] = await Promise.all([
      search('q=orders&kinds=table', 'engineer'),
      search('q=orders&kinds=table', 'analyst'),
      search('q=orders&kinds=table', 'outsider'),
    ]);

    expect(found(engineer)).toContain('table vault.gold.orders_of_gold');
    expect(found(analyst)).toEqual(['table shop.orders_archive.orders', 'table shop.sales.orders']);
    expect(found(outsider)).toEqual([]);
  });

  it('lists once for many searches of a token, and anew for another token of the same person', async () => {
    const first = await fresh();
    await search('q=a', 'analyst', first);
    const before = stack.workspace.requestLog.count();
    await Promise.all(['b', 'c', 'd'].map((q) => search(`q=${q}`, 'analyst', first)));
    expect(stack.workspace.requestLog.count()).toBe(before);

    await search('q=a', 'analyst', await fresh());
    expect(stack.workspace.requestLog.count()).toBeGreaterThan(before);
  });

  it('finds the rest when a part of the catalog cannot be listed, and says so', async () => {
    stack.workspace.faults.add({ pathPrefix: `${REST}/volumes`, status: 500 });

    const answer = await search('q=order', 'analyst', await fresh());

    expect(answer.body['incomplete']).toBe(true);
    expect(found(answer)).toEqual(expect.arrayContaining(['table shop.sales.orders']));
  });

  it('takes a refusal in one place for an answer', async () => {
    stack.workspace.faults.add({ pathPrefix: `${REST}/volumes`, status: 403 });

    const answer = await search('q=order', 'analyst', await fresh());

    expect(answer).toMatchObject({ status: 200, body: { incomplete: false } });
    expect(found(answer)).toContain('table shop.sales.orders');
  });

  it('tells that the platform is away, and does not remember it', async () => {
    const token = await fresh();
    stack.workspace.faults.add({ pathPrefix: REST, status: 500 });
    expect((await search('q=order', 'analyst', token)).status).toBe(502);

    stack.workspace.faults.clear();
    expect((await search('q=order', 'analyst', token)).status).toBe(200);
  });

  it.each([
    '',
    'q=',
    'q=%20',
    'q=a%0Ab',
    `q=${'x'.repeat(256)}`,
    'q=a&kinds=view',
    'q=a&kinds=',
    'q=a&kinds=table,table',
  ])('refuses "%s"', async (query) => {
    expect(await search(query)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
  });

  async function fresh(): Promise<string> {
    const { workspace } = stack;
    return (await workspace.issueUserToken('analyst', workspace.app.effectiveUserApiScopes)).token;
  }
});
