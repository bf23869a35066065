import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorEnvelope } from '@lakescope/databricks-wire';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type GenerateKeyPairResult,
  type JWK,
} from 'jose';
import { ask, givenFolder, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

type StoredKey = Record<'id' | 'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', string>;

const ME = '/api/2.0/preview/scim/v2/Me';

describe('a forged token', () => {
  let workspace: LocalWorkspace;
  let other: LocalWorkspace;
  let stops: (() => Promise<void>)[];
  let published: JWK;
  let stranger: GenerateKeyPairResult;

  beforeAll(async () => {
    const [one, two] = await Promise.all([givenWorkspace(), givenWorkspace()]);
    [workspace, other] = [one.workspace, two.workspace];
    stops = [one.stop, two.stop];
    const { keys } = (await ask(workspace, '/oidc/jwks.json')).json<{ keys: JWK[] }>();
    published = keys[0] ?? {};
    stranger = await generateKeyPair('RS256', { extractable: true });
  });
  afterAll(() => Promise.all(stops.map((stop) => stop())));

  /** Everything a real token says; only the signature is missing. */
  const claims = (changes: Record<string, unknown> = {}) => ({
    iss: `${workspace.url}/oidc`,
    sub: workspace.personas.admin.userName,
    aud: workspace.workspaceId,
    scope: 'all-apis',
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 600,
    jti: randomUUID(),
    ...changes,
  });
  const signedByStranger = (header: Record<string, unknown>) =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'RS256', kid: published.kid ?? '', typ: 'JWT', ...header })
      .sign(stranger.privateKey);
  const symmetric = async (secret: Uint8Array) =>
    new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: published.kid ?? '' }).sign(secret);
  const publicKey = async () => {
    const key = await importJWK(published, 'RS256', { extractable: true });
    if (key instanceof Uint8Array) throw new TypeError('a symmetric key');
    return exportSPKI(key);
  };

  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  const forgeries: Readonly<Record<string, () => string | Promise<string>>> = {
    'has no signature (alg none)': () => new UnsecuredJWT(claims()).encode(),
    'says NoNe': () => `${encoded({ alg: 'NoNe', typ: 'JWT' })}.${encoded(claims())}.`,
    'is signed with the public key as a secret (HS256, PEM)': async () => symmetric(Buffer.from(await publicKey())),
    'is signed with the modulus as a secret (HS256)': () => symmetric(Buffer.from(published.n ?? '', 'base64url')),
    'is signed with an empty secret': () => symmetric(Buffer.alloc(32)),
    'is signed by a stranger under our key id': () => signedByStranger({}),
    'brings its own key (jwk)': async () => signedByStranger({ jwk: await exportJWK(stranger.publicKey) }),
    'names where its key is (jku)': () => signedByStranger({ jku: `${other.url}/oidc/jwks.json` }),
    'names where its certificate is (x5u)': () => signedByStranger({ x5u: 'http://127.0.0.1:1/cert.pem' }),
    'asks for a file as its key': () => signedByStranger({ kid: '../../../../../../dev/null' }),
    'injects SQL into its key id': () => signedByStranger({ kid: "x' UNION SELECT 'secret" }),
    'demands an unknown extension': () => {
      const header = { alg: 'RS256', kid: published.kid, crit: ['admin'], admin: true };
      return `${encoded(header)}.${encoded(claims())}.AAAA`;
    },
    'is of another workspace': async () => (await other.issueUserToken('admin', ['all-apis'])).token,
    'has parts that are no base64': () => 'a!.b!.c!',
    'has a payload that is no JSON': () => `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.eA.eA`,
    'is five parts long (JWE)': () => 'a.b.c.d.e',
    'is 7 KiB long': () => `eyJhbGciOiJSUzI1NiJ9.${'A'.repeat(7000)}.AAAA`,
  };

  it.each(Object.keys(forgeries))('is refused like any unknown one when it %s', async (name) => {
    const answer = await ask(workspace, ME, { token: String(await forgeries[name]?.()) });

    expect(answer.status).toBe(403);
    expect(answer.json<ErrorEnvelope>()).toEqual({
      error_code: 403,
      message: `Invalid access token. [ReqId: ${String(answer.headers['x-request-id'])}]`,
    });
    expect(answer.headers['x-request-id']).toEqual(expect.any(String));
  });

  it.each([
    ['the audience', { aud: '999' }],
    ['the issuer', { iss: 'https://accounts.evil.example/oidc' }],
    ['the subject', { sub: 'ada.keller@lakescope.example' }],
    ['the scopes', { scope: 'all-apis access-management' }],
    ['the expiry', { exp: 4_000_000_000 }],
  ])('is refused when %s of a real one was changed', async (_case, changes) => {
    const { token } = await workspace.issueUserToken('outsider', ['sql']);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...said, ...changes })).toString('base64url');

    const answers = [
      await ask(workspace, ME, { token: `${header}.${changed}.${signature}` }),
      await ask(workspace, ME, { token }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 200]);
  });

  it('is refused when it is a database password', async () => {
    const { token } = await workspace.issueUserToken('admin', ['postgres']);
    const credential = await ask(workspace, '/api/2.0/database/credentials', {
      method: 'POST',
      token,
      body: JSON.stringify({ request_id: randomUUID(), instance_names: [workspace.databaseInstance.name] }),
    });

    const answer = await ask(workspace, ME, { token: String(credential.json()['token']) });

    expect([credential.status, answer.status]).toEqual([200, 403]);
  });
});

