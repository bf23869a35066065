import type { ScimGroup, ScimList, ScimUser } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const SCIM = '/api/2.0/preview/scim/v2';

describe('SCIM lists', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const list = async <Resource>(path: string, token = workspace.personas.admin.token) =>
    (await ask(workspace, `${SCIM}${path}`, { token })).json<ScimList<Resource>>();

  it('end with an empty page', async () => {
    const names: (string | undefined)[] = [];
    let page = await list<ScimUser>('/Users?startIndex=1&count=3');
    for (let start = 4; page.Resources.length > 0; start += 3) {
      names.push(...page.Resources.map((user) => user.userName));
      page = await list<ScimUser>(`/Users?startIndex=${start}&count=3`);
    }

    expect(names).toHaveLength(4);
    expect(page).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] });
  });

  it('filter and sort', async () => {
    const [byName, sorted] = await Promise.all([
      list<ScimUser>(`/Users?filter=${encodeURIComponent('userName eq "ANNA.moreau@lakescope.example"')}`),
      list<ScimUser>('/Users?sortBy=userName&sortOrder=descending&attributes=userName'),
    ]);

    expect(byName.Resources.map((user) => user.displayName)).toEqual(['Anna Moreau']);
    expect(sorted.Resources.map((user) => Object.keys(user))[0]).toEqual(['schemas', 'id', 'userName']);
    expect(sorted.Resources.map((user) => user.userName?.split('.')[0])).toEqual(['oscar', 'erik', 'anna', 'ada']);
  });

  it('show groups with their members, and the app', async () => {
    const [groups, apps] = await Promise.all([
      list<ScimGroup>('/Groups?count=10000'),
      list<ScimUser>('/ServicePrincipals'),
    ]);

    expect(groups.Resources.map((group) => [group.displayName, group.members?.[0]?.display])).toEqual([
      ['admins', 'Ada Keller'],
      ['engineers', 'Erik Sandoval'],
      ['analysts', 'Anna Moreau'],
    ]);
    expect(apps.Resources.map((app) => app.applicationId)).toEqual([workspace.servicePrincipal.clientId]);
  });

  it('tell groups of others only to admins', async () => {
    const [forAdmin, forAnalyst] = await Promise.all([
      list<ScimUser>('/Users'),
      list<ScimUser>('/Users', workspace.personas.analyst.token),
    ]);

    expect(forAdmin.Resources.filter((user) => user.groups !== undefined)).toHaveLength(4);
    expect(forAnalyst.Resources.filter((user) => user.groups !== undefined).map((user) => user.userName)).toEqual([
      workspace.personas.analyst.userName,
    ]);
  });

  it('tell members of groups only to admins, also by filters', async () => {
    const byMember = `/Groups?filter=${encodeURIComponent('members.value eq "4810250001"')}`;
    const [forAdmin, forAnalyst, hidden] = await Promise.all([
      list<ScimGroup>(byMember),
      list<ScimGroup>('/Groups', workspace.personas.analyst.token),
      list<ScimGroup>(byMember, workspace.personas.analyst.token),
    ]);

    expect(forAdmin.Resources.map(({ displayName }) => displayName)).toEqual(['admins']);
    expect(forAnalyst.Resources.map((group) => Object.keys(group).sort())).toEqual(
      forAnalyst.Resources.map(() => ['displayName', 'id', 'meta', 'schemas']),
    );
    expect(hidden.totalResults).toBe(0);
  });

  it.each([
    ['/Users/1', 404, undefined],
    ['/Users?filter=userName%20like%20x', 400, 'invalidFilter'],
  ])('refuse %s in their own envelope', async (path, status, scimType) => {
    const answer = await ask(workspace, `${SCIM}${path}`, { token: workspace.personas.admin.token });

    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
    });
  });
});
