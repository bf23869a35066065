import { TestApi, type Answer, type Ask } from '../testing/test-api';

interface Person {
  userName: string;
  token: string;
}

const PREFERENCES = ['/api/v1/preferences', '/api/v1/lakebase/preferences'];

/** Two people with data in every table that belongs to people; the second tries to get at what belongs to the first. */
describe('other people’s data', () => {
  let api: TestApi;
  let victim: Person;
  let thief: Person;

  beforeAll(async () => {
    api = await TestApi.start();
    victim = await person('victim@lakescope.example');
    thief = await person('thief@lakescope.example');
  });

  beforeEach(async () => {
    await store(victim, 'theme', 'dark');
    await store(thief, 'theme', 'light');
  });

  afterEach(async () => {
    const kept = await ask(victim, '/api/v1/preferences?preference_key=theme');
    expect(kept.json['items']).toMatchObject([{ user_id: victim.userName, preference_value: 'dark' }]);
  });

  afterAll(() => api.stop());

  it.each(PREFERENCES)('is not in a list at %s, whatever is asked for', async (path) => {
    for (const query of ['', '?preference_key=theme', '?limit=500']) {
      const { json } = await ask(thief, path + query);

      const owners = new Set((json['items'] as { user_id: string }[]).map(({ user_id }) => user_id));
      expect(owners).toEqual(new Set([thief.userName]));
    }
  });

  it.each(PREFERENCES)('cannot be asked for by naming the other at %s', async (path) => {
    for (const name of ['user_id', 'userId', 'user', 'owner', 'lakescope.user_id']) {
      const { status, json, text } = await ask(thief, `${path}?${name}=${victim.userName}`);

      expect([name, status, json['error_code']]).toEqual([name, 400, 'INVALID_REQUEST']);
      expect(text).not.toContain('dark');
    }
  });

  it.each(PREFERENCES.flatMap((path) => ['PUT', 'POST'].map((method) => [method, path] as const)))(
    'cannot be written by naming the other: %s %s',
    async (method, path) => {
      for (const more of [{ user_id: victim.userName }, { userId: victim.userName }, { id: '1' }, { version: 1 }]) {
        const json = { preference_key: 'theme', preference_value: 'light', ...more };
        const answer = await ask(thief, path, { method, json });

        expect([answer.status, answer.json['error_code']]).toEqual([400, 'INVALID_REQUEST']);
      }
    },
  );

  it.each(PREFERENCES)('is not deleted with one’s own at %s', async (path) => {
    const first = await ask(thief, `${path}/theme`, { method: 'DELETE' });
    const second = await ask(thief, `${path}/theme`, { method: 'DELETE' });
    const named = await ask(thief, `${path}/theme?user_id=${victim.userName}`, { method: 'DELETE' });

    expect([first.status, second.status, named.status]).toEqual([204, 404, 404]);
  });

  it.each(PREFERENCES)('is not reached by a cursor that was given to the other at %s', async (path) => {
    for (const who of [victim, thief]) await store(who, 'density', 'compact');
    const { json: page } = await ask(victim, `${path}?limit=1`);

    const { status, json } = await ask(thief, `${path}?limit=10&cursor=${String(page['next_cursor'])}`);

    expect(status).toBe(200);
    for (const item of json['items'] as { user_id: string }[]) expect(item.user_id).toBe(thief.userName);
  });

  it('does not pass the other’s version for one’s own', async () => {
    await store(victim, 'theme', 'dark');
    await store(victim, 'theme', 'dark');
    const { json } = await ask(victim, '/api/v1/preferences?preference_key=theme');
    const [{ version = 0 } = {}] = json['items'] as { version?: number }[];

    const { status } = await ask(thief, '/api/v1/preferences', {
      method: 'PUT',
      json: { preference_key: 'theme', preference_value: 'light' },
      headers: { 'If-Match': `"${version + 1_000}"` },
    });

    expect(status).toBe(412);
  });

  it('is not in an export, and not gone after erasing one’s own', async () => {
    const exported = await fetch(`${api.url}/api/v1/user/me/data?user_id=${victim.userName}`, {
      headers: { 'X-Forwarded-Access-Token': thief.token },
    });
    const erased = await ask(thief, `/api/v1/user/me/data`, { method: 'DELETE' });

    const text = await exported.text();
    expect(text).not.toContain(victim.userName);
    expect(text).not.toContain('"dark"');
    expect(erased.status).toBe(200);
    const own = await ask(thief, '/api/v1/preferences');
    expect(own.json['items']).toEqual([]);
  });

  it.each(['/api/v1/user/me', '/api/v1/user/me/workspace', '/api/v1/user/auth/status', '/api/v1/user/permissions'])(
    'is not told by %s, whoever is named',
    async (path) => {
      for (const query of [`user_id=${victim.userName}`, `user=${victim.userName}`]) {
        const { text } = await ask(thief, `${path}?${query}`);

        expect(text).not.toContain(victim.userName);
      }
    },
  );

  async function person(userName: string): Promise<Person> {
    await api.stack.workspace.createUser({ userName });
    return { userName, token: (await api.stack.workspace.issueUserToken(userName, [])).token };
  }

  async function store(who: Person, preference_key: string, preference_value: unknown): Promise<void> {
    const { status } = await ask(who, '/api/v1/preferences', {
      method: 'PUT',
      json: { preference_key, preference_value },
    });
    expect(status).toBe(200);
  }

  function ask({ token }: Person, path: string, how: Ask = {}): Promise<Answer> {
    return api.ask(path, { token, ...how });
  }
});
