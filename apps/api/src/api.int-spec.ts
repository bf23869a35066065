import { TestApi } from './testing/test-api';

describe('the API in front of a workspace and a database', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start();
    await api.stack.volume('demo.lake.files', { 'hello.txt': 'hello', 'deep/below.csv': 'a,b\n1,2\n' });
  });

  afterAll(() => api.stop());

  describe('identity', () => {
    it('is that of the forwarded token', async () => {
      const { json } = await api.ask('/api/v1/user/me', { as: 'analyst' });

      expect(json).toMatchObject({ user_id: api.stack.workspace.personas.analyst.userName, active: true });
    });

    it('is never taken from the other forwarded headers', async () => {
      const { json } = await api.ask('/api/v1/user/me', {
        as: 'analyst',
        headers: {
          'X-Forwarded-Email': 'admin@example.com',
          'X-Forwarded-User': 'admin@example.com',
          'X-Forwarded-Groups': 'admins',
          Authorization: `Bearer ${await api.stack.token('admin')}`,
        },
      });

      expect(json['user_id']).toBe(api.stack.workspace.personas.analyst.userName);
    });

    it('is asked once for requests that come together, and remembered afterwards', async () => {
      const { token } = await api.stack.workspace.issueUserToken('engineer', ['files']);
      const before = meCalls();

      await Promise.all(Array.from({ length: 8 }, () => api.ask('/api/v1/user/me', { token })));
      await api.ask('/api/v1/user/me', { token });

      expect(meCalls() - before).toBe(1);
    });

    it.each([
      ['absent', {}, 'AUTH_MISSING'],
      ['empty', { token: '' }, 'AUTH_MISSING'],
      ['not like a token', { token: 'no token, this' }, 'AUTH_MALFORMED'],
      ['unknown', { token: 'dapi0000000000000000' }, 'AUTH_INVALID'],
      ['a JWT nobody signed', { token: unsignedJwt() }, 'AUTH_INVALID'],
      ['as long as a header may be', { token: 'x'.repeat(64 * 1024) }, 'AUTH_INVALID'],
    ])('is refused when the token is %s', async (_, ask, code) => {
      const { status, json } = await api.ask('/api/v1/user/me', ask);

      expect([status, json['error_code']]).toEqual([401, code]);
    });

    it('is refused when the token has expired, also when it was known before', async () => {
      const { token } = await api.stack.workspace.issueUserToken('analyst', ['files'], { lifetimeSeconds: 2 });
      const before = await api.ask('/api/v1/user/me', { token });
      await new Promise((resolve) => setTimeout(resolve, 2_500));

      const after = await api.ask('/api/v1/user/me', { token });

      expect(before.status).toBe(200);
      expect([after.status, after.json['error_code']]).toEqual([401, 'AUTH_EXPIRED']);
    });

    it('is told in the status, signed in or not', async () => {
      const signedIn = await api.ask('/api/v1/user/auth/status', { as: 'analyst' });
      const signedOut = await api.ask('/api/v1/user/auth/status');

      expect(signedIn.json).toMatchObject({ authenticated: true, has_user_identity: true, auth_mode: 'obo' });
      expect(signedIn.json['granted_scopes']).toContain('files');
      expect(signedOut.json).toMatchObject({ authenticated: false, has_user_identity: false, user_id: null });
    });
  });

  describe('when the platform fails', () => {
    afterEach(() => api.stack.workspace.faults.clear());

    it('answers 503 after trying again, and recovers by itself', async () => {
      const { token } = await api.stack.workspace.issueUserToken('analyst', ['files']);
      api.stack.workspace.faults.add({ pathPrefix: '/api/2.0/preview/scim', status: 503 });

      const down = await api.ask('/api/v1/user/me', { token });
      const tries = faultHits();
      api.stack.workspace.faults.clear();
      const up = await api.ask('/api/v1/user/me', { token });

      expect([down.status, down.json['error_code']]).toEqual([503, 'AUTH_USER_IDENTITY_FAILED']);
      expect(tries).toBe(4);
      expect(up.status).toBe(200);
    });

    it('does not press on when it is limited', async () => {
      const { token } = await api.stack.workspace.issueUserToken('analyst', ['files']);
      const limit = { pathPrefix: '/api/2.0/preview/scim', status: 429, headers: { 'Retry-After': '7' } };
      api.stack.workspace.faults.add(limit);

      const { status, json, headers } = await api.ask('/api/v1/user/me', { token });

      expect([status, json['error_code'], json['retry_after']]).toEqual([429, 'AUTH_RATE_LIMITED', 7]);
      expect(headers.get('retry-after')).toBe('7');
      expect(faultHits()).toBe(1);
    });

    it('names the scope that is missing and how to add it', async () => {
      const { token } = await api.stack.workspace.issueUserToken('analyst', ['sql']);

      const { status, json } = await api.ask('/api/v1/unity-catalog/files?path=/Volumes/demo/lake/files', { token });

      expect([status, json['error_code']]).toEqual([403, 'SCOPE_MISSING']);
      expect(json['technical_details']).toMatchObject({ fix: expect.stringContaining('user_api_scopes') as string });
    });
  });

  describe('two people', () => {
    it('see their own preferences only', async () => {
      const body = { preference_key: 'theme', preference_value: 'dark' };
      await api.ask('/api/v1/preferences', { method: 'PUT', as: 'analyst', json: body });

      const own = await api.ask('/api/v1/preferences', { as: 'analyst' });
      const other = await api.ask('/api/v1/preferences', { as: 'engineer' });

      expect(own.json['items']).toHaveLength(1);
      expect(other.json['items']).toHaveLength(0);
    });

    it('see the catalogs they may see', async () => {
      const analyst = await api.ask('/api/v1/unity-catalog/catalogs', { as: 'analyst' });
      const outsider = await api.ask('/api/v1/unity-catalog/catalogs', { as: 'outsider' });

      expect(JSON.stringify(analyst.json['items'])).toContain('"demo"');
      expect(JSON.stringify(outsider.json['items'])).not.toContain('"demo"');
    });
  });

  it('says what it depends on, tried as the caller', async () => {
    const { json } = await api.ask('/api/v1/status', { as: 'analyst' });

    const states = (json['items'] as { name: string; state: string }[]).map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(states)).toMatchObject({ identity: 'ok', lakebase: 'ok' });
  });

  it('is ready, and says so to anybody', async () => {
    const health = await api.ask('/health');
    const ready = await api.ask('/ready');

    expect(health.json).toMatchObject({ status: 'ok', phase: 'ready' });
    expect(ready.status).toBe(200);
  });

  function faultHits(): number {
    return api.stack.workspace.faults.list().reduce((sum, { hits }) => sum + hits, 0);
  }

  function meCalls(): number {
    return api.stack.workspace.requestLog.entries().filter(({ path }) => path.endsWith('/scim/v2/Me')).length;
  }
});

function unsignedJwt(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: 'admin@example.com', exp: 4_000_000_000 })}.`;
}
