import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '@lakescope/databricks-client';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { givenDeltaTable, HttpApp, LocalStack } from '@lakescope/server-testing';
import { DeltaModule } from './delta.module';

type Persona = 'analyst' | 'outsider';
type Json = Record<string, unknown>;

const TABLES = '/Volumes/shop/sales/tables';
const ORDERS = `${TABLES}/orders`;

describe('the Delta Inspector over HTTP', () => {
  let stack: LocalStack;
  let app: HttpApp;
  let folder: string;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.tables');
    folder = stack.workspace.volumeDirectory('shop', 'sales', 'tables');
    await givenDeltaTable(join(folder, 'orders'), {
      name: 'orders',
      description: 'What was ordered',
      partitionColumns: ['country'],
      versions: [
        [
          { id: 1, country: 'de', price: 1.5 },
          { id: 2, country: 'fr', price: 2.5 },
        ],
        [{ id: 3, country: 'de', price: 3.5 }],
        [{ id: 4, country: 'it', price: 4.5, note: 'express' }],
      ],
    });
    await givenDeltaTable(join(folder, 'deep/er/customers'), { versions: [[{ id: 1 }]] });
    await givenDeltaTable(join(folder, 'gap'), { versions: [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]] });
    await rm(join(folder, 'gap/_delta_log/00000000000000000001.json'));
    await givenDeltaTable(join(folder, 'garbage'), { versions: [[{ id: 1 }]] });
    await writeFile(join(folder, 'garbage/_delta_log/00000000000000000001.json'), '{"add": {{{');
    await givenDeltaTable(join(folder, 'future'), { versions: [[{ id: 1 }]] });
    await writeFile(
      join(folder, 'future/_delta_log/00000000000000000001.json'),
      '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["fromTheFuture"],"writerFeatures":["fromTheFuture"]}}',
    );
    app = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config()),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        DeltaModule,
      ],
      identify: caller,
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('finds tables below a folder, page by page, ready to be opened', async () => {
    const all = await post('', { source: volume(TABLES) });
    const first = await post('', { source: volume(TABLES), limit: 2 });
    const second = await post('', { source: volume(TABLES), limit: 50, cursor: first.body['next_cursor'] });

    expect(all.body).toMatchObject({
      items: [
        { path: `${TABLES}/deep/er/customers`, relative_path: 'deep/er/customers', name: 'customers' },
        { name: 'future' },
        { name: 'gap' },
        { name: 'garbage' },
        { path: ORDERS, relative_path: 'orders', name: 'orders' },
      ],
      next_cursor: null,
    });
    expect([...(first.body['items'] as Json[]), ...(second.body['items'] as Json[])]).toEqual(all.body['items']);
    expect((await post('', { source: volume(ORDERS) })).body).toMatchObject({
      items: [{ path: ORDERS, relative_path: '' }],
    });
    expect((await post('', { source: volume(TABLES), max_depth: 1 })).body['items']).toHaveLength(4);
  });

  it('describes the latest version', async () => {
    const { status, body } = await post('/detail', { source: volume(ORDERS) });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      format: 'delta',
      via: 'files',
      name: 'orders',
      description: 'What was ordered',
      location: ORDERS,
      version: 2,
      num_rows: '4',
      rows_exact: true,
      num_files: 4,
      size_bytes: expect.stringMatching(/^[1-9]\d*$/),
      partition_columns: ['country'],
      min_reader_version: expect.any(Number),
      min_writer_version: expect.any(Number),
      reader_features: [],
      properties: {},
      created_at: expect.stringMatching(/Z$/),
      last_commit: { version: 2, user_name: 'given', engine_info: 'tests' },
    });
  });

  it('travels to a version and to a time', async () => {
    const first = await post('/detail', { source: volume(ORDERS), version: 0 });
    const then = await post('/detail', { source: volume(ORDERS), timestamp: first.body['timestamp'] });

    expect(first.body).toMatchObject({ version: 0, num_rows: '2' });
    expect(then.body['version']).toBeLessThanOrEqual(2);
    expect((await post('/schema', { source: volume(ORDERS), version: 1 })).body['columns']).toHaveLength(3);
  });

  it('shows the columns with what is known about them', async () => {
    const { body } = await post('/schema', { source: volume(ORDERS) });

    expect(body).toMatchObject({
      version: 2,
      columns: [
        { name: 'id', type: 'long', nullable: true, comment: null, metadata: {}, partition_index: null },
        { name: 'country', type: 'string', partition_index: 0 },
        { name: 'price', type: 'double' },
        { name: 'note', type: 'string' },
      ],
    });
  });

  it('tells the history, newest first, with what each commit changed', async () => {
    const first = await post('/history', { source: volume(ORDERS), limit: 2 });
    const second = await post('/history', { source: volume(ORDERS), limit: 2, cursor: first.body['next_cursor'] });

    expect(first.body['items']).toMatchObject([
      { version: 2, files_added: 1, files_removed: 0, rows_added: '1', schema_changed: true, user_name: 'given' },
      { version: 1, files_added: 1, rows_added: '1', schema_changed: false },
    ]);
    expect(second.body).toMatchObject({ items: [{ version: 0, rows_added: '2' }], next_cursor: null });
  });

  it('reads rows by page, by column and by version', async () => {
    const page = await post('/preview', { source: volume(ORDERS), limit: 3, columns: ['id', 'note'] });
    const rest = await post('/preview', {
      source: volume(ORDERS),
      limit: 3,
      offset: page.body['next_offset'],
      columns: ['id', 'note'],
    });
    const old = await post('/preview', { source: volume(ORDERS), version: 0 });

    expect(page.body).toMatchObject({
      version: 2,
      columns: [
        { name: 'id', type: 'long' },
        { name: 'note', type: 'string' },
      ],
    });
    const rows = [...(page.body['rows'] as unknown[][]), ...(rest.body['rows'] as unknown[][])];
    expect(rows.sort()).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
      ['4', 'express'],
    ]);
    expect(rest.body['next_offset']).toBeNull();
    expect(old.body['rows']).toHaveLength(2);
  });

  it('gives every view as a link, too', async () => {
    const path = encodeURIComponent(ORDERS);

    expect(await get(`?path=${encodeURIComponent(TABLES)}`)).toMatchObject({ status: 200 });
    expect((await get(`/detail?path=${path}&version=1`)).body).toMatchObject({ version: 1, num_rows: '3' });
    expect((await get(`/schema?path=${path}`)).body).toMatchObject({ version: 2 });
    expect((await get(`/history?path=${path}&limit=1`)).body['items']).toHaveLength(1);
    expect((await get(`/preview?path=${path}&limit=1&columns=price`)).body).toMatchObject({
      columns: [{ name: 'price' }],
    });
    expect((await get(`/preview?path=${path}&columns=id&columns=price`)).body['columns']).toHaveLength(2);
  });

  it('shows nothing to somebody who may not read the volume, however warm its caches are', async () => {
    await post('/preview', { source: volume(ORDERS) });

    for (const view of ['/detail', '/schema', '/history', '/preview']) {
      const { status, body } = await post(view, { source: volume(ORDERS) }, 'outsider');
      expect([403, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain('express');
    }
  });

  it.each([
    ['no table', `${TABLES}/deep`, {}, 404, 'TABLE_NOT_FOUND', {}],
    ['no folder', `${TABLES}/nowhere`, {}, 404, 'TABLE_NOT_FOUND', {}],
    ['no such version', ORDERS, { version: 9 }, 404, 'VERSION_NOT_FOUND', { earliest: 0, latest: 2 }],
    [
      'a time before the table',
      ORDERS,
      { timestamp: '1999-01-01T00:00:00Z' },
      404,
      'VERSION_NOT_FOUND',
      { earliest: 0 },
    ],
    ['a gap in the log', `${TABLES}/gap`, {}, 422, 'TABLE_CORRUPT', {}],
    ['garbage in the log', `${TABLES}/garbage`, {}, 422, 'TABLE_CORRUPT', {}],
    ['an unknown feature', `${TABLES}/future`, {}, 422, 'UNSUPPORTED_TABLE_FEATURE', { features: ['fromTheFuture'] }],
  ])('answers a preview of %s by name', async (_, path, at, status, code, details) => {
    expect(await post('/preview', { source: volume(path), ...at })).toMatchObject({
      status,
      body: { error_code: code, technical_details: details },
    });
  });

  it('still describes a table whose rows it cannot read', async () => {
    expect((await post('/detail', { source: volume(`${TABLES}/future`) })).body).toMatchObject({
      num_rows: null,
      rows_exact: false,
      num_files: 1,
      unsupported_features: ['fromTheFuture'],
      features: [{ name: 'fromTheFuture', needed_by: 'reader', supported: false }],
    });
  });

  it.each([
    ['an unknown column', { columns: ['nothing'] }],
    ['no limit', { limit: 0 }],
    ['too high a limit', { limit: 1001 }],
    ['a negative offset', { offset: -1 }],
    ['version and timestamp', { version: 0, timestamp: '2026-01-01T00:00:00Z' }],
    ['a timestamp that is none', { timestamp: 'yesterday' }],
    ['a field nobody knows', { surprise: 1 }],
  ])('refuses %s', async (_, body) => {
    expect(await post('/preview', { source: volume(ORDERS), ...body })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it.each([`${TABLES}/../tables/orders`, '/etc', 'orders', '', '/Volumes/shop/sales/tables/a\u0000'])(
    'refuses the path %j before asking the platform',
    async (path) => {
      const before = stack.workspace.requestLog.count();

      expect(await post('/detail', { source: volume(path) })).toMatchObject({
        status: 400,
        body: { error_code: 'INVALID_REQUEST' },
      });
      expect(stack.workspace.requestLog.count()).toBe(before);
    },
  );

  it.each([
    '?version=',
    '?path=%2FVolumes%2Fa%2Fb%2Fc&version=',
    '?path=%2FVolumes%2Fa%2Fb%2Fc&version=1e3',
    '?path=a&full_name=b',
  ])('refuses the link %s', async (query) => {
    expect(await get(`/detail${query}`)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
  });

  it.each([
    { kind: 'table', full_name: 'shop.sales.orders' },
    { kind: 's3', connection_id: '1', path: 's3://bucket/orders' },
  ])('says what to use instead of $kind', async (source) => {
    expect(await post('/detail', { source })).toMatchObject({
      status: 422,
      body: { error_code: 'UNSUPPORTED_STORAGE', technical_details: { supported_kinds: ['volume'] } },
    });
  });

  it('sees a new commit with the next request', async () => {
    await givenDeltaTable(join(folder, 'growing'), { versions: [[{ id: 1 }], [{ id: 2 }]] });
    const log = join(folder, 'growing/_delta_log');
    await rename(join(log, '00000000000000000001.json'), join(folder, 'held-back.json'));
    const source = volume(`${TABLES}/growing`);
    const before = await post('/detail', { source });

    await rename(join(folder, 'held-back.json'), join(log, '00000000000000000001.json'));

    expect(before.body).toMatchObject({ version: 0, num_rows: '1' });
    expect((await post('/detail', { source })).body).toMatchObject({ version: 1, num_rows: '2' });
  });

  it('reads for many at once and answers each of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, version) => post('/preview', { source: volume(ORDERS), version: version % 3 })),
    );

    expect(answers.map(({ body }) => (body['rows'] as unknown[]).length)).toEqual(
      Array.from({ length: 16 }, (_, version) => [2, 3, 4][version % 3]),
    );
  });

  it('tells that the platform is away, and recovers with it', async () => {
    stack.workspace.faults.add({ pathPrefix: '/api/2.0/fs', status: 503 });
    expect(await post('/detail', { source: volume(ORDERS) })).toMatchObject({ status: 503 });

    stack.workspace.faults.clear();
    expect((await post('/detail', { source: volume(ORDERS) })).status).toBe(200);
  });

  function post(view: string, json: Json, persona: Persona = 'analyst'): Promise<{ status: number; body: Json }> {
    return ask(`/delta/tables${view}`, persona, { method: 'POST', json });
  }

  function get(link: string): Promise<{ status: number; body: Json }> {
    return ask(`/delta/tables${link}`, 'analyst', {});
  }

  async function ask(
    path: string,
    persona: Persona,
    init: RequestInit & { json?: unknown },
  ): Promise<{ status: number; body: Json }> {
    const answer = await app.fetch(path, await stack.token(persona), init);
    return { status: answer.status, body: (await answer.json()) as Json };
  }
});

function volume(path: string): Json {
  return { kind: 'volume', path };
}

function caller(userId: string, token: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}
