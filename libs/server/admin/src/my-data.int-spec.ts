import { AuditEntry, AuditLog } from '@lakescope/server-audit';
import { Database } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { startAdminApp } from './testing/start-admin-app';

type Persona = 'analyst' | 'engineer' | 'outsider';
type Json = Record<string, unknown>;
type Exported = { user_id: string; exported_at: string; tables: { name: string; rows: Json[] }[] };

describe('my own data', () => {
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

  it('is downloaded with every row of every table, and nobody else is in it', async () => {
    await givenPreference('analyst', 'theme', { dark: true });
    await givenPreference('engineer', 'theme', 'a secret of the engineer');
    await givenEntry('analyst', 'analyst.acted');
    await givenEntry('engineer', 'engineer.acted');

    const answer = await app.fetch('/user/me/data', await stack.token('analyst'));
    const text = await answer.text();

    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const exported = JSON.parse(text) as Exported;
    expect(exported).toEqual({
      user_id: nameOf('analyst'),
      exported_at: expect.stringMatching(/^\d{4}-.*Z$/),
      tables: expect.arrayContaining([
        { name: 'user_preferences', rows: [{ preference_key: 'theme', preference_value: { dark: true } }] },
      ]),
    });
    expect(actionsIn(exported)).toEqual(['analyst.acted', 'user_data.export']);
    expect(text).not.toMatch(/engineer|erik/i);
  });

  it('is downloaded whole when it takes many pages, in the order of the key, ids as text', async () => {
    await asSystem(
      `INSERT INTO audit_log (user_id, acting_as, action, outcome, details)
       SELECT $1, 'user', 'many', 'success', jsonb_build_object('n', n) FROM generate_series(1, 1234) AS n`,
      nameOf('outsider'),
    );

    const exported = await exportOf('outsider');

    const many = rowsIn(exported, 'audit_log').filter(({ action }) => action === 'many');
    expect(many.map(({ details }) => (details as Json)['n'])).toEqual(Array.from({ length: 1234 }, (_, i) => i + 1));
    expect(many[0]?.['id']).toEqual(expect.stringMatching(/^\d+$/));
  });

  it('cannot be asked for in the name of somebody else', async () => {
    await givenPreference('engineer', 'theme', 'dark');
    const other = encodeURIComponent(nameOf('engineer'));

    for (const path of [`/user/me/data?user_id=${other}`, `/user/me/data?userId=${other}`]) {
      const answer = await app.fetch(path, await stack.token('analyst'), {
        headers: { 'X-Forwarded-User': nameOf('engineer'), 'X-Forwarded-Email': nameOf('engineer') },
      });
      const exported = (await answer.json()) as Exported;
      expect(exported.user_id).toBe(nameOf('analyst'));
      expect(rowsIn(exported, 'user_preferences')).toEqual([]);
    }
  });

  it('is erased, and what stays names nobody', async () => {
    await givenPreference('analyst', 'theme', 'dark');
    await givenPreference('analyst', 'density', 'compact');
    await givenEntry('analyst', 'analyst.did');
    await givenEntry('analyst', 'analyst.did');
    const before = await entriesOf('analyst');

    const answer = await erase('analyst');

    expect(answer.status).toBe(200);
    expect(answer.body['erased']).toContainEqual({ table: 'user_preferences', rows: 2 });
    expect(answer.body['pseudonymised']).toContainEqual({ table: 'audit_log', rows: before.length });
    expect(await entriesOf('analyst')).toEqual([]);
    const left = await allEntries();
    const renamed = left.filter(({ id }) => before.some((entry) => entry.id === id));
    const pseudonyms = new Set(renamed.map(({ userId }) => userId));
    expect(pseudonyms.size).toBe(1);
    const [pseudonym] = pseudonyms;
    expect(pseudonym).toMatch(/^erased:[0-9a-f]{32}$/);
    expect(left.find(({ action, userId }) => action === 'user_data.erase' && userId === pseudonym)).toMatchObject({
      correlationId: null,
      outcome: 'success',
      details: answer.body,
    });
    expect(JSON.stringify(left)).not.toContain(nameOf('analyst'));
    expect(renamed.every(({ correlationId }) => correlationId === null)).toBe(true);
  });

  it('of one person is erased without touching that of another', async () => {
    await givenPreference('analyst', 'theme', 'dark');
    await givenPreference('engineer', 'theme', 'light');
    await givenEntry('engineer', 'engineer.did');
    const [rows, entries] = [await allPreferences('engineer'), await entriesOf('engineer')];

    await erase('analyst');

    expect(await allPreferences('engineer')).toEqual(rows);
    expect(await entriesOf('engineer')).toEqual(entries);
    expect(await allPreferences('analyst')).toEqual([]);
  });

  it('can be erased again: there is nothing left, and a new pseudonym has nothing to do with the old one', async () => {
    await givenEntry('analyst', 'analyst.first');
    await erase('analyst');
    const again = await erase('analyst');
    await givenEntry('analyst', 'analyst.second');
    await erase('analyst');

    const told = [...(again.body['erased'] as Json[]), ...(again.body['pseudonymised'] as Json[])];
    expect(told.filter(({ rows }) => rows !== 0)).toEqual([]);
    const entries = await allEntries();
    const pseudonymOf = (action: string): unknown => entries.find((entry) => entry.action === action)?.userId;
    expect(pseudonymOf('analyst.first')).not.toBe(pseudonymOf('analyst.second'));
  });

  it('is erased all or not at all', async () => {
    await givenPreference('analyst', 'theme', 'dark');
    await givenEntry('analyst', 'analyst.stays');
    const entries = (await entriesOf('analyst')).length;
    await asSystem('ALTER TABLE audit_log ADD CONSTRAINT full_up CHECK (action <> $$user_data.erase$$) NOT VALID');

    const failed = await erase('analyst');
    await asSystem('ALTER TABLE audit_log DROP CONSTRAINT full_up');

    expect([failed.status, failed.body['error_code']]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(failed.body)).not.toMatch(/audit_log|constraint|UPDATE/i);
    expect(await allPreferences('analyst')).toHaveLength(1);
    expect((await entriesOf('analyst')).length).toBeGreaterThanOrEqual(entries);
  });

  it('is no longer an orphaned record, and a pseudonym is nobody who could be inactive', async () => {
    await asSystem(
      `INSERT INTO audit_log (user_id, occurred_at, acting_as, action, outcome)
       VALUES ($1, now() - interval '300 days', 'user', 'long.ago', 'success')`,
      nameOf('analyst'),
    );
    await erase('analyst');

    const answer = await app.fetch('/admin/orphaned-records', await stack.token('admin'));

    expect(((await answer.json()) as Json)['items']).toEqual([]);
  });

  it('is answered with a problem, and not with half a file, while the database is away', async () => {
    await stack.postgres.halt();
    const exported = await app.fetch('/user/me/data', await stack.token('analyst'));
    const erased = await erase('analyst');
    await stack.postgres.restart();

    expect(exported.status).toBe(503);
    expect((await exported.json()) as Json).toMatchObject({ error_code: 'DATABASE_UNAVAILABLE' });
    expect(exported.headers.get('content-disposition')).toBeNull();
    expect([erased.status, erased.body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  });

  it('needs a database, which is said', async () => {
    const without = await startAdminApp(stack, { env: { PGHOST: undefined } });
    const exported = await without.fetch('/user/me/data', await stack.token('analyst'));
    const erased = await erase('analyst', without);
    const problem = (await exported.json()) as Json;
    await without.stop();

    expect([exported.status, problem['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
    expect(problem['detail']).toMatch(/^Exporting your data is unavailable/);
    expect([erased.status, erased.body['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
    expect(erased.body['detail']).toMatch(/^Erasing your data is unavailable/);
  });

  function nameOf(persona: Persona): string {
    return stack.workspace.personas[persona].userName;
  }

  function asSystem(statement: string, ...parameters: unknown[]): Promise<unknown> {
    return database.asSystem((tx) => tx.query(statement, parameters));
  }

  function givenPreference(persona: Persona, key: string, value: unknown): Promise<unknown> {
    return asSystem(
      'INSERT INTO user_preferences (user_id, preference_key, preference_value) VALUES ($1, $2, $3)',
      nameOf(persona),
      key,
      JSON.stringify(value),
    );
  }

  function givenEntry(persona: Persona, action: string): Promise<unknown> {
    const entry = {
      userId: nameOf(persona),
      actingAs: 'user',
      action,
      outcome: 'success',
      correlationId: 'c-1',
    } as const;
    return database.asSystem((tx) => app.nest.get(AuditLog, { strict: false }).record(tx, entry));
  }

  function allEntries(): Promise<AuditEntry[]> {
    return database.asSystem((tx) => tx.find(AuditEntry, { order: { id: 'ASC' } }));
  }

  async function entriesOf(persona: Persona): Promise<AuditEntry[]> {
    return (await allEntries()).filter(({ userId }) => userId === nameOf(persona));
  }

  function allPreferences(persona: Persona): Promise<unknown> {
    return asSystem('SELECT * FROM user_preferences WHERE user_id = $1', nameOf(persona));
  }

  async function exportOf(persona: Persona): Promise<Exported> {
    return (await (await app.fetch('/user/me/data', await stack.token(persona))).json()) as Exported;
  }

  async function erase(persona: Persona, server = app): Promise<{ status: number; body: Json }> {
    const answer = await server.fetch('/user/me/data', await stack.token(persona), { method: 'DELETE' });
    return { status: answer.status, body: (await answer.json()) as Json };
  }
});

function rowsIn({ tables }: Exported, name: string): Json[] {
  return tables.find((table) => table.name === name)?.rows ?? [];
}

function actionsIn(exported: Exported): unknown[] {
  return rowsIn(exported, 'audit_log').map(({ action }) => action);
}
