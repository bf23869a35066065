import { LocalStack } from '@lakescope/server-testing';
import { Replica, sql, type Json } from './testing/given-queries';

const ORDERS = { catalog: 'shop', schema: 'sales', table: 'orders' };

describe('querying a table over HTTP', () => {
  let stack: LocalStack;
  let replica: Replica;

  beforeAll(async () => {
    stack = await LocalStack.start({ warehouseStartMilliseconds: 0 });
    const { workspace } = stack;
    await workspace.createCatalog('shop', { readers: [] });
    await workspace.createSchema('shop', 'sales');
    await workspace.grant('CATALOG', 'shop', 'analysts', ['USE_CATALOG', 'USE_SCHEMA']);
    await sql(stack, 'CREATE TABLE shop.sales.orders (id BIGINT, name STRING, price DECIMAL(38,18), placed DATE)');
    await sql(
      stack,
      `INSERT INTO shop.sales.orders VALUES (9007199254740993, 'a', 1.5, DATE '1969-12-31'), (2, '', 2, DATE '0044-03-15'),
        (3, NULL, -99999999999999999999.000000000000000001, NULL)`,
    );
    await workspace.grant('TABLE', 'shop.sales.orders', 'analysts', ['SELECT']);
    replica = await Replica.start(stack);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await replica.stop();
    await stack.stop();
  });

  it('answers quick queries in one call, with every digit, and NULL apart from the empty text', async () => {
    const { status, body } = await replica.run('analyst', ORDERS);

    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: 'SUCCEEDED',
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'name', type: 'STRING' },
        { name: 'price', type: 'DECIMAL(38,18)' },
        { name: 'placed', type: 'DATE' },
      ],
      rows: [
        ['2', '', '2.000000000000000000', '0044-03-15'],
        ['3', null, '-99999999999999999999.000000000000000001', null],
        ['9007199254740993', 'a', '1.500000000000000000', '1969-12-31'],
      ],
      row_count: 3,
      total_row_count: 3,
      truncated: false,
      chunk: 0,
      chunk_count: 1,
      error: null,
      sql_statement:
        'SELECT * FROM `shop`.`sales`.`orders` ORDER BY `id` ASC, `name` ASC, `price` ASC, `placed` ASC LIMIT 100 OFFSET 0',
    });
  });

  it('answers a query that takes longer by its id, to its owner alone', async () => {
    const { body } = await replica.ask('analyst', '/query', { method: 'POST', json: ORDERS });
    expect(body).toMatchObject({ status: 'PENDING', rows: [], finished_at: null });
    const path = `/query/${body['query_id'] as string}`;

    expect(await ended(path)).toMatchObject({ status: 'SUCCEEDED', row_count: 3 });
    expect(await replica.ask('engineer', path)).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
  });

  it('tells who may not read the table what to ask for', async () => {
    const { status, body } = await replica.run('outsider', ORDERS);

    expect([403, 404]).toContain(status);
    expect(['CATALOG_PERMISSION_DENIED', 'TABLE_NOT_FOUND']).toContain(body['error_code']);
  });

  async function ended(path: string): Promise<Json> {
    for (;;) {
      const { body } = await replica.ask('analyst', path);
      if (body['status'] !== 'PENDING' && body['status'] !== 'RUNNING') return body;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
