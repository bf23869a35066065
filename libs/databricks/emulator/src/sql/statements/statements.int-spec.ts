import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorEnvelope, StatementResponse, StatementResult } from '@lakescope/databricks-wire';
import { GivenStatements } from '../../testing/given-statements';
import { ask, givenWorkspace } from '../../testing/given-workspace';
import type { LocalWorkspace } from '../../workspace/local-workspace';

/** Takes minutes when nobody cancels it. */
const ENDLESS = 'SELECT count(*) FROM range(4000000) a CROSS JOIN range(4000000) b WHERE a.id * b.id % 7 = 3';

const COLUMNS = [
  { name: 'id', position: 0, type_name: 'LONG', type_text: 'BIGINT' },
  { name: 'amount', position: 1, type_name: 'DECIMAL', type_text: 'DECIMAL(10,2)', type_precision: 10, type_scale: 2 },
  { name: 'note', position: 2, type_name: 'STRING', type_text: 'STRING' },
];

describe('statements', () => {
  let workspace: LocalWorkspace;
  let sql: GivenStatements;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ warehouseStartMilliseconds: 50, warehouseStopMilliseconds: 20 }));
    sql = new GivenStatements(workspace);
    await workspace.createCatalog('demo', { readers: ['engineers'] });
    await workspace.createSchema('demo', 'lake');
    await sql.rows('admin', 'CREATE TABLE demo.lake.amounts (id BIGINT, amount DECIMAL(10,2), note STRING)');
    await sql.rows('admin', "INSERT INTO demo.lake.amounts VALUES (1, 10.00, ''), (2, NULL, NULL), (3, -0.50, 'ä')");
  });
  afterAll(() => stop());

  it('that are quick are answered with their result', async () => {
    const answer = await sql.run('engineer', 'SELECT * FROM demo.lake.amounts ORDER BY id');

    expect(answer).toEqual({
      statement_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      status: { state: 'SUCCEEDED' },
      manifest: {
        format: 'JSON_ARRAY',
        schema: {
          column_count: 3,
          columns: COLUMNS,
        },
        total_chunk_count: 1,
        chunks: [{ chunk_index: 0, row_offset: 0, row_count: 3 }],
        total_row_count: 3,
        total_byte_count: expect.any(Number) as number,
        truncated: false,
      },
      result: {
        chunk_index: 0,
        row_offset: 0,
        row_count: 3,
        data_array: [
          ['1', '10.00', ''],
          ['2', null, null],
          ['3', '-0.50', 'ä'],
        ],
      },
    });
  });

  it('that have no rows have an empty result and no chunk', async () => {
    const { manifest, result } = await sql.run('admin', 'SELECT id FROM demo.lake.amounts WHERE id > 5');

    expect(result).toEqual({});
    expect(manifest).toMatchObject({ total_chunk_count: 0, total_row_count: 0, schema: { column_count: 1 } });
    expect(manifest).not.toHaveProperty('chunks');
  });

  it('that nobody waits for are pending, and answered when they are asked about', async () => {
    const posted = await sql.post('admin', 'SELECT 1 AS one', { wait_timeout: '0s' });
    const { statement_id: id, ...rest } = posted.json<StatementResponse>();
    const { status, result } = await sql.until('admin', id, 'SUCCEEDED');

    expect([posted.status, rest]).toEqual([200, { status: { state: 'PENDING' } }]);
    expect([status, result?.data_array]).toEqual([{ state: 'SUCCEEDED' }, [['1']]]);
  });

  it('that fail are HTTP 200 and say why', async () => {
    const answer = await sql.post('admin', 'SELECT * FROM demo.lake.nowhere');

    expect(answer.status).toBe(200);
    expect(answer.json<StatementResponse>()).toEqual({
      statement_id: expect.any(String) as string,
      status: {
        state: 'FAILED',
        error: {
          error_code: expect.any(String) as string,
          message: expect.stringMatching(/^\[TABLE_OR_VIEW_NOT_FOUND\] .*SQLSTATE: 42P01/s) as string,
        },
        sql_state: '42P01',
      },
    });
  });

  it('read only what their caller may read', async () => {
    const engineer = await sql.run('engineer', 'SELECT count(*) FROM demo.lake.amounts');
    const analyst = await sql.run('analyst', 'SELECT count(*) FROM demo.lake.amounts');

    expect(engineer.result?.data_array).toEqual([['3']]);
    expect(analyst.status).toMatchObject({ state: 'FAILED', sql_state: '42501' });
    expect(analyst.result).toBeUndefined();
  });

  it('take catalog and schema for names that have none, and parameters by name', async () => {
    const rows = await sql.rows('admin', 'SELECT id, :text AS t, :none AS n FROM amounts WHERE amount < :most', {
      catalog: 'demo',
      schema: 'lake',
      parameters: [
        { name: 'text', value: "it's" },
        { name: 'none', type: 'INT' },
        { name: 'most', value: '5', type: 'DECIMAL(10,2)' },
      ],
    });

    expect(rows).toEqual([['3', "it's", null]]);
  });

  it('may be megabytes long', async () => {
    expect(await sql.rows('admin', `SELECT length('${'x'.repeat(3_000_000)}')`)).toEqual([['3000000']]);
  });

  it('come in chunks, each with the way to the next', async () => {
    const {
      statement_id: id,
      manifest,
      result,
    } = await sql.run('admin', "SELECT id, repeat('x', 100) AS x FROM range(50000) ORDER BY id");
    const chunks: StatementResult[] = [result ?? {}];
    for (let next = result?.next_chunk_internal_link; next !== undefined;) {
      const answer = await ask(workspace, next, { token: workspace.personas.admin.token });
      const chunk = answer.json<StatementResult>();
      chunks.push(chunk);
      next = chunk.next_chunk_internal_link;
    }

    expect(chunks.length).toBeGreaterThan(2);
    expect(manifest).toMatchObject({ total_chunk_count: chunks.length, total_row_count: 50_000, truncated: false });
    expect(manifest?.chunks).toEqual(
      chunks.map(({ chunk_index, row_offset, row_count }) => ({ chunk_index, row_offset, row_count })),
    );
    expect(chunks.flatMap(({ data_array }) => data_array ?? []).map(([cell]) => cell)).toEqual(
      Array.from({ length: 50_000 }, (_, at) => String(at)),
    );
    expect(chunks.map((chunk) => chunk.next_chunk_index)).toEqual([
      ...chunks.slice(1).map((_, at) => at + 1),
      undefined,
    ]);
    const beyond = await sql.ask('admin', `/${id}/result/chunks/${chunks.length}`);
    expect([beyond.status, beyond.json<ErrorEnvelope>().error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('that are larger than INLINE allows fail, and succeed as external links', async () => {
    const large = "SELECT repeat('x', 1000) AS x FROM range(30000)";

    const inline = await sql.run('admin', large);
    const external = await sql.run('admin', large, { disposition: 'EXTERNAL_LINKS' });
    const cut = await sql.run('admin', large, { row_limit: 7 });

    expect(inline.status).toEqual({
      state: 'FAILED',
      error: {
        error_code: 'BAD_REQUEST',
        message: expect.stringContaining('Inline byte limit exceeded.') as string,
      },
    });
    expect(external).toMatchObject({ status: { state: 'SUCCEEDED' }, manifest: { total_row_count: 30_000 } });
    expect(cut.manifest).toMatchObject({ total_row_count: 7, truncated: true });
  });

  it.each([
    [{ row_limit: 3 }, 3, false],
    [{ row_limit: 2 }, 2, true],
    [{ byte_limit: 30 }, 1, true],
  ])('with %j have %i rows', async (limit, rows, truncated) => {
    const { manifest } = await sql.run('admin', 'SELECT * FROM demo.lake.amounts ORDER BY id', limit);

    expect(manifest).toMatchObject({ total_row_count: rows, truncated });
  });

  it('are canceled, in the engine too', async () => {
    const { statement_id: id } = await sql.run('admin', ENDLESS, { wait_timeout: '0s' });
    await sql.until('admin', id, 'RUNNING');
    const canceled = await sql.ask('admin', `/${id}/cancel`, 'POST');
    const { status, manifest } = await sql.until('admin', id, 'CANCELED', 'SUCCEEDED', 'FAILED');

    expect([canceled.status, canceled.json(), status, manifest]).toEqual([200, {}, { state: 'CANCELED' }, undefined]);
    const chunk = await sql.ask('admin', `/${id}/result/chunks/0`);
    expect([chunk.status, chunk.json<ErrorEnvelope>().error_code]).toEqual([400, 'INVALID_STATE']);
  });

  it('that take longer than their caller waits go on, or end if he wants', async () => {
    const [goesOn, ends] = await Promise.all([
      sql.run('admin', ENDLESS, { wait_timeout: '5s' }),
      sql.run('admin', ENDLESS, { wait_timeout: '5s', on_wait_timeout: 'CANCEL' }),
    ]);
    const later = await sql.get('admin', goesOn.statement_id);
    await sql.ask('admin', `/${goesOn.statement_id}/cancel`, 'POST');

    expect(goesOn).toEqual({ statement_id: goesOn.statement_id, status: { state: 'RUNNING' } });
    expect(later.status.state).toBe('RUNNING');
    expect(ends).toEqual({ statement_id: ends.statement_id, status: { state: 'CANCELED' } });
    await sql.until('admin', goesOn.statement_id, 'CANCELED');
  });

  it('of a caller who has gone go on', async () => {
    const gone = new AbortController();
    const asking = fetch(`${workspace.url}/api/2.0/sql/statements`, {
      method: 'POST',
      signal: gone.signal,
      headers: { authorization: `Bearer ${workspace.personas.admin.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        warehouse_id: workspace.warehouseId,
        statement: 'CREATE TABLE demo.lake.made AS SELECT count(*) AS n FROM range(3000000) WHERE id % 3 = 0',
      }),
    });
    await delay(50);
    gone.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });

    let rows: (string | null)[][] = [];
    while (rows.length === 0) {
      rows = (await sql.run('admin', 'SELECT n FROM demo.lake.made')).result?.data_array ?? [];
    }
    expect(rows).toEqual([['1000000']]);
  });

  it('are canceled when the warehouse is stopped, and start it when it is', async () => {
    const { statement_id: id } = await sql.run('engineer', ENDLESS, { wait_timeout: '0s' });
    await sql.until('engineer', id, 'RUNNING');
    await ask(workspace, `/api/2.0/sql/warehouses/${workspace.warehouseId}/stop`, {
      method: 'POST',
      token: workspace.personas.admin.token,
    });
    const { status } = await sql.until('engineer', id, 'CANCELED', 'FAILED', 'SUCCEEDED');

    expect(status).toEqual({ state: 'CANCELED' });
    expect(await sql.rows('engineer', 'SELECT 1')).toEqual([['1']]);
  });

  it('are nobody else’s: not their state, not their result, not their end', async () => {
    const { statement_id: id } = await sql.run('engineer', 'SELECT 1');

    const answers = await Promise.all([
      sql.ask('admin', `/${id}`),
      sql.ask('admin', `/${id}/result/chunks/0`),
      sql.ask('analyst', `/${id}/cancel`, 'POST'),
      sql.ask('engineer', '/01f00000-0000-1000-8000-000000000000'),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(answers[0]?.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'NOT_FOUND',
      message: `The statement ${id} was not found.`,
    });
    expect((await sql.get('engineer', id)).status.state).toBe('SUCCEEDED');
  });

  it.each([
    [{ wait_timeout: '60s' }, 400, 'The wait_timeout field must be 0 seconds'],
    [{ format: 'CSV' }, 400, 'The format field must be JSON_ARRAY when the disposition field is INLINE.'],
    [{ warehouse_id: 'x' }, 400, 'x is not a valid endpoint id.'],
    [{ warehouse_id: '0123456789abcdef' }, 404, 'SQL warehouse 0123456789abcdef does not exist.'],
  ] as const)('with %j are refused', async (more, status, message) => {
    const answer = await sql.ask('admin', '', 'POST', {
      warehouse_id: workspace.warehouseId,
      statement: 'SELECT 1',
      ...more,
    });

    expect([answer.status, answer.json<ErrorEnvelope>().message]).toEqual([
      status,
      expect.stringContaining(message) as string,
    ]);
  });

  it('need the scope of SQL', async () => {
    const body = JSON.stringify({ warehouse_id: workspace.warehouseId, statement: 'SELECT 1' });
    const [with_, without] = await Promise.all([
      workspace.issueUserToken('analyst', ['sql']),
      workspace.issueUserToken('analyst', ['unity-catalog']),
    ]);

    const answers = await Promise.all(
      [with_, without].map(({ token }) => ask(workspace, '/api/2.0/sql/statements', { method: 'POST', token, body })),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers[1]?.json<ErrorEnvelope>().message).toBe('Provided OAuth token does not have required scopes: sql');
  });

  it('meet planned faults as every request does', async () => {
    workspace.faults.add({ method: 'POST', pathPrefix: '/api/2.0/sql/statements', status: 429, times: 1 });

    const answers = [await sql.post('admin', 'SELECT 1'), await sql.post('admin', 'SELECT 1')];

    expect(answers.map(({ status }) => status)).toEqual([429, 200]);
  });
});
