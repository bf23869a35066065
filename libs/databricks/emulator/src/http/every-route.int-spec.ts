import { randomInt } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { rm } from 'node:fs/promises';
import { GROUPS } from '../identity/personas';
import { ask, givenFolder } from '../testing/given-workspace';
import { Chance, FIELD_NAMES, RandomRequests, type RandomRequest } from '../testing/random-requests';
import { RequestKnowledge, type Likely } from '../testing/request-knowledge';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';
import type { LoggedRequest } from './request-log';
import type { Route } from './route-table';

/** Requests to each route; 150 with FAULT_SCALE=10. */
const ROUNDS = 15 * Number(process.env['FAULT_SCALE'] ?? 1);
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
const ME = '/api/2.0/preview/scim/v2/Me';

interface Outcome {
  readonly status: number;
  readonly type: string;
  readonly id: string;
  readonly text: string;
}

describe('every route', () => {
  let stateDirectory: string;
  let workspace: LocalWorkspace;
  let tokens: readonly string[];

  const options = {
    port: 0,
    ...{
      controlPlaneMilliseconds: 5,
      endpointWakeMilliseconds: 5,
      warehouseStartMilliseconds: 5,
      warehouseStopMilliseconds: 5,
      servingDeployMilliseconds: 5,
      servingTokenMilliseconds: 0,
    },
    requestLogSize: 100_000,
  };

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    workspace = await startWorkspace({ ...options, stateDirectory });
    await givenVolume();
    const { admin, engineer, analyst, outsider } = workspace.personas;
    const narrow = await Promise.all(
      ['sql', 'files', 'secrets', 'workspace', 'openid'].map((scope) => workspace.issueUserToken('engineer', [scope])),
    );
    const expired = await workspace.issueUserToken('admin', ['all-apis'], { lifetimeSeconds: -1 });
    tokens = [admin, engineer, analyst, outsider, expired, ...narrow].map(({ token }) => token);
  });
  afterAll(async () => {
    await workspace.close();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  /** There again, if it was deleted. */
  const givenVolume = async (): Promise<void> => {
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    await workspace.createVolume('demo', 'lake', 'files');
  };

  const routes = async (): Promise<readonly Route[]> =>
    (await ask(workspace, '/.local/routes')).json<{ routes: Route[] }>().routes;

  const randomRequests = (): { requests: RandomRequests; knowledge: RequestKnowledge } => {
    const { admin, engineer, analyst } = workspace.personas;
    const likely: Likely = {
      ...{
        catalogs: ['demo'],
        schemas: ['demo.lake'],
        volumes: ['demo.lake.files'],
        catalog: ['demo'],
        schema: ['demo.lake'],
        volume: ['demo.lake.files'],
        apps: [workspace.app.name],
      },
      ...{ warehouses: [workspace.warehouseId], warehouse_id: [workspace.warehouseId], wait_timeout: ['0s', '5s'] },
      ...{ instances: [workspace.databaseInstance.name], instance_names: [[workspace.databaseInstance.name]] },
      ...{
        projects: ['lakescope', 'p1'],
        branches: ['production', 'b1'],
        endpoints: ['primary', 'e1'],
        roles: ['role1'],
      },
      ...{ project_id: ['p1'], branch_id: ['b1'], endpoint_id: ['e1'], database_id: ['d1'], role_id: ['role1'] },
      ...{ endpoint: [workspace.postgresEndpoint], spec: [{}], purge: ['true'], overwrite: [true, false] },
      ...{
        Users: [engineer.userId, analyst.userId],
        Groups: [GROUPS['analysts']],
        permissions: ['catalog', 'directories', 'apps'],
      },
      ...{
        files: ['Volumes/demo/lake/files/a', 'Volumes/demo/lake/files/d/b'],
        directories: ['Volumes/demo/lake/files/d', '0', '2'],
      },
      ...{ 'workspace-files': ['Shared/a'], 'import-file': ['Shared/a', 'Shared/b.py'], sql: ['warehouses'] },
      ...{ path: ['/Shared/a', '/Shared/b', '/Volumes/demo/lake/files/a'], format: ['AUTO', 'RAW'], content: ['aGk='] },
      ...{
        scope: ['a', 'b'],
        key: ['a', 'b'],
        string_value: ['x'],
        permission: ['READ', 'MANAGE'],
        principal: ['users', 'engineers'],
      },
      ...{
        catalog_name: ['demo'],
        schema_name: ['lake'],
        name: ['a', 'b', 'e1', 'demo.lake.files'],
        volume_type: ['MANAGED'],
      },
      ...{
        table_type: ['MANAGED'],
        data_source_format: ['DELTA'],
        action: ['initiate-upload'],
        cluster_size: ['2X-Small'],
      },
      ...{
        'serving-endpoints': ['e1', 'e2'],
        model: ['e1'],
        messages: [[{ role: 'user', content: 'hi' }]],
        foundation_model: [{ name: 'system.ai.lakescope-local-chat' }],
        served_entities: [[{ entity_name: 'system.ai.lakescope-local-chat' }]],
        config: [{ served_entities: [{ entity_name: 'system.ai.lakescope-local-chat', name: 'c' }] }],
        'served-models': ['c', 'lakescope-local-chat'],
        rate_limits: [[{ calls: 3, renewal_period: 'minute' }]],
        add_tags: [[{ key: 'a' }]],
      },
      ...{ columns: [[{ name: 'a', position: 0, type_name: 'INT', type_text: 'int' }]], lifetime_seconds: [60] },
      ...{
        changes: [[{ principal: 'engineers', add: ['SELECT'] }]],
        userName: ['u1@lakescope.example'],
        displayName: ['g1'],
      },
      ...{ access_control_list: [[{ group_name: 'users', permission_level: 'CAN_USE' }]], request_id: ['r'] },
      ...{ Operations: [[{ op: 'replace', path: 'displayName', value: 'n' }]], grant_type: ['client_credentials'] },
      ...{ principals: [workspace.servicePrincipal.clientId, engineer.userName, 'users', 'nothing'] },
    };
    // Whoever asks must not throw himself out.
    const sacred = [admin.userId, admin.userName, admin.token, GROUPS['admins'] ?? ''];
    const chance = new Chance(SEED);
    const knowledge = new RequestKnowledge(chance, FIELD_NAMES, likely, sacred);
    return { knowledge, requests: new RandomRequests(chance, tokens, knowledge) };
  };

  it('is in the table that the server itself has', async () => {
    const table = (await routes()).map(({ method, path }) => `${method} ${path}`);

    expect(table).toEqual(
      expect.arrayContaining([
        'GET /api/2.0/preview/scim/v2/Me',
        'POST /api/2.0/secrets/put',
        'POST /api/2.0/workspace-files/import-file/*',
        'PATCH /api/2.0/permissions/:type/:id',
        'PUT /api/2.0/fs/files/*',
        'POST /api/2.0/sql/statements',
        'POST /serving-endpoints/:name/invocations',
      ]),
    );
    expect(new Set(table).size).toBe(table.length);
  });

  it('answers whatever comes with a success or a refusal of the platform, and stays', async () => {
    const table = await routes();
    const { requests, knowledge } = randomRequests();
    const wrong: string[] = [];
    const asked = workspace.requestLog.count();
    workspace.requestLog.clear();

    let sent = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await givenVolume();
      for (const route of table) {
        const request = requests.for(route);
        const outcome = await send(workspace, request);
        sent += 1;
        const complaint = complaintAbout(request, outcome);
        if (complaint !== undefined)
          wrong.push(`${complaint}: ${printed(request)} -> ${outcome.status} ${outcome.text.slice(0, 300)}`);
        if (!route.path.startsWith('/.local')) knowledge.learn(route, outcome.status, outcome.text.slice(0, 20_000));
        // A planned fault would answer in place of what is tried here.
        workspace.faults.clear();
      }
    }

    const failures = workspace.requestLog.entries().filter(({ failure }) => failure !== undefined);
    expect({ seed: SEED, wrong: wrong.slice(0, 20) }).toEqual({ seed: SEED, wrong: [] });
    expect({ seed: SEED, failures: failures.map(described) }).toEqual({ seed: SEED, failures: [] });
    expect((await ask(workspace, ME, { token: workspace.personas.admin.token })).status).toBe(200);
    expect(workspace.requestLog.count() - asked).toBeGreaterThanOrEqual(sent);
    expect(({} as Record<string, unknown>)['value']).toBeUndefined();
  }, 90_000);

  it('was reached, and the log of it is whole and holds no token', async () => {
    const reached = new Set(workspace.requestLog.entries().map(({ method, route }) => `${method} ${String(route)}`));
    const { requests } = (await ask(workspace, '/.local/requests')).json<{ requests: LoggedRequest[] }>();
    const text = JSON.stringify(requests);

    expect((await routes()).map(({ method, path }) => `${method} ${path}`).filter((one) => !reached.has(one))).toEqual(
      [],
    );
    expect(
      requests.every(
        ({ id, time, method, path }) =>
          id !== '' && !Number.isNaN(Date.parse(time)) && /^[A-Z]+$/.test(method) && path.startsWith('/'),
      ),
    ).toBe(true);
    for (const { token } of Object.values(workspace.personas)) expect(text).not.toContain(token);
  });

  it('answers many at once', async () => {
    const table = await routes();
    const { requests } = randomRequests();
    const batch = Array.from({ length: 4 }, () => table.map((route) => requests.for(route))).flat();
    const lanes = Array.from({ length: 16 }, (_lane, lane) => batch.filter((_request, index) => index % 16 === lane));

    const wrong = (
      await Promise.all(
        lanes.map(async (lane) => {
          const complaints: string[] = [];
          for (const request of lane) {
            const complaint = complaintAbout(request, await send(workspace, request));
            if (complaint !== undefined) complaints.push(`${complaint}: ${printed(request)}`);
            workspace.faults.clear();
          }
          return complaints;
        }),
      )
    ).flat();

    expect({ seed: SEED, wrong: wrong.slice(0, 20) }).toEqual({ seed: SEED, wrong: [] });
    expect((await ask(workspace, ME, { token: workspace.personas.admin.token })).status).toBe(200);
  });

  it('leaves a state that starts again', async () => {
    await workspace.close();
    workspace = await startWorkspace({ ...options, stateDirectory });

    const me = await ask(workspace, ME, { token: workspace.personas.admin.token });

    expect({ seed: SEED, status: me.status }).toEqual({ seed: SEED, status: 200 });
  });
});

