import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { AuthorizationServerDocument, ScimUser, TokenResponse } from '@lakescope/databricks-wire';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const ME = '/api/2.0/preview/scim/v2/Me';
const REDIRECT = 'http://localhost:8020';

describe('signing in with a code', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  const authorize = (changes: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) => {
    const asked: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: 'databricks-cli',
      redirect_uri: REDIRECT,
      scope: 'all-apis offline_access',
      state: 'a state & more',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      login_hint: 'engineer',
      ...changes,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, value);
    return ask(workspace, `/oidc/v1/authorize?${query.toString()}`, { headers });
  };
  const target = (answer: Answer) => new URL(answer.headers.location ?? 'missing:');
  const codeOf = async (changes?: Record<string, string | undefined>) =>
    target(await authorize(changes)).searchParams.get('code') ?? '';
  const token = (form: Record<string, string>, at: LocalWorkspace = workspace) =>
    ask(at, '/oidc/v1/token', {
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const exchange = (code: string, changes: Record<string, string> = {}) =>
    token({
      grant_type: 'authorization_code',
      client_id: 'databricks-cli',
      redirect_uri: REDIRECT,
      code,
      code_verifier: verifier,
      ...changes,
    });
  const refresh = (refresh_token: string, changes: Record<string, string> = {}, at?: LocalWorkspace) =>
    token({ grant_type: 'refresh_token', client_id: 'databricks-cli', refresh_token, ...changes }, at);
  const signedIn = async (changes?: Record<string, string | undefined>) =>
    (await exchange(await codeOf(changes))).json<Required<TokenResponse>>();
  const status = async (path: string, bearer: string) => (await ask(workspace, path, { token: bearer })).status;
  const errorOf = (answer: Answer) => [answer.status, answer.json()['error']];

  it('is announced', async () => {
    const document = (
      await ask(workspace, '/oidc/.well-known/oauth-authorization-server')
    ).json<AuthorizationServerDocument>();

    expect(document).toMatchObject({
      authorization_endpoint: `${workspace.url}/oidc/v1/authorize`,
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token', 'client_credentials']),
    });
  });

  it('leads back to the client with its state and a code, and the code to a token of the person', async () => {
    const answer = await authorize();
    const back = target(answer);
    const granted = (await exchange(back.searchParams.get('code') ?? '')).json<TokenResponse>();

    expect(answer.status).toBe(302);
    expect([back.origin, back.searchParams.get('state')]).toEqual([REDIRECT, 'a state & more']);
    expect(granted).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'all-apis offline_access' });
    const who = (await ask(workspace, ME, { token: granted.access_token })).json<ScimUser>();
    expect(who.userName).toBe(workspace.personas.engineer.userName);
  });

  it('takes the person from X-Local-Persona too', async () => {
    const code = target(await authorize({ login_hint: undefined }, { 'x-local-persona': 'analyst' })).searchParams;
    const { access_token } = (await exchange(code.get('code') ?? '')).json<TokenResponse>();

    const who = (await ask(workspace, ME, { token: access_token })).json<ScimUser>();
    expect(who.userName).toBe(workspace.personas.analyst.userName);
  });

  it.each([undefined, 'somebody@elsewhere.example'])('shows everybody to choose from for the hint %s', async (hint) => {
    const answer = await authorize({ login_hint: hint, state: '"><script>alert(1)</script>' });

    const links = [...answer.text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) =>
      href.replace(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code))),
    );
    const chosen = target(await ask(workspace, links[3] ?? ''));
    const { access_token } = (await exchange(chosen.searchParams.get('code') ?? '')).json<TokenResponse>();
    const who = (await ask(workspace, ME, { token: access_token })).json<ScimUser>();
    expect(answer.status).toBe(200);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.text).not.toContain('<script');
    expect(links).toHaveLength(4);
    expect(who.userName).toBe(workspace.personas.outsider.userName);
  });

  it('opens only what was asked for, and who one is', async () => {
    const { access_token } = await signedIn({ scope: 'files' });

    expect(await status(ME, access_token)).toBe(200);
    expect(await status('/api/2.1/unity-catalog/catalogs', access_token)).toBe(403);
  });

  it('tells an OpenID client who signed in, with a token that opens nothing', async () => {
    const { id_token } = await signedIn({ scope: 'openid all-apis', nonce: 'once' });

    const keys = createRemoteJWKSet(new URL(`${workspace.url}/oidc/jwks.json`));
    const { payload } = await jwtVerify(id_token, keys, { audience: 'databricks-cli' });
    expect(payload).toMatchObject({ sub: workspace.personas.engineer.userName, name: 'Erik Sandoval', nonce: 'once' });
    expect(await status(ME, id_token)).toBe(403);
  });

  it.each([
    ['an unknown client', { client_id: 'evil' }],
    ['no client', { client_id: undefined }],
    ['a redirect to elsewhere', { redirect_uri: 'http://evil.example/' }],
    ['a redirect that only looks local', { redirect_uri: 'http://localhost.evil.example/' }],
    ['a redirect that only begins as local', { redirect_uri: 'http://localhost@evil.example/' }],
    ['a redirect to another protocol', { redirect_uri: 'javascript://localhost/%0aalert(1)' }],
    ['a redirect with a fragment', { redirect_uri: 'http://localhost:8020/#' }],
    ['no redirect', { redirect_uri: undefined }],
  ])('sends nobody anywhere for %s', async (_case, changes) => {
    const answer = await authorize(changes);

    expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
  });

  it.each([
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
    ['another response', { response_type: 'token' }, 'unsupported_response_type'],
    ['an unknown scope', { scope: 'everything' }, 'invalid_scope'],
  ])('goes back with an error and the state for %s', async (_case, changes, error) => {
    const back = target(await authorize(changes)).searchParams;

    expect([back.get('error'), back.get('state'), back.get('code')]).toEqual([error, 'a state & more', null]);
  });

  it('goes back with an error for a persona that is none', async () => {
    const back = target(await authorize({}, { 'x-local-persona': 'nobody' })).searchParams;

    expect(back.get('error')).toBe('access_denied');
  });

  it.each<Record<string, string>>([{ host: 'rebound.evil.example' }, { origin: 'https://evil.example' }])(
    'is not for pages with %j',
    async (headers) => {
      const answer = await authorize({}, headers);

      expect([answer.status, answer.headers.location]).toEqual([403, undefined]);
    },
  );

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(64) }],
    ['another redirect', { redirect_uri: 'http://localhost:9999' }],
    ['another client', { client_id: 'evil' }],
    ['another code', { code: 'guess' }],
  ])('gives no token for %s, and the code is still good for its owner', async (_case, changes) => {
    const code = await codeOf();

    expect(errorOf(await exchange(code, changes))).toEqual([400, 'invalid_grant']);
    expect((await exchange(code)).status).toBe(200);
  });

  it.each(['code', 'code_verifier', 'redirect_uri'])('asks for %s', async (name) => {
    const answer = await exchange(await codeOf(), { [name]: '' });

    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
  });

  it('ends everything that came of a code when the code is used again', async () => {
    const code = await codeOf();
    const granted = (await exchange(code)).json<Required<TokenResponse>>();
    const before = await status(ME, granted.access_token);

    const again = await exchange(code);

    expect([before, errorOf(again), await status(ME, granted.access_token)]).toEqual([
      200,
      [400, 'invalid_grant'],
      403,
    ]);
    expect(errorOf(await refresh(granted.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  describe('a refresh token', () => {
    it('comes only when asked for', async () => {
      expect(await signedIn({ scope: 'all-apis' })).not.toHaveProperty('refresh_token');
    });

    it('gives a new token of the same person and the next refresh token', async () => {
      const first = await signedIn();
      const second = (await refresh(first.refresh_token)).json<Required<TokenResponse>>();
      const third = await refresh(second.refresh_token);

      const who = (await ask(workspace, ME, { token: second.access_token })).json<ScimUser>();
      expect(who.userName).toBe(workspace.personas.engineer.userName);
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect(third.status).toBe(200);
    });

    it('may ask for less and never for more', async () => {
      const { refresh_token } = await signedIn({ scope: 'files sql offline_access' });

      const more = await refresh(refresh_token, { scope: 'all-apis' });
      // What was asked too much for has not been used up by that.
      const less = (await refresh(refresh_token, { scope: 'sql' })).json<TokenResponse>();

      expect(errorOf(more)).toEqual([400, 'invalid_scope']);
      expect(less.scope).toBe('sql');
    });

    it('used twice ends the whole sign-in', async () => {
      const first = await signedIn();
      const second = (await refresh(first.refresh_token)).json<Required<TokenResponse>>();

      const replayed = await refresh(first.refresh_token);

      expect(errorOf(replayed)).toEqual([400, 'invalid_grant']);
      expect(errorOf(await refresh(second.refresh_token))).toEqual([400, 'invalid_grant']);
      expect(await status(ME, second.access_token)).toBe(403);
    });

    it.each([
      ['of another client', { client_id: 'evil' }, 'invalid_grant'],
      ['that is a guess', { refresh_token: 'doau00' }, 'invalid_grant'],
      ['that is missing', { refresh_token: '' }, 'invalid_request'],
    ])('%s is refused', async (_case, changes, error) => {
      const { refresh_token } = await signedIn();

      expect(errorOf(await refresh(refresh_token, changes))).toEqual([400, error]);
    });

    it('works after a restart, and not for somebody who is gone', async () => {
      const stateDirectory = await givenFolder();
      const first = await startWorkspace({ stateDirectory, port: 0 });
      await first.createUser({ userName: 'leaver@lakescope.example' });
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: 'databricks-cli',
        redirect_uri: REDIRECT,
        scope: 'all-apis offline_access',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        login_hint: 'leaver@lakescope.example',
      });
      const back = target(await ask(first, `/oidc/v1/authorize?${query.toString()}`));
      const form = {
        grant_type: 'authorization_code',
        client_id: 'databricks-cli',
        redirect_uri: REDIRECT,
        code: back.searchParams.get('code') ?? '',
        code_verifier: verifier,
      };
      const granted = (await token(form, first)).json<Required<TokenResponse>>();
      await first.close();

      const second = await startWorkspace({ stateDirectory, port: 0 });
      const refreshed = await refresh(granted.refresh_token, {}, second);
      const { id = '' } = (
        await ask(second, ME, { token: refreshed.json<TokenResponse>().access_token })
      ).json<ScimUser>();
      await ask(second, `/api/2.0/preview/scim/v2/Users/${id}`, {
        method: 'DELETE',
        token: second.personas.admin.token,
      });
      const gone = await refresh(refreshed.json<Required<TokenResponse>>().refresh_token, {}, second);
      await second.close();
      await rm(stateDirectory, { recursive: true, force: true });

      expect([refreshed.status, errorOf(gone)]).toEqual([200, [400, 'invalid_grant']]);
    });
  });
});
