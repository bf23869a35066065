import { Secret } from '@lakescope/databricks-client';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import { LakebaseModule } from './lakebase.module';
import { UserPreference } from './user-preference.entity';

type Persona = 'analyst' | 'engineer';
type Json = Record<string, unknown>;

describe('preferences over HTTP', () => {
  let stack: LocalStack;
  let app: HttpApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true });
    app = await startApp();
    await app.nest.get(DatabaseStartup).run();
  });

  afterEach(async () => {
    await stack.databaseLine.heal();
    await app.nest.get(Database).asSystem((tx) => tx.query('DELETE FROM user_preferences'));
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it.each(['/preferences', '/lakebase/preferences'])('are stored and read back at %s', async (path) => {
    const put = await ask('analyst', path, {
      method: 'PUT',
      json: { preference_key: 'theme', preference_value: 'dark' },
    });
    const list = await ask('analyst', path);

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
    const first = await put('analyst', 'theme', 'dark');
    const second = await ask('analyst', '/preferences', {
      method: 'POST',
      json: { preference_key: 'theme', preference_value: 'light' },
    });

    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ id: first.body['id'], preference_value: 'light', version: 2 });
  });

  it('of one person are invisible and untouchable to another', async () => {
    await put('analyst', 'theme', 'dark');

    expect((await ask('engineer', '/preferences')).body).toEqual({ items: [], next_cursor: null });
    expect((await ask('engineer', '/preferences/theme', { method: 'DELETE' })).status).toBe(404);
    await put('engineer', 'theme', 'light');
    expect((await ask('analyst', '/preferences?preference_key=theme')).body).toMatchObject({
      items: [{ preference_value: 'dark', version: 1 }],
    });
  });

  it('stay walled off by the database when a query forgets its filter', async () => {
    await put('analyst', 'theme', 'dark');
    await put('engineer', 'theme', 'light');
    const engineer = caller(stack.workspace.personas.engineer.userName, 'unused');
    const database = app.nest.get(Database);

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

  it('are written only at the version that was read', async () => {
    await put('analyst', 'theme', 'dark');

    const right = await put('analyst', 'theme', 'light', { 'If-Match': '"1"' });
    const late = await put('analyst', 'theme', 'system', { 'If-Match': '1' });
    const absent = await put('analyst', 'density', 'compact', { 'If-Match': '1' });
    const unreadable = await put('analyst', 'theme', 'dark', { 'If-Match': 'yesterday' });

    expect(right).toMatchObject({ status: 200, body: { version: 2 } });
    expect(late).toMatchObject({ status: 412, body: { error_code: 'PRECONDITION_FAILED' } });
    expect(late.body['technical_details']).toMatchObject({ expected_version: 1, current_version: 2 });
    expect(absent.status).toBe(412);
    expect(unreadable).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
  });

  it('carry the version as ETag, which is what a later write names', async () => {
    const first = await raw('PUT', { preference_key: 'theme', preference_value: 'dark' });
    const etag = first.headers.get('etag') ?? '';
    const second = await raw('POST', { preference_key: 'theme', preference_value: 'light' }, { 'If-Match': etag });
    const late = await raw('PUT', { preference_key: 'theme', preference_value: 'dark' }, { 'If-Match': etag });

    expect([first.status, second.status, late.status]).toEqual([200, 200, 412]);
    expect([etag, second.headers.get('etag'), late.headers.get('etag')]).toEqual(['"1"', '"2"', null]);
  });

  it('are written only where there is none, or only where there is one, when asked so', async () => {
    const [first, second, any] = [
      await put('analyst', 'theme', 'dark', { 'If-None-Match': '*' }),
      await put('analyst', 'theme', 'light', { 'If-None-Match': '*' }),
      await put('analyst', 'theme', 'light', { 'If-Match': '*' }),
    ];
    const none = await put('analyst', 'density', 'compact', { 'If-Match': '*' });

    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    expect(second).toMatchObject({ status: 412, body: { technical_details: { current_version: 1 } } });
    expect(any).toMatchObject({ status: 200, body: { version: 2 } });
    expect(none).toMatchObject({ status: 412, body: { technical_details: { current_version: null } } });
  });

  it('let one of two tabs win that write at the same version, and tell the other', async () => {
    await put('analyst', 'theme', 'dark');

    const tabs = await Promise.all(
      Array.from({ length: 10 }, () => put('analyst', 'theme', 'light', { 'If-Match': '"1"' })),
    );

    expect(tabs.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(tabs.filter(({ status }) => status === 412)).toHaveLength(9);
    expect((await ask('analyst', '/preferences')).body).toMatchObject({ items: [{ version: 2 }] });
  });

  it('are forgotten only at the version that was read', async () => {
    await put('analyst', 'theme', 'dark');
    const remove = (ifMatch: string) =>
      ask('analyst', '/preferences/theme', { method: 'DELETE', headers: { 'If-Match': ifMatch } });

    expect(await remove('"7"')).toMatchObject({ status: 412, body: { error_code: 'PRECONDITION_FAILED' } });
    expect((await remove('"1"')).status).toBe(204);
    expect((await remove('"1"')).status).toBe(404);
  });

  it('lose no write when many come at once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => put('analyst', 'theme', 'dark')));

    expect((await ask('analyst', '/preferences')).body).toMatchObject({ items: [{ version: 12 }] });
  });

  it('are forgotten once, and then there is none to forget', async () => {
    await put('analyst', 'theme', 'dark');

    expect((await ask('analyst', '/preferences/theme', { method: 'DELETE' })).status).toBe(204);
    expect(await ask('analyst', '/preferences/theme', { method: 'DELETE' })).toMatchObject({
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
    expect(await put('analyst', key, value)).toMatchObject({ status, body: { error_code: code } });
  });

  it('keep backslashes that only look like an escape', async () => {
    await put('analyst', 'favorite_tables', ['C:\\u0000']);

    expect((await ask('analyst', '/preferences')).body).toMatchObject({ items: [{ preference_value: ['C:\\u0000'] }] });
  });

  it.each([1_000, 20_000])('refuse a value nested %d deep, and go on', async (depth) => {
    const body = `{"preference_key":"recent_items","preference_value":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const answer = await app.fetch('/preferences', await stack.token('analyst'), {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body,
    });

    expect(answer.status).toBe(400);
    expect((await put('analyst', 'theme', 'dark')).status).toBe(200);
  });

  it.each([
    ['a foreign shape', '{"a":[1]}'],
    ['a deep one', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a large number', '1e400'],
    ['keys of every object', '[{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}]'],
    ['null', 'null'],
  ])('are readable although %s lies in the table', async (_, json) => {
    await put('analyst', 'theme', 'dark');
    await put('analyst', 'density', 'compact');
    await app.nest
      .get(Database)
      .asSystem((tx) =>
        tx.query(`UPDATE user_preferences SET preference_value = $1 WHERE preference_key = 'theme'`, [json]),
      );

    expect(await ask('analyst', '/preferences')).toMatchObject({
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

    expect(await ask('analyst', '/preferences', { method: 'PUT', json })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it('show a stored value that fits no more as null, and can be stored anew', async () => {
    await put('analyst', 'theme', 'dark');
    await app.nest
      .get(Database)
      .asSystem((tx) => tx.query(`UPDATE user_preferences SET preference_value = '{"a":[1]}'`));

    expect(await ask('analyst', '/preferences')).toMatchObject({
      status: 200,
      body: { items: [{ preference_key: 'theme', preference_value: null, version: 1 }] },
    });
    expect(await put('analyst', 'theme', 'light')).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('come page by page', async () => {
    await put('analyst', 'theme', 'dark');
    await put('analyst', 'density', 'compact');

    const first = await ask('analyst', '/preferences?limit=1');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await ask('analyst', `/preferences?limit=1&cursor=${cursor}`);
    const forged = await ask('analyst', `/preferences?limit=1&cursor=${cursor}x`);

    expect(keys(first)).toEqual(['density']);
    expect(keys(second)).toEqual(['theme']);
    expect(second.body['next_cursor']).toBeNull();
    expect(forged.status).toBe(400);
  });

  it('come with the health of the database behind them', async () => {
    const health = await ask('analyst', '/lakebase/health');

    expect(health).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        configured: true,
        latency_ms: expect.any(Number),
        server_version: expect.stringMatching(/^17\./),
        user: stack.workspace.servicePrincipal.clientId,
        database: 'databricks_postgres',
        schema_version: migrations.at(-1)?.name,
        token_expires_at: expect.stringMatching(/Z$/),
        token_refreshed_at: expect.stringMatching(/Z$/),
        next_refresh_at: expect.stringMatching(/Z$/),
        credential_kind: 'provisioned',
        pool: { total: expect.any(Number), idle: expect.any(Number), waiting: 0, max: 20 },
      },
    });
  });

  it('come with the last hour of the pool behind them', async () => {
    await ask('analyst', '/preferences');

    const { status, body } = await ask('analyst', '/lakebase/pool');

    expect({ status, ...body }).toMatchObject({ status: 200, interval_seconds: 10, max: 20 });
    expect((body['items'] as Json[]).at(-1)).toEqual({
      at: expect.stringMatching(/Z$/),
      total: expect.any(Number),
      idle: expect.any(Number),
      waiting: expect.any(Number),
      acquires: expect.any(Number),
      longest_wait_ms: expect.any(Number),
      connects: expect.any(Number),
      connect_failures: 0,
      auth_failures: 0,
      credential_refreshes: expect.any(Number),
    });
    expect(sum(body['items'] as Json[], 'acquires')).toBeGreaterThan(0);
    expect(sum(body['items'] as Json[], 'connects')).toBeGreaterThan(0);
    expect(sum(body['items'] as Json[], 'credential_refreshes')).toBe(1);
  });

  it('answer 503 with the reason while Postgres is away, and work when it is back', async () => {
    await stack.postgres.halt();
    const list = await ask('analyst', '/preferences');
    const health = await ask('analyst', '/lakebase/health');
    await stack.postgres.restart();

    expect(list).toMatchObject({ status: 503, body: { error_code: 'DATABASE_UNAVAILABLE', retry_after: 5 } });
    expect(health).toMatchObject({
      status: 503,
      body: { error_code: 'DATABASE_UNAVAILABLE', technical_details: { status: 'unavailable', configured: true } },
    });
    expect((await ask('analyst', '/preferences')).status).toBe(200);
  });

  it.each(['before-sent', 'before-acknowledged'] as const)(
    'are stored exactly once when the line breaks at COMMIT, %s',
    async (moment) => {
      stack.databaseLine.cutAt(moment);

      expect(await put('analyst', 'theme', 'dark')).toMatchObject({ status: 200, body: { version: 1 } });
      expect((await ask('analyst', '/preferences')).body).toMatchObject({ items: [{ version: 1 }] });

      stack.databaseLine.cutAt(moment);
      expect((await ask('analyst', '/preferences/theme', { method: 'DELETE' })).status).toBe(204);
    },
  );

  it('say that nobody knows whether they were stored, when nobody does', async () => {
    stack.databaseLine.cutAt('before-acknowledged');
    stack.databaseLine.failStatements({ statement: /pg_xact_status/, sqlState: '53100', times: 100 });

    const answer = await put('analyst', 'theme', 'dark');

    expect(answer).toMatchObject({
      status: 503,
      body: { error_code: 'DATABASE_UNAVAILABLE', technical_details: { outcome: 'unknown' } },
    });
    expect(answer.body['detail']).toContain('look before you repeat it');
  });

  it('say what to configure when there is no database', async () => {
    const without = await startApp({ PGHOST: undefined });
    await without.nest.get(DatabaseStartup).run();

    const answer = await ask('analyst', '/preferences', {}, without);
    const health = await ask('analyst', '/lakebase/health', {}, without);
    await without.stop();

    expect(answer.status).toBe(503);
    expect(answer.body['error_code']).toBe('LAKEBASE_NOT_CONFIGURED');
    expect(answer.body['technical_details']).toEqual({
      error_type: 'ConfigurationError',
      suggestion:
        'Configure Lakebase resource in databricks.yml or set PGHOST and LAKEBASE_DATABASE environment variables.',
    });
    expect(health.body['technical_details']).toMatchObject({ status: 'not_configured', configured: false });
  });

  async function startApp(overrides: Record<string, string | undefined> = {}): Promise<HttpApp> {
    return HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(overrides)),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([UserPreference], migrations),
        LakebaseModule,
      ],
      identify: caller,
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
  }

  async function ask(
    persona: Persona,
    path: string,
    init: RequestInit & { json?: unknown } = {},
    server = app,
  ): Promise<{ status: number; body: Json }> {
    const answer = await server.fetch(path, await stack.token(persona), init);
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  async function raw(method: 'PUT' | 'POST', json: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return app.fetch('/preferences', await stack.token('analyst'), { method, headers, json });
  }

  function put(
    persona: Persona,
    preference_key: string,
    preference_value: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Json }> {
    return ask(persona, '/preferences', { method: 'PUT', headers, json: { preference_key, preference_value } });
  }
});

function caller(userId: string, token: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}

function keys({ body }: { body: Json }): unknown[] {
  return (body['items'] as Json[]).map((item) => item['preference_key']);
}

function sum(items: Json[], field: string): number {
  return items.reduce((total, item) => total + Number(item[field]), 0);
}
