import { createHmac, createPublicKey, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { TestApi } from '../testing/test-api';

type Claims = Record<string, unknown>;

/** Tokens are opaque to the API, so the workspace refuses them; the API must say so and no more. */
describe('forged tokens', () => {
  let api: TestApi;
  let claims: Claims;
  let header: Claims;
  let workspaceKey: KeyObject;
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
    const parts = (await api.stack.token('admin')).split('.');
    [header, claims] = parts
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims) as [Claims, Claims];
    const discovery = await fetch(`${api.stack.workspace.url}/oidc/.well-known/openid-configuration`);
    const { jwks_uri: address } = (await discovery.json()) as { jwks_uri: string };
    const { keys } = (await (await fetch(address)).json()) as { keys: JsonWebKey[] };
    workspaceKey = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
  });

  afterAll(() => api.stop());

  it.each<[string, () => string | Promise<string>]>([
    ['without a signature (alg none)', () => `${part({ ...header, alg: 'none' })}.${part(claims)}.`],
    [
      'with alg none and somebody’s signature',
      async () => `${part({ ...header, alg: 'none' })}.${part(claims)}.${await signature()}`,
    ],
    ['with alg NONE', () => `${part({ ...header, alg: 'nOnE' })}.${part(claims)}.`],
    ['signed with the public key as a password (HS256)', () => hmac(pem(workspaceKey))],
    ['signed with nothing as a password (HS256)', () => hmac('')],
    ['signed by somebody else', () => rsa(header, claims)],
    [
      'signed by somebody else who brings the key along',
      () => rsa({ ...header, jwk: own.publicKey.export({ format: 'jwk' }) }, claims),
    ],
    [
      'signed by somebody else who says where the key is',
      () => rsa({ ...header, jku: 'http://127.0.0.1:9/keys' }, claims),
    ],
    ['with another key id', () => rsa({ ...header, kid: '../../../../dev/null' }, claims)],
    ['with a key id that is a query', () => rsa({ ...header, kid: "x' UNION SELECT 'key" }, claims)],
    [
      'for somebody else under a good signature',
      async () => `${part(header)}.${part({ ...claims, sub: 'other@example.com' })}.${await signature()}`,
    ],
    [
      'with more scopes under a good signature',
      async () => `${part(header)}.${part({ ...claims, scope: 'all-apis' })}.${await signature()}`,
    ],
    ['for another audience', () => rsa(header, { ...claims, aud: 'another-workspace' })],
    ['by another issuer', () => rsa(header, { ...claims, iss: 'https://evil.example/oidc' })],
    ['with a part cut off', async () => (await api.stack.token('admin')).split('.').slice(0, 2).join('.')],
    ['with the last letter changed', async () => changed(await api.stack.token('admin'))],
    [
      'with claims that are no JSON',
      async () => `${part(header)}.${Buffer.from('{').toString('base64url')}.${await signature()}`,
    ],
    ['with an expiry that is no number', () => rsa(header, { ...claims, exp: 'never' })],
    ['with an endless expiry', () => rsa(header, { ...claims, exp: 1e300 })],
    [
      'with a prototype in the claims',
      () => `${part(header)}.${Buffer.from('{"__proto__":{"scope":"all-apis"}}').toString('base64url')}.x`,
    ],
  ])('%s are refused', async (_, forge) => {
    await isRefused(await forge(), 'AUTH_INVALID');
  });

  it('that are a password of the database are refused', async () => {
    const { clientId, clientSecret } = api.stack.workspace.servicePrincipal;
    const granted = await fetch(`${api.stack.workspace.url}/oidc/v1/token`, {
      method: 'POST',
      body: 'grant_type=client_credentials&scope=all-apis',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
    });
    const { access_token: bearer } = (await granted.json()) as { access_token: string };
    const minted = await fetch(`${api.stack.workspace.url}/api/2.0/database/credentials`, {
      method: 'POST',
      body: JSON.stringify({ instance_names: [api.stack.workspace.databaseInstance.name], request_id: 'x' }),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}` },
    });
    const { token } = (await minted.json()) as { token: string };

    await isRefused(token, 'AUTH_INVALID');
  });

  it('that were real once are told apart', async () => {
    const { workspace } = api.stack;
    const expired = await workspace.issueUserToken('admin', [], { lifetimeSeconds: -60 });
    const revoked = await workspace.issueUserToken('admin', []);
    await workspace.revoke(revoked.token);

    await isRefused(expired.token, 'AUTH_EXPIRED');
    await isRefused(revoked.token, 'AUTH_INVALID');
  });

  it('say nothing about themselves in the status', async () => {
    const { json } = await api.ask('/api/v1/user/auth/status', {
      token: rsa(header, { ...claims, scope: 'all-apis' }),
    });

    expect(json).toMatchObject({ authenticated: false, user_id: null, token_expires_at: null, granted_scopes: [] });
  });

  async function isRefused(token: string, code: string): Promise<void> {
    for (const path of ['/api/v1/user/me', '/api/v1/admin/scopes']) {
      const { status, json, text, headers } = await api.ask(path, { token });

      expect([path, status, json['error_code']]).toEqual([path, 401, code]);
      expect(json['correlation_id']).toBe(headers.get('x-correlation-id'));
      // Not why, not whose, and nothing of the token.
      expect(text).not.toMatch(/signature|jwt|kid|jwk|issuer|audience|algorithm|ReqId/i);
      expect(text).not.toContain(token.slice(0, 20));
      expect(Object.keys(json['technical_details'] as object)).toEqual(['error_type']);
    }
    expect(api.log.join('\n')).not.toContain(token);
  }

  async function signature(): Promise<string> {
    return (await api.stack.token('admin')).split('.')[2] ?? '';
  }

  function rsa(head: Claims, body: Claims): string {
    const signed = `${part(head)}.${part(body)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), own.privateKey).toString('base64url')}`;
  }

  function hmac(password: string): string {
    const signed = `${part({ ...header, alg: 'HS256' })}.${part(claims)}`;
    return `${signed}.${createHmac('sha256', password).update(signed).digest('base64url')}`;
  }
});

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }) as string;
}

/** The last character of a signature holds bits that count for nothing, so the one before it is changed. */
function changed(token: string): string {
  const other = token.at(-2) === 'A' ? 'B' : 'A';
  return `${token.slice(0, -2)}${other}${token.slice(-1)}`;
}