describe('a token signed with the right key', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let key: StoredKey;

  beforeAll(async () => {
    const stateDirectory = await givenFolder();
    ({ workspace, stop } = await givenWorkspace({ stateDirectory }));
    const file = await readFile(join(stateDirectory, 'workspace', 'signing-key.json'), 'utf8');
    key = (JSON.parse(file) as { content: StoredKey }).content;
  });
  afterAll(() => stop());

  const status = async (claims: Record<string, unknown>, header: Record<string, unknown> = {}) => {
    const { id, ...numbers } = key;
    const signingKey = await importJWK({ kty: 'RSA', ...numbers }, 'RS256');
    const all = {
      iss: `${workspace.url}/oidc`,
      sub: workspace.personas.admin.userName,
      aud: workspace.workspaceId,
      scope: 'all-apis',
      exp: Math.floor(Date.now() / 1000) + 600,
      jti: randomUUID(),
      ...claims,
    };
    const token = await new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: id, ...header }).sign(signingKey);
    return (await ask(workspace, ME, { token })).status;
  };

  it('opens the workspace, also when the workspace listened elsewhere when it was issued', async () => {
    expect(await status({})).toBe(200);
    expect(await status({ iss: 'http://127.0.0.1:1/oidc' })).toBe(200);
  });

  it.each([
    ['another audience', { aud: '999' }],
    ['no audience', { aud: undefined }],
    ['the audience of the database', { aud: 'lakebase' }],
    ['another issuer', { iss: 'https://accounts.evil.example/oidc' }],
    ['an issuer that only begins as ours', { iss: 'http://127.0.0.1:80/oidc.evil.example' }],
    ['no issuer', { iss: undefined }],
    ['an unknown subject', { sub: 'nobody@lakescope.example' }],
    ['no subject', { sub: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: 'never' }],
    ['no id', { jti: undefined }],
    ['a beginning in the future', { nbf: 4_000_000_000 }],
  ])('is refused for %s', async (_case, claims) => {
    expect(await status(claims)).toBe(403);
  });

  it('is refused under a key id that is not ours', async () => {
    expect(await status({}, { kid: 'another' })).toBe(403);
  });
});

describe('a real token', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const me = async (token: string) => {
    const answer = await ask(workspace, ME, { token });
    return [answer.status, String(answer.json<ErrorEnvelope>().message).replace(/ \[ReqId.*/, '')];
  };

  it.each([0, -1, -3600])('issued with a lifetime of %i seconds has expired already', async (lifetimeSeconds) => {
    const { token } = await workspace.issueUserToken('analyst', ['sql'], { lifetimeSeconds });

    expect(await me(token)).toEqual([401, 'The access token expired.']);
  });

  it('expires by the clock of the workspace, not by that of its clients', async () => {
    workspace.setClockSkew(-600);
    const { token, expiresAt } = await workspace.issueUserToken('analyst', ['sql'], { lifetimeSeconds: 60 });
    const behind = await me(token);
    workspace.setClockSkew(0);
    const inTime = await me(token);

    expect(expiresAt.getTime()).toBeLessThan(Date.now());
    expect([behind[0], inTime[0]]).toEqual([200, 401]);
  });

  it('can be issued to anybody who exists', async () => {
    await workspace.createUser({ userName: 'new@lakescope.example', groups: ['analysts'] });
    const { token } = await workspace.issueUserToken('new@lakescope.example', ['sql']);

    expect((await me(token))[0]).toBe(200);
    await expect(workspace.issueUserToken('nobody@lakescope.example', ['sql'])).rejects.toThrow(RangeError);
    await expect(workspace.setGroups('nobody@lakescope.example', [])).rejects.toThrow(RangeError);
    await expect(workspace.createUser({ userName: 'new@lakescope.example' })).rejects.toThrow('already exists');
  });
});
