import { join } from 'node:path';
import { givenDeltaTable } from '@lakescope/server-testing';
import { InspectorApp, volume, type Json } from './testing/inspector-app';

const TABLES = '/Volumes/shop/sales/tables';
const ORDERS = `${TABLES}/orders`;
const AS_LINK = encodeURIComponent(ORDERS);

describe('what a table is made of, over HTTP', () => {
  let inspector: InspectorApp;

  beforeAll(async () => {
    inspector = await InspectorApp.start();
    await inspector.stack.volume('shop.sales.tables');
    const folder = inspector.stack.workspace.volumeDirectory('shop', 'sales', 'tables');
    await givenDeltaTable(join(folder, 'orders'), {
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
  });

  afterAll(() => inspector.stop());

  it('shows the actions of a commit as they were written, page by page', async () => {
    const first = await inspector.post('/log/0', { source: volume(ORDERS), limit: 3 });
    const rest = await inspector.post('/log/0', { source: volume(ORDERS), offset: first.body['next_offset'] });

    expect(first).toMatchObject({ status: 200, body: { via: 'storage', version: 0, total: 5, next_offset: 3 } });
    const actions = [...(first.body['actions'] as Json[]), ...(rest.body['actions'] as Json[])];
    expect(actions.map(({ kind }) => kind)).toEqual(['commitInfo', 'protocol', 'metaData', 'add', 'add']);
    expect(JSON.parse(String(actions[0]?.['json']))).toMatchObject({ commitInfo: { userName: 'given' } });
    expect(rest.body['next_offset']).toBeNull();
    expect((await inspector.get(`/log/0?path=${AS_LINK}&limit=3`)).body).toEqual(first.body);
  });

  it('compares two versions', async () => {
    const there = await inspector.post('/diff', { source: volume(ORDERS), from_version: 0, to_version: 2 });
    const back = await inspector.get(`/diff?path=${AS_LINK}&from_version=2&to_version=0`);

    expect(there).toMatchObject({
      status: 200,
      body: {
        from: { version: 0 },
        to: { version: 2 },
        schema: { added: [{ name: 'note', type: 'string' }], removed: [], changed: [] },
        properties: { added: {}, removed: {}, changed: {} },
        protocol: null,
        files: { added: 2, removed: 0, removed_bytes: '0' },
        rows: { before: '2', after: '4', delta: '2' },
        commits: 2,
      },
    });
    expect(back.body).toMatchObject({ files: { added: 0, removed: 2 }, rows: { delta: '-2' } });
  });

  it.each([
    ['a commit that is not there', '/log/9', {}, 404, 'VERSION_NOT_FOUND'],
    ['a commit without a number', '/log/latest', {}, 400, 'INVALID_REQUEST'],
    ['a commit below zero', '/log/-1', {}, 400, 'INVALID_REQUEST'],
    ['too long a page', '/log/0', { limit: 1001 }, 400, 'INVALID_REQUEST'],
    ['a comparison with nothing', '/diff', { from_version: 0 }, 400, 'INVALID_REQUEST'],
    ['a comparison with a version to come', '/diff', { from_version: 0, to_version: 9 }, 404, 'VERSION_NOT_FOUND'],
  ])('refuses %s', async (_, view, more, status, code) => {
    expect(await inspector.post(view, { source: volume(ORDERS), ...more })).toMatchObject({
      status,
      body: { error_code: code },
    });
  });

  it.each(['/log/0', '/diff'])('shows nothing of %s to somebody who may not read the volume', async (view) => {
    const asked = { source: volume(ORDERS), ...(view === '/diff' ? { from_version: 0, to_version: 2 } : {}) };
    expect((await inspector.post(view, asked)).status).toBe(200);

    const { status, body } = await inspector.post(view, asked, 'outsider');

    expect([403, 404]).toContain(status);
    expect(JSON.stringify(body)).not.toContain('express');
  });
});
