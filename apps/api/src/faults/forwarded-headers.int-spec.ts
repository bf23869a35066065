import { request } from 'node:http';
import { TestApi } from '../testing/test-api';

const TOKEN = 'X-Forwarded-Access-Token';

type Headers = [string, string][];

/** Lines about an identity, sent straight to the app: only the one with the token may count. */
describe('headers that claim to be somebody', () => {
  let api: TestApi;
  let analyst: string;
  let admin: string;
  let tokens: { analyst: string; admin: string };

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
    const { personas } = api.stack.workspace;
    analyst = personas.analyst.userName;
    admin = personas.admin.userName;
    tokens = { analyst: await api.stack.token('analyst'), admin: await api.stack.token('admin') };
  });

  afterAll(() => api.stop());

  it.each<[string, (name: string, token: string) => Headers]>([
    ['an e-mail', (name) => [['X-Forwarded-Email', name]]],
    ['a user', (name) => [['X-Forwarded-User', name]]],
    ['a preferred name', (name) => [['X-Forwarded-Preferred-Username', name]]],
    ['groups', () => [['X-Forwarded-Groups', 'admins']]],
    [
      'an e-mail twice',
      (name) => [
        ['X-Forwarded-Email', 'nobody@example.com'],
        ['X-Forwarded-Email', name],
      ],
    ],
    ['a list of e-mails', (name) => [['X-Forwarded-Email', `nobody@example.com, ${name}`]]],
    ['a bearer token', (_, token) => [['Authorization', `Bearer ${token}`]]],
    ['a cookie', (_, token) => [['Cookie', `access_token=${token}`]]],
    ['a token with underscores', (_, token) => [['X_Forwarded_Access_Token', token]]],
    [
      'a token under another name',
      (_, token) => [
        ['X-Forwarded-Access-Token-', token],
        ['X-Access-Token', token],
      ],
    ],
    [
      'remote user',
      (name) => [
        ['Remote-User', name],
        ['X-Remote-User', name],
        ['X-Real-User', name],
      ],
    ],
    [
      'all at once',
      (name, token) => [
        ['X-Forwarded-Email', name],
        ['X-Forwarded-User', name],
        ['Authorization', `Bearer ${token}`],
        ['X_Forwarded_Access_Token', token],
      ],
    ],
  ])('change nothing: %s', async (_, claims) => {
    const headers: Headers = [...claims(admin, tokens.admin), [TOKEN, tokens.analyst]];

    const me = await ask('/api/v1/user/me', headers);
    const area = await ask('/api/v1/admin/scopes', headers);
    const without = await ask('/api/v1/user/me', claims(admin, tokens.admin));

    expect([me.status, me.json['user_id'], me.json['is_admin']]).toEqual([200, analyst, false]);
    expect([area.status, area.json['error_code']]).toEqual([403, 'ADMIN_REQUIRED']);
    expect([without.status, without.json['error_code']]).toEqual([401, 'AUTH_MISSING']);
  });

  it.each<[string, (one: string, other: string) => Headers]>([
    [
      'two tokens',
      (one, other) => [
        [TOKEN, one],
        [TOKEN, other],
      ],
    ],
    [
      'two tokens in another case',
      (one, other) => [
        [TOKEN.toLowerCase(), one],
        [TOKEN.toUpperCase(), other],
      ],
    ],
    [
      'the same token twice',
      (one) => [
        [TOKEN, one],
        [TOKEN, one],
      ],
    ],
    ['a list of tokens', (one, other) => [[TOKEN, `${one},${other}`]]],
    ['a list of tokens with blanks', (one, other) => [[TOKEN, `${one}, ${other}`]]],
    ['tokens with a blank between', (one, other) => [[TOKEN, `${one} ${other}`]]],
    ['a scheme before the token', (one) => [[TOKEN, `Bearer ${one}`]]],
    ['a token in quotes', (one) => [[TOKEN, `"${one}"`]]],
    ['a token and a semicolon', (one) => [[TOKEN, `${one};x`]]],
    ['a token with letters of Latin-1', (one) => [[TOKEN, `${one}é`]]],
  ])('are refused as no token: %s', async (_, headers) => {
    const { status, json } = await ask('/api/v1/user/me', headers(tokens.analyst, tokens.admin));

    expect([status, json['error_code']]).toEqual([401, 'AUTH_MALFORMED']);
  });

  it.each<[string, string, number, string | undefined]>([
    ['blanks around it are none of it', `  \t${'TOKEN'}  `, 200, undefined],
    ['blanks alone are no token', '   ', 401, 'AUTH_MISSING'],
  ])('of the token: %s', async (_, pattern, status, code) => {
    const answer = await ask('/api/v1/user/me', [[TOKEN, pattern.replace('TOKEN', tokens.analyst)]]);

    expect([answer.status, answer.json['error_code']]).toEqual([status, code]);
  });

  it('are asked nothing about when they cannot be a token', async () => {
    const before = api.stack.workspace.requestLog.count();

    await ask('/api/v1/user/me', [[TOKEN, `${tokens.analyst},${tokens.admin}`]]);

    expect(api.stack.workspace.requestLog.count()).toBe(before);
  });

  /** As lines, in their order and case: `fetch` would put them together. */
  function ask(path: string, headers: Headers): Promise<{ status: number | undefined; json: Record<string, unknown> }> {
    return new Promise((resolve, reject) => {
      const lines = ['Host', new URL(api.url).host, ...headers.flat()];
      request(api.url, { path, headers: lines }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.once('end', () =>
          resolve({ status: answer.statusCode, json: JSON.parse(text) as Record<string, unknown> }),
        );
      })
        .once('error', reject)
        .end();
    });
  }
});
