import { Database, UserOwnedTables, type UserOwnedTable } from '@lakescope/server-persistence';
import { escapeIdentifier } from 'pg';
import { TestApi, type Answer, type Persona } from './testing/test-api';

type Json = Record<string, unknown>;

const MY_DATA = '/api/v1/user/me/data';
const PREFERENCES = '/api/v1/preferences';

/** The whole server: every table that any module has registered as holding rows of single users. That none is missing, and each is walled, is shown with row-level security. */
describe('data of single users', () => {
  let api: TestApi;
  let tables: readonly UserOwnedTable[];

  beforeAll(async () => {
    api = await TestApi.start();
    tables = api.app.get(UserOwnedTables).all;
  });

  afterAll(() => api.stop());

  it('is described by columns that are there', async () => {
    for (const { name, userColumn, activityColumn, exportColumns } of tables) {
      const columns = [userColumn, activityColumn ?? userColumn, ...exportColumns].map(escapeIdentifier).join(', ');

      await expect(asSystem(`SELECT ${columns} FROM ${escapeIdentifier(name)} LIMIT 0`)).resolves.toEqual([]);
    }
  });

  it('is taken away by its owner as the contract says, without anything of others', async () => {
    await choose('analyst', 'theme', 'dark');
    await choose('engineer', 'theme', 'light');
    await api.ask(MY_DATA, { as: 'engineer' });

    const { status, json, headers, text } = await api.ask(MY_DATA, { as: 'analyst' });

    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect((json['tables'] as Json[]).map(({ name }) => name)).toEqual(tables.map(({ name }) => name));
    expect(rowsOf(json, 'user_preferences')).toMatchObject([{ preference_key: 'theme', preference_value: 'dark' }]);
    expect(rowsOf(json, 'audit_log')).toMatchObject([{ action: 'user_data.export', outcome: 'success' }]);
    expect(text).not.toContain(api.stack.workspace.personas.engineer.userName);
    expect(text).not.toContain('light');
  });

  it('is erased for its owner alone, and no row of any table names them then', async () => {
    await choose('analyst', 'theme', 'dark');
    await choose('engineer', 'theme', 'light');
    const others = await rowsNaming('engineer');

    const { status, json } = await api.ask(MY_DATA, { method: 'DELETE', as: 'analyst' });

    expect(status).toBe(200);
    expect(json['erased']).toContainEqual({ table: 'user_preferences', rows: 1 });
    expect((json['pseudonymised'] as Json[]).map(({ table }) => table).sort()).toEqual([
      'audit_log',
      'metric_users',
      'performance_metrics',
    ]);
    expect(await rowsNaming('analyst')).toEqual([]);
    expect(await wholeSchemaAsText()).not.toContain(api.stack.workspace.personas.analyst.userName);
    expect(await rowsNaming('engineer')).toEqual(others);
    expect((await api.ask(PREFERENCES, { as: 'analyst' })).json['items']).toEqual([]);
    expect((await api.ask(PREFERENCES, { as: 'engineer' })).json['items']).toMatchObject([
      { preference_value: 'light' },
    ]);
  });

  it('is seen by administrators as a trail of pseudonyms', async () => {
    await api.ask(MY_DATA, { as: 'outsider' });
    await api.ask(MY_DATA, { method: 'DELETE', as: 'outsider' });
    const { userName } = api.stack.workspace.personas.outsider;

    const all = await api.ask('/api/v1/admin/audit?limit=500', { as: 'admin' });
    const byPerson = await api.ask(`/api/v1/admin/audit?user_id=${encodeURIComponent(userName)}`, { as: 'admin' });
    const pseudonym = itemsOf(all)[0]?.['user_id'];
    const byPseudonym = await api.ask(`/api/v1/admin/audit?user_id=${String(pseudonym)}`, { as: 'admin' });

    expect(pseudonym).toMatch(/^erased:[0-9a-f]{32}$/);
    expect(itemsOf(byPerson)).toEqual([]);
    expect(itemsOf(byPseudonym).map(({ action }) => action)).toEqual(['user_data.erase', 'user_data.export']);
    expect(all.text).not.toContain(userName);
  });

  it('is not erased by a page of another site', async () => {
    await choose('analyst', 'theme', 'dark');

    const answer = await api.ask(MY_DATA, {
      method: 'DELETE',
      as: 'analyst',
      headers: { Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' },
    });

    expect([answer.status, answer.json['error_code']]).toEqual([403, 'CSRF_REJECTED']);
    expect((await api.ask(PREFERENCES, { as: 'analyst' })).json['items']).toHaveLength(1);
  });

  function choose(as: Persona, preference_key: string, preference_value: unknown): Promise<Answer> {
    return api.ask(PREFERENCES, { method: 'PUT', as, json: { preference_key, preference_value } });
  }

  function asSystem(statement: string, ...parameters: unknown[]): Promise<unknown> {
    return api.app.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }

  async function rowsNaming(persona: Persona): Promise<unknown[]> {
    const found = [];
    // What the app notes of each request by itself changes with every question asked here.
    const own = persona === 'analyst' ? tables : tables.filter(({ onErase }) => typeof onErase !== 'function');
    for (const { name, userColumn } of own) {
      const rows = await asSystem(
        `SELECT to_jsonb(t) AS row FROM ${escapeIdentifier(name)} t WHERE ${escapeIdentifier(userColumn)} = $1 ORDER BY 1`,
        api.stack.workspace.personas[persona].userName,
      );
      found.push(...(rows as unknown[]));
    }
    return found;
  }

  /** Also what is in no registered table or column. */
  async function wholeSchemaAsText(): Promise<string> {
    const names = (await asSystem(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'lakescope'::regnamespace AND relkind IN ('r', 'p')`,
    )) as { name: string }[];
    const texts = await Promise.all(
      names.map(({ name }) => asSystem(`SELECT to_jsonb(t)::text AS row FROM ${escapeIdentifier(name)} t`)),
    );
    return JSON.stringify(texts);
  }
});

function rowsOf(exported: Json, table: string): Json[] {
  return ((exported['tables'] as Json[]).find(({ name }) => name === table)?.['rows'] ?? []) as Json[];
}

function itemsOf({ json }: Answer): Json[] {
  return json['items'] as Json[];
}
