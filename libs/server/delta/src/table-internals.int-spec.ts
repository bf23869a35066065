import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { givenDeltaTable } from '@lakescope/server-testing';
import { InspectorApp, volume, type Json } from './testing/inspector-app';

const TABLES = '/Volumes/shop/sales/tables';
const ORDERS = `${TABLES}/orders`;
const AS_LINK = encodeURIComponent(ORDERS);

describe('what a table is made of, over HTTP', () => {
  let inspector: InspectorApp;
  let folder: string;

  beforeAll(async () => {
    inspector = await InspectorApp.start();
    await inspector.stack.volume('shop.sales.tables');
    folder = inspector.stack.workspace.volumeDirectory('shop', 'sales', 'tables');
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
    await givenDeltaTable(join(folder, 'torn'), { versions: [[{ id: 1 }]] });
  });

  afterAll(() => inspector.stop());

  async function dataFileOf(table: string): Promise<string> {
    const names = await readdir(join(folder, table));
    return names.find((name) => name.endsWith('.parquet')) ?? '';
  }

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

  it('lists the files of a version by size, by partition and by what they can hold', async () => {
    const paged = await inspector.post('/files', { source: volume(ORDERS), limit: 3, include_summary: true });
    const rest = await inspector.post('/files', { source: volume(ORDERS), offset: paged.body['next_offset'] });
    const german = await inspector.post('/files', { source: volume(ORDERS), partition: { country: 'de' } });
    const later = await inspector.post('/files', {
      source: volume(ORDERS),
      filters: [{ column: 'id', op: '>=', value: '3' }],
      sort: 'size',
      descending: true,
    });

    expect(paged).toMatchObject({
      status: 200,
      body: {
        via: 'storage',
        version: 2,
        total: 4,
        next_offset: 3,
        summary: { partition_count: 3, without_stats: 0, with_deletion_vector: 0, deleted_rows: '0', small_files: 4 },
      },
    });
    expect(rest.body).toMatchObject({ next_offset: null, summary: null });
    const [file] = paged.body['items'] as Json[];
    expect(file).toMatchObject({
      path: expect.stringMatching(/^country=de\/.*\.parquet$/),
      size_bytes: expect.stringMatching(/^[1-9]\d*$/),
      num_records: '1',
      partition_values: { country: 'de' },
      stats: {
        num_records: '1',
        min_values: { price: expect.any(Number) },
        null_count: { price: 0 },
        tight_bounds: true,
      },
      deletion_vector: null,
    });
    expect((german.body['items'] as Json[]).map(({ partition_values: values }) => values)).toEqual([
      { country: 'de' },
      { country: 'de' },
    ]);
    expect(later.body['total']).toBe(2);
    const sizes = (later.body['items'] as Json[]).map(({ size_bytes: size }) => Number(size));
    expect(sizes).toEqual([...sizes].sort((left, right) => right - left));
    const filters = encodeURIComponent('[{"column":"id","op":">=","value":3}]');
    const partition = encodeURIComponent('{"country":"de"}');
    const linked = await inspector.get(`/files?path=${AS_LINK}&partition=${partition}&filters=${filters}`);
    expect(linked.body).toMatchObject({ total: 1 });
  });

  it('skips the files that cannot hold what a preview asks for', async () => {
    const filters = [{ column: 'id', op: '>=', value: 3 }];
    const { body } = await inspector.post('/preview', { source: volume(ORDERS), columns: ['id'], filters });
    const linked = await inspector.get(
      `/preview?path=${AS_LINK}&columns=id&filters=${encodeURIComponent(JSON.stringify(filters))}`,
    );

    expect(body).toMatchObject({ files_read: 2, files_skipped: 2, next_offset: null });
    expect((body['rows'] as unknown[][]).sort()).toEqual([['3'], ['4']]);
    expect(linked.body).toEqual(body);
  });

  it('tells how a table is, and what to do', async () => {
    const good = await inspector.post('/health', { source: volume(ORDERS), check_files: true });
    await rm(join(folder, 'torn', await dataFileOf('torn')));
    const bad = await inspector.get(`/health?path=${encodeURIComponent(`${TABLES}/torn`)}&check_files=true`);
    const unasked = await inspector.post('/health', { source: volume(`${TABLES}/torn`) });

    expect(good).toMatchObject({ status: 200, body: { version: 2, status: 'good', findings: [], checked_files: 4 } });
    expect(bad.body).toMatchObject({
      status: 'bad',
      checked_files: 1,
      findings: [
        {
          code: 'MISSING_FILES',
          severity: 'bad',
          statement: `FSCK REPAIR TABLE delta.\`${TABLES}/torn\` DRY RUN;`,
          facts: { missing: 1, checked: 1 },
        },
      ],
    });
    expect(unasked.body).toMatchObject({ status: 'good', checked_files: null });
  });

  it.each([
    ['a commit that is not there', '/log/9', {}, 404, 'VERSION_NOT_FOUND'],
    ['a commit without a number', '/log/latest', {}, 400, 'INVALID_REQUEST'],
    ['a commit below zero', '/log/-1', {}, 400, 'INVALID_REQUEST'],
    ['too long a page', '/log/0', { limit: 1001 }, 400, 'INVALID_REQUEST'],
    ['an order that is none', '/files', { sort: 'colour' }, 400, 'INVALID_REQUEST'],
    ['a column that is not there', '/files', { filters: [{ column: 'x', op: '=', value: 1 }] }, 400, 'INVALID_REQUEST'],
    [
      'a condition that is none',
      '/preview',
      { filters: [{ column: 'id', op: '~', value: 1 }] },
      400,
      'INVALID_REQUEST',
    ],
    ['a partition that is none', '/files', { partition: ['de'] }, 400, 'INVALID_REQUEST'],
    ['a comparison with nothing', '/diff', { from_version: 0 }, 400, 'INVALID_REQUEST'],
    ['a comparison with a version to come', '/diff', { from_version: 0, to_version: 9 }, 404, 'VERSION_NOT_FOUND'],
  ])('refuses %s', async (_, view, more, status, code) => {
    expect(await inspector.post(view, { source: volume(ORDERS), ...more })).toMatchObject({
      status,
      body: { error_code: code },
    });
  });

  it.each(['filters=nonsense', 'filters=%7B%7D', 'partition=nonsense', 'limit=many', 'descending=perhaps'])(
    'refuses the link to files with %s',
    async (query) => {
      const [parameter = ''] = query.split('=');
      expect(await inspector.get(`/files?path=${AS_LINK}&${query}`)).toMatchObject({
        status: 400,
        body: { technical_details: { fields: expect.arrayContaining([expect.objectContaining({ path: parameter })]) } },
      });
    },
  );

  it.each(['/log/0', '/diff', '/files', '/health'])(
    'shows nothing of %s to somebody who may not read the volume',
    async (view) => {
      const asked = { source: volume(ORDERS), ...(view === '/diff' ? { from_version: 0, to_version: 2 } : {}) };
      expect((await inspector.post(view, asked)).status).toBe(200);

      const { status, body } = await inspector.post(view, asked, 'outsider');

      expect([403, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain('express');
    },
  );
});
