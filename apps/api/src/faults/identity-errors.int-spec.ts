import { TestApi, type Answer } from '../testing/test-api';

const ME = '/api/2.0/preview/scim/v2/Me';

describe('whose token it is', () => {
  let api: TestApi;

  let aheadMs = 0;

  beforeAll(async () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    api = await TestApi.start({ database: false });
  });

  afterEach(async () => {
    api.stack.workspace.faults.clear();
    // Many failures in a row make the client leave the platform alone for a while; a success ends that.
    aheadMs += 10_000;
    expect((await ask()).status).toBe(200);
  });

  afterAll(async () => {
    await api.stop();
    jest.restoreAllMocks();
  });

  it.each([
    ['names nobody', { active: true }],
    ['names nobody at all', { userName: '' }],
    ['names a number', { userName: 7 }],
    ['has a word for groups', { userName: 'ana@example.com', groups: 'admins' }],
    ['has nothing among the groups', { userName: 'ana@example.com', groups: [null] }],
    ['has a word among the e-mails', { userName: 'ana@example.com', emails: ['ana@example.com'] }],
    ['is a list', []],
    ['is null', 'null'],
    ['is no JSON', '<html>gateway</html>'],
    ['is empty', ''],
    ['is a megabyte of noise', 'x'.repeat(1024 * 1024)],
    ['is a megabyte of groups', { userName: 'ana@example.com', groups: [{ display: 'x'.repeat(1024 * 1024) }] }],
  ])('cannot be said when the answer of the platform %s', async (_, body) => {
    api.stack.workspace.faults.add({ pathPrefix: ME, status: 200, body });

    const { status, json } = await ask();

    expect([status, json['error_code']]).toEqual([503, 'AUTH_USER_IDENTITY_FAILED']);
    expect(json['detail']).toContain('the platform answers with something that cannot be read');
  });

  it.each([
    [403, 'The access token expired. [ReqId: 3f2a]', 'AUTH_EXPIRED', 'The user token has expired, reload the page'],
    [
      401,
      'Credential was not sent or was of an unsupported type for this API. [ReqId: 3f2a]',
      'AUTH_INVALID',
      'The platform does not accept the user token, reload the page to sign in again',
    ],
  ])(
    'is remembered, and a refusal by what is asked then is told in our words (%i)',
    async (upstream, says, code, detail) => {
      const { token } = await api.stack.workspace.issueUserToken('analyst', ['unity-catalog']);
      expect((await api.ask('/api/v1/user/me', { token })).status).toBe(200);
      api.stack.workspace.faults.add({
        pathPrefix: '/api/2.1/unity-catalog',
        status: upstream,
        body: { error_code: upstream, message: says },
      });

      const { status, json } = await api.ask('/api/v1/unity-catalog/catalogs', { token });

      expect([status, json['error_code'], json['detail']]).toEqual([401, code, detail]);
    },
  );

  it('is said when the platform leaves out everything but the name', async () => {
    api.stack.workspace.faults.add({
      pathPrefix: ME,
      status: 200,
      body: { userName: 'ana@example.com', groups: null },
    });

    const { json } = await ask();

    expect(json).toEqual({
      user_id: 'ana@example.com',
      display_name: 'ana@example.com',
      active: true,
      emails: [],
      groups: [],
      is_admin: false,
    });
  });

  it('may come with a thousand groups', async () => {
    const groups = Array.from({ length: 1_000 }, (_, index) => ({ display: `Gruppe ${index} für alle 管理员` }));
    api.stack.workspace.faults.add({ pathPrefix: ME, status: 200, body: { userName: 'ana@example.com', groups } });

    const { json } = await ask();

    expect(json['groups']).toEqual(groups.map(({ display }) => display));
  });

  it.each([
    ['500', { status: 500 }, 4],
    ['502', { status: 502 }, 4],
    ['503', { status: 503 }, 4],
    ['a cut line', { cut: 'connection' as const }, 4],
    ['429', { status: 429, headers: { 'Retry-After': '3' } }, 1],
    ['401', { status: 401 }, 1],
    ['403', { status: 403 }, 1],
    ['400', { status: 400 }, 1],
  ])('is asked as often as helps when the platform answers %s', async (_, fault, tries) => {
    api.stack.workspace.faults.add({ pathPrefix: ME, ...fault });

    await ask();

    expect(hits()).toBe(tries);
  });

  it.each([
    ['an outage', { status: 503 }, 503, 'AUTH_USER_IDENTITY_FAILED'],
    ['a limit', { status: 429, headers: { 'Retry-After': '3' } }, 429, 'AUTH_RATE_LIMITED'],
    ['a refusal', { token: 'invalid' as const }, 401, 'AUTH_INVALID'],
    ['an expiry', { token: 'expired' as const }, 401, 'AUTH_EXPIRED'],
  ])('is not remembered as unknown after %s', async (_, fault, status, code) => {
    const { token } = await api.stack.workspace.issueUserToken('analyst', []);
    api.stack.workspace.faults.add({ pathPrefix: ME, ...fault });

    const during = await ask(token);
    api.stack.workspace.faults.clear();
    const after = await ask(token);

    expect([during.status, during.json['error_code']]).toEqual([status, code]);
    expect(after.status).toBe(200);
  });

  it.each([
    ['401', 401, 'The access token expired.'],
    ['403', 403, 'Invalid access token: token is expired. [ReqId: 7c9e]'],
  ])('is a matter of a new token when the platform calls an expired one %s', async (_, status, message) => {
    api.stack.workspace.faults.add({ pathPrefix: ME, status, body: { error_code: status, message } });

    const { json } = await ask();

    expect(json['error_code']).toBe('AUTH_EXPIRED');
  });

  it('is given up after five seconds', async () => {
    api.stack.workspace.faults.add({ pathPrefix: ME, delayMs: 6_000 });
    const startedAt = performance.now();

    const { status, json } = await ask();

    expect([status, json['error_code']]).toEqual([503, 'AUTH_USER_IDENTITY_FAILED']);
    expect(performance.now() - startedAt).toBeLessThan(50_000);
    expect(hits()).toBe(1);
  });

  it('is refused for who has been deactivated, in words', async () => {
    api.stack.workspace.faults.add({
      pathPrefix: ME,
      status: 200,
      body: { userName: 'ana@example.com', active: false, groups: [{ display: 'admins' }] },
    });

    const { status, json } = await ask();

    expect([status, json['error_code']]).toEqual([401, 'AUTH_INVALID']);
    expect(json['detail']).toContain('deactivated');
  });

  it('says neither token nor reason of the platform when it is refused', async () => {
    const { token } = await api.stack.workspace.issueUserToken('analyst', []);
    api.stack.workspace.faults.add({
      pathPrefix: ME,
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: `stack trace of ${token}` },
    });

    const answer = await ask(token);

    expect(answer.text).not.toContain(token);
    expect(answer.text).not.toContain('stack trace');
    expect(api.log.join('\n')).not.toContain(token);
  });

  it('of one person cannot be held up by the bad tokens of another', async () => {
    const { token } = await api.stack.workspace.issueUserToken('engineer', []);
    await Promise.all(Array.from({ length: 100 }, (_, index) => ask(`garbage-${index}`)));

    const { status } = await ask(token);

    expect(status).toBe(200);
  });

  describe('in the status, which refuses nobody,', () => {
    it.each([
      ['nobody is there without a token', undefined, {}, 'signed_out', 'AUTH_MISSING', false],
      ['a malformed token is a sign-out', 'no token, this', {}, 'signed_out', 'AUTH_MALFORMED', true],
      ['a refused token is a sign-out', 'garbage', {}, 'signed_out', 'AUTH_INVALID', true],
      ['an outage is no sign-out', 'garbage', { status: 503 }, 'unknown', 'AUTH_USER_IDENTITY_FAILED', true],
      ['a limit is no sign-out', 'garbage', { status: 429 }, 'unknown', 'AUTH_RATE_LIMITED', true],
      [
        'a missing scope is no sign-out',
        'garbage',
        { status: 403, body: { message: 'Provided OAuth token does not have required scopes: iam' } },
        'unknown',
        'AUTH_USER_IDENTITY_FAILED',
        true,
      ],
      ['garbage is no sign-out', 'garbage', { status: 200, body: [] }, 'unknown', 'AUTH_USER_IDENTITY_FAILED', true],
    ])('%s', async (_, token, fault, state, reason, hasToken) => {
      if ('status' in fault) api.stack.workspace.faults.add({ pathPrefix: ME, ...fault });

      const { status, json } = await api.ask('/api/v1/user/auth/status', token === undefined ? {} : { token });

      expect(status).toBe(200);
      expect(json).toMatchObject({
        state,
        reason,
        authenticated: false,
        has_user_identity: hasToken,
        user_id: null,
      });
    });
  });

  async function ask(token?: string): Promise<Answer> {
    const forwarded = token ?? (await api.stack.workspace.issueUserToken('analyst', [])).token;
    return api.ask('/api/v1/user/me', { token: forwarded });
  }

  function hits(): number {
    return api.stack.workspace.faults.list().reduce((sum, one) => sum + one.hits, 0);
  }
});
