import { randomUUID } from 'node:crypto';
import type {
  AuthorizationServerDocument,
  DatabricksConfigDocument,
  ErrorEnvelope,
  ScimUser,
  TokenResponse,
} from '@lakescope/databricks-wire';
import { createRemoteJWKSet, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ME = '/api/2.0/preview/scim/v2/Me';

describe('identity', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const me = (token?: string) => ask(workspace, ME, token === undefined ? {} : { token });

  const askToken = (form: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Answer> => {
    const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
    const headersOfForm = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return ask(workspace, '/oidc/v1/token', { method: 'POST', body, headers: headersOfForm });
  };

  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  describe('discovery', () => {
    it('leads from the host to a token endpoint and to the key that signed the token', async () => {
      const { clientId, clientSecret } = workspace.servicePrincipal;
      const config = (await ask(workspace, '/.well-known/databricks-config')).json<DatabricksConfigDocument>();
      const documentPath = `${config.oidc_endpoint}/.well-known/oauth-authorization-server`.slice(workspace.url.length);
      const server = (await ask(workspace, documentPath)).json<AuthorizationServerDocument>();
      const answer = await ask(workspace, server.token_endpoint.slice(workspace.url.length), {
        method: 'POST',
        body: 'grant_type=client_credentials&scope=all-apis',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...basic(clientId, clientSecret) },
      });

      const granted = answer.json<TokenResponse>();
      const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''));
      const { payload, protectedHeader } = await jwtVerify(granted.access_token, keys);

      expect(config).toMatchObject({ workspace_id: workspace.workspaceId, host_type: 'workspace' });
      expect(granted).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'all-apis' });
      expect(protectedHeader.alg).toBe('RS256');
      expect(payload).toMatchObject({
        iss: `${workspace.url}/oidc`,
        sub: clientId,
        client_id: clientId,
        aud: workspace.workspaceId,
        scope: 'all-apis',
        jti: expect.any(String),
      });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    });

    it('shows no private part of the key', async () => {
      const answer = await ask(workspace, '/oidc/jwks.json');

      const keys = answer.json<{ keys: object[] }>().keys;
      expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
    });

    it('has an OpenID document at the usual place', async () => {
      const answer = await ask(workspace, '/oidc/.well-known/openid-configuration');

      expect(answer.json()).toMatchObject({ issuer: `${workspace.url}/oidc` });
    });
  });

  describe('the token endpoint', () => {
    it('takes the credentials in the form too', async () => {
      const { clientId: client_id, clientSecret: client_secret } = workspace.servicePrincipal;

      const answer = await askToken({ grant_type: 'client_credentials', client_id, client_secret });

      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      const who = (await me(answer.json<TokenResponse>().access_token)).json<ScimUser>();
      expect(who).toMatchObject({ userName: client_id, displayName: 'lakescope', groups: [] });
    });

    it.each([
      ['a wrong secret', 'wrong', 'grant_type=client_credentials', 401, 'invalid_client'],
      ['another grant', undefined, 'grant_type=password&username=a', 400, 'unsupported_grant_type'],
      ['an unknown scope', undefined, 'grant_type=client_credentials&scope=everything', 400, 'invalid_scope'],
      ['no grant', undefined, 'scope=all-apis', 400, 'invalid_request'],
      ['a grant given twice', undefined, 'grant_type=a&grant_type=client_credentials', 400, 'invalid_request'],
    ])('refuses %s', async (_case, secret, form, status, error) => {
      const { clientId, clientSecret } = workspace.servicePrincipal;

      const answer = await askToken(form, basic(clientId, secret ?? clientSecret));

      expect([answer.status, answer.json()['error']]).toEqual([status, error]);
      expect(answer.json()['error_description']).toEqual(expect.any(String));
    });

    it('refuses a person, who has no client secret', async () => {
      const { userName } = workspace.personas.admin;

      const answer = await askToken(
        { grant_type: 'client_credentials' },
        basic(userName, workspace.servicePrincipal.clientSecret),
      );

      expect(answer.status).toBe(401);
    });

    it('refuses a body that is no form', async () => {
      const answer = await askToken('{"grant_type":"client_credentials"}', { 'content-type': 'application/json' });

      expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
    });
  });

  describe('a token', () => {
    it('says who its bearer is, with name and groups, and the workspace id beside it', async () => {
      const [engineer, outsider] = await Promise.all([
        me(workspace.personas.engineer.token),
        me(workspace.personas.outsider.token),
      ]);

      expect(engineer.headers['x-databricks-org-id']).toBe(workspace.workspaceId);
      expect(engineer.json<ScimUser>()).toMatchObject({
        userName: 'erik.sandoval@lakescope.example',
        displayName: 'Erik Sandoval',
        active: true,
        emails: [{ value: 'erik.sandoval@lakescope.example', primary: true }],
        groups: [{ display: 'engineers' }],
      });
      expect(outsider.json<ScimUser>()).toMatchObject({ userName: 'oscar.quinn@lakescope.example', groups: [] });
    });

    it('is asked for when there is none', async () => {
      const answer = await me();

      expect(answer.status).toBe(401);
      expect(answer.json<ErrorEnvelope>()).toEqual({
        error_code: 401,
        message: `Credential was not sent or was of an unsupported type for this API. [ReqId: ${String(answer.headers['x-request-id'])}]`,
      });
    });

    it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', 'dapi0123'])('is not read from "%s"', async (header) => {
      const answer = await ask(workspace, ME, { headers: { authorization: header } });

      expect(answer.status).toBe(401);
    });

    it.each(['dapi00000000000000000000000000000000', 'not-a-token', 'a.b.c'])(
      'is refused when it is %s',
      async (token) => {
        const answer = await me(token);

        expect(answer.status).toBe(403);
        expect(answer.json<ErrorEnvelope>().message).toMatch(/^Invalid access token\. \[ReqId: /);
      },
    );

    it('is refused with the word "expired" after its lifetime', async () => {
      const { token } = await workspace.issueUserToken('analyst', ['sql'], { lifetimeSeconds: 0 });

      const answer = await me(token);

      expect(answer.status).toBe(401);
      expect(answer.json<ErrorEnvelope>().message).toContain('expired');
      await expect(workspace.verify(token)).resolves.toBeUndefined();
    });

    it('is refused without a signature, and with a signature of somebody else', async () => {
      const claims = { scope: 'all-apis' };
      const made = <Jwt extends UnsecuredJWT | SignJWT>(jwt: Jwt) =>
        jwt
          .setSubject(workspace.personas.admin.userName)
          .setAudience(workspace.workspaceId)
          .setIssuer(`${workspace.url}/oidc`)
          .setExpirationTime('1h')
          .setJti(randomUUID());
      const unsigned = (made(new UnsecuredJWT(claims)) as UnsecuredJWT).encode();
      const jwk = (await ask(workspace, '/oidc/jwks.json')).json<{ keys: [{ n: string; kid: string }] }>().keys[0];
      const confused = await (made(new SignJWT(claims)) as SignJWT)
        .setProtectedHeader({ alg: 'HS256', kid: jwk.kid })
        .sign(Buffer.from(jwk.n, 'base64url'));

      const answers = await Promise.all([me(unsigned), me(confused)]);

      expect(answers.map((answer) => answer.status)).toEqual([403, 403]);
    });

    it('is refused when a claim was changed', async () => {
      const { token } = await workspace.issueUserToken('outsider', ['sql']);
      const [header = '', payload = '', signature = ''] = token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      const forged = Buffer.from(JSON.stringify({ ...claims, sub: workspace.personas.admin.userName }));

      const answer = await me([header, forged.toString('base64url'), signature].join('.'));

      expect(answer.status).toBe(403);
    });

    it('is refused after it was revoked, and only it', async () => {
      const [one, other] = await Promise.all([
        workspace.issueUserToken('analyst', ['sql']),
        workspace.issueUserToken('analyst', ['sql']),
      ]);

      await workspace.revoke(one.token);

      const answers = await Promise.all([me(one.token), me(other.token)]);
      expect(answers.map((answer) => answer.status)).toEqual([403, 200]);
    });

    it('that is personal is refused after it was revoked', async () => {
      const { workspace: other, stop: end } = await givenWorkspace();
      const { token } = other.personas.analyst;

      await other.revoke(token);

      const status = (await ask(other, ME, { token })).status;
      await end();
      expect(status).toBe(403);
    });

    it('opens only what its scopes say, and its bearer may always ask who he is', async () => {
      const { token } = await workspace.issueUserToken('analyst', ['files']);

      const [who, catalogs] = await Promise.all([
        me(token),
        ask(workspace, '/api/2.1/unity-catalog/catalogs', { token }),
      ]);

      expect(who.status).toBe(200);
      expect(catalogs.status).toBe(403);
      expect(catalogs.json<ErrorEnvelope>().message).toBe(
        'Provided OAuth token does not have required scopes: unity-catalog',
      );
    });
  });
});
