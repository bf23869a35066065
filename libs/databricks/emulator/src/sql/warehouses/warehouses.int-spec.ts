import { setTimeout as delay } from 'node:timers/promises';
import type {
  CreateWarehouseResponse,
  ErrorEnvelope,
  ListWarehousesResponse,
  Warehouse,
} from '@lakescope/databricks-wire';
import type { PersonaName } from '../../identity/personas';
import { ask, givenFolder, givenWorkspace } from '../../testing/given-workspace';
import type { LocalWorkspace } from '../../workspace/local-workspace';
import { startWorkspace } from '../../workspace/start-workspace';

const ROOT = '/api/2.0/sql/warehouses';
// Long enough that a poll sees the states in between on a busy machine.
const TIMES = { warehouseStartMilliseconds: 400, warehouseStopMilliseconds: 400 };
const WANTED = { name: 'etl', cluster_size: 'Small', auto_stop_mins: 15, warehouse_type: 'PRO' };

describe('SQL warehouses', () => {
  let workspace: LocalWorkspace;
  let stateDirectory: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    ({ workspace, stop } = await givenWorkspace({ ...TIMES, stateDirectory }));
  });
  afterAll(() => stop());

  const as = (persona: PersonaName, method: string, path = '', body?: unknown) =>
    ask(workspace, `${ROOT}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const created = async (persona: PersonaName, wanted: object) => {
    const answer = await as(persona, 'POST', '', wanted);
    expect(answer.status).toBe(200);
    return answer.json<CreateWarehouseResponse>().id;
  };

  const get = async (id: string) => (await as('admin', 'GET', `/${id}`)).json<Warehouse>();

  /** The states a warehouse is seen in until it reaches one. */
  const statesUntil = async (id: string, wanted: Warehouse['state']) => {
    const seen: Warehouse['state'][] = [];
    while (seen.at(-1) !== wanted) {
      const { state } = await get(id);
      if (seen.at(-1) !== state) seen.push(state);
      await delay(3);
    }
    return seen;
  };

  it('hold the starter warehouse, which everybody with the scope sees', async () => {
    const answers = await Promise.all([as('admin', 'GET'), as('outsider', 'GET')]);

    for (const answer of answers) {
      const [starter, ...others] = answer.json<ListWarehousesResponse>().warehouses ?? [];
      expect(others).toEqual([]);
      expect(starter).toMatchObject({
        id: workspace.warehouseId,
        name: 'Serverless Starter Warehouse',
        state: 'STOPPED',
        auto_stop_mins: 10,
        num_clusters: 0,
        creator_name: workspace.personas.admin.userName,
        odbc_params: { hostname: '127.0.0.1', path: `/sql/1.0/warehouses/${workspace.warehouseId}`, protocol: 'http' },
      });
    }
    expect(workspace.warehouseId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('start and stop through every state', async () => {
    const id = workspace.warehouseId;

    const started = await as('analyst', 'POST', `/${id}/start`);
    const up = await statesUntil(id, 'RUNNING');
    const running = await get(id);
    const stopped = await as('admin', 'POST', `/${id}/stop`);
    const down = await statesUntil(id, 'STOPPED');

    expect([started.status, started.json(), stopped.status, stopped.json()]).toEqual([200, {}, 200, {}]);
    expect([up, down]).toEqual([
      ['STARTING', 'RUNNING'],
      ['STOPPING', 'STOPPED'],
    ]);
    expect(running).toMatchObject({ num_clusters: 1, health: { status: 'HEALTHY' } });
  });

  it('are created, edited and deleted by who may, and start when they are new', async () => {
    const id = await created('admin', { ...WANTED, tags: { custom_tags: [{ key: 'team', value: 'data' }] } });
    expect(await statesUntil(id, 'RUNNING')).toEqual(['STARTING', 'RUNNING']);

    const edited = await as('admin', 'POST', `/${id}/edit`, { name: 'etl 2', auto_stop_mins: 0 });
    expect([edited.status, edited.json()]).toEqual([200, {}]);
    expect(await get(id)).toMatchObject({
      name: 'etl 2',
      cluster_size: 'Small',
      auto_stop_mins: 0,
      warehouse_type: 'PRO',
      tags: { custom_tags: [{ key: 'team', value: 'data' }] },
    });

    const deleted = await as('admin', 'DELETE', `/${id}`);
    const gone = await as('admin', 'GET', `/${id}`);
    expect([deleted.status, deleted.json(), gone.status]).toEqual([200, {}, 404]);
    expect(gone.json<ErrorEnvelope>().error_code).toBe('RESOURCE_DOES_NOT_EXIST');
  });

  it('are seen, started and managed only by who was let in', async () => {
    const id = await created('admin', { ...WANTED, name: 'private' });
    const { userName } = workspace.personas.engineer;
    const tries = async (persona: PersonaName) => {
      const list = await as(persona, 'GET');
      const answers = [await as(persona, 'GET', `/${id}`), await as(persona, 'POST', `/${id}/start`)];
      answers.push(await as(persona, 'POST', `/${id}/edit`, { auto_stop_mins: 20 }));
      answers.push(await as(persona, 'POST', `/${id}/stop`));
      return [
        (list.json<ListWarehousesResponse>().warehouses ?? []).some((warehouse) => warehouse.id === id),
        ...answers.map(({ status }) => status),
      ];
    };
    const shut = await tries('engineer');
    await ask(workspace, `/api/2.0/permissions/warehouses/${id}`, {
      method: 'PATCH',
      token: workspace.personas.admin.token,
      body: JSON.stringify({ access_control_list: [{ user_name: userName, permission_level: 'CAN_USE' }] }),
    });
    const open = await tries('engineer');
    const others = await tries('analyst');
    await as('admin', 'DELETE', `/${id}`);

    expect(shut).toEqual([false, 403, 403, 403, 403]);
    expect(open).toEqual([true, 200, 200, 403, 403]);
    expect(others).toEqual(shut);
  });

  it('are made only by admins and who may create compute', async () => {
    const answer = await as('engineer', 'POST', '', WANTED);

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('come in pages that are cut by name', async () => {
    const ids = await Promise.all(['p1', 'p2', 'p3'].map((name) => created('admin', { ...WANTED, name })));
    const names: unknown[] = [];
    let token = '';
    do {
      const page = (await as('admin', 'GET', `?page_size=2${token}`)).json<ListWarehousesResponse>();
      names.push((page.warehouses ?? []).map(({ name }) => name));
      token = page.next_page_token === undefined ? '' : `&page_token=${page.next_page_token}`;
    } while (token !== '');
    await Promise.all(ids.map((id) => as('admin', 'DELETE', `/${id}`)));

    expect(names).toEqual([
      ['Serverless Starter Warehouse', 'p1'],
      ['p2', 'p3'],
    ]);
  });

  it.each([
    [{ cluster_size: 'Small' }, 'name is required'],
    [{ name: 'x' }, 'cluster_size is required'],
    [
      { ...WANTED, name: 'Serverless Starter Warehouse' },
      'SQL warehouse with name `Serverless Starter Warehouse` already exists',
    ],
    [{ ...WANTED, name: 'x'.repeat(100) }, 'name must be'],
    [{ ...WANTED, cluster_size: 'Huge' }, 'cluster_size must be one of'],
    [{ ...WANTED, auto_stop_mins: 3 }, 'auto_stop_mins must be 0 or at least 10'],
    [{ ...WANTED, min_num_clusters: 5, max_num_clusters: 2 }, 'min_num_clusters must not be greater'],
    [
      { ...WANTED, warehouse_type: 'CLASSIC', enable_serverless_compute: true },
      'Invalid warehouseType: Serverless is only available for PRO warehouses.',
    ],
    [{ ...WANTED, tags: { custom_tags: [1] } }, 'tags must hold custom_tags'],
    [['a list'], 'must be a JSON object'],
  ])('refuse %j', async (wanted, message) => {
    const answer = await as('admin', 'POST', '', wanted);

    expect(answer.status).toBe(400);
    expect(answer.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'INVALID_PARAMETER_VALUE',
      message: expect.stringContaining(message) as string,
    });
  });

  it('tell an id that is none from one that does not exist', async () => {
    const none = await as('admin', 'GET', '/wh-0001');
    const unknown = await as('admin', 'GET', '/0123456789abcdef');

    expect([none.status, none.json<ErrorEnvelope>().message]).toEqual([400, 'wh-0001 is not a valid endpoint id.']);
    expect(unknown.status).toBe(404);
  });

  it('need the scope of SQL', async () => {
    const [with_, without] = await Promise.all([
      workspace.issueUserToken('admin', ['sql']),
      workspace.issueUserToken('admin', ['unity-catalog']),
    ]);

    const answers = await Promise.all([with_, without].map(({ token }) => ask(workspace, ROOT, { token })));

    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    expect(answers[1]?.json<ErrorEnvelope>().message).toMatch(/required scopes: sql$/);
  });

  it('are listed by the legacy API of data sources', async () => {
    const answer = await ask(workspace, '/api/2.0/preview/sql/data_sources', {
      token: workspace.personas.analyst.token,
    });

    expect(answer.json()).toEqual([
      { id: expect.any(String) as string, name: 'Serverless Starter Warehouse', warehouse_id: workspace.warehouseId },
    ]);
  });

  it('survive a restart, cold, and the starter warehouse keeps its id', async () => {
    const { warehouseId } = workspace;
    const id = await created('admin', { ...WANTED, name: 'kept' });
    await workspace.close();
    workspace = await startWorkspace({ ...TIMES, stateDirectory, port: 0 });
    stop = () => workspace.close();

    expect(workspace.warehouseId).toBe(warehouseId);
    expect(await get(id)).toMatchObject({ name: 'kept', state: 'STOPPED', auto_stop_mins: 15 });
  });
});
