import { TestApi } from '../testing/test-api';

const SCOPES = ['files', 'model-serving', 'unity-catalog'];

interface Row {
  feature: string;
  state: string;
  missing_scope: string | null;
  missing_grant: string | null;
  reason: string | null;
  fix: string | null;
  latency_ms: number | null;
}

/** What somebody has: the scopes of the token, and what is granted to the person. */
interface Holder {
  userName: string;
  scopes: string[];
}

describe('the permission microscope', () => {
  let api: TestApi;
  let aheadMs = 0;
  let people = 0;

  beforeAll(async () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
    api = await TestApi.start({ env: { DATABRICKS_CATALOG: 'demo', DATABRICKS_SCHEMA: 'lake' } });
    await api.stack.volume('demo.lake.files', { 'hello.txt': 'hello' });
    const chat = { foundation_model: { name: 'system.ai.lakescope-local-chat' } };
    await api.stack.workspace.createServingEndpoint({ name: 'chat', config: { served_entities: [chat] } });
  });

  afterEach(() => api.stack.workspace.faults.clear());

  afterAll(async () => {
    await api.stop();
    jest.restoreAllMocks();
  });

  it('allows everything to whoever has everything', async () => {
    const rows = await look(await holder());

    expect(states(rows)).toEqual({
      sign_in: 'allowed',
      admin_area: 'allowed',
      own_data: 'allowed',
      store_preferences: 'allowed',
      browse_catalogs: 'allowed',
      browse_schemas: 'allowed',
      browse_volumes: 'allowed',
      browse_files: 'allowed',
      inspect_tables: 'allowed',
      ask_models: 'allowed',
    });
    for (const { latency_ms, fix } of rows) {
      expect(latency_ms).toBeGreaterThanOrEqual(0);
      expect(fix).toBeNull();
    }
  });

  const GRANTS = [
    ['browse_catalogs', 'CATALOG', 'demo', 'USE_CATALOG', 'GRANT USE CATALOG ON CATALOG demo TO'],
    ['browse_schemas', 'SCHEMA', 'demo.lake', 'USE_SCHEMA', 'GRANT USE SCHEMA ON CATALOG demo TO'],
    ['browse_volumes', 'VOLUME', 'demo.lake.files', 'READ_VOLUME', 'GRANT READ VOLUME ON SCHEMA demo.lake TO'],
  ] as const;

  it.each(GRANTS)(
    'denies %s, and nothing else, without the grant on the %s',
    async (feature, type, name, privilege, fix) => {
      const person = await holder();
      await api.stack.workspace.revokeGrant(type, name, person.userName, [privilege]);

      const rows = await look(person);

      expect(deniedOf(rows)).toEqual([feature]);
      const row = rows.find((one) => one.feature === feature);
      expect(row?.fix).toBe(`${fix} \`${person.userName}\`;`);
      expect(row?.missing_grant).not.toBeNull();
      await applyFix(person, row);
      expect(deniedOf(await look(person))).toEqual([]);
      expect(new Set(Object.values(states(await look(person))))).toEqual(new Set(['allowed']));
    },
  );

  it.each([
    ['browse_catalogs', 'unity-catalog'],
    ['browse_files', 'files'],
    ['ask_models', 'model-serving'],
  ])('denies %s, and nothing else, without the scope %s', async (feature, scope) => {
    const person = await holder();
    person.scopes = SCOPES.filter((one) => one !== scope);

    const rows = await look(person);

    expect(deniedOf(rows)).toEqual([feature]);
    const row = rows.find((one) => one.feature === feature);
    expect([row?.missing_scope, row?.fix]).toEqual([scope, `- ${scope}`]);
    await applyFix(person, row);
    expect(new Set(Object.values(states(await look(person))))).toEqual(new Set(['allowed']));
  });

  it.each([
    ['browse_files', '/api/2.0/fs/directories'],
    ['inspect_tables', '/api/2.0/fs/files'],
  ])('denies %s, and nothing else, when the platform refuses just that', async (feature, pathPrefix) => {
    const person = await holder();
    api.stack.workspace.faults.add({
      pathPrefix,
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: "User does not have READ VOLUME on Volume 'demo.lake.files'." },
    });

    const rows = await look(person);

    expect(deniedOf(rows)).toEqual([feature]);
    expect(rows.find((one) => one.feature === feature)?.fix).toBe(
      `GRANT READ VOLUME ON VOLUME demo.lake.files TO \`${person.userName}\`;`,
    );
  });

  it('denies the admin area, and nothing else, to who is in no group of administrators', async () => {
    const person = await holder();
    await api.stack.workspace.setGroups(person.userName, ['people']);

    const rows = await look(person);

    expect(deniedOf(rows)).toEqual(['admin_area']);
    const row = rows.find(({ feature }) => feature === 'admin_area');
    expect(row?.fix).toBe(`Add ${person.userName} to the group admins of the workspace`);
    await applyFix(person, row);
    aheadMs += 5 * 60_000;
    expect(deniedOf(await look(person))).toEqual([]);
  });

  it('says of what builds on something denied that it cannot be tried', async () => {
    const person = await holder();
    await api.stack.workspace.revokeGrant('CATALOG', 'demo', person.userName, ['USE_CATALOG']);

    const rows = await look(person);

    const untried = rows.filter(({ state }) => state === 'unknown');
    expect(untried.map(({ feature }) => feature)).toEqual([
      'browse_schemas',
      'browse_volumes',
      'browse_files',
      'inspect_tables',
    ]);
    for (const { reason, latency_ms } of untried) {
      expect(reason).toMatch(/^Cannot be tried before “Browse /);
      expect(latency_ms).toBeNull();
    }
  });

  it.each([
    ['the identity', '/api/2.0/preview/scim', ['sign_in', 'admin_area']],
    ['the catalogs', '/api/2.1/unity-catalog/catalogs', ['browse_catalogs']],
    ['the files', '/api/2.0/fs', ['browse_files']],
    ['the endpoints', '/api/2.0/serving-endpoints', ['ask_models']],
  ])('knows nothing, and denies nothing, while the platform does not tell %s', async (_, pathPrefix, features) => {
    const person = await holder();
    const token = await tokenOf(person);
    await api.ask('/api/v1/user/me', { token });
    api.stack.workspace.faults.add({ pathPrefix, status: 503 });

    const rows = await look(person, token);

    expect(deniedOf(rows)).toEqual([]);
    for (const feature of features) expect(states(rows)[feature]).toBe('unknown');
  });

  it('knows nothing, and denies nothing, of what is kept while the database is away', async () => {
    const person = await holder();
    api.stack.gateway.faults.refuse();
    api.stack.gateway.faults.reset();

    const rows = await look(person);
    await api.stack.gateway.faults.heal();

    expect(deniedOf(rows)).toEqual([]);
    expect(states(rows)).toMatchObject({ store_preferences: 'unknown', own_data: 'unknown', browse_files: 'allowed' });
  });

  it('waits for nobody who hangs', async () => {
    const person = await holder();
    const token = await tokenOf(person);
    api.stack.workspace.faults.add({ pathPrefix: '/api/2.1/unity-catalog/catalogs', delayMs: 3_000 });

    const rows = await look(person, token);

    expect(rows.find(({ feature }) => feature === 'browse_catalogs')).toMatchObject({
      state: 'unknown',
      reason: 'No answer within 2 s.',
    });
    expect(states(rows)).toMatchObject({ sign_in: 'allowed', store_preferences: 'allowed' });
  });

  it('tries once for ten tabs', async () => {
    const token = await tokenOf(await holder());
    await api.ask('/api/v1/user/me', { token });
    const before = catalogLists();

    await Promise.all(Array.from({ length: 10 }, () => api.ask('/api/v1/user/permissions', { token })));

    expect(catalogLists() - before).toBe(1);
  });

  it('quotes a name so that it stays a name', async () => {
    const person = await holder("o'brien`; GRANT ALL PRIVILEGES ON CATALOG demo TO `x");
    await api.stack.workspace.revokeGrant('CATALOG', 'demo', person.userName, ['USE_CATALOG']);

    const rows = await look(person);

    expect(rows.find(({ feature }) => feature === 'browse_catalogs')?.fix).toMatch(
      /^GRANT USE CATALOG ON CATALOG demo TO `[^`]*(?:``[^`]*)*`;$/,
    );
  });

  /** Somebody new with every right, each granted where it is needed. */
  async function holder(suffix = ''): Promise<Holder> {
    const { workspace } = api.stack;
    people += 1;
    const userName = await workspace.createUser({
      userName: `person-${people}${suffix}@lakescope.example`,
      groups: ['admins'],
    });
    await workspace.grant('CATALOG', 'demo', userName, ['USE_CATALOG']);
    await workspace.grant('SCHEMA', 'demo.lake', userName, ['USE_SCHEMA']);
    await workspace.grant('VOLUME', 'demo.lake.files', userName, ['READ_VOLUME']);
    // Administrators of the workspace see the demo catalog by their group, too; here only what is granted to the person shall count.
    await workspace.revokeGrant('CATALOG', 'demo', 'admins');
    return { userName, scopes: [...SCOPES] };
  }

  async function tokenOf({ userName, scopes }: Holder): Promise<string> {
    return (await api.stack.workspace.issueUserToken(userName, scopes)).token;
  }

  async function look(person: Holder, token?: string): Promise<Row[]> {
    const { json } = await api.ask('/api/v1/user/permissions', { token: token ?? (await tokenOf(person)) });
    return json['items'] as Row[];
  }

  /** Does what the row says, and nothing else. */
  async function applyFix(person: Holder, row: Row | undefined): Promise<void> {
    const fix = row?.fix ?? '';
    const grant = /^GRANT ([A-Z ]+) ON (CATALOG|SCHEMA|VOLUME) (\S+) TO `(.+)`;$/.exec(fix);
    const scope = /^- (\S+)$/.exec(fix);
    const group = /^Add (\S+) to the group (\S+) of the workspace$/.exec(fix);
    if (grant !== null) {
      const [, privilege = '', type, name = '', principal = ''] = grant;
      const privileges = [privilege.replaceAll(' ', '_')] as Parameters<typeof api.stack.workspace.grant>[3];
      await api.stack.workspace.grant(type as 'CATALOG', name, principal, privileges);
    } else if (scope !== null) person.scopes.push(scope[1] ?? '');
    else if (group !== null) await api.stack.workspace.setGroups(group[1] ?? '', [group[2] ?? '']);
    else throw new Error(`Nobody can do: ${fix}`);
  }

  function catalogLists(): number {
    return api.stack.workspace.requestLog.entries().filter(({ path }) => path.endsWith('/unity-catalog/catalogs'))
      .length;
  }
});

describe('the permission microscope without a database', () => {
  it('denies what needs one, and says how to get it', async () => {
    const api = await TestApi.start({ database: false });
    const { json } = await api.ask('/api/v1/user/permissions', { as: 'analyst' });
    await api.stop();

    const rows = (json['items'] as Row[]).filter(({ feature }) => /store_preferences|own_data/.test(feature));
    expect(rows.map(({ state }) => state)).toEqual(['denied', 'denied']);
    for (const { fix } of rows) expect(fix).toContain('databricks.yml');
  });
});

function states(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ feature, state }) => [feature, state]));
}

function deniedOf(rows: readonly Row[]): string[] {
  return rows.filter(({ state }) => state === 'denied').map(({ feature }) => feature);
}
