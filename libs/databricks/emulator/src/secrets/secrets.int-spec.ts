import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ErrorEnvelope,
  GetSecretResponse,
  ListSecretAclsResponse,
  ListSecretScopesResponse,
  ListSecretsResponse,
} from '@lakescope/databricks-wire';
import { ask, givenFolder } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const ROOT = '/api/2.0/secrets';

describe('secrets', () => {
  let stateDirectory: string;
  let workspace: LocalWorkspace;
  let scope: string;
  let number = 0;

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    workspace = await startWorkspace({ port: 0, stateDirectory });
  });
  afterAll(async () => {
    await workspace.close();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    number += 1;
    scope = `scope-${number}`;
    await post('engineer', '/scopes/create', { scope });
  });

  type Who = 'admin' | 'engineer' | 'analyst' | 'outsider';
  const get = (who: Who, path: string) => ask(workspace, `${ROOT}${path}`, { token: workspace.personas[who].token });
  const post = (who: Who, path: string, body: unknown) =>
    ask(workspace, `${ROOT}${path}`, {
      method: 'POST',
      token: workspace.personas[who].token,
      body: JSON.stringify(body),
    });
  const put = (who: Who, key: string, value: object = { string_value: 'one' }) =>
    post(who, '/put', { scope, key, ...value });
  const let_ = (principal: string, permission: string) =>
    post('engineer', '/acls/put', { scope, principal, permission });

  it('come back as base64, as text and as bytes', async () => {
    await put('engineer', 'text', { string_value: 'grüß dich 🌊' });
    await put('engineer', 'bytes', { bytes_value: Buffer.from([0, 255, 10]).toString('base64') });

    const text = (await get('engineer', `/get?scope=${scope}&key=text`)).json<GetSecretResponse>();
    const bytes = (await get('engineer', `/get?scope=${scope}&key=bytes`)).json<GetSecretResponse>();

    expect(Buffer.from(text.value ?? '', 'base64').toString('utf8')).toBe('grüß dich 🌊');
    expect([...Buffer.from(bytes.value ?? '', 'base64')]).toEqual([0, 255, 10]);
  });

  it('are listed by key with the time of the last change, and never with a value', async () => {
    await put('engineer', 'b', { string_value: 'first-hidden' });
    await put('engineer', 'a', { string_value: 'hidden' });
    await put('engineer', 'b', { string_value: 'hidden' });

    const answer = await get('engineer', `/list?scope=${scope}`);

    expect(answer.json<ListSecretsResponse>().secrets).toEqual([
      { key: 'a', last_updated_timestamp: expect.any(Number) },
      { key: 'b', last_updated_timestamp: expect.any(Number) },
    ]);
    expect(answer.text).not.toContain('hidden');
  });

  it('may be read, written and managed by who was let, each as far as that goes', async () => {
    const { userName } = workspace.personas.analyst;
    await put('engineer', 'key');
    const reading = () => get('analyst', `/get?scope=${scope}&key=key`);
    const writing = () => put('analyst', 'own');
    const managing = () => get('analyst', `/acls/list?scope=${scope}`);
    const allowed = async () => (await Promise.all([reading(), writing(), managing()])).map(({ status }) => status);

    const before = await allowed();
    await let_(userName, 'READ');
    const reader = await allowed();
    await let_(userName, 'WRITE');
    const writer = await allowed();
    await let_('analysts', 'MANAGE');
    const manager = await allowed();
    await post('engineer', '/acls/delete', { scope, principal: 'analysts' });
    await post('engineer', '/acls/delete', { scope, principal: userName });

    expect([before, reader, writer, manager]).toEqual([
      [403, 403, 403],
      [200, 403, 403],
      [200, 200, 403],
      [200, 200, 200],
    ]);
    expect(await allowed()).toEqual([403, 403, 403]);
  });

  it('are managed by admins of the workspace, whoever made them', async () => {
    await put('engineer', 'key');

    const [admin, outsider] = await Promise.all(
      (['admin', 'outsider'] as const).map((who) => get(who, `/get?scope=${scope}&key=key`)),
    );

    expect([admin?.status, outsider?.status]).toEqual([200, 403]);
    expect(outsider?.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      message: expect.stringContaining(`does not have READ permission on scope ${scope}`),
    });
  });

  it('are everybody’s in a scope that says so', async () => {
    await post('engineer', '/scopes/create', { scope: `${scope}-all`, initial_manage_principal: 'users' });

    const answer = await post('outsider', '/put', { scope: `${scope}-all`, key: 'k', string_value: 'v' });
    const acls = await get('outsider', `/acls/list?scope=${scope}-all`);

    expect([answer.status, answer.json()]).toEqual([200, {}]);
    expect(acls.json<ListSecretAclsResponse>()).toEqual({ items: [{ principal: 'users', permission: 'MANAGE' }] });
  });

  it('lie in scopes that everybody may know of, whatever their case', async () => {
    const listed = (await get('outsider', '/scopes/list')).json<ListSecretScopesResponse>();
    const again = await post('engineer', '/scopes/create', { scope: scope.toUpperCase() });

    expect(listed.scopes).toContainEqual({ name: scope, backend_type: 'DATABRICKS' });
    expect([again.status, again.json<ErrorEnvelope>().error_code]).toEqual([400, 'RESOURCE_ALREADY_EXISTS']);
  });

  it('are gone with their scope, for whoever may manage it', async () => {
    await put('engineer', 'key');

    const refused = await post('analyst', '/scopes/delete', { scope });
    const deleted = await post('engineer', '/scopes/delete', { scope });
    await post('analyst', '/scopes/create', { scope });

    expect([refused.status, deleted.status]).toEqual([403, 200]);
    expect((await get('analyst', `/get?scope=${scope}&key=key`)).json<ErrorEnvelope>().error_code).toBe(
      'RESOURCE_DOES_NOT_EXIST',
    );
  });

  it.each<[string, string, object, number, string]>([
    ['/scopes/create', 'no name', {}, 400, 'INVALID_PARAMETER_VALUE'],
    ['/scopes/create', 'a long name', { scope: 'x'.repeat(129) }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/scopes/create', 'odd characters', { scope: 'a/b' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/scopes/create', 'a number as name', { scope: 7 }, 400, 'MALFORMED_REQUEST'],
    ['/scopes/create', 'a manager', { scope: 'n', initial_manage_principal: 'x' }, 400, 'INVALID_PARAMETER_VALUE'],
    [
      '/scopes/create',
      'no vault',
      { scope: 'n', scope_backend_type: 'AZURE_KEYVAULT' },
      400,
      'INVALID_PARAMETER_VALUE',
    ],
    ['/put', 'two values', { key: 'k', string_value: 'a', bytes_value: 'YQ==' }, 400, 'MALFORMED_REQUEST'],
    ['/put', 'no value', { key: 'k' }, 400, 'MALFORMED_REQUEST'],
    ['/put', 'no base64', { key: 'k', bytes_value: '***' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/put', 'a key with a slash', { key: 'a/b', string_value: 'v' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/put', '128 KB and a byte', { key: 'k', string_value: 'x'.repeat(131_073) }, 400, 'INVALID_PARAMETER_VALUE'],
    ['/put', 'an unknown scope', { scope: 'nope', key: 'k', string_value: 'v' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['/delete', 'an unknown key', { key: 'nope' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['/acls/put', 'nobody', { principal: 'nobody', permission: 'READ' }, 400, 'INVALID_PARAMETER_VALUE'],
    [
      '/acls/put',
      'a permission there is not',
      { principal: 'users', permission: 'FLY' },
      400,
      'INVALID_PARAMETER_VALUE',
    ],
    ['/acls/delete', 'somebody without one', { principal: 'users' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
  ])('are refused at %s with %s', async (path, _what, body, status, code) => {
    const needed = path === '/scopes/create' ? {} : { scope };

    const answer = await post('engineer', path, { ...needed, ...body });

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([status, code]);
  });

  it('are at most a thousand in a scope', async () => {
    for (let index = 0; index < 1000; index += 1) await put('engineer', `k${index}`);

    const [one, again] = [await put('engineer', 'more'), await put('engineer', 'k7')];

    expect([one.status, one.json<ErrorEnvelope>().error_code, again.status]).toEqual([
      400,
      'RESOURCE_LIMIT_EXCEEDED',
      200,
    ]);
  });

  it('are there again after a restart, in a file that only its owner may read', async () => {
    const file = join(stateDirectory, 'workspace', 'secrets.json');
    await put('engineer', 'kept', { string_value: 'still here' });
    await let_('analysts', 'READ');
    await workspace.close();
    workspace = await startWorkspace({ port: 0, stateDirectory });

    const answer = await get('analyst', `/get?scope=${scope}&key=kept`);

    expect(Buffer.from(answer.json<GetSecretResponse>().value ?? '', 'base64').toString()).toBe('still here');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('still here');
  });

  it('are in no log and in no refusal', async () => {
    const value = 'sesame-4711';
    await put('engineer', 'key', { string_value: value });
    await get('engineer', `/get?scope=${scope}&key=key`);
    const refused = await put('engineer', 'a/b', { string_value: value });

    const log = await ask(workspace, '/.local/requests');

    expect(log.text).toContain('/api/2.0/secrets/put');
    expect(`${log.text}${refused.text}`).not.toContain(value);
  });

  it('need the scope of secrets', async () => {
    const tokens = await Promise.all(
      ['secrets', 'unity-catalog'].map((name) => workspace.issueUserToken('engineer', [name])),
    );

    const answers = await Promise.all(
      tokens.map(({ token }) => ask(workspace, `${ROOT}/list?scope=${scope}`, { token })),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers[1]?.json<ErrorEnvelope>().message).toMatch(/required scopes: secrets$/);
  });
});
