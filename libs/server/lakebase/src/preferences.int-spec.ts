import { LocalStack } from '@lakescope/server-testing';
import { caller, LakebaseApp, type Json } from './testing/lakebase-app';
import { UserPreference } from './user-preference.entity';

describe('preferences over HTTP', () => {
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

  it.each(['/preferences', '/lakebase/preferences'])('are stored and read back at %s', async (path) => {
    const put = await app.ask('analyst', path, {
      method: 'PUT',
      json: { preference_key: 'theme', preference_value: 'dark' },
    });
    const list = await app.ask('analyst', path);

    expect(put.status).toBe(200);
    expect(put.body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      user_id: stack.workspace.personas.analyst.userName,
      preference_key: 'theme',
      preference_value: 'dark',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      version: 1,
    });
    expect(list.body).toEqual({ items: [put.body], next_cursor: null });
  });

  it('keep their row and count up when written again, by PUT or POST', async () => {
    const first = await app.put('analyst', 'theme', 'dark');
    const second = await app.ask('analyst', '/preferences', {
      method: 'POST',
      json: { preference_key: 'theme', preference_value: 'light' },
    });

    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ id: first.body['id'], preference_value: 'light', version: 2 });
  });

  it('of one person are invisible and untouchable to another', async () => {
    await app.put('analyst', 'theme', 'dark');

    expect((await app.ask('engineer', '/preferences')).body).toEqual({ items: [], next_cursor: null });
    expect((await app.ask('engineer', '/preferences/theme', { method: 'DELETE' })).status).toBe(404);
    await app.put('engineer', 'theme', 'light');
    expect((await app.ask('analyst', '/preferences?preference_key=theme')).body).toMatchObject({
      items: [{ preference_value: 'dark', version: 1 }],
    });
  });

  it('stay walled off by the database when a query forgets its filter', async () => {
    await app.put('analyst', 'theme', 'dark');
    await app.put('engineer', 'theme', 'light');
    const engineer = caller(stack.workspace.personas.engineer.userName);
    const { database } = app;

    const seen = await database.asUser(engineer, (tx) => tx.find(UserPreference));
    const changed = await database.asUser(engineer, (tx) => tx.query('DELETE FROM user_preferences RETURNING user_id'));

    expect(seen.map(({ userId }) => userId)).toEqual([engineer.userId]);
    expect(changed).toEqual([[{ user_id: engineer.userId }], 1]);
    await expect(
      database.asUser(engineer, (tx) =>
        tx.query(
          `INSERT INTO user_preferences (user_id, preference_key, preference_value) VALUES ('somebody', 'theme', '1')`,
        ),
      ),
    ).rejects.toThrow('row-level security');
    await expect(database.asSystem((tx) => tx.count(UserPreference))).resolves.toBe(1);
  });

  it('are in use when they are read, which is noted once a day and for their reader only', async () => {
    await app.put('analyst', 'theme', 'dark');
    await app.put('engineer', 'theme', 'dark');
    await app.sql(`UPDATE user_preferences SET last_used_at = now() - interval '25 hours'`);

    await app.ask('analyst', '/preferences');
    const noted = await app.sql('SELECT user_id, last_used_at FROM user_preferences ORDER BY last_used_at DESC');
    await app.ask('analyst', '/preferences');

    expect(noted).toMatchObject([
      { user_id: stack.workspace.personas.analyst.userName },
      { user_id: stack.workspace.personas.engineer.userName },
    ]);
    const [latest, forgotten] = noted as { last_used_at: Date }[];
    expect(Date.now() - Number(latest?.last_used_at)).toBeLessThan(60 * 60_000);
    expect(Date.now() - Number(forgotten?.last_used_at)).toBeGreaterThan(24 * 60 * 60_000);
    expect(await app.sql('SELECT user_id, last_used_at FROM user_preferences ORDER BY last_used_at DESC')).toEqual(
      noted,
    );
  });

  it('are read at once also while their use cannot be noted', async () => {
    await app.put('analyst', 'theme', 'dark');
    await app.sql(`UPDATE user_preferences SET last_used_at = now() - interval '25 hours'`);

    const read = await app.database.asSystem(async (tx) => {
      await tx.query('SELECT 1 FROM user_preferences FOR UPDATE');
      return app.ask('analyst', '/preferences');
    });

    expect(read).toMatchObject({ status: 200, body: { items: [{ preference_value: 'dark' }] } });
  });

  it('are forgotten once, and then there is none to forget', async () => {
    await app.put('analyst', 'theme', 'dark');

    expect((await app.ask('analyst', '/preferences/theme', { method: 'DELETE' })).status).toBe(204);
    expect(await app.ask('analyst', '/preferences/theme', { method: 'DELETE' })).toMatchObject({
      status: 404,
      body: { error_code: 'PREFERENCE_NOT_FOUND' },
    });
  });

  it.each([
    ['an unknown key', 'shoe_size', 43, 400, 'INVALID_PREFERENCE'],
    ['a key of every object', '__proto__', {}, 400, 'INVALID_PREFERENCE'],
    ['a value that does not fit', 'theme', 'purple', 400, 'INVALID_PREFERENCE'],
    ['the character U+0000', 'favorite_tables', ['a\u0000b'], 400, 'INVALID_PREFERENCE'],
    ['half a character', 'favorite_tables', ['\ud800'], 400, 'INVALID_PREFERENCE'],
    ['objects within objects', 'favorite_tables', [{ a: { b: 1 } }], 400, 'INVALID_PREFERENCE'],
    ['null', 'theme', null, 400, 'INVALID_REQUEST'],
    [
      'more than 100 KB',
      'favorite_tables',
      Array.from({ length: 40 }, () => 'x'.repeat(4000)),
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('refuse %s', async (_, key, value, status, code) => {
    expect(await app.put('analyst', key, value)).toMatchObject({ status, body: { error_code: code } });
  });

  it('say which values there are', async () => {
    expect((await app.put('analyst', 'theme', 'purple')).body['technical_details']).toMatchObject({
      problems: ['must be one of system, light, dark'],
    });
  });

  it.each(['/preferences', '/lakebase/preferences'])(
    'are not asked for by a key that does not exist: %s',
    async (path) => {
      const { status, body } = await app.ask('analyst', `${path}?preference_key=shoe_size`);

      expect([status, body['error_code']]).toEqual([400, 'INVALID_PREFERENCE']);
      expect(body['detail']).toContain('known are density');
    },
  );

  it('keep backslashes that only look like an escape', async () => {
    await app.put('analyst', 'favorite_tables', ['C:\\u0000']);

    expect((await app.ask('analyst', '/preferences')).body).toMatchObject({
      items: [{ preference_value: ['C:\\u0000'] }],
    });
  });

  it.each([1_000, 20_000])('refuse a value nested %d deep, and go on', async (depth) => {
    const body = `{"preference_key":"recent_items","preference_value":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const answer = await app.ask('analyst', '/preferences', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body,
    });

    expect(answer.status).toBe(400);
    expect((await app.put('analyst', 'theme', 'dark')).status).toBe(200);
  });

  it.each([
    ['a foreign shape', '{"a":[1]}'],
    ['a deep one', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a large number', '1e400'],
    ['keys of every object', '[{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}]'],
    ['null', 'null'],
  ])('are readable although %s lies in the table', async (_, json) => {
    await app.put('analyst', 'theme', 'dark');
    await app.put('analyst', 'density', 'compact');
    await app.sql(`UPDATE user_preferences SET preference_value = $1 WHERE preference_key = 'theme'`, [json]);

    expect(await app.ask('analyst', '/preferences')).toMatchObject({
      status: 200,
      body: {
        items: [
          { preference_key: 'density', preference_value: 'compact' },
          { preference_key: 'theme', preference_value: null },
        ],
      },
    });
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it('take no owner from the body', async () => {
    const json = { preference_key: 'theme', preference_value: 'dark', user_id: 'somebody' };

    expect(await app.ask('analyst', '/preferences', { method: 'PUT', json })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it('show a stored value that fits no more as null, and can be stored anew', async () => {
    await app.put('analyst', 'theme', 'dark');
    await app.sql(`UPDATE user_preferences SET preference_value = '{"a":[1]}'`);

    expect(await app.ask('analyst', '/preferences')).toMatchObject({
      status: 200,
      body: { items: [{ preference_key: 'theme', preference_value: null, version: 1 }] },
    });
    expect(await app.put('analyst', 'theme', 'light')).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('come page by page', async () => {
    await app.put('analyst', 'theme', 'dark');
    await app.put('analyst', 'density', 'compact');

    const first = await app.ask('analyst', '/preferences?limit=1');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await app.ask('analyst', `/preferences?limit=1&cursor=${cursor}`);
    const forged = await app.ask('analyst', `/preferences?limit=1&cursor=${cursor}x`);

    expect(keys(first)).toEqual(['density']);
    expect(keys(second)).toEqual(['theme']);
    expect(second.body['next_cursor']).toBeNull();
    expect(forged.status).toBe(400);
  });
});

function keys({ body }: { body: Json }): unknown[] {
  return (body['items'] as Json[]).map((item) => item['preference_key']);
}
