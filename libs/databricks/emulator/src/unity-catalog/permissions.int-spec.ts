import type { EffectivePermissionsList, ErrorEnvelope, PermissionsList } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.1/unity-catalog';

describe('permissions', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  beforeEach(async () => {
    await workspace.createCatalog('demo', { readers: ['engineers'] });
    await workspace.createSchema('demo', 'lake');
    await workspace.createVolume('demo', 'lake', 'files');
    await workspace.revokeGrant('SCHEMA', 'demo.lake', 'analyst');
    await workspace.revokeGrant('CATALOG', 'demo', 'analyst');
    await workspace.revokeGrant('CATALOG', 'demo', 'outsider');
  });

  const as = (persona: 'admin' | 'engineer' | 'analyst' | 'outsider', path: string, changes?: unknown) =>
    ask(workspace, `${ROOT}${path}`, {
      token: workspace.personas[persona].token,
      ...(changes === undefined ? {} : { method: 'PATCH', body: JSON.stringify({ changes }) }),
    });

  const seesCatalog = async (persona: 'analyst' | 'outsider') => (await as(persona, '/catalogs/demo')).status;

  it('given by the owner let somebody in, and taken away keep him out', async () => {
    const { userName } = workspace.personas.outsider;

    const before = await seesCatalog('outsider');
    const given = await as('admin', '/permissions/catalog/demo', [{ principal: userName, add: ['USE_CATALOG'] }]);
    const between = await seesCatalog('outsider');
    await as('admin', '/permissions/CATALOG/demo', [{ principal: userName, remove: ['USE_CATALOG'] }]);
    const after = await seesCatalog('outsider');

    expect([before, between, after]).toEqual([403, 200, 403]);
    expect(given.json<PermissionsList>().privilege_assignments).toContainEqual({
      principal: userName,
      privileges: ['USE_CATALOG'],
    });
  });

  it('are changed only by who owns, manages or administers', async () => {
    const change = [{ principal: 'analysts', add: ['USE_CATALOG'] }];

    const refused = await as('engineer', '/permissions/catalog/demo', change);
    await workspace.grant('CATALOG', 'demo', 'engineer', ['MANAGE']);
    const allowed = await as('engineer', '/permissions/catalog/demo', change);
    await workspace.revokeGrant('CATALOG', 'demo', 'engineer');
    await workspace.revokeGrant('CATALOG', 'demo', 'analysts');

    expect(refused.status).toBe(403);
    expect(refused.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      message: "User does not have MANAGE on Catalog 'demo'.",
    });
    expect(allowed.status).toBe(200);
  });

  it('of others are shown only to who may change them', async () => {
    const { userName } = workspace.personas.analyst;
    await workspace.grant('CATALOG', 'demo', 'analyst', ['BROWSE']);

    const [forAdmin, forAnalyst, forbidden] = await Promise.all([
      as('admin', '/permissions/catalog/demo'),
      as('analyst', '/permissions/catalog/demo'),
      as('analyst', '/permissions/catalog/demo?principal=engineers'),
    ]);

    const principals = (answer: typeof forAdmin) =>
      answer.json<PermissionsList>().privilege_assignments?.map(({ principal }) => principal);
    expect(principals(forAdmin)).toEqual(['engineers', userName]);
    expect(principals(forAnalyst)).toEqual([userName]);
    expect(forbidden.status).toBe(403);
  });

  it('say where they are inherited from', async () => {
    const { userName } = workspace.personas.analyst;
    await workspace.grant('SCHEMA', 'demo.lake', 'analyst', ['READ_VOLUME']);
    await workspace.grant('CATALOG', 'demo', 'analyst', ['USE_CATALOG']);

    const answer = await as('analyst', `/effective-permissions/volume/demo.lake.files?principal=${userName}`);

    expect(answer.json<EffectivePermissionsList>()).toEqual({
      privilege_assignments: [
        {
          principal: userName,
          privileges: [
            { privilege: 'READ_VOLUME', inherited_from_type: 'SCHEMA', inherited_from_name: 'demo.lake' },
            { privilege: 'USE_CATALOG', inherited_from_type: 'CATALOG', inherited_from_name: 'demo' },
          ],
        },
      ],
    });
  });

  it('on a table are read and changed by its owner, and say what comes from above', async () => {
    const { userName } = workspace.personas.analyst;
    await workspace.grant('CATALOG', 'demo', 'engineers', ['CREATE_TABLE']);
    const columns = [{ name: 'id', type_name: 'LONG', type_text: 'bigint', type_json: '"long"', position: 0 }];
    await ask(workspace, `${ROOT}/tables`, {
      method: 'POST',
      token: workspace.personas.engineer.token,
      body: JSON.stringify({
        ...{ name: 'orders', catalog_name: 'demo', schema_name: 'lake', table_type: 'MANAGED' },
        ...{ data_source_format: 'DELTA', columns },
      }),
    });
    const change = [{ principal: userName, add: ['SELECT'] }];

    const refused = await as('analyst', '/permissions/TABLE/demo.lake.orders', change);
    const given = await as('engineer', '/permissions/table/demo.lake.orders', change);
    await workspace.grant('SCHEMA', 'demo.lake', 'analyst', ['MODIFY', 'USE_SCHEMA']);
    const effective = await as('analyst', `/effective-permissions/table/demo.lake.orders?principal=${userName}`);

    expect([refused.status, given.status]).toEqual([403, 200]);
    expect(given.json<PermissionsList>()).toEqual({
      privilege_assignments: [{ principal: userName, privileges: ['SELECT'] }],
    });
    const inherited = { inherited_from_type: 'SCHEMA', inherited_from_name: 'demo.lake' };
    expect(effective.json<EffectivePermissionsList>()).toEqual({
      privilege_assignments: [
        {
          principal: userName,
          privileges: [
            { privilege: 'SELECT' },
            { privilege: 'MODIFY', ...inherited },
            { privilege: 'USE_SCHEMA', ...inherited },
          ],
        },
      ],
    });
  });

  it.each([
    ['volume/demo.lake.files', 'SELECT', 'Privilege SELECT is not applicable to this entity [demo.lake.files:VOLUME].'],
    ['schema/demo.lake', 'USE_CATALOG', 'Privilege USE CATALOG is not applicable to this entity [demo.lake:SCHEMA].'],
    ['catalog/demo', 'CREATE_CATALOG', 'Privilege CREATE CATALOG is not applicable to this entity [demo:CATALOG].'],
  ])('on %s cannot be %s', async (path, privilege, message) => {
    const answer = await as('admin', `/permissions/${path}`, [{ principal: 'analysts', add: [privilege] }]);

    expect([answer.status, answer.json()['message']]).toEqual([400, message]);
  });

  it('named ALL_PRIVILEGES open everything but managing', async () => {
    await workspace.grant('CATALOG', 'demo', 'outsider', ['ALL_PRIVILEGES']);

    const volume = await as('outsider', '/volumes/demo.lake.files');
    const change = await as('outsider', '/permissions/catalog/demo', [{ principal: 'analysts', add: ['SELECT'] }]);

    expect([volume.status, change.status]).toEqual([200, 403]);
  });

  it('taken from a group are gone for its members at once', async () => {
    await workspace.setGroups('outsider', ['engineers']);
    const inGroup = await seesCatalog('outsider');
    await workspace.setGroups('outsider', []);

    expect([inGroup, await seesCatalog('outsider')]).toEqual([200, 403]);
  });

  it.each([
    ['catalog/demo', [{ principal: 'analysts', add: ['SELECT'], remove: ['SELECT'] }], 400],
    ['catalog/demo', [{ principal: 'analysts', add: ['FLY'] }], 400],
    ['catalog/demo', [{ add: ['SELECT'] }], 400],
    ['catalog/demo', 'everything', 400],
    ['catalog/demo', [null], 400],
    ['rocket/demo', [], 400],
    ['catalog/demo.lake', [], 400],
    ['catalog/nope', [], 404],
    ['catalog/demo', [{ principal: 'nobody@lakescope.example', add: ['SELECT'] }], 404],
  ])('of %s refuse the change %j and change nothing', async (path, change, status) => {
    const before = (await as('admin', '/permissions/catalog/demo')).text;

    const answer = await as('admin', `/permissions/${path}`, change);

    expect([answer.status, (await as('admin', '/permissions/catalog/demo')).text]).toEqual([status, before]);
  });

  it('need the scope of Unity Catalog', async () => {
    const [with_, without] = await Promise.all([
      workspace.issueUserToken('admin', ['unity-catalog']),
      workspace.issueUserToken('admin', ['files']),
    ]);

    const answers = await Promise.all(
      [with_, without].map(({ token }) => ask(workspace, `${ROOT}/permissions/catalog/demo`, { token })),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers[1]?.json<ErrorEnvelope>().message).toMatch(/required scopes: unity-catalog$/);
  });
});
