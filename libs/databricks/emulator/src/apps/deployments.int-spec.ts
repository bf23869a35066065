import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  AppDeployment,
  DatabricksApp,
  ErrorEnvelope,
  ListAppDeploymentsResponse,
  ListAppsResponse,
} from '@lakescope/databricks-wire';
import { isAlive } from '../processes/is-alive';
import { ECHO_SERVER, GivenApps } from '../testing/given-apps';
import { ask, givenFolder, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';
import type { AppLimits } from './app-limits';

const COMMAND = ['node', 'server.mjs'];
const LIMITS: Partial<AppLimits> = {
  stopMilliseconds: 400,
  restartFirstMilliseconds: 20,
  restartLongestMilliseconds: 40,
};

describe('an app that is made and deployed over the API', () => {
  let stateDirectory: string;
  let workspace: LocalWorkspace;
  let apps: GivenApps;
  let source: string;
  let early: Answer;
  let shownEarly: Answer;

  const start = async (limits: Partial<AppLimits> = LIMITS): Promise<void> => {
    workspace = await startWorkspace({
      stateDirectory,
      port: 0,
      appLimits: limits,
      controlPlaneMilliseconds: 1,
      environment: process.env,
    });
    apps = new GivenApps(workspace);
  };
  const startApps = (): void => workspace.startApps({ environment: { LAKESCOPE_BIND_ADDRESS: '127.0.0.1' } });
  const restart = async (limits?: Partial<AppLimits>): Promise<void> => {
    await workspace.close();
    await start(limits);
    startApps();
  };

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    await start();
    source = await apps.upload('engineer', 'echo', { 'server.mjs': ECHO_SERVER });
    await apps.api('engineer', 'POST', 'apps', { name: 'early' });
    early = await apps.api('engineer', 'POST', 'apps/early/deployments', {
      source_code_path: source,
      command: COMMAND,
    });
    shownEarly = await apps.api('engineer', 'GET', 'apps/early');
    startApps();
    await apps.api('engineer', 'DELETE', 'apps/early');
    while ((await apps.api('admin', 'GET', 'apps/early')).status === 200) await delay(5);
  });
  afterAll(async () => {
    await workspace.close();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  const codeOf = (answer: Answer): unknown[] => [answer.status, answer.json<ErrorEnvelope>().error_code];
  const messages = (name: string): string[] =>
    workspace.appLogs
      .of(name)
      .lines()
      .map(({ message }) => message);

  describe('is made', () => {
    it('with a service principal of its own, which can ask for tokens by its secret', async () => {
      const app = await apps.create('engineer', { name: 'own-principal', user_api_scopes: ['sql'] });
      await apps.deploy('engineer', 'own-principal', { source_code_path: source, command: COMMAND });
      const { env } = await apps.echo('own-principal', 'engineer');
      const token = await apps.tokenOf(env);
      const me = await ask(workspace, '/api/2.0/preview/scim/v2/Me', { token });
      const itself = await ask(workspace, '/api/2.0/apps/own-principal', { token });

      expect(env['DATABRICKS_CLIENT_ID']).toBe(app.service_principal_client_id);
      expect(me.json()['userName']).toBe(app.service_principal_client_id);
      expect(itself.json<DatabricksApp>().effective_user_api_scopes).toEqual(expect.arrayContaining(['sql']));
      expect(itself.text).not.toContain(env['DATABRICKS_CLIENT_SECRET']);
    });

    it.each([
      [{ name: 'lakescope' }, 409, 'RESOURCE_ALREADY_EXISTS'],
      [{ name: 'Upper' }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'x'.repeat(31) }, 400, 'INVALID_PARAMETER_VALUE'],
      [{}, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'scopes', user_api_scopes: ['all-apis'] }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'scopes', user_api_scopes: ['iam.current-user:read'] }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'resource', resources: [{ name: 'r' }] }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'resource', resources: [{ name: 'r', secret: { scope: 's' } }] }, 400, 'INVALID_PARAMETER_VALUE'],
    ])('unless it cannot be: %j', async (body, status, code) => {
      expect(codeOf(await apps.api('engineer', 'POST', 'apps', body))).toEqual([status, code]);
    });

    it('by one of two who come at the same time', async () => {
      const both = ['engineer', 'analyst'] as const;
      const made = await Promise.all(
        both.map((who) => apps.api(who, 'POST', 'apps?no_compute=true', { name: 'both' })),
      );
      await apps.api('admin', 'DELETE', 'apps/both');

      expect(made.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    });

    it('a hundred times and no more, and listed page by page', async () => {
      await restart({ ...LIMITS, mostApps: 4 });
      while ((await apps.api('admin', 'GET', 'apps/both')).status === 200) await delay(5);
      const made: Answer[] = [];
      for (const name of ['many-a', 'many-b', 'many-c']) {
        made.push(await apps.api('engineer', 'POST', 'apps?no_compute=true', { name }));
      }
      const pages: string[][] = [];
      let token: string | undefined = '';
      while (token !== undefined) {
        const page: ListAppsResponse = (await apps.api('admin', 'GET', `apps?page_size=2&page_token=${token}`)).json();
        pages.push((page.apps ?? []).map(({ name = '' }) => name));
        token = page.next_page_token;
      }
      for (const name of ['many-a', 'many-b']) await apps.api('engineer', 'DELETE', `apps/${name}`);
      await restart();

      expect(made.map(({ status }) => status)).toEqual([200, 200, 400]);
      expect(made[2]?.json<ErrorEnvelope>().error_code).toBe('RESOURCE_LIMIT_EXCEEDED');
      expect(pages).toEqual([
        ['lakescope', 'many-a'],
        ['many-b', 'own-principal'],
      ]);
    });
  });

  it('starts, and is not deployed, before the workspace has told what surrounds apps', () => {
    expect(shownEarly.json<DatabricksApp>().compute_status?.state).toBe('STARTING');
    expect(early.json<ErrorEnvelope>().message).toContain('Current state: STARTING');
  });

  describe('runs', () => {
    it('with the environment of the platform and nothing else of this machine', async () => {
      process.env['OF_THIS_MACHINE'] = 'secret';
      const app = await apps.create('engineer', { name: 'env' });
      const yaml =
        'command: [node, server.mjs, --port=$DATABRICKS_APP_PORT]\nenv: [{name: A, value: yaml}, {name: B, value: 2}]\n';
      const folder = await apps.upload('engineer', 'env', { 'server.mjs': ECHO_SERVER, 'app.yaml': yaml });
      const deployment = await apps.deploy('engineer', 'env', {
        source_code_path: folder,
        env_vars: [
          { name: 'A', value: 'request' },
          { name: 'DATABRICKS_APP_NAME', value: 'forged' },
        ],
      });
      delete process.env['OF_THIS_MACHINE'];
      const { env, arguments: args } = await apps.echo('env');

      expect(deployment).toMatchObject({
        status: { state: 'SUCCEEDED' },
        mode: 'SNAPSHOT',
        env_vars: [{ name: 'A' }, { name: 'DATABRICKS_APP_NAME' }],
      });
      expect(deployment.env_vars?.some(({ value }) => value !== undefined)).toBe(false);
      expect(env).toMatchObject({
        ...{ A: 'request', B: '2', DATABRICKS_APP_NAME: 'env', DATABRICKS_APP_URL: app.url },
        ...{ DATABRICKS_HOST: workspace.url, DATABRICKS_WORKSPACE_ID: workspace.workspaceId },
        LAKESCOPE_BIND_ADDRESS: '127.0.0.1',
      });
      expect(args).toEqual([`--port=${env['DATABRICKS_APP_PORT']}`]);
      expect(env['OF_THIS_MACHINE']).toBeUndefined();
      expect(env['PGHOST']).toBeUndefined();
    });

    it('behind a front door of its own, which says who is calling, with the scopes of that app', async () => {
      await apps.create('engineer', { name: 'door', user_api_scopes: ['sql'] });
      await apps.api('engineer', 'PATCH', 'permissions/apps/door', {
        access_control_list: [{ user_name: workspace.personas.analyst.userName, permission_level: 'CAN_USE' }],
      });
      await apps.deploy('engineer', 'door', { source_code_path: source, command: COMMAND });
      const { headers } = await apps.echo('door', 'analyst');
      const claims = await workspace.verify(headers['x-forwarded-access-token'] ?? '');

      expect(headers['x-forwarded-email']).toBe(workspace.personas.analyst.userName);
      expect(claims?.scopes.toSorted()).toEqual(['iam.access-control:read', 'iam.current-user:read', 'sql']);
    });

    it('and says so: what it wrote and what was done with it is in its log', async () => {
      expect(messages('door')).toEqual(expect.arrayContaining(['listening soon', 'Source code downloaded: 1 files']));
      expect(await apps.app('door')).toMatchObject({
        app_status: { state: 'RUNNING' },
        compute_status: { state: 'ACTIVE' },
        active_deployment: { source_code_path: source, status: { state: 'SUCCEEDED' } },
      });
    });

    it('again when it crashes, after it was shown as crashed', async () => {
      const { pid } = await apps.echo('door');
      process.kill(pid, 'SIGKILL');
      const crashed = await apps.until('door', ({ app_status }) => app_status?.state !== 'RUNNING');
      await apps.until('door', ({ app_status }) => app_status?.state === 'RUNNING');

      expect(crashed.app_status?.state).toBe('CRASHED');
      expect((await apps.echo('door')).pid).not.toBe(pid);
      expect(messages('door').some((line) => line.startsWith('App crashed (SIGKILL)'))).toBe(true);
    });

    it('after the workspace was started anew, at the address it had', async () => {
      const { url } = await apps.app('door');
      const { pid } = await apps.echo('door');
      await restart();
      const app = await apps.until('door', ({ app_status }) => app_status?.state === 'RUNNING');

      expect(app.url).toBe(url);
      expect((await apps.echo('door')).pid).not.toBe(pid);
      expect(isAlive(pid)).toBe(false);
    });

    it('although what another one left behind cannot be cleaned up, which its log tells', async () => {
      await apps.api('engineer', 'POST', 'apps?no_compute=true', { name: 'odd' });
      await mkdir(join(stateDirectory, 'apps', 'odd', 'process.json'));
      await restart();
      await apps.until('door', ({ app_status }) => app_status?.state === 'RUNNING');

      expect(messages('odd')).toEqual([expect.stringMatching(/cannot be removed: .*EISDIR/)]);
    });

    it('until it is stopped, and again from when it is started', async () => {
      const { pid } = await apps.echo('door');
      const stopping = (await apps.api('engineer', 'POST', 'apps/door/stop')).json<DatabricksApp>();
      const stopped = await apps.until('door', ({ compute_status }) => compute_status?.state === 'STOPPED');
      const refused = await apps.api('engineer', 'POST', 'apps/door/deployments', { source_code_path: source });
      const closed = await apps.open('door');
      await apps.api('engineer', 'POST', 'apps/door/start');
      await apps.until('door', ({ app_status }) => app_status?.state === 'RUNNING');

      expect(['STOPPING', 'STOPPED']).toContain(stopping.compute_status?.state);
      expect([stopped.app_status?.state, stopped.active_deployment]).toEqual(['UNAVAILABLE', undefined]);
      expect(isAlive(pid)).toBe(false);
      expect(refused.json<ErrorEnvelope>().message).toContain('not in RUNNING state');
      expect(closed.status).toBe(503);
      expect((await apps.echo('door')).pid).not.toBe(pid);
    });
  });

  describe('goes on running when the next deployment fails', () => {
    let pid: number;

    beforeAll(async () => {
      await apps.create('engineer', { name: 'steady' });
      await apps.deploy('engineer', 'steady', { source_code_path: source, command: COMMAND });
      ({ pid } = await apps.echo('steady'));
    });

    const noted = async (name: string): Promise<number> => {
      const processes: unknown = JSON.parse(await readFile(join(stateDirectory, 'apps', name, 'process.json'), 'utf8'));
      return Array.isArray(processes) ? processes.length : 0;
    };
    const failed = async (request: AppDeployment): Promise<string> => {
      const { status } = await apps.deploy('engineer', 'steady', request);
      expect(status?.state).toBe('FAILED');
      expect((await apps.echo('steady')).pid).toBe(pid);
      return status?.message ?? '';
    };
    const failedWith = async (files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
      const name = `broken-${Math.random().toString(36).slice(2)}`;
      return failed({ source_code_path: await apps.upload('engineer', name, files) });
    };

    it('because it crashes at its start, with its last lines', async () => {
      const files = { 'a.mjs': 'console.log("last words"); process.exit(3)', 'app.yaml': 'command: [node, a.mjs]' };
      expect(await failedWith(files)).toMatch(/crashed while it was starting \(code 3\)[^]*last words/);
    });

    it('because it crashes, which who may only use the app is told without lines of its log', async () => {
      const files = { 'a.mjs': 'console.log("last words"); process.exit(3)', 'app.yaml': 'command: [node, a.mjs]' };
      const source_code_path = await apps.upload('engineer', 'crashing', files);
      const { deployment_id: id = '', status } = await apps.deploy('engineer', 'door', { source_code_path });
      const seen = (await apps.api('analyst', 'GET', `apps/door/deployments/${id}`)).json<AppDeployment>();
      const listed = await apps.api('analyst', 'GET', 'apps/door/deployments');

      expect(status?.message).toContain('last words');
      expect(seen.status).toEqual({ state: 'FAILED', message: 'App crashed while it was starting (code 3).' });
      expect([listed.status, listed.text.includes('last words')]).toEqual([200, false]);
    });

    it('because there is no such program', async () => {
      expect(await failed({ source_code_path: source, command: ['no-such-program'] })).toContain(
        'could not be started',
      );
    });

    it('because there is nothing to start', async () => {
      expect(await failed({ source_code_path: source })).toContain('There is no command');
    });

    it('because it has a file over 10 MB, which is named', async () => {
      const files = { 'big.bin': Buffer.alloc(10 * 1024 * 1024 + 1), 'app.yaml': 'command: [node]' };
      expect(await failedWith(files)).toMatch(/over 10485760 bytes[^]*big\.bin \(10485761 bytes\)/);
    });

    it('because its folder is not there, or not the deployer’s to read', async () => {
      const home = `/Workspace/Users/${workspace.personas.admin.userName}`;
      expect(await failed({ source_code_path: '/Workspace/Shared/nothing' })).toContain("doesn't exist");
      expect(await failed({ source_code_path: home })).toContain('does not have View permissions');
    });

    it.each([
      ['a: [', 'is no YAML'],
      ['command: node server.mjs', 'command must be a list'],
      ['env: [{name: A}]', 'either value, a text, or valueFrom'],
      ['env: [{name: A, valueFrom: nothing}]\ncommand: [node]', 'no resource of that name'],
    ])('because of its app.yaml: %s', async (yaml, reason) => {
      expect(await failedWith({ 'app.yaml': yaml })).toContain(reason);
    });

    it('because its packages cannot be installed', async () => {
      const files = { 'package.json': '{"name": "x", "dependencies": {"x": "file:./nowhere"}}' };
      const before = await noted('steady');
      expect(await failedWith({ ...files, 'package-lock.json': '{}' })).toMatch(/npm ci .*failed/);
      // Killed in the middle, the next start of the workspace ends npm.
      expect(await noted('steady')).toBe(before + 1);
    });

    it('and gives way to one that does not end by itself only by force, once that is replaced', async () => {
      const stubborn = `process.on('SIGTERM', () => undefined);${ECHO_SERVER}`;
      const folder = await apps.upload('engineer', 'stubborn', { 'server.mjs': stubborn });
      await apps.deploy('engineer', 'steady', { source_code_path: folder, command: COMMAND });
      const { pid: stays } = await apps.echo('steady');
      const { status } = await apps.deploy('engineer', 'steady', { source_code_path: source, command: COMMAND });
      while (isAlive(stays)) await delay(20);

      expect([status?.state, isAlive(pid)]).toEqual(['SUCCEEDED', false]);
      expect(messages('steady')).toContain('The app did not end within 0.4 s of SIGTERM and was killed');
    });

    it('because it never answers', async () => {
      await restart({ ...LIMITS, readyMilliseconds: 700 });
      // Whatever ran comes back in its own time on a machine that is busy.
      await apps.create('engineer', { name: 'silent' });
      const folder = await apps.upload('engineer', 'silent', {
        'wait.mjs': 'console.log("up"); setInterval(() => 0, 1000)',
      });
      const { status } = await apps.deploy('engineer', 'silent', {
        source_code_path: folder,
        command: ['node', 'wait.mjs'],
      });
      await restart();

      expect(status).toMatchObject({ state: 'FAILED', message: expect.stringContaining('did not answer on port') });
    });
  });

  it('is deployed by one deployment at a time; the list shows the newest first', async () => {
    await apps.create('engineer', { name: 'busy' });
    const slow = await apps.upload('engineer', 'slow', {
      'slow.mjs': `await new Promise((done) => setTimeout(done, 300));${ECHO_SERVER}`,
    });
    const request = { source_code_path: slow, command: ['node', 'slow.mjs'] };
    const first = (await apps.api('engineer', 'POST', 'apps/busy/deployments', request)).json<AppDeployment>();
    const second = await apps.api('engineer', 'POST', 'apps/busy/deployments', request);
    const during = await apps.app('busy');
    const { status } = await apps.ended('busy', first);
    const third = await apps.deploy('engineer', 'busy', { command: COMMAND, source_code_path: source });
    const list = (await apps.api('engineer', 'GET', 'apps/busy/deployments')).json<ListAppDeploymentsResponse>();

    expect(second.json<ErrorEnvelope>().message).toContain('there is an active deployment in progress');
    expect(during).toMatchObject({
      pending_deployment: { deployment_id: first.deployment_id },
      app_status: { state: 'DEPLOYING' },
    });
    expect([status?.state, third.status?.state]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(list.app_deployments?.map(({ deployment_id: id }) => id)).toEqual([
      third.deployment_id,
      first.deployment_id,
    ]);
  });

  describe('with resources', () => {
    const resources = () => [
      { name: 'warehouse', sql_warehouse: { id: workspace.warehouseId, permission: 'CAN_USE' } },
      { name: 'key', secret: { scope: 'given', key: 'k', permission: 'READ' } },
    ];
    const env_vars = [
      { name: 'WAREHOUSE', value_from: 'warehouse' },
      { name: 'KEY', value_from: 'key' },
    ];

    it('gets their values, once who makes it may give them away', async () => {
      await apps.api('admin', 'POST', 'secrets/scopes/create', { scope: 'given' });
      await apps.api('admin', 'POST', 'secrets/put', { scope: 'given', key: 'k', string_value: 'clear text' });
      const body = { name: 'resources', resources: resources() };
      const refused = await apps.api('engineer', 'POST', 'apps', body);
      await apps.create('admin', body);
      const folder = await apps.upload('admin', 'echo', { 'server.mjs': ECHO_SERVER });
      await apps.deploy('admin', 'resources', { source_code_path: folder, command: COMMAND, env_vars });
      const { env } = await apps.echo('resources');

      expect(codeOf(refused)).toEqual([403, 'PERMISSION_DENIED']);
      expect([env['WAREHOUSE'], env['KEY']]).toEqual([workspace.warehouseId, 'clear text']);
    });

    it('loses what came with one that it has no more, and keeps what another one still says', async () => {
      await workspace.createCatalog('given');
      await workspace.createSchema('given', 'files');
      await workspace.createVolume('given', 'files', 'in');
      const volume = { securable_type: 'VOLUME', securable_full_name: 'given.files.in' };
      const { service_principal_client_id: client = '' } = await apps.app('resources');
      const held = async (): Promise<unknown[]> => {
        const users = await apps.api('admin', 'GET', `permissions/sql/warehouses/${workspace.warehouseId}`);
        const acls = await apps.api('admin', 'GET', 'secrets/acls/list?scope=given');
        const path = '/api/2.1/unity-catalog/permissions/volume/given.files.in';
        const grants = await ask(workspace, path, { token: workspace.personas.admin.token });
        return [
          users.text.includes(client),
          acls.text.includes(client),
          /READ_VOLUME/.test(grants.text),
          /WRITE_VOLUME/.test(grants.text),
        ];
      };
      const having = async (...given: object[]): Promise<unknown[]> => {
        await apps.api('admin', 'PATCH', 'apps/resources', { resources: given });
        return held();
      };
      const second = { name: 'second', secret: { scope: 'Given', key: 'k', permission: 'READ' } };
      const reads = { name: 'reads', uc_securable: { ...volume, permission: 'READ_VOLUME' } };
      const writes = { name: 'writes', uc_securable: { ...volume, permission: 'WRITE_VOLUME' } };
      const named = { ...volume, securable_full_name: 'Given.Files.IN' };
      const otherwise = { name: 'writes', uc_securable: { ...named, permission: 'WRITE_VOLUME' } };

      expect(await having(...resources(), second, reads, writes)).toEqual([true, true, true, true]);
      expect(await having(second, writes)).toEqual([false, true, false, true]);
      expect(await having(second, otherwise)).toEqual([false, true, false, true]);
      expect(await having()).toEqual([false, false, false, false]);
      expect(await having(...resources())).toEqual([true, true, false, false]);
    });

    it('gets nothing of what who changes it may give away beside something they may not', async () => {
      await apps.api('engineer', 'POST', 'secrets/scopes/create', { scope: 'own' });
      await apps.create('engineer', { name: 'partly' });
      const { service_principal_client_id: client = '' } = await apps.app('partly');
      const own = { name: 'own', secret: { scope: 'own', key: 'k', permission: 'READ' } };
      const foreign = { name: 'foreign', secret: { scope: 'given', key: 'k', permission: 'READ' } };

      const refused = await apps.api('engineer', 'PATCH', 'apps/partly', { resources: [own, foreign] });
      const after = await apps.api('engineer', 'GET', 'secrets/acls/list?scope=own');
      await apps.api('engineer', 'PATCH', 'apps/partly', { resources: [own] });
      const allowed = await apps.api('engineer', 'GET', 'secrets/acls/list?scope=own');

      expect(codeOf(refused)).toEqual([403, 'PERMISSION_DENIED']);
      expect([after.text.includes(client), allowed.text.includes(client)]).toEqual([false, true]);
    });

    it.each([
      [{ name: 'x', secret: { scope: 'given', key: 'missing', permission: 'READ' } }, 'key: missing'],
      [{ name: 'x', sql_warehouse: { id: '0123456789abcdef', permission: 'CAN_USE' } }, 'does not exist'],
      [
        { name: 'x', database: { instance_name: 'none', database_name: 'd', permission: 'CAN_CONNECT_AND_CREATE' } },
        "Database instance 'none' does not exist",
      ],
      [{ name: 'x', genie_space: { space_id: '1', permission: 'CAN_RUN' } }, 'has no Genie spaces'],
    ])('cannot be deployed while one is not there: %j', async (resource, reason) => {
      await apps.api('admin', 'PATCH', 'apps/resources', { resources: [...resources(), resource] });
      const { status } = await apps.deploy('admin', 'resources', { command: COMMAND });

      expect(status).toMatchObject({ state: 'FAILED', message: expect.stringContaining(reason) });
    });
  });

  describe('belongs to who made it', () => {
    it.each([
      ['GET', 'apps/env', undefined],
      ['PATCH', 'apps/env', { description: 'mine' }],
      ['DELETE', 'apps/env', undefined],
      ['POST', 'apps/env/start', undefined],
      ['POST', 'apps/env/stop', undefined],
      ['POST', 'apps/env/update', { app: {}, update_mask: 'description' }],
      ['POST', 'apps/env/deployments', { source_code_path: '/Shared' }],
      ['GET', 'apps/env/deployments', undefined],
    ])('so that nobody else may %s %s', async (method, path, body) => {
      expect(codeOf(await apps.api('analyst', method, path, body))).toEqual([403, 'PERMISSION_DENIED']);
    });

    it('and who may use it opens it, and changes nothing', async () => {
      const denied = await apps.open('env', 'analyst');
      await apps.api('engineer', 'PATCH', 'permissions/apps/env', {
        access_control_list: [{ group_name: 'analysts', permission_level: 'CAN_USE' }],
      });
      const listed = (await apps.api('analyst', 'GET', 'apps')).json<ListAppsResponse>();

      expect([denied.status, (await apps.open('env', 'analyst')).status]).toEqual([403, 200]);
      expect(listed.apps?.map(({ name }) => name)).toEqual(expect.arrayContaining(['env', 'lakescope']));
      expect(listed.apps?.map(({ name }) => name)).not.toContain('steady');
      expect((await apps.api('analyst', 'POST', 'apps/env/stop')).status).toBe(403);
    });
  });

  it('changes only what an update names, and all of it with a PATCH; new scopes count from the next start', async () => {
    const update = { app: { description: 'new', user_api_scopes: ['files'] }, update_mask: 'description' };
    const before = (await apps.api('engineer', 'GET', 'apps/door/update')).json();
    const updated = await apps.api('engineer', 'POST', 'apps/door/update', update);
    const masked = await apps.app('door');
    await apps.api('engineer', 'PATCH', 'apps/door', { user_api_scopes: ['files'] });
    const patched = await apps.app('door');
    await apps.deploy('engineer', 'door', { command: COMMAND });
    const deployed = await apps.app('door');

    expect(before).toMatchObject({ status: { state: 'NOT_UPDATED' } });
    expect(updated.json()).toMatchObject({ status: { state: 'SUCCEEDED' } });
    expect(masked).toMatchObject({ description: 'new', user_api_scopes: ['sql'] });
    expect(patched).toMatchObject({ description: '', user_api_scopes: ['files'] });
    expect(patched.effective_user_api_scopes).toEqual(expect.arrayContaining(['sql']));
    expect(deployed.effective_user_api_scopes).toEqual(expect.arrayContaining(['files']));
  });

  it('goes with all that belonged to it, and only once', async () => {
    const { url = '', service_principal_client_id: client = '' } = await apps.app('busy');
    const { pid } = await apps.echo('busy');
    const first = await apps.api('engineer', 'DELETE', 'apps/busy');
    const second = await apps.api('engineer', 'DELETE', 'apps/busy');
    while ((await apps.api('admin', 'GET', 'apps/busy')).status === 200) await delay(20);

    expect(first.json<DatabricksApp>().compute_status?.state).toBe('DELETING');
    expect(second.status).toBe(400);
    expect(isAlive(pid)).toBe(false);
    expect(workspace.principal(client)).toBeUndefined();
    await expect(fetch(url)).rejects.toThrow();
    expect((await apps.api('engineer', 'POST', 'apps?no_compute=true', { name: 'busy' })).status).toBe(200);
  });

  it('is not what the app of `npm start` is', async () => {
    const refused = await apps.api('admin', 'POST', 'apps/lakescope/deployments', { source_code_path: source });

    expect(refused.status).toBe(400);
    expect(refused.json<ErrorEnvelope>().message).toContain('was started with');
  });
});
