import { LocalStack } from '@lakescope/server-testing';
import { Replica, sql, type Json } from './testing/given-queries';

const AT = { catalog: 'shop', schema: 'sales' };

describe('results that are hard to get', () => {
  let stack: LocalStack;
  let replica: Replica;

  beforeAll(async () => {
    stack = await LocalStack.start({ warehouseStartMilliseconds: 0 });
    const { workspace } = stack;
    await workspace.createCatalog('shop', { readers: [] });
    await workspace.createSchema('shop', 'sales');
    await workspace.grant('CATALOG', 'shop', 'analysts', ['USE_CATALOG', 'USE_SCHEMA']);
    await sql(
      stack,
      `CREATE TABLE shop.sales.types AS SELECT 9007199254740993 AS big, CAST(1.5 AS DECIMAL(38,18)) AS exact, '' AS nothing,
         CAST(NULL AS STRING) AS missing, DATE '1969-12-31' AS day, TIMESTAMP '1969-12-31T23:59:59.999999Z' AS at,
         CAST(1.5 AS DOUBLE) AS ratio, true AS ok, array(1, 2) AS list, named_struct('a', 1, 'b', 'x') AS nested`,
    );
    await sql(
      stack,
      `CREATE TABLE shop.sales.large AS SELECT id, repeat('x', 27500) AS text FROM range(0, 1000) AS t(id)`,
    );
    await sql(stack, 'CREATE TABLE shop.sales.empty (id INT)');
    await sql(
      stack,
      `CREATE TABLE shop.sales.wide AS SELECT ${Array.from({ length: 2_000 }, (_, at) => `${at} AS c${at}`).join(', ')}`,
    );
    for (const table of ['types', 'large', 'empty', 'wide']) {
      await workspace.grant('TABLE', `shop.sales.${table}`, 'analysts', ['SELECT']);
    }
    replica = await Replica.start(stack);
  });

  afterEach(() => {
    stack.workspace.faults.clear();
    stack.workspace.offerResultsOnlyAs(stack.workspace.warehouseId);
  });

  afterAll(async () => {
    await replica.stop();
    await stack.stop();
  });

  it('have every type typed, and 2,000 columns', async () => {
    expect((await run('types'))['rows']).toEqual([
      [
        '9007199254740993',
        '1.500000000000000000',
        '',
        null,
        '1969-12-31',
        '1969-12-31T23:59:59.999999Z',
        1.5,
        true,
        [1, 2],
        { a: 1, b: 'x' },
      ],
    ]);
    const wide = await run('wide');
    expect([(wide['columns'] as unknown[]).length, (wide['rows'] as unknown[][])[0]?.[1_999]]).toEqual([2_000, 1_999]);
    expect(await run('empty')).toMatchObject({ rows: [], row_count: 0, total_row_count: 0, columns: [{ name: 'id' }] });
  });

  it.each([
    ['INLINE', 'ARROW_STREAM'],
    ['EXTERNAL_LINKS', 'ARROW_STREAM'],
    ['EXTERNAL_LINKS', 'JSON_ARRAY'],
  ] as const)('come from a warehouse that has only %s %s', async (disposition, format) => {
    const fresh = await Replica.start(stack);
    stack.workspace.offerResultsOnlyAs(stack.workspace.warehouseId, { disposition, format });
    const { body } = await fresh.run('analyst', { ...AT, table: 'types' });
    await fresh.stop();

    expect(body['rows']).toEqual([
      [
        '9007199254740993',
        '1.500000000000000000',
        '',
        null,
        '1969-12-31',
        '1969-12-31T23:59:59.999999Z',
        1.5,
        true,
        [1, 2],
        { a: 1, b: 'x' },
      ],
    ]);
  });

  it('that CSV alone would give are not guessed', async () => {
    const fresh = await Replica.start(stack);
    stack.workspace.offerResultsOnlyAs(stack.workspace.warehouseId, { disposition: 'EXTERNAL_LINKS', format: 'CSV' });

    expect(await fresh.run('analyst', { ...AT, table: 'types' })).toMatchObject({
      status: 502,
      body: { error_code: 'UPSTREAM_ERROR', detail: expect.stringContaining('another warehouse') },
    });
    await fresh.stop();
  });

  it('of more than INLINE takes come by links, chunk by chunk and whole', async () => {
    const first = await run('large', { limit: 1_000 });
    const ids = (first['rows'] as string[][]).map(([id]) => id);
    const chunks = first['chunk_count'] as number;
    expect(chunks).toBeGreaterThan(1);
    for (let chunk = 1; chunk < chunks; chunk++) {
      const { body } = await replica.ask('analyst', `/query/${first['query_id'] as string}?chunk=${chunk}`);
      expect(body).toMatchObject({ chunk, row_count: 1_000 });
      ids.push(...(body['rows'] as string[][]).map(([id]) => id));
    }

    expect(ids).toEqual(Array.from({ length: 1_000 }, (_, at) => String(at)));
    expect(await replica.ask('analyst', `/query/${first['query_id'] as string}?chunk=${chunks}`)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
    expect(await replica.ask('analyst', `/query/${first['query_id'] as string}/content?format=csv`)).toMatchObject({
      status: 413,
      body: { error_code: 'PAYLOAD_TOO_LARGE' },
    });
  });

  it('without the scope for browsing are asked for by SQL alone', async () => {
    // Another person: who was refused is not asked for by REST again for a while.
    const token = await stack.token('admin', ['sql']);
    const init = { method: 'POST', token, json: { ...AT, table: 'types', columns: ['day'], wait_ms: 10_000 } };
    const { body } = await replica.ask('admin', '/query', init);
    const nope = await replica.ask('admin', '/query', { ...init, json: { ...init.json, columns: ['nope'] } });

    expect(body).toMatchObject({ status: 'SUCCEEDED', rows: [['1969-12-31']] });
    expect(['INVALID_QUERY', undefined]).toContain(
      nope.body['error_code'] ?? (nope.body['error'] as Json)['error_code'],
    );
  });

  it('of tables that are gone, or may not be read, say so', async () => {
    await sql(stack, 'CREATE TABLE shop.sales.gone (id INT)');
    await stack.workspace.grant('TABLE', 'shop.sales.gone', 'analysts', ['SELECT']);
    await run('gone');
    await stack.workspace.revokeGrant('TABLE', 'shop.sales.gone', 'analysts');
    expect(await run('gone')).toMatchObject({
      status: 'FAILED',
      error: { error_code: 'CATALOG_PERMISSION_DENIED', sql_state: '42501' },
    });
    const { status, body } = await replica.run('analyst', { ...AT, table: 'gone' });
    expect([status, body['error_code']]).toEqual([403, 'CATALOG_PERMISSION_DENIED']);
    await stack.workspace.grant('TABLE', 'shop.sales.gone', 'analysts', ['SELECT']);
    await run('gone');
    await sql(stack, 'DROP TABLE shop.sales.gone');
    expect(await run('gone')).toMatchObject({ status: 'FAILED', error: { error_code: 'TABLE_NOT_FOUND' } });
    expect(await replica.run('analyst', { ...AT, table: 'gone' })).toMatchObject({
      status: 404,
      body: { error_code: 'TABLE_NOT_FOUND' },
    });
  });

  it('of a platform that limits how often it is asked say when to come again', async () => {
    stack.workspace.faults.add({
      method: 'POST',
      pathPrefix: '/api/2.0/sql/statements',
      status: 429,
      headers: { 'retry-after': '7' },
    });
    const answer = await replica.run('analyst', { ...AT, table: 'types' });

    expect(answer).toMatchObject({ status: 429, body: { error_code: 'RATE_LIMITED', retry_after: 7 } });
    expect(answer.headers.get('retry-after')).toBe('7');
    const { body } = await replica.ask('analyst', '/queries?limit=1');
    expect(body['items']).toMatchObject([{ status: 'FAILED', error_code: 'RATE_LIMITED' }]);
  });

  it('are not asked for while the database is away, and nothing runs unseen then', async () => {
    await stack.postgres.halt();
    try {
      const answer = await replica.run('analyst', { ...AT, table: 'types' });
      expect(answer).toMatchObject({ status: 503, body: { error_code: 'DATABASE_UNAVAILABLE' } });
    } finally {
      await stack.postgres.restart();
    }
    expect(await run('types')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('that the warehouse has dropped are told from those that never were', async () => {
    const done = await run('types');
    stack.workspace.faults.add({
      pathPrefix: '/api/2.0/sql/statements',
      status: 404,
      body: { error_code: 'NOT_FOUND', message: 'gone' },
    });

    expect((await replica.ask('analyst', `/query/${done['query_id'] as string}`)).body).toMatchObject({
      status: 'SUCCEEDED',
      row_count: 1,
      rows: [],
      error: { error_code: 'RESULT_EXPIRED' },
    });
  });

  async function run(table: string, more: Json = {}): Promise<Json> {
    const { body } = await replica.run('analyst', { ...AT, table, ...more });
    return body;
  }
});
