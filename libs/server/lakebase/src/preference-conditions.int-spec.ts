import { LocalStack } from '@lakescope/server-testing';
import { LakebaseApp } from './testing/lakebase-app';

describe('preferences that several tabs write', () => {
  let stack: LocalStack;
  let app: LakebaseApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await LakebaseApp.start(stack);
  });

  afterEach(async () => {
    await app.sql('DELETE FROM user_preferences');
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('are written only at the version that was read', async () => {
    await app.put('analyst', 'theme', 'dark');

    const right = await app.put('analyst', 'theme', 'light', { 'If-Match': '"1"' });
    const late = await app.put('analyst', 'theme', 'system', { 'If-Match': '1' });
    const absent = await app.put('analyst', 'density', 'compact', { 'If-Match': '1' });
    const unreadable = await app.put('analyst', 'theme', 'dark', { 'If-Match': 'yesterday' });

    expect(right).toMatchObject({ status: 200, body: { version: 2 } });
    expect(late).toMatchObject({ status: 412, body: { error_code: 'PRECONDITION_FAILED' } });
    expect(late.body['technical_details']).toMatchObject({ expected_version: 1, current_version: 2 });
    expect(absent.status).toBe(412);
    expect(unreadable).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
  });

  it('carry the version as ETag, which is what a later write names', async () => {
    const first = await app.put('analyst', 'theme', 'dark');
    const etag = first.headers.get('etag') ?? '';
    const second = await app.put('analyst', 'theme', 'light', { 'If-Match': etag });
    const late = await app.put('analyst', 'theme', 'dark', { 'If-Match': etag });

    expect([first.status, second.status, late.status]).toEqual([200, 200, 412]);
    expect([etag, second.headers.get('etag'), late.headers.get('etag')]).toEqual(['"1"', '"2"', null]);
  });

  it('are written only where there is none, or only where there is one, when asked so', async () => {
    const [first, second, any] = [
      await app.put('analyst', 'theme', 'dark', { 'If-None-Match': '*' }),
      await app.put('analyst', 'theme', 'light', { 'If-None-Match': '*' }),
      await app.put('analyst', 'theme', 'light', { 'If-Match': '*' }),
    ];
    const none = await app.put('analyst', 'density', 'compact', { 'If-Match': '*' });

    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    expect(second).toMatchObject({ status: 412, body: { technical_details: { current_version: 1 } } });
    expect(any).toMatchObject({ status: 200, body: { version: 2 } });
    expect(none).toMatchObject({ status: 412, body: { technical_details: { current_version: null } } });
  });

  it('let one of two tabs win that write at the same version, and tell the other', async () => {
    await app.put('analyst', 'theme', 'dark');

    const tabs = await Promise.all(
      Array.from({ length: 10 }, () => app.put('analyst', 'theme', 'light', { 'If-Match': '"1"' })),
    );

    expect(tabs.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(tabs.filter(({ status }) => status === 412)).toHaveLength(9);
    expect((await app.ask('analyst', '/preferences')).body).toMatchObject({ items: [{ version: 2 }] });
  });

  it('are forgotten only at the version that was read', async () => {
    await app.put('analyst', 'theme', 'dark');
    const remove = (ifMatch: string) =>
      app.ask('analyst', '/preferences/theme', { method: 'DELETE', headers: { 'If-Match': ifMatch } });

    expect(await remove('"7"')).toMatchObject({ status: 412, body: { error_code: 'PRECONDITION_FAILED' } });
    expect((await remove('"1"')).status).toBe(204);
    expect((await remove('"1"')).status).toBe(404);
  });

  it('lose no write when many come at once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => app.put('analyst', 'theme', 'dark')));

    expect((await app.ask('analyst', '/preferences')).body).toMatchObject({ items: [{ version: 12 }] });
  });
});
