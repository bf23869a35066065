import { S3App, type Answer, type Json } from '../testing/s3-app';

describe('S3 connections', () => {
  let app: S3App;

  beforeAll(async () => {
    app = await S3App.start();
  });
  afterEach(() => app.sql('DELETE FROM s3_connections'));
  afterAll(() => app.stop());

  it('are made, listed, changed and deleted by their owner, with the version as ETag', async () => {
    const made = await app.ask('analyst', 'POST', '/connections', {
      ...app.rootConnection,
      bucket: 'lakescope-lake',
      prefix: 'tables/',
    });
    const etag = { 'If-Match': made.headers.get('etag') ?? '' };
    const path = `/connections/${String(made.body['id'])}`;
    const changed = await app.ask('analyst', 'PATCH', path, { name: 'Other', bucket: null }, etag);
    const listed = await app.ask('analyst', 'GET', '/connections');
    const gone = await app.ask('analyst', 'DELETE', path);

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

  it('of another person are not there, whatever is asked of them', async () => {
    const id = await app.connect('analyst', { bucket: 'lakescope-lake' });
    const of = { connection_id: id };
    const asked = [
      await app.ask('engineer', 'PATCH', `/connections/${id}`, { name: 'Mine' }),
      await app.ask('engineer', 'DELETE', `/connections/${id}`),
      await app.ask('engineer', 'POST', `/connections/${id}/check`, {}),
      await app.ask('engineer', 'POST', '/buckets', of),
      await app.ask('engineer', 'POST', '/list', of),
      await app.ask('engineer', 'POST', '/download-url', { ...of, key: 'x' }),
    ];

    expect(asked.map(({ status, body }) => [status, body['error_code']])).toEqual(asked.map(() => [404, 'NOT_FOUND']));
    expect((await app.ask('engineer', 'GET', '/connections')).body['items']).toEqual([]);
    expect((await app.ask('analyst', 'GET', '/connections')).body['items']).toMatchObject([
      { name: 'Lake', version: 1 },
    ]);
  });

  it('are called as their owner likes, but no two the same; other people’s names are no matter', async () => {
    await app.connect('engineer');
    await app.connect('analyst');
    const other = await app.connect('analyst', { name: 'Other' });

    const twice = await app.ask('analyst', 'POST', '/connections', app.rootConnection);
    const renamed = await app.ask('analyst', 'PATCH', `/connections/${other}`, { name: 'Lake' });

    for (const { status, body } of [twice, renamed]) {
      expect([status, body['error_code'], body['detail']]).toEqual([
        409,
        'ALREADY_EXISTS',
        expect.stringContaining('Lake'),
      ]);
    }
  });

  it('are written over by nobody who has not seen how they are', async () => {
    const id = await app.connect('analyst');
    const change = (name: string, condition?: string): Promise<Answer> =>
      app.ask(
        'analyst',
        'PATCH',
        `/connections/${id}`,
        { name },
        condition === undefined ? {} : { 'If-Match': condition },
      );

    const [one, other] = await Promise.all([change('One', '"1"'), change('Other', '"1"')]);
    const late = await app.ask('analyst', 'DELETE', `/connections/${id}`, undefined, { 'If-Match': '"1"' });

    expect([one.status, other.status].sort()).toEqual([200, 412]);
    expect([late.status, late.body['technical_details']]).toMatchObject([
      412,
      { expected_version: 1, current_version: 2 },
    ]);
    expect((await change('Any')).status).toBe(200);
    expect((await change('Star', '*')).status).toBe(200);
  });

  it('are listed in pages by the bytes of their names, however the database sorts text', async () => {
    await app.sql('ALTER TABLE s3_connections ALTER COLUMN name TYPE text COLLATE "und-x-icu"');
    for (const name of ['b', 'a', 'C']) await app.connect('analyst', { name });

    const first = await app.ask('analyst', 'GET', '/connections?limit=2');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await app.ask('analyst', 'GET', `/connections?limit=2&cursor=${cursor}`);

    const names = ({ body }: Answer): unknown[] => (body['items'] as Json[]).map(({ name }) => name);
    expect([...names(first), ...names(second)]).toEqual(['C', 'a', 'b']);
    expect(second.body['next_cursor']).toBeNull();
  });

  it.each<[string, Json, string]>([
    ['an endpoint that is not allowed', { endpoint: 'https://storage.example' }, 'endpoint'],
    ['the metadata of the machine', { endpoint: 'http://169.254.169.254' }, 'endpoint'],
    ['another port of this machine', { endpoint: 'http://127.0.0.1:1' }, 'endpoint'],
    ['a bucket in the name of a host that is not meant for it', { path_style: false }, 'path_style'],
    ['a region that is none of AWS, without an endpoint', { endpoint: null, region: 'here' }, 'region'],
    ['a name of blanks', { name: ' ' }, 'name'],
    ['a bucket that is an ARN', { bucket: 'arn:aws:s3:::lake' }, 'bucket'],
    ['a key with a line break', { access_key_id: 'AKIA\nX' }, 'access_key_id'],
    ['an empty secret', { secret_access_key: '' }, 'secret_access_key'],
    ['an external id without a role', { external_id: 'lake' }, 'role_arn'],
    ['something that is no role', { role_arn: 'reader' }, 'role_arn'],
    ['what nobody knows', { secret: 'x' }, 'secret'],
  ])('are not made with %s', async (_, fields, path) => {
    const { status, body, text } = await app.ask('analyst', 'POST', '/connections', {
      ...app.rootConnection,
      ...fields,
    });

    expect([status, body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect(body['technical_details']).toMatchObject({ fields: [{ path }] });
    expect(text).not.toContain(app.rootConnection.secret_access_key);
  });

  it('get new keys as a whole, or not at all', async () => {
    const id = await app.connect('analyst', { access_key_id: 'AKIAWRONGKEY0000', secret_access_key: 'wrong-secret' });
    const list = (): Promise<Answer> => app.ask('analyst', 'POST', '/buckets', { connection_id: id });
    const patch = (json: Json): Promise<Answer> => app.ask('analyst', 'PATCH', `/connections/${id}`, json);
    const { access_key_id, secret_access_key } = app.rootConnection;

    expect((await list()).body['technical_details']).toMatchObject({
      error_type: 'S3KeysRejected',
      s3_code: 'InvalidAccessKeyId',
    });
    expect((await patch({ secret_access_key })).body).toMatchObject({
      technical_details: { fields: [{ path: 'access_key_id' }] },
    });
    expect((await patch({ session_token: 'token' })).status).toBe(400);
    expect((await patch({ access_key_id, secret_access_key })).status).toBe(200);
    expect((await list()).status).toBe(200);
  });

  it('are as many as one person may need, and no more', async () => {
    await app.sql(
      `INSERT INTO s3_connections (id, user_id, name, region, path_style, key_hint, temporary, sealed_keys)
       SELECT gen_random_uuid(), $1, 'n' || n, 'us-east-1', true, '…', false, '' FROM generate_series(1, 50) n`,
      [await app.userId('analyst')],
    );

    const { status, body } = await app.ask('analyst', 'POST', '/connections', app.rootConnection);
    await app.connect('engineer');

    expect([status, body['error_code'], body['technical_details']]).toMatchObject([
      409,
      'CONFLICT',
      { max_connections: 50 },
    ]);
  });

  it('are told of in the audit log, without anything of their keys', async () => {
    await app.sql(`DELETE FROM s3_connections`);
    const [{ before }] = (await app.sql<{ before: string }>(
      'SELECT coalesce(max(id), 0) AS before FROM audit_log',
    )) as [{ before: string }];
    const id = await app.connect('analyst');
    await app.ask('analyst', 'PATCH', `/connections/${id}`, { name: 'Other' });
    await app.ask('engineer', 'DELETE', `/connections/${id}`);
    await app.ask('analyst', 'DELETE', `/connections/${id}`);

    const entries = await app.sql<Json>(
      'SELECT action, outcome, target, details FROM audit_log WHERE id > $1 ORDER BY id',
      [before],
    );

    expect(entries).toEqual([
      {
        action: 's3_connection.create',
        outcome: 'success',
        target: id,
        details: expect.objectContaining({ name: 'Lake' }),
      },
      {
        action: 's3_connection.update',
        outcome: 'success',
        target: id,
        details: expect.objectContaining({ name: 'Other' }),
      },
      { action: 's3_connection.delete', outcome: 'failure', target: id, details: {} },
      {
        action: 's3_connection.delete',
        outcome: 'success',
        target: id,
        details: expect.objectContaining({ name: 'Other' }),
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain(app.rootConnection.secret_access_key);
    expect(JSON.stringify(entries)).not.toContain(app.rootConnection.access_key_id);
  });
});
