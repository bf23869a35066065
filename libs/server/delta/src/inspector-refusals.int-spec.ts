import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { givenDeltaTable } from '@lakescope/server-testing';
import { InspectorApp, volume } from './testing/inspector-app';

const TABLES = '/Volumes/shop/sales/tables';
const ORDERS = `${TABLES}/orders`;

describe('what the Delta Inspector refuses', () => {
  let inspector: InspectorApp;

  beforeAll(async () => {
    inspector = await InspectorApp.start();
    await inspector.stack.volume('shop.sales.tables');
    const folder = inspector.stack.workspace.volumeDirectory('shop', 'sales', 'tables');
    await givenDeltaTable(join(folder, 'orders'), { versions: [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]] });
    await mkdir(join(folder, 'deep'));
    await givenDeltaTable(join(folder, 'gap'), { versions: [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]] });
    await rm(join(folder, 'gap/_delta_log/00000000000000000001.json'));
    await givenDeltaTable(join(folder, 'garbage'), { versions: [[{ id: 1 }]] });
    await writeFile(join(folder, 'garbage/_delta_log/00000000000000000001.json'), '{"add": {{{');
    await givenDeltaTable(join(folder, 'future'), { versions: [[{ id: 1 }]] });
    await writeFile(
      join(folder, 'future/_delta_log/00000000000000000001.json'),
      '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["fromTheFuture"],"writerFeatures":["fromTheFuture"]}}',
    );
    await givenDeltaTable(join(folder, 'managed'), { versions: [[{ id: 1 }]] });
    await writeFile(
      join(folder, 'managed/_delta_log/00000000000000000001.json'),
      '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["catalogManaged"],"writerFeatures":["catalogManaged","inCommitTimestamp"]}}',
    );
  });

  afterEach(() => inspector.stack.workspace.faults.clear());

  afterAll(() => inspector.stop());

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
    expect(await inspector.post('/preview', { source: volume(path), ...at })).toMatchObject({
      status,
      body: { error_code: code, technical_details: details },
    });
  });

  it('still describes a table whose rows it cannot read', async () => {
    expect((await inspector.post('/detail', { source: volume(`${TABLES}/future`) })).body).toMatchObject({
      num_rows: null,
      rows_exact: false,
      num_files: 1,
      unsupported_features: ['fromTheFuture'],
      banner: { code: 'UNSUPPORTED_FEATURES', message: expect.stringContaining('fromTheFuture') },
      features: [{ name: 'fromTheFuture', needed_by: 'reader', supported: false }],
    });
  });

  it('describes a table whose commits go through the catalog, and shows no rows of it', async () => {
    const source = volume(`${TABLES}/managed`);

    expect((await inspector.post('/detail', { source })).body).toMatchObject({
      num_files: 1,
      banner: { code: 'CATALOG_MANAGED' },
    });
    expect((await inspector.post('/history', { source })).status).toBe(200);
    expect((await inspector.post('/files', { source })).status).toBe(200);
    expect(await inspector.post('/preview', { source })).toMatchObject({
      status: 422,
      body: { error_code: 'UNSUPPORTED_TABLE_FEATURE', technical_details: { features: ['catalogManaged'] } },
    });
  });

  it.each([
    ['an unknown column', { columns: ['nothing'] }],
    ['no limit', { limit: 0 }],
    ['too high a limit', { limit: 1001 }],
    ['a negative offset', { offset: -1 }],
    ['version and timestamp', { version: 0, timestamp: '2026-01-01T00:00:00Z' }],
    ['a timestamp that is none', { timestamp: 'yesterday' }],
    ['a day that no calendar has', { timestamp: '2024-02-30T00:00:00Z' }],
    ['a field nobody knows', { surprise: 1 }],
  ])('refuses %s', async (_, body) => {
    expect(await inspector.post('/preview', { source: volume(ORDERS), ...body })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it.each([`${TABLES}/../tables/orders`, '/etc', 'orders', '', '/Volumes/shop/sales/tables/a\u0000'])(
    'refuses the path %j before asking the platform',
    async (path) => {
      const before = inspector.stack.workspace.requestLog.count();

      expect(await inspector.post('/detail', { source: volume(path) })).toMatchObject({
        status: 400,
        body: { error_code: 'INVALID_REQUEST' },
      });
      expect(inspector.stack.workspace.requestLog.count()).toBe(before);
    },
  );

  it.each([
    '?version=',
    '?path=%2FVolumes%2Fa%2Fb%2Fc&version=',
    '?path=%2FVolumes%2Fa%2Fb%2Fc&version=1e3',
    '?path=a&full_name=b',
  ])('refuses the link %s', async (query) => {
    expect(await inspector.get(`/detail${query}`)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it('speaks of the parameters of a link by their names', async () => {
    const of = async (query: string): Promise<unknown> =>
      (
        (await inspector.get(`/detail?${query}`)).body['technical_details'] as { fields: { path: string }[] }
      ).fields.map(({ path }) => path);

    expect(await of('path=%2Fetc')).toEqual(['path']);
    expect(await of('path=orders&version=1')).toEqual(['path']);
  });

  it('looks for tables below a folder, and not below a table', async () => {
    const source = { kind: 'table', full_name: 'shop.sales.orders' };

    expect(await inspector.post('', { source })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path: 'source.kind' }] } },
    });
  });

  it('says what S3 needs where there is no database to keep connections in', async () => {
    const source = { kind: 's3', connection_id: randomUUID(), path: 's3://bucket/orders' };

    expect(await inspector.post('/detail', { source })).toMatchObject({
      status: 503,
      body: { error_code: 'LAKEBASE_NOT_CONFIGURED' },
    });
  });

  it('tells that the platform is away, and recovers with it', async () => {
    inspector.stack.workspace.faults.add({ pathPrefix: '/api/2.0/fs', status: 503 });
    expect(await inspector.post('/detail', { source: volume(ORDERS) })).toMatchObject({ status: 503 });

    inspector.stack.workspace.faults.clear();
    expect((await inspector.post('/detail', { source: volume(ORDERS) })).status).toBe(200);
  });
});