function complaintAbout({ method, path }: RandomRequest, { status, type, id, text }: Outcome): string | undefined {
  if (status === 0) return `no answer (${text})`;
  if (status >= 500 && !(status === 501 || status === 503)) return 'a failure';
  if (id === '') return 'no request id';
  if (method === 'HEAD' || status === 204 || status === 304)
    return text === '' ? undefined : 'a body where there is none';
  const isJson = type.startsWith('application/json') || type.startsWith('application/scim+json');
  // Storage behind a link answers as the storage of clouds does.
  if (type.startsWith('application/xml') && /^\/\.(storage|results)\//.test(path)) {
    return /^<\?xml [^>]*>\s*<Error><Code>\w+<\/Code><Message>[^<]+</.test(text) ? undefined : 'no XML error';
  }
  if (!isJson) return status < 400 || type.startsWith('text/html') ? undefined : `a refusal of type "${type}"`;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return status < 400 && text === '' ? undefined : 'no JSON';
  }
  return status < 400 || isRefusal(body) ? undefined : 'a refusal of another shape';
}

/** The envelope of services, SCIM's, or the token endpoint's. */
function isRefusal(body: unknown): boolean {
  const fields = new Map(Object.entries(typeof body === 'object' && body !== null ? body : {}));
  const isText = (name: string) => typeof fields.get(name) === 'string' && fields.get(name) !== '';
  if (fields.has('error_code')) return isText('message') && /^([A-Z_]+|\d{3})$/.test(String(fields.get('error_code')));
  return fields.has('schemas') ? isText('detail') && isText('status') : isText('error') && isText('error_description');
}

function printed({ method, path, headers, body }: RandomRequest): string {
  const { authorization = '', ...others } = headers;
  return `${method} ${path} ${JSON.stringify({ ...others, authorization: authorization.slice(0, 12) })} ${body?.toString('latin1').slice(0, 600) ?? ''}`;
}

function described({ method, path, failure }: LoggedRequest): string {
  return `${method} ${path}: ${String(failure).slice(0, 600)}`;
}

function send(workspace: LocalWorkspace, { method, path, headers, body }: RandomRequest): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = httpRequest({
      ...{ host: '127.0.0.1', port: workspace.port, method, path, agent: false },
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) },
    });
    request.on('error', ({ message }) => resolve({ status: 0, type: '', id: '', text: message }));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', ({ message }) => resolve({ status: 0, type: '', id: '', text: message }));
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          id: String(response.headers['x-request-id'] ?? ''),
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.end(body);
  });
}
