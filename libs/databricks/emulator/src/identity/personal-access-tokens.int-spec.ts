import type { CreateTokenResponse, ListTokensResponse } from '@lakescope/databricks-wire';
import { ask, givenFolder, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const ME = '/api/2.0/preview/scim/v2/Me';

describe('personal access tokens', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const post = (token: string, action: string, body: unknown) =>
    ask(workspace, `/api/2.0/token/${action}`, { method: 'POST', token, body: JSON.stringify(body) });
  const create = async (body: unknown, token = workspace.personas.analyst.token) =>
    (await post(token, 'create', body)).json<Required<CreateTokenResponse>>();
  const list = async (token: string) =>
    (await ask(workspace, '/api/2.0/token/list', { token })).json<Required<ListTokensResponse>>().token_infos;
  const status = async (token: string, path = ME) => (await ask(workspace, path, { token })).status;

  it('are made by their holder, listed without their value, and ended by him only', async () => {
    const { analyst, engineer } = workspace.personas;
    const { token_value, token_info } = await create({ comment: 'for a script', lifetime_seconds: 300 });
    const { token_id = '', creation_time = 0, expiry_time = 0 } = token_info;

    const [own, others, listed] = await Promise.all([
      list(analyst.token),
      list(engineer.token),
      ask(workspace, '/api/2.0/token/list', { token: analyst.token }),
    ]);
    const before = await status(token_value);
    const byOther = await post(engineer.token, 'delete', { token_id });
    const between = await status(token_value);
    const byHolder = await post(analyst.token, 'delete', { token_id });

    expect(own).toMatchObject([{ token_id, comment: 'for a script' }]);
    expect(expiry_time - creation_time).toBe(300_000);
    expect([others, listed.text.includes(token_value)]).toEqual([[], false]);
    expect([before, byOther.status, between, byHolder.status, await status(token_value)]).toEqual([
      200, 404, 200, 200, 403,
    ]);
    expect(byOther.json()['error_code']).toBe('RESOURCE_DOES_NOT_EXIST');
  });

  it('are refused like unknown ones after their lifetime', async () => {
    const { token_value } = await create({ lifetime_seconds: 60 });

    workspace.setClockSkew(61);
    const answer = await ask(workspace, ME, { token: token_value });
    workspace.setClockSkew(0);

    expect(answer.status).toBe(403);
    expect(answer.json()['message']).toMatch(/^Invalid access token\. /);
    expect(await status(token_value)).toBe(200);
  });

  it.each([-600, 600])('live as long as they were made for where the clock is %i s ahead', async (seconds) => {
    workspace.setClockSkew(seconds);
    const { token_value, token_info } = await create({ lifetime_seconds: 60 }, workspace.personas.engineer.token);
    const [fresh, listed] = [await status(token_value), await list(workspace.personas.engineer.token)];
    workspace.setClockSkew(seconds + 61);
    const [late, after] = [await status(token_value), await list(workspace.personas.engineer.token)];
    workspace.setClockSkew(0);

    expect([fresh, late]).toEqual([200, 403]);
    expect(listed).toContainEqual(token_info);
    expect(after).not.toContainEqual(token_info);
  });

  it('open what their scopes say', async () => {
    const { token_value } = await create({ scopes: ['files'] });

    expect(await status(token_value)).toBe(200);
    expect(await status(token_value, '/api/2.1/unity-catalog/catalogs')).toBe(403);
  });

  it('survive a restart', async () => {
    const stateDirectory = await givenFolder();
    const first = await startWorkspace({ stateDirectory, port: 0 });
    const made = await ask(first, '/api/2.0/token/create', {
      method: 'POST',
      token: first.personas.admin.token,
      body: '{}',
    });
    await first.close();
    const { workspace: second, stop: end } = await givenWorkspace({ stateDirectory });

    const answer = await ask(second, ME, { token: made.json<Required<CreateTokenResponse>>().token_value });
    await end();

    expect(answer.json()['userName']).toBe(first.personas.admin.userName);
  });

  it.each([
    ['create', { lifetime_seconds: 0 }],
    ['create', { lifetime_seconds: 'long' }],
    ['create', { lifetime_seconds: 1e12 }],
    ['create', { comment: 7 }],
    ['create', { scopes: ['everything'] }],
    ['create', { scopes: 'sql' }],
    ['create', { scopes: [] }],
    ['delete', {}],
    ['delete', { token_id: {} }],
  ])('refuse to %s %j', async (action, body) => {
    const answer = await post(workspace.personas.outsider.token, action, body);

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(await list(workspace.personas.outsider.token)).toEqual([]);
  });

  it('say which workspace they belong to', async () => {
    const answer = await ask(workspace, '/api/2.0/tokens/introspect', { token: workspace.personas.analyst.token });

    expect(answer.json()).toMatchObject({
      principal_context: { authentication_scope: { workspace_id: Number(workspace.workspaceId) } },
    });
  });
});
