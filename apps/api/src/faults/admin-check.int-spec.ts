import { TestApi, type Answer } from '../testing/test-api';

const ME = '/api/2.0/preview/scim/v2/Me';
const ADMIN_ROUTE = '/api/v1/admin/scopes';
const FIVE_MINUTES = 5 * 60_000;

describe('who administers the app', () => {
  let api: TestApi;
  let aheadMs = 0;
  let people = 0;

  beforeAll(async () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    api = await TestApi.start({ database: false, env: { ADMIN_GROUPS: ' admins , Équipe ,管理员, a.c,,' } });
  });

  afterEach(() => api.stack.workspace.faults.clear());

  afterAll(async () => {
    await api.stop();
    jest.restoreAllMocks();
  });

  it.each([['admins'], ['ADMINS'], ['Admins'], ['admin\u017f'], ['équipe'], ['E\u0301QUIPE'], ['管理员'], ['A.C']])(
    'a member of %j does',
    async (group) => {
      const { status } = await askAs(await personIn([group]));

      expect(status).toBe(200);
    },
  );

  it.each([
    ['nobody-admins'],
    ['admins-readonly'],
    ['my admins'],
    ['admins,equipe'],
    [' admins'],
    ['admins '],
    ['ad\u200bmins'],
    ['\u0430dmins'],
    ['equipe'],
    ['abc'],
    ['workspace_admins'],
    [''],
  ])('a member of %j does not', async (group) => {
    const { status, json } = await askAs(await personIn([group]));

    expect([status, json['error_code']]).toEqual([403, 'ADMIN_REQUIRED']);
  });

  it('is found among a thousand groups', async () => {
    const others = Array.from({ length: 1_000 }, (_, index) => `admins ${index}`);

    const admin = await askAs(await personIn([...others, 'admins']));
    const other = await askAs(await personIn(others));

    expect([admin.status, other.status]).toEqual([200, 403]);
  });

  it('is asked afresh after five minutes, and not before', async () => {
    const userName = await someone(['admins']);
    const token = await tokenOf(userName);
    const before = await ask(token);
    await api.stack.workspace.setGroups(userName, []);
    aheadMs += FIVE_MINUTES - 60_000;
    const within = await ask(token);
    aheadMs += 60_000;
    const after = await ask(token);
    await api.stack.workspace.setGroups(userName, ['admins']);
    const still = await ask(token);
    aheadMs += FIVE_MINUTES;
    const again = await ask(token);

    expect([before, within, after, still, again].map(({ status }) => status)).toEqual([200, 200, 403, 403, 200]);
  });

  it('is not decided by what the user is shown', async () => {
    const userName = await someone(['admins']);
    const token = await tokenOf(userName);
    await me(token);
    await api.stack.workspace.setGroups(userName, []);

    const shown = await me(token);
    const asked = await ask(token);

    expect(shown.json['is_admin']).toBe(true);
    expect(asked.status).toBe(403);
  });

  it.each([
    ['answers 500', { status: 500 }],
    ['answers 503', { status: 503 }],
    ['limits', { status: 429, headers: { 'Retry-After': '7' } }],
    ['cuts the line', { cut: 'connection' as const }],
    ['answers nonsense', { status: 200, body: 'nonsense' }],
    ['has a word for groups', { status: 200, body: { userName: 'ana@example.com', groups: 'admins' } }],
    [
      'tells of somebody else',
      { status: 200, body: { userName: 'other@example.com', groups: [{ display: 'admins' }] } },
    ],
    ['has lost a scope', { status: 403, body: { message: 'Provided OAuth token does not have required scopes: iam' } }],
  ])('is nobody while the platform %s, and that is not remembered', async (_, fault) => {
    const admin = await tokenOf(await someone(['admins']));
    const other = await tokenOf(await someone(['people']));
    // Both are known, so that only the question about the groups is left.
    await Promise.all([me(admin), me(other)]);
    api.stack.workspace.faults.add({ pathPrefix: ME, ...fault });

    const during = [await ask(admin), await ask(other)];
    api.stack.workspace.faults.clear();
    const after = [await ask(admin), await ask(other)];

    for (const { status, json } of during) expect([status, json['error_code']]).toEqual([503, 'ADMIN_CHECK_FAILED']);
    expect(after.map(({ status }) => status)).toEqual([200, 403]);
  });

  it('was one is no reason to let in while the platform fails', async () => {
    const token = await tokenOf(await someone(['admins']));
    const before = await ask(token);
    aheadMs += FIVE_MINUTES;
    await me(token);
    api.stack.workspace.faults.add({ pathPrefix: ME, status: 503 });

    const { status, json } = await ask(token);

    expect(before.status).toBe(200);
    expect([status, json['error_code']]).toEqual([503, 'ADMIN_CHECK_FAILED']);
  });

  it('says when to come back', async () => {
    const token = await tokenOf(await someone(['admins']));
    await me(token);
    api.stack.workspace.faults.add({ pathPrefix: ME, status: 429, headers: { 'Retry-After': '7' } });

    const { json, headers } = await ask(token);

    expect([json['retry_after'], headers.get('retry-after')]).toEqual([7, '7']);
  });

  it.each([
    ['expired', 'AUTH_EXPIRED'],
    ['invalid', 'AUTH_INVALID'],
  ] as const)('has to have a good token: %s stays 401', async (token, code) => {
    const held = await tokenOf(await someone(['admins']));
    await me(held);
    api.stack.workspace.faults.add({ pathPrefix: ME, token });

    const { status, json } = await ask(held);

    expect([status, json['error_code']]).toEqual([401, code]);
  });

  it('is nobody who has been deactivated meanwhile', async () => {
    const userName = await someone(['admins']);
    const token = await tokenOf(userName);
    await me(token);
    const body = { userName, active: false, groups: [{ display: 'admins' }] };
    api.stack.workspace.faults.add({ pathPrefix: ME, status: 200, body });

    const { status, json } = await ask(token);

    expect([status, json['error_code']]).toEqual([401, 'AUTH_INVALID']);
  });

  it('is asked once for requests that come together', async () => {
    const token = await tokenOf(await someone(['admins']));
    await me(token);
    const before = meCalls();

    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(token)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(meCalls() - before).toBe(1);
  });

  it('is asked once for each token of a person who comes with two', async () => {
    const userName = await someone(['admins']);
    const tokens = [await tokenOf(userName), await tokenOf(userName)];
    await Promise.all(tokens.map(me));
    const before = meCalls();

    await Promise.all(Array.from({ length: 20 }, () => tokens.map(ask)).flat());

    expect(meCalls() - before).toBeLessThanOrEqual(2);
  });

  it('is not spoiled by another token of the same person that is refused', async () => {
    const userName = await someone(['admins']);
    const [bad, good] = [await tokenOf(userName), await tokenOf(userName)];
    await Promise.all([me(bad), me(good)]);
    await api.stack.workspace.revoke(bad);

    const [refused, welcome] = await Promise.all([ask(bad), ask(good)]);

    expect([refused.status, welcome.status]).toEqual([401, 200]);
  });

  async function someone(groups: readonly string[]): Promise<string> {
    people += 1;
    return api.stack.workspace.createUser({ userName: `person-${people}@lakescope.example`, groups });
  }

  async function tokenOf(userName: string): Promise<string> {
    return (await api.stack.workspace.issueUserToken(userName, [])).token;
  }

  /** A user the platform describes so: the local workspace would not take every name of a group. */
  async function personIn(groups: readonly string[]): Promise<string> {
    const userName = await someone([]);
    const body = { userName, groups: groups.map((display) => ({ display })) };
    api.stack.workspace.faults.add({ pathPrefix: ME, principal: userName, status: 200, body });
    return userName;
  }

  async function askAs(userName: string): Promise<Answer> {
    return ask(await tokenOf(userName));
  }

  function ask(token: string): Promise<Answer> {
    return api.ask(ADMIN_ROUTE, { token });
  }

  function me(token: string): Promise<Answer> {
    return api.ask('/api/v1/user/me', { token });
  }

  function meCalls(): number {
    return api.stack.workspace.requestLog.entries().filter(({ path }) => path.endsWith('/scim/v2/Me')).length;
  }
});
