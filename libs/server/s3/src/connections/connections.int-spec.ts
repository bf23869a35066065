import { S3App, type Json } from '../testing/s3-app';

describe('S3 connections', () => {
  let app: S3App;

  beforeAll(async () => {
    app = await S3App.start();
  });
  afterEach(async () => {
    await app.sql('DELETE FROM s3_connections');
    app.stack.workspace.s3.faults.clear();
  });
  afterAll(() => app.stop());

  it('are made, listed, changed and deleted by their owner, with the version as ETag', async () => {
    const made = await app.ask('analyst', 'POST', '/connections', {
      ...app.rootConnection,
      bucket: 'lakescope-lake',
      prefix: 'tables/',
    });
    const id = String(made.body['id']);
    const changed = await app.ask(
      'analyst',
      'PATCH',
      `/connections/${id}`,
      { name: 'Other', bucket: null },
      {
        'If-Match': made.headers.get('etag') ?? '',
      },
    );
    const listed = await app.ask('analyst', 'GET', '/connections');
    const gone = await app.ask('analyst', 'DELETE', `/connections/${id}`);

    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    expect(made.body).toMatchObject({
      name: 'Lake',
      kind: 'access_key',
      endpoint: app.stack.workspace.s3.url,
      region: 'us-east-1',
      path_style: true,
      bucket: 'lakescope-lake',
      prefix: 'tables/',
      access_key_hint: `…${app.rootConnection.access_key_id.slice(-4)}`,
      temporary_keys: false,
      keys_readable: true,
      read_only: false,
    });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect(changed.body).toMatchObject({ name: 'Other', bucket: null, prefix: 'tables/', version: 2 });
    expect(listed.body['items']).toEqual([changed.body]);
    expect(gone.status).toBe(204);
    expect((await app.ask('analyst', 'GET', '/connections')).body['items']).toEqual([]);
  });

  it('look into buckets', async () => {
    await app.given('claims', { 'a/one.txt': 'one', 'two.txt': 'two' });
    const id = await app.connect('analyst', { bucket: 'claims' });

    const buckets = await app.ask('analyst', 'POST', '/buckets', { connection_id: id });
    const listed = await app.ask('analyst', 'POST', '/list', { connection_id: id });
    const link = await app.ask('analyst', 'POST', '/download-url', { connection_id: id, key: 'a/one.txt' });
    const check = await app.ask('analyst', 'POST', `/connections/${id}/check`, { write: true });

    expect(buckets.body['items']).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'claims' })]));
    expect((listed.body['items'] as Json[]).map(({ kind, key }) => [kind, key])).toEqual([
      ['folder', 'a/'],
      ['object', 'two.txt'],
    ]);
    expect(await (await fetch(String(link.body['url']))).text()).toBe('one');
    expect([check.body['readable'], check.body['writable']]).toEqual([true, true]);
    expect((check.body['rights'] as Json[]).map(({ status }) => status)).toEqual(Array(7).fill('ok'));
  });
});
