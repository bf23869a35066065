import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { givenDeltaTable } from '@lakescope/server-testing';
import { InspectorApp, volume, type Json } from './testing/inspector-app';

const TABLES = '/Volumes/shop/sales/tables';
const ORDERS = `${TABLES}/orders`;

describe('the Delta Inspector over HTTP', () => {
  let inspector: InspectorApp;
  let folder: string;

  beforeAll(async () => {
    inspector = await InspectorApp.start();
    await inspector.stack.volume('shop.sales.tables');
    folder = inspector.stack.workspace.volumeDirectory('shop', 'sales', 'tables');
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
    await givenDeltaTable(join(folder, 'items'), { versions: [[{ id: 1 }]] });
  });

  afterAll(() => inspector.stop());

  it('finds tables below a folder, page by page, ready to be opened', async () => {
    const all = await inspector.post('', { source: volume(TABLES) });
    const first = await inspector.post('', { source: volume(TABLES), limit: 1 });
    const second = await inspector.post('', { source: volume(TABLES), limit: 50, cursor: first.body['next_cursor'] });

    expect(all.body).toMatchObject({
      items: [
        { path: `${TABLES}/deep/er/customers`, relative_path: 'deep/er/customers', name: 'customers' },
        { path: `${TABLES}/items`, relative_path: 'items', name: 'items' },
        { path: ORDERS, relative_path: 'orders', name: 'orders' },
      ],
      next_cursor: null,
    });
    expect([...(first.body['items'] as Json[]), ...(second.body['items'] as Json[])]).toEqual(all.body['items']);
    expect((await inspector.post('', { source: volume(ORDERS) })).body).toMatchObject({
      items: [{ path: ORDERS, relative_path: '' }],
    });
    expect((await inspector.post('', { source: volume(TABLES), max_depth: 1 })).body['items']).toHaveLength(2);
  });

  it('describes the latest version', async () => {
    const { status, body } = await inspector.post('/detail', { source: volume(ORDERS) });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      format: 'delta',
      via: 'storage',
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
      deletion_vector_share: 0,
      banner: null,
      checkpoint_version: null,
      checkpoint_at: null,
      health: { status: 'good', codes: [] },
      last_commit: { version: 2, user_name: 'given', engine_info: 'tests' },
    });
  });

  it('travels to a version and to a time', async () => {
    const first = await inspector.post('/detail', { source: volume(ORDERS), version: 0 });
    const then = await inspector.post('/detail', { source: volume(ORDERS), timestamp: first.body['timestamp'] });

    expect(first.body).toMatchObject({ version: 0, num_rows: '2' });
    expect(then.body['version']).toBeLessThanOrEqual(2);
    expect((await inspector.post('/schema', { source: volume(ORDERS), version: 1 })).body['columns']).toHaveLength(3);
  });

  it('shows the columns with what is known about them', async () => {
    const { body } = await inspector.post('/schema', { source: volume(ORDERS) });

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
    const first = await inspector.post('/history', { source: volume(ORDERS), limit: 2 });
    const second = await inspector.post('/history', {
      source: volume(ORDERS),
      limit: 2,
      cursor: first.body['next_cursor'],
    });

    expect(first.body['items']).toMatchObject([
      { version: 2, files_added: 1, files_removed: 0, rows_added: '1', schema_changed: true, user_name: 'given' },
      { version: 1, files_added: 1, rows_added: '1', schema_changed: false },
    ]);
    expect(second.body).toMatchObject({ items: [{ version: 0, rows_added: '2' }], next_cursor: null });
  });

  it('reads rows by page, by column and by version', async () => {
    const page = await inspector.post('/preview', { source: volume(ORDERS), limit: 3, columns: ['id', 'note'] });
    const rest = await inspector.post('/preview', {
      source: volume(ORDERS),
      limit: 3,
      offset: page.body['next_offset'],
      columns: ['id', 'note'],
    });
    const old = await inspector.post('/preview', { source: volume(ORDERS), version: 0 });

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

    expect(await inspector.get(`?path=${encodeURIComponent(TABLES)}`)).toMatchObject({ status: 200 });
    expect((await inspector.get(`/detail?path=${path}&version=1`)).body).toMatchObject({ version: 1, num_rows: '3' });
    expect((await inspector.get(`/schema?path=${path}`)).body).toMatchObject({ version: 2 });
    expect((await inspector.get(`/history?path=${path}&limit=1`)).body['items']).toHaveLength(1);
    expect((await inspector.get(`/preview?path=${path}&limit=1&columns=price`)).body).toMatchObject({
      columns: [{ name: 'price' }],
    });
    expect((await inspector.get(`/preview?path=${path}&columns=id&columns=price`)).body['columns']).toHaveLength(2);
  });

  it('shows nothing to somebody who may not read the volume, however warm its caches are', async () => {
    await inspector.post('/preview', { source: volume(ORDERS) });

    for (const view of ['/detail', '/schema', '/history', '/preview']) {
      const { status, body } = await inspector.post(view, { source: volume(ORDERS) }, 'outsider');
      expect([403, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain('express');
    }
  });

  it('sees a new commit with the next request', async () => {
    await givenDeltaTable(join(folder, 'growing'), { versions: [[{ id: 1 }], [{ id: 2 }]] });
    const log = join(folder, 'growing/_delta_log');
    await rename(join(log, '00000000000000000001.json'), join(folder, 'held-back.json'));
    const source = volume(`${TABLES}/growing`);
    const before = await inspector.post('/detail', { source });

    await rename(join(folder, 'held-back.json'), join(log, '00000000000000000001.json'));

    expect(before.body).toMatchObject({ version: 0, num_rows: '1' });
    expect((await inspector.post('/detail', { source })).body).toMatchObject({ version: 1, num_rows: '2' });
  });

  it('reads for many at once and answers each of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, version) =>
        inspector.post('/preview', { source: volume(ORDERS), version: version % 3 }),
      ),
    );

    expect(answers.map(({ body }) => (body['rows'] as unknown[]).length)).toEqual(
      Array.from({ length: 16 }, (_, version) => [2, 3, 4][version % 3]),
    );
  });
});
