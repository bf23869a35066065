import { LakescopeProblem, UnexpectedAnswer, createLakescopeClient, type LakescopeClient } from '@lakescope/client';
import { TestApi } from './testing/test-api';

describe('the client for other services', () => {
  let api: TestApi;
  let lakescope: LakescopeClient;

  beforeAll(async () => {
    api = await TestApi.start();
    await api.stack.volume('demo.lake.files', { 'ä b.txt': 'hello', 'c.txt': 'world' });
    lakescope = clientAs(() => api.stack.token('engineer'));
  });

  afterAll(() => api.stop());

  it('answers with the types of the contract', async () => {
    const me = await lakescope.getMe();

    expect(me.user_id).toBe(api.stack.workspace.personas.engineer.userName);
  });

  it('follows pages by their cursor', async () => {
    const query = { path: '/Volumes/demo/lake/files', limit: 1 };
    const first = await lakescope.listFiles({ query });
    const second = await lakescope.listFiles({ query: { ...query, cursor: first.next_cursor ?? '' } });

    expect([...first.items, ...second.items].map(({ name }) => name).sort()).toEqual(['c.txt', 'ä b.txt']);
  });

  it('writes, reads and deletes', async () => {
    await lakescope.putPreference({ body: { preference_key: 'theme', preference_value: 'dark' } });
    const { items } = await lakescope.listPreferences();
    const deleted = await lakescope.deletePreference({ path: { key: 'theme' } });

    expect(items.map(({ preference_value }) => preference_value)).toEqual(['dark']);
    expect(deleted).toBeUndefined();
  });

  it('hands a file over as a stream', async () => {
    const response = await lakescope.getFileContent({ query: { path: '/Volumes/demo/lake/files/ä b.txt' } });

    expect(await response.text()).toBe('hello');
  });

  it('rejects with the problem, its code and the id to look for', async () => {
    const failure = await lakescope
      .describeTableByPath({ query: { path: '/Volumes/demo/lake/files/none' } }, { correlationId: 'from-a-service' })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(LakescopeProblem);
    expect(failure).toMatchObject({ code: 'TABLE_NOT_FOUND', status: 404, correlationId: 'from-a-service' });
  });

  it('tells what is no answer of Lakescope from what is', async () => {
    const elsewhere = createLakescopeClient({ baseUrl: `${api.url}/docs`, token: () => Promise.resolve('t') });
    const page = createLakescopeClient({
      baseUrl: api.url,
      token: () => Promise.resolve('t'),
      fetch: () => Promise.resolve(new Response('<html>sign in</html>', { headers: { 'content-type': 'text/html' } })),
    });

    await expect(elsewhere.getMe()).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    await expect(page.getMe()).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  /** The platform's proxy turns the bearer token into the forwarded one; here `fetch` does. */
  function clientAs(token: () => Promise<string>): LakescopeClient {
    return createLakescopeClient({
      baseUrl: api.url,
      token,
      fetch: (address, init) => {
        const headers = new Headers(init?.headers);
        headers.set('X-Forwarded-Access-Token', (headers.get('authorization') ?? '').replace('Bearer ', ''));
        headers.delete('authorization');
        return fetch(address, { ...init, headers });
      },
    });
  }
});
