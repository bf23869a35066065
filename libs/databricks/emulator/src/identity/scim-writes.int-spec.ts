import { rm } from 'node:fs/promises';
import type { ScimGroup, ScimList, ScimServicePrincipal, ScimUser } from '@lakescope/databricks-wire';
import { ask, givenFolder, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const SCIM = '/api/2.0/preview/scim/v2';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

describe('SCIM writes', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const send = (method: string, path: string, body?: unknown, persona: 'admin' | 'analyst' = 'admin') =>
    ask(workspace, `${SCIM}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const patch = (path: string, ...Operations: unknown[]) => send('PATCH', path, { schemas: [PATCH_OP], Operations });
  const create = async <Resource>(path: string, body: unknown) => (await send('POST', path, body)).json<Resource>();
  const me = async (token: string) => (await ask(workspace, `${SCIM}/Me`, { token })).json<ScimUser>();
  const groupsOf = async (token: string) => (await me(token)).groups?.map(({ display }) => display);

  it('make a user who can be given a token and who says who he is', async () => {
    const user = await create<ScimUser>('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'ines.castro@lakescope.example',
      name: { givenName: 'Inês', familyName: 'Castro' },
    });

    const { token } = await workspace.issueUserToken('ines.castro@lakescope.example', ['sql']);

    expect(user).toMatchObject({ id: expect.stringMatching(/^\d+$/), displayName: 'Inês Castro', active: true });
    expect(await me(token)).toMatchObject({ id: user.id, userName: 'ines.castro@lakescope.example', groups: [] });
  });

  it('change a user as a whole and in parts', async () => {
    const { id = '' } = await create<ScimUser>('/Users', { userName: 'tom@lakescope.example' });

    await send('PUT', `/Users/${id}`, { userName: 'tom@lakescope.example', displayName: 'Tom Whole', active: true });
    const whole = (await send('GET', `/Users/${id}`)).json<ScimUser>();
    const patched = await patch(`/Users/${id}`, { op: 'replace', path: 'displayName', value: 'Tom Part' });
    const part = (await send('GET', `/Users/${id}`)).json<ScimUser>();

    expect([whole.displayName, patched.status, part.displayName]).toEqual(['Tom Whole', 204, 'Tom Part']);
  });

  it('that add somebody to a group are seen in his own groups at once, and no longer when he is removed', async () => {
    const { id = '' } = await create<ScimUser>('/Users', { userName: 'uma@lakescope.example' });
    const { token } = await workspace.issueUserToken('uma@lakescope.example', []);
    const group = await create<ScimGroup>('/Groups', { displayName: 'Data Engineers (ÄÖ)', members: [{ value: id }] });
    const added = await groupsOf(token);

    await patch(`/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${id}"]` });
    const removed = await groupsOf(token);
    await patch(`/Groups/${group.id}`, { op: 'add', value: { members: [{ value: id }] } });
    await send('DELETE', `/Groups/${group.id}`);

    expect([added, removed, await groupsOf(token)]).toEqual([['Data Engineers (ÄÖ)'], [], []]);
  });

  it('put groups into groups, and membership is inherited', async () => {
    const { id = '' } = await create<ScimUser>('/Users', { userName: 'vera@lakescope.example' });
    const inner = await create<ScimGroup>('/Groups', { displayName: 'inner', members: [{ value: id }] });
    const outer = await create<ScimGroup>('/Groups', { displayName: 'outer', members: [{ value: inner.id }] });
    // Groups that contain each other must not go round for ever.
    await patch(`/Groups/${inner.id}`, { op: 'add', path: 'members', value: [{ value: outer.id }] });
    const { token } = await workspace.issueUserToken('vera@lakescope.example', []);

    const { groups = [] } = await me(token);

    expect(groups.map(({ display, type }) => [display, type])).toEqual([
      ['inner', 'direct'],
      ['outer', 'indirect'],
    ]);
  });

  it('that deactivate or delete a user end his tokens', async () => {
    const { id = '' } = await create<ScimUser>('/Users', { userName: 'wim@lakescope.example' });
    const { token } = await workspace.issueUserToken('wim@lakescope.example', ['sql']);
    const status = async () => (await ask(workspace, `${SCIM}/Me`, { token })).status;

    const active = await status();
    await patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    const inactive = await status();
    await patch(`/Users/${id}`, { op: 'replace', value: { active: true } });
    const again = await status();
    const deleted = await send('DELETE', `/Users/${id}`);

    expect([active, inactive, again, deleted.status, await status()]).toEqual([200, 403, 200, 204, 403]);
    expect((await send('GET', `/Users/${id}`)).status).toBe(404);
  });

  it('make and remove a service principal', async () => {
    const made = await create<ScimServicePrincipal>('/ServicePrincipals', { displayName: 'loader' });

    const listed = (await send('GET', '/ServicePrincipals?filter=displayName%20eq%20%22loader%22')).json<
      ScimList<ScimServicePrincipal>
    >();
    await send('DELETE', `/ServicePrincipals/${made.id}`);

    expect(made.applicationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(listed.Resources.map(({ id }) => id)).toEqual([made.id]);
    expect((await send('GET', `/ServicePrincipals/${made.id}`)).status).toBe(404);
  });

  it.each([
    ['POST', '/Users', { userName: 'intruder@lakescope.example' }],
    ['POST', '/Groups', { displayName: 'mine' }],
    ['PATCH', '/Groups/4810260001', { Operations: [{ op: 'add', path: 'members', value: [{ value: '4810250003' }] }] }],
    ['PUT', '/Groups/4810260001', { displayName: 'admins', members: [{ value: '4810250003' }] }],
    ['DELETE', '/Groups/4810260002', undefined],
    ['DELETE', '/Users/4810250002', undefined],
  ])('are for workspace admins: %s %s', async (method, path, body) => {
    const before = (await send('GET', '/Groups')).text;

    const answer = await send(method, path, body, 'analyst');

    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '403' });
    expect((await send('GET', '/Groups')).text).toBe(before);
  });

  it('follow the groups of the moment: whoever becomes an admin may write, and not after', async () => {
    await workspace.setGroups('analyst', ['admins']);
    const asAdmin = await send('POST', '/Groups', { displayName: 'by-analyst' }, 'analyst');
    await workspace.setGroups('analyst', ['analysts']);
    const asAnalyst = await send('POST', '/Groups', { displayName: 'by-analyst-2' }, 'analyst');

    expect([asAdmin.status, asAnalyst.status]).toEqual([201, 403]);
  });

  it.each([
    ['POST', '/Users', { userName: 'ANNA.moreau@lakescope.example' }, 409, 'uniqueness'],
    ['POST', '/Groups', { displayName: 'engineers' }, 409, 'uniqueness'],
    ['POST', '/Users', {}, 400, 'invalidValue'],
    ['POST', '/Users', { userName: 7 }, 400, 'invalidValue'],
    ['POST', '/Users', { userName: 'a@b', active: 'yes' }, 400, 'invalidValue'],
    ['POST', '/Users', [], 400, 'invalidSyntax'],
    ['POST', '/Groups', { displayName: '  ' }, 400, 'invalidValue'],
    ['POST', '/Groups', { displayName: 'x', members: [{ value: '999' }] }, 400, 'invalidValue'],
    ['POST', '/Groups', { displayName: 'x', members: [null] }, 400, 'invalidValue'],
    ['PUT', '/Users/999', { userName: 'a@b' }, 404, undefined],
    ['DELETE', '/Groups/4810260001', undefined, 403, undefined],
    ['PUT', '/Groups/4810260001', { displayName: 'nobody' }, 403, undefined],
    ['PATCH', '/Groups/4810260001', { Operations: [{ op: 'replace', value: { displayName: 'x' } }] }, 403, undefined],
  ])('%s %s %j are refused in their own envelope', async (method, path, body, status, scimType) => {
    const answer = await send(method, path, body);

    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ status: String(status), ...(scimType === undefined ? {} : { scimType }) });
  });

  it('give a name to one principal only, whatever kind it is: rights and tokens are told by names', async () => {
    const { clientId } = workspace.servicePrincipal;
    const person = await send('POST', '/Users', { userName: clientId.toUpperCase() });
    const program = await send('POST', '/ServicePrincipals', { applicationId: workspace.personas.admin.userName });

    expect([person.status, program.status]).toEqual([409, 409]);
  });

  it('take the content type of SCIM', async () => {
    const answer = await ask(workspace, `${SCIM}/Groups`, {
      method: 'POST',
      token: workspace.personas.admin.token,
      body: JSON.stringify({ displayName: 'typed' }),
      headers: { 'content-type': 'application/scim+json' },
    });

    expect(answer.status).toBe(201);
  });

  it('survive a restart', async () => {
    const stateDirectory = await givenFolder();
    const first = await startWorkspace({ stateDirectory, port: 0 });
    await first.createUser({ userName: 'kept@lakescope.example', displayName: 'Kept', groups: ['Kept Group'] });
    await first.setGroups('outsider', ['Kept Group']);
    await first.close();

    const second = await startWorkspace({ stateDirectory, port: 0 });
    const { token } = await second.issueUserToken('kept@lakescope.example', []);
    const kept = (await ask(second, `${SCIM}/Me`, { token })).json<ScimUser>();
    const { groups } = second.personas.outsider;
    await second.close();
    await rm(stateDirectory, { recursive: true, force: true });

    expect(kept).toMatchObject({ displayName: 'Kept', groups: [{ display: 'Kept Group' }] });
    expect(groups).toEqual(['Kept Group']);
  });
});

