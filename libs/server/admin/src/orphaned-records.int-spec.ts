import { AuditEntry } from '@lakescope/server-audit';
import { Database } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { startAdminApp } from './testing/start-admin-app';

type Json = Record<string, unknown>;

describe('orphaned records', () => {
  let stack: LocalStack;
  let app: HttpApp;
  let database: Database;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await startAdminApp(stack);
    database = app.nest.get(Database);
  });

  afterEach(() => asSystem('DELETE FROM user_preferences'));

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('are those of people who had nothing to do with any of their rows for so long', async () => {
    await givenPreference('gone', 'theme', 100);
    await givenPreference('gone', 'density', 91);
    await givenPreference('here', 'theme', 100);
    await givenPreference('here', 'density', 89);

    const { body } = await ask('');

    expect(body).toEqual({
      items: [
        {
          user_id: 'gone',
          rows: 2,
          tables: [{ table: 'user_preferences', rows: 2 }],
          last_active_at: expect.stringMatching(/Z$/),
        },
      ],
      next_cursor: null,
    });
    expect(daysSince(body)).toEqual([91]);
  });

  it('are not those of people who did something lately, in whatever table', async () => {
    await givenPreference('active', 'theme', 100);
    await givenAudit('active', 0.5);

    expect(usersOf(await ask(''))).toEqual([]);
    expect(usersOf(await ask('?inactive_days=1'))).toEqual([]);
  });

  it('are not the trail of what people did, which stays', async () => {
    await givenAudit('only-did-something', 200);
    await givenAudit('did-something', 200);
    await givenPreference('did-something', 'theme', 200);

    const { body } = await ask('');

    expect(body['items']).toMatchObject([
      { user_id: 'did-something', tables: [{ table: 'user_preferences', rows: 1 }] },
    ]);
  });

  it('are never those of the person who asks', async () => {
    await givenPreference(stack.workspace.personas.admin.userName, 'theme', 1000);
    await givenPreference('gone', 'theme', 1000);

    expect(usersOf(await ask(''))).toEqual(['gone']);
    expect((await purge('?dry_run=false')).body).toMatchObject({ users: 1, rows: 1 });
    expect(await preferencesOf(stack.workspace.personas.admin.userName)).toBe(1);
  });

  it('come page by page, by user id', async () => {
    for (const user of ['b', 'a', 'Ä', 'C']) await givenPreference(user, 'theme', 200);

    const first = await ask('?limit=3');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await ask(`?limit=3&cursor=${cursor}`);
    const other = await ask(`?limit=3&inactive_days=91&cursor=${cursor}`);

    expect(usersOf(first)).toEqual(['C', 'a', 'b']);
    expect(usersOf(second)).toEqual(['Ä']);
    expect(second.body['next_cursor']).toBeNull();
    expect(other.status).toBe(400);
  });

  it('are only counted unless it is said otherwise', async () => {
    await givenPreference('gone', 'theme', 100);
    const before = await purges();

    for (const query of ['', '?dry_run=true']) {
      expect((await purge(query)).body).toEqual({
        dry_run: true,
        inactive_days: 90,
        users: 1,
        rows: 1,
        tables: [{ table: 'user_preferences', rows: 1 }],
      });
    }
    expect(await preferencesOf('gone')).toBe(1);
    expect(await purges()).toEqual(before);
  });

  it('are purged as counted before, with an entry that names no one of them', async () => {
    await givenPreference('gone', 'theme', 100);
    await givenPreference('gone', 'density', 300);
    await givenPreference('gone-too', 'theme', 101);
    await givenPreference('here', 'theme', 5);

    const counted = await purge('?inactive_days=30');
    const purged = await purge('?inactive_days=30&dry_run=false');

    expect(purged.body).toEqual({ ...counted.body, dry_run: false });
    expect(purged.body).toMatchObject({ users: 2, rows: 3 });
    expect([await preferencesOf('gone'), await preferencesOf('gone-too'), await preferencesOf('here')]).toEqual([
      0, 0, 1,
    ]);
    const entry = (await purges()).at(-1);
    expect(entry).toMatchObject({
      userId: stack.workspace.personas.admin.userName,
      actingAs: 'system',
      outcome: 'success',
      details: { inactive_days: 30, users: 2, rows: 3 },
    });
    expect(JSON.stringify(entry)).not.toContain('gone');
  });

  it('stay when the purge cannot be written down', async () => {
    await givenPreference('gone', 'theme', 100);
    await asSystem(
      'ALTER TABLE audit_log ADD CONSTRAINT full_up CHECK (action <> $$orphaned_records.purge$$) NOT VALID',
    );

    const failed = await purge('?dry_run=false');
    await asSystem('ALTER TABLE audit_log DROP CONSTRAINT full_up');

    expect([failed.status, failed.body['error_code']]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(failed.body)).not.toMatch(/audit_log|constraint|INSERT|SELECT/i);
    expect(await preferencesOf('gone')).toBe(1);
  });

  it('of somebody who comes back in the midst of a purge are either all gone or all there', async () => {
    for (let round = 0; round < 10; round++) {
      await givenPreference('back', 'theme', 100);
      await givenPreference('back', 'density', 100);

      const [{ body }] = await Promise.all([
        purge('?dry_run=false'),
        asSystem(
          `UPDATE user_preferences SET last_used_at = now() WHERE user_id = 'back' AND preference_key = 'theme'`,
        ),
      ]);

      const left = await preferencesOf('back');
      expect([body['rows'], left]).toEqual(body['rows'] === 0 ? [0, 2] : [2, 0]);
      await asSystem('DELETE FROM user_preferences');
    }
  });

  it('stay when somebody is at work for long, and nobody else waits for that', async () => {
    await givenPreference('gone', 'theme', 100);
    await givenPreference('busy', 'theme', 1);

    const refused = await database.asSystem(async (tx) => {
      await tx.query(`UPDATE user_preferences SET last_used_at = now() WHERE user_id = 'busy'`);
      const purging = purge('?dry_run=false');
      await eventuallyWaiting('LOCK TABLE%');
      // In line behind the purge, and done long before the one that is at work.
      await givenPreference('other', 'theme', 1);
      return purging;
    });

    expect([refused.status, refused.body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect([await preferencesOf('gone'), await preferencesOf('other')]).toEqual([1, 1]);
  });

  it.each([
    'inactive_days=0',
    'inactive_days=3651',
    'inactive_days=-1',
    'inactive_days=1.5',
    'inactive_days=',
    'inactive_days=x',
  ])('are not looked for with %s', async (query) => {
    for (const answer of [await ask(`?${query}`), await purge(`?${query}`)]) {
      expect([answer.status, answer.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    }
  });

  it.each([
    'dry_run=',
    'dry_run=no',
    'dry_run=False',
    'dry_run=0',
    'dry_run=false&dry_run=true',
    'dry_run[]=false',
    'dryRun=false',
  ])('are not purged with %s', async (query) => {
    await givenPreference('gone', 'theme', 100);

    const answer = await purge(`?${query}`);

    expect([answer.status, answer.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect(await preferencesOf('gone')).toBe(1);
  });

  it('are looked for up to ten years back', async () => {
    await givenPreference('old', 'theme', 3651);
    await givenPreference('younger', 'theme', 3649);

    expect(usersOf(await ask('?inactive_days=3650'))).toEqual(['old']);
  });

  it('need a database, which is said', async () => {
    const without = await startAdminApp(stack, { env: { PGHOST: undefined } });
    const answers = [await ask('', without), await purge('', without), await purge('?dry_run=false', without)];
    await without.stop();

    for (const { status, body } of answers) {
      expect([status, body['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
      expect(body['detail']).toMatch(/^Cleaning up orphaned records is unavailable/);
    }
  });

  async function eventuallyWaiting(statement: string): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const [row] = (await asSystem(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
        statement,
      )) as { n: number }[];
      if (row?.n === 1) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`Nobody waits for ${statement}`);
  }

  function asSystem(statement: string, ...parameters: unknown[]): Promise<unknown> {
    return database.asSystem((tx) => tx.query(statement, parameters));
  }

  function givenPreference(user: string, key: string, daysAgo: number): Promise<unknown> {
    return asSystem(
      `INSERT INTO user_preferences (user_id, preference_key, preference_value, last_used_at)
       VALUES ($1, $2, '1', now() - make_interval(days => $3))`,
      user,
      key,
      daysAgo,
    );
  }

  function givenAudit(user: string, daysAgo: number): Promise<unknown> {
    return asSystem(
      `INSERT INTO audit_log (user_id, occurred_at, acting_as, action, outcome)
       VALUES ($1, now() - make_interval(hours => ($2::float8 * 24)::int), 'user', 'test', 'success')`,
      user,
      daysAgo,
    );
  }

  async function preferencesOf(user: string): Promise<number> {
    const [row] = (await asSystem('SELECT count(*)::int AS n FROM user_preferences WHERE user_id = $1', user)) as {
      n: number;
    }[];
    return row?.n ?? -1;
  }

  function purges(): Promise<AuditEntry[]> {
    return database.asSystem((tx) =>
      tx.find(AuditEntry, { where: { action: 'orphaned_records.purge', outcome: 'success' }, order: { id: 'ASC' } }),
    );
  }

  function ask(query: string, server = app): Promise<{ status: number; body: Json }> {
    return send('GET', query, server);
  }

  function purge(query: string, server = app): Promise<{ status: number; body: Json }> {
    return send('POST', `/purge${query}`, server);
  }

  async function send(method: string, path: string, server: HttpApp): Promise<{ status: number; body: Json }> {
    const answer = await server.fetch(`/admin/orphaned-records${path}`, await stack.token('admin'), { method });
    return { status: answer.status, body: (await answer.json()) as Json };
  }
});

function usersOf({ body }: { body: Json }): unknown[] {
  return (body['items'] as Json[]).map((item) => item['user_id']);
}

function daysSince(body: Json): number[] {
  return (body['items'] as Json[]).map((item) =>
    Math.round((Date.now() - Date.parse(String(item['last_active_at']))) / 86_400_000),
  );
}
