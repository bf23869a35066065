import { SealRenewal } from '@lakescope/server-persistence';
import { S3App, type Answer, type Json } from '../testing/s3-app';

const BEFORE = 'a secret of tests, at least 32 bytes long';
const AFTER = 'another secret of tests, at least 32 bytes';

describe('the keys of S3 connections', () => {
  let app: S3App;

  beforeAll(async () => {
    app = await S3App.start();
  });
  afterEach(() => app.sql('DELETE FROM s3_connections'));
  afterAll(() => app.stop());

  it('lie in the database encrypted, and open for their own row only', async () => {
    const one = await app.connect('analyst', { name: 'One' });
    const other = await app.connect('analyst', { name: 'Other' });
    const rows = await app.sql<Json>('SELECT * FROM s3_connections');

    const stored = rows
      .map((row) =>
        Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))),
      )
      .flat()
      .join();
    await app.sql(
      `UPDATE s3_connections SET sealed_keys = (SELECT sealed_keys FROM s3_connections WHERE id = $1) WHERE id = $2`,
      [one, other],
    );

    expect(stored).not.toContain(app.rootConnection.secret_access_key);
    expect(stored).not.toContain(app.rootConnection.access_key_id);
    expect((await buckets(app, one)).status).toBe(200);
    expect((await buckets(app, other)).body).toMatchObject({
      error_code: 'CONFLICT',
      technical_details: { error_type: 'S3KeysUnreadable' },
    });
  });

  it('open for their owner only: a row that is given to another person cannot be used', async () => {
    const mine = await app.connect('engineer', { name: 'Mine' });
    const theirs = await app.connect('analyst', { name: 'Theirs' });
    await app.sql(
      `UPDATE s3_connections SET user_id = (SELECT user_id FROM s3_connections WHERE id = $1) WHERE id = $2`,
      [mine, theirs],
    );

    expect((await app.ask('engineer', 'POST', '/buckets', { connection_id: theirs })).body).toMatchObject({
      technical_details: { error_type: 'S3KeysUnreadable' },
    });
  });

  it('outlive a rotation of the app’s secret, and the end of the secret before it', async () => {
    const id = await app.connect('analyst');
    const rotated = await S3App.start({ LAKESCOPE_SECRET: AFTER, LAKESCOPE_SECRET_PREVIOUS: BEFORE }, app.stack);
    expect((await buckets(rotated, id)).status).toBe(200);
    const seals = rotated.get(SealRenewal);
    const count = async (): Promise<unknown> => (await seals.count())[0];
    expect(await count()).toMatchObject({ what: 'S3 connections', present: 0, previous: 1, unreadable: 0 });
    expect([await seals.renew(), await seals.renew()]).toEqual([1, 0]);
    expect(await count()).toMatchObject({ present: 1, previous: 0, unreadable: 0 });
    await rotated.stop();

    const after = await S3App.start({ LAKESCOPE_SECRET: AFTER }, app.stack);
    expect((await buckets(after, id)).status).toBe(200);
    await after.stop();
  });

  it('that no secret opens any more are to be entered again, which then helps', async () => {
    const id = await app.connect('analyst');
    const changed = await S3App.start({ LAKESCOPE_SECRET: AFTER }, app.stack);
    const { access_key_id, secret_access_key } = app.rootConnection;

    const listed = await changed.ask('analyst', 'GET', '/connections');
    const refused = await buckets(changed, id);
    await changed.ask('analyst', 'PATCH', `/connections/${id}`, { access_key_id, secret_access_key });
    const helped = await buckets(changed, id);
    await changed.stop();

    expect(listed.body['items']).toMatchObject([{ id, keys_readable: false }]);
    expect([refused.status, refused.body['detail']]).toEqual([
      409,
      expect.stringContaining('enter the access key and its secret again'),
    ]);
    expect(helped.status).toBe(200);
  });

  it('are not stored where the app has no secret of its own, which is said', async () => {
    const bare = await S3App.start({ LAKESCOPE_SECRET: undefined }, app.stack);
    const { status, body } = await bare.ask('analyst', 'POST', '/connections', app.rootConnection);
    await bare.stop();

    expect([status, body['error_code']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(body['technical_details']).toMatchObject({ suggestion: expect.stringContaining('LAKESCOPE_SECRET') });
  });

  it('of the environment make a connection for those who are named, which nobody can change', async () => {
    const { accessKeyId, secretAccessKey } = app.stack.workspace.s3.rootKeys;
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const users = `somebody, ${await app.userId('engineer')}`;
    const named = await S3App.start({ ...keys, LAKESCOPE_S3_DEFAULT_USERS: users }, app.stack);
    const forNobody = await S3App.start(keys, app.stack);
    const of = { connection_id: 'default' };

    const listed = await named.ask('engineer', 'GET', '/connections');
    const refusals = [
      await named.ask('engineer', 'PATCH', '/connections/default', { name: 'Mine' }),
      await named.ask('engineer', 'DELETE', '/connections/default'),
    ];
    const used = await named.ask('engineer', 'POST', '/buckets', of);
    const hidden = [
      await named.ask('analyst', 'POST', '/buckets', of),
      await named.ask('analyst', 'PATCH', '/connections/default', { name: 'Mine' }),
      await forNobody.ask('engineer', 'POST', '/buckets', of),
    ];
    const lists = [
      await named.ask('analyst', 'GET', '/connections'),
      await forNobody.ask('engineer', 'GET', '/connections'),
    ];
    await Promise.all([named.stop(), forNobody.stop()]);

    expect(listed.body['items']).toMatchObject([
      { id: 'default', kind: 'environment', read_only: true, access_key_hint: null },
    ]);
    expect(refusals.map(({ status, body }) => [status, body['error_code']])).toEqual([
      [409, 'CONFLICT'],
      [409, 'CONFLICT'],
    ]);
    expect(used.status).toBe(200);
    expect(hidden.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(lists.map(({ body }) => body['items'])).toEqual([[], []]);
    expect(listed.text + used.text).not.toContain(secretAccessKey);
  });
});

function buckets(app: S3App, id: string): Promise<Answer> {
  return app.ask('analyst', 'POST', '/buckets', { connection_id: id });
}