describe('a large directory', () => {
  it('has users with a thousand groups of any name, and lists that end', async () => {
    const { workspace, stop } = await givenWorkspace();
    const names = Array.from({ length: 1000 }, (_, index) => `Gruppe ${index} — 数据 "q" \\`);
    await workspace.setGroups('engineer', [...names, 'Admins', ' admins ']);
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => workspace.createUser({ userName: `user${index}@lakescope.example` })),
    );
    const list = async (path: string) =>
      (await ask(workspace, `${SCIM}${path}`, { token: workspace.personas.admin.token })).json<ScimList<ScimGroup>>();

    const who = await ask(workspace, `${SCIM}/Me`, { token: workspace.personas.engineer.token });
    const found = await list(`/Groups?filter=${encodeURIComponent(`displayName eq ${JSON.stringify(names[7])}`)}`);
    const all = await list('/Groups?startIndex=1&count=10000');
    const next = await list(`/Groups?startIndex=${all.Resources.length + 1}&count=10000`);
    const users = await list('/Users?startIndex=1&count=10000');
    await stop();

    const groups = who.json<ScimUser>().groups?.map(({ display }) => display);
    expect(new Set(groups)).toEqual(new Set([...names, 'Admins', ' admins ']));
    expect(found.Resources.map(({ displayName }) => displayName)).toEqual([names[7]]);
    expect([all.Resources.length, next.Resources, next.totalResults]).toEqual([1005, [], 1005]);
    expect(users.totalResults).toBe(204);
  });
});
