import { rm } from 'node:fs/promises';
import type { ErrorEnvelope, ObjectPermissions, WorkspaceObjectInfo } from '@lakescope/databricks-wire';
import { ask, givenFolder } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const ROOT = '/api/2.0/permissions';

describe('permissions of objects', () => {
  let stateDirectory: string;
  let workspace: LocalWorkspace;
  let folder: { path: string; id: number };
  let file: { path: string; id: number };
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
    const path = `/Users/${workspace.personas.engineer.userName}/shared ${number}`;
    await send('engineer', 'POST', '/api/2.0/workspace/mkdirs', { path });
    await send('engineer', 'POST', '/api/2.0/workspace/import', {
      path: `${path}/a.txt`,
      format: 'RAW',
      content: 'aGk=',
    });
    folder = { path, id: await idOf(path) };
    file = { path: `${path}/a.txt`, id: await idOf(`${path}/a.txt`) };
  });

  type Who = 'admin' | 'engineer' | 'analyst' | 'outsider';
  const send = (who: Who, method: string, path: string, body?: unknown) =>
    ask(workspace, path, {
      ...{ method, token: workspace.personas[who].token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const list = (who: Who, path: string, method = 'GET', entries?: unknown) =>
    send(who, method, `${ROOT}/${path}`, entries === undefined ? undefined : { access_control_list: entries });
  const status = (path: string) => `/api/2.0/workspace/get-status?path=${encodeURIComponent(path)}`;
  const idOf = async (path: string) =>
    (await send('engineer', 'GET', status(path))).json<WorkspaceObjectInfo>().object_id ?? -1;
  const reads = async (who: Who) => (await send(who, 'GET', status(file.path))).status;
  const entry = (answer: { json<T>(): T }, name: string) =>
    answer
      .json<ObjectPermissions>()
      .access_control_list?.find((one) => [one.user_name, one.group_name, one.service_principal_name].includes(name));

  it('tell what is granted on an object and what it inherits, and from where', async () => {
    const { userName, displayName } = workspace.personas.engineer;
    const home = await idOf(`/Users/${userName}`);

    const answer = await list('engineer', `files/${file.id}`);

    expect(answer.json<ObjectPermissions>()).toMatchObject({ object_id: `/files/${file.id}`, object_type: 'file' });
    expect(entry(answer, userName)).toEqual({
      user_name: userName,
      display_name: displayName,
      all_permissions: [
        { permission_level: 'CAN_MANAGE', inherited: false },
        ...[folder.id, home].map((id) => ({
          permission_level: 'CAN_MANAGE',
          inherited: true,
          inherited_from_object: [`/directories/${id}`],
        })),
      ],
    });
    expect(entry(answer, 'admins')?.all_permissions).toEqual([
      { permission_level: 'CAN_MANAGE', inherited: true, inherited_from_object: ['/directories/0'] },
    ]);
  });

  it('given on a folder hold for all that is in it, and taken away hold no more', async () => {
    const { userName } = workspace.personas.analyst;

    const before = await reads('analyst');
    await list('engineer', `directories/${folder.id}`, 'PATCH', [
      { user_name: userName, permission_level: 'CAN_READ' },
    ]);
    const [granted, other] = [await reads('analyst'), await reads('outsider')];
    const write = await send('analyst', 'POST', '/api/2.0/workspace/delete', { path: file.path });
    await list('engineer', `directories/${folder.id}`, 'PUT', []);

    expect([before, granted, other, write.status, await reads('analyst')]).toEqual([403, 200, 403, 403, 403]);
    expect(await reads('engineer')).toBe(200);
  });

  it('given to a group hold for its members, each level with those before it', async () => {
    const edit = () =>
      send('analyst', 'POST', '/api/2.0/workspace/import', {
        ...{ path: file.path, format: 'RAW', overwrite: true, content: 'aG8=' },
      });
    const attempts = async () => [await reads('analyst'), (await edit()).status];
    const give = (level: string) =>
      list('engineer', `files/${file.id}`, 'PUT', [{ group_name: 'analysts', permission_level: level }]);

    await give('CAN_RUN');
    const running = await attempts();
    await give('CAN_EDIT');
    const editing = await attempts();
    const managing = await list('analyst', `files/${file.id}`);

    expect([running, editing, managing.status]).toEqual([[200, 403], [200, 200], 403]);
    expect(managing.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      message: `${workspace.personas.analyst.userName} does not have Manage permissions on ${file.path}. Please contact the owner or an administrator for access.`,
    });
  });

  it('are merged by PATCH and replaced by PUT', async () => {
    const [one, two] = [
      { group_name: 'analysts', permission_level: 'CAN_READ' },
      { group_name: 'users', permission_level: 'CAN_RUN' },
    ];
    const direct = (answer: { json<T>(): T }) =>
      answer
        .json<ObjectPermissions>()
        .access_control_list?.flatMap(({ group_name, all_permissions = [] }) =>
          all_permissions
            .filter(({ inherited }) => inherited !== true)
            .map(({ permission_level }) => `${group_name ?? 'a user'} ${permission_level ?? ''}`),
        );

    const replaced = await list('engineer', `files/${file.id}`, 'PUT', [one]);
    const merged = await list('engineer', `files/${file.id}`, 'PATCH', [two]);
    const raised = await list('engineer', `files/${file.id}`, 'PATCH', [{ ...one, permission_level: 'CAN_EDIT' }]);

    expect([direct(replaced), direct(merged), direct(raised)]).toEqual([
      ['analysts CAN_READ'],
      ['analysts CAN_READ', 'users CAN_RUN'],
      ['users CAN_RUN', 'analysts CAN_EDIT'],
    ]);
  });

  it('do not come back with something new of the same name', async () => {
    await list('engineer', `files/${file.id}`, 'PUT', [{ group_name: 'analysts', permission_level: 'CAN_READ' }]);
    const before = await reads('analyst');
    await send('engineer', 'POST', '/api/2.0/workspace/delete', { path: file.path });
    await send('engineer', 'POST', '/api/2.0/workspace/import', { path: file.path, format: 'RAW', content: 'aGk=' });

    expect([before, await reads('analyst')]).toEqual([200, 403]);
  });

  it('survive a restart', async () => {
    await list('engineer', `files/${file.id}`, 'PUT', [{ group_name: 'analysts', permission_level: 'CAN_READ' }]);
    await workspace.close();
    workspace = await startWorkspace({ port: 0, stateDirectory });

    expect([await reads('analyst'), await reads('outsider')]).toEqual([200, 403]);
  });

  it('of personal access tokens decide who may make one', async () => {
    const create = async (who: Who) => (await send(who, 'POST', '/api/2.0/token/create', { comment: 'mine' })).status;
    const admins = { group_name: 'admins', permission_level: 'CAN_MANAGE' };

    const everybody = [await create('engineer'), await create('outsider')];
    const locked = await list('admin', 'authorization/tokens', 'PUT', []);
    await list('admin', 'authorization/tokens', 'PUT', [
      admins,
      { group_name: 'engineers', permission_level: 'CAN_USE' },
    ]);
    const some = [await create('engineer'), await create('outsider')];
    const refused = await list('engineer', 'authorization/tokens');
    await list('admin', 'authorization/tokens', 'PUT', [admins, { group_name: 'users', permission_level: 'CAN_USE' }]);

    expect([everybody, some, refused.status]).toEqual([[200, 200], [200, 403], 403]);
    expect([locked.status, locked.json<ErrorEnvelope>().message]).toEqual([
      400,
      "Cannot remove admins's CAN_MANAGE permission on tokens",
    ]);
    expect(await create('outsider')).toBe(200);
  });

  it('of the app decide who sees it', async () => {
    const sees = async (who: Who) => [
      (await send(who, 'GET', '/api/2.0/apps/lakescope')).status,
      'apps' in (await send(who, 'GET', '/api/2.0/apps')).json(),
    ];

    const before = await sees('outsider');
    const changed = await list('admin', 'apps/lakescope', 'PUT', [
      { group_name: 'engineers', permission_level: 'CAN_USE' },
    ]);
    const after = [await sees('engineer'), await sees('outsider'), await sees('admin')];
    await list('admin', 'apps/lakescope', 'PATCH', [{ group_name: 'users', permission_level: 'CAN_USE' }]);

    expect(before).toEqual([200, true]);
    expect(after).toEqual([
      [200, true],
      [403, false],
      [200, true],
    ]);
    expect(entry(changed, 'admins')?.all_permissions).toEqual([
      { permission_level: 'CAN_MANAGE', inherited: true, inherited_from_object: ['/apps/'] },
    ]);
  });

  it('have levels, which whoever may do something with the object may know', async () => {
    const levels = await list('engineer', `directories/${folder.id}/permissionLevels`);
    const refused = await list('outsider', `directories/${folder.id}/permissionLevels`);

    expect(levels.json<{ permission_levels: { permission_level: string }[] }>().permission_levels).toMatchObject(
      ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'].map((permission_level) => ({ permission_level })),
    );
    expect(refused.status).toBe(403);
  });

  it.each<[string, unknown, number, string]>([
    [
      'a level of other objects',
      [{ group_name: 'users', permission_level: 'CAN_USE' }],
      400,
      'INVALID_PARAMETER_VALUE',
    ],
    ['no level', [{ group_name: 'users' }], 400, 'INVALID_PARAMETER_VALUE'],
    ['nobody', [{ permission_level: 'CAN_READ' }], 400, 'INVALID_PARAMETER_VALUE'],
    [
      'two at once',
      [{ group_name: 'users', user_name: 'x', permission_level: 'CAN_READ' }],
      400,
      'INVALID_PARAMETER_VALUE',
    ],
    [
      'a group that is not there',
      [{ group_name: 'ghosts', permission_level: 'CAN_READ' }],
      404,
      'RESOURCE_DOES_NOT_EXIST',
    ],
    ['a group as a user', [{ user_name: 'analysts', permission_level: 'CAN_READ' }], 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['no list', 'everybody', 400, 'MALFORMED_REQUEST'],
    ['no entries', [null, 7], 400, 'MALFORMED_REQUEST'],
  ])('refuse %s and change nothing', async (_what, entries, code, word) => {
    const before = (await list('engineer', `files/${file.id}`)).text;

    const answer = await list('engineer', `files/${file.id}`, 'PUT', entries);

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([code, word]);
    expect((await list('engineer', `files/${file.id}`)).text).toBe(before);
  });

  it.each([
    ['rockets/1', 400, 'INVALID_PARAMETER_VALUE', "'rockets' is not a supported object type for permissions"],
    ['files/4711', 404, 'RESOURCE_DOES_NOT_EXIST', 'file 4711 does not exist'],
    ['files/0', 404, 'RESOURCE_DOES_NOT_EXIST', 'file 0 does not exist'],
    ['apps/other', 404, 'RESOURCE_DOES_NOT_EXIST', 'apps other does not exist'],
  ])('of %s there are none', async (path, code, word, message) => {
    const answer = await list('admin', path);

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([code, word]);
    expect(answer.json<ErrorEnvelope>().message).toContain(message);
  });

  it('need the scope of access management', async () => {
    const tokens = await Promise.all(
      ['access-management', 'workspace'].map((name) => workspace.issueUserToken('engineer', [name])),
    );

    const answers = await Promise.all(tokens.map(({ token }) => ask(workspace, `${ROOT}/files/${file.id}`, { token })));

    expect(answers.map(({ status: code }) => code)).toEqual([200, 403]);
    expect(answers[1]?.json<ErrorEnvelope>().message).toMatch(/required scopes: access-management$/);
  });
});
