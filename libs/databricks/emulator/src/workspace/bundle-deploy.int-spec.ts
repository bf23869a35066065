import { randomUUID } from 'node:crypto';
import type { DatabaseInstance, DatabricksApp, Job, JobRun, ObjectPermissions } from '@lakescope/databricks-wire';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from './local-workspace';

/** As the CLI sends it: the path of the file is one segment, slashes and all. */
const oneSegment = (path: string): string => encodeURIComponent(path.replace(/^\//, ''));

// Requests and their order are those which the CLI's own acceptance tests have recorded of its direct engine.
describe('what `databricks bundle` sends', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let root: string;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ controlPlaneMilliseconds: 5 }));
    root = `/Workspace/Users/${workspace.personas.engineer.userName}/.bundle/lakescope/dev`;
  });
  afterAll(async () => {
    const gaps = workspace.requestLog.gaps();
    await stop();
    expect(gaps).toEqual([]);
  });

  const send = (method: string, path: string, body?: object | string, token?: string): Promise<Answer> =>
    ask(workspace, path, {
      ...{ method, token: token ?? workspace.personas.engineer.token },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const status = (path: string): Promise<Answer> =>
    send('GET', `/api/2.0/workspace/get-status?path=${encodeURIComponent(path)}&return_export_info=true`);
  const write = (path: string, content: string, overwrite: boolean): Promise<Answer> =>
    send('POST', `/api/2.0/workspace-files/import-file/${oneSegment(path)}?overwrite=${overwrite}`, content);
  /** What does not exist yet gets its folder first, as the CLI does it. */
  const put = async (path: string, content: string, overwrite = true): Promise<number> => {
    const first = await write(path, content, overwrite);
    if (first.status !== 404) return first.status;
    const made = await send('POST', '/api/2.0/workspace/mkdirs', { path: path.slice(0, path.lastIndexOf('/')) });
    expect(made.status).toBe(200);
    return (await write(path, content, overwrite)).status;
  };
  const read = async (path: string): Promise<string> => {
    const asked = `/api/2.0/workspace/export?path=${encodeURIComponent(path)}&direct_download=true`;
    return (await send('GET', asked)).text;
  };

  it('finds no state before the first deployment', async () => {
    expect((await send('GET', '/api/2.0/preview/scim/v2/Me')).json()['userName']).toContain('@');
    for (const file of ['resources.json', 'terraform.tfstate', 'deployment.json']) {
      expect((await status(`${root}/state/${file}`)).status).toBe(404);
    }
  });

  it('takes a lock that nobody else gets, and gives it back', async () => {
    const lock = `${root}/state/deploy.lock`;
    const mine = JSON.stringify({ ID: randomUUID(), IsForced: false, User: 'me' });

    expect(await put(lock, mine, false)).toBe(200);
    expect(await put(lock, JSON.stringify({ ID: randomUUID() }), false)).toBe(409);
    expect(await read(lock)).toBe(mine);
    expect((await status(lock)).json()).toMatchObject({ object_type: 'FILE', size: mine.length });
    expect((await send('POST', '/api/2.0/workspace/delete', { path: lock })).status).toBe(200);
    expect((await status(lock)).status).toBe(404);
  });

  it('uploads files and keeps its state beside them', async () => {
    const internal = { path: `${root}/artifacts/.internal` };
    const removed = await send('POST', '/api/2.0/workspace/delete', { ...internal, recursive: true });
    expect([404, (await send('POST', '/api/2.0/workspace/mkdirs', internal)).status]).toEqual([removed.status, 200]);

    const state = JSON.stringify({ lineage: randomUUID(), serial: 1, state: {} });
    expect(await put(`${root}/files/dist/staged/tools/deploy/task.py`, 'print("ran")')).toBe(200);
    expect(await put(`${root}/state/resources.json`, state)).toBe(200);
    expect(await put(`${root}/state/resources.json`, `${state} `)).toBe(200);
    expect(await put(`${root}/state/metadata.json`, '{"version": 1}')).toBe(200);

    expect(await read(`${root}/state/resources.json`)).toBe(`${state} `);
    expect((await send('GET', `/api/2.0/workspace-files/${oneSegment(`${root}/state/metadata.json`)}`)).text).toBe(
      '{"version": 1}',
    );
    expect((await status(`${root}/files`)).json()).toMatchObject({ object_type: 'DIRECTORY' });
  });

  it('makes a database instance, a job and their permissions, and finds no difference afterwards', async () => {
    const admin = workspace.personas.admin.token;
    await send('POST', '/api/2.0/database/instances', { name: 'lakescope-dev', capacity: 'CU_1' }, admin);
    const instance = await send('GET', '/api/2.0/database/instances/lakescope-dev', undefined, admin);
    const settings = {
      name: 'lakescope-dev-metrics-aggregation',
      schedule: { quartz_cron_expression: '0 0 2 * * ?', timezone_id: 'UTC', pause_status: 'UNPAUSED' },
      ...{ max_concurrent_runs: 1, timeout_seconds: 900, queue: { enabled: true }, edit_mode: 'UI_LOCKED' },
      deployment: { kind: 'BUNDLE', metadata_file_path: `${root}/state/metadata.json` },
      tasks: [
        {
          ...{ task_key: 'aggregate', environment_key: 'default' },
          spark_python_task: { python_file: `${root}/files/dist/staged/tools/deploy/task.py`, parameters: ['--x'] },
        },
      ],
      environments: [{ environment_key: 'default', spec: { environment_version: '2' } }],
    };
    const { job_id } = (await send('POST', '/api/2.2/jobs/create', settings)).json<{ job_id: number }>();
    const { userName } = workspace.personas.engineer;
    const permissions = await send('PUT', `/api/2.0/permissions/jobs/${job_id}`, {
      access_control_list: [
        { user_name: userName, permission_level: 'IS_OWNER' },
        { group_name: 'users', permission_level: 'CAN_VIEW' },
      ],
    });

    expect(instance.json<DatabaseInstance>()).toMatchObject({ name: 'lakescope-dev', capacity: 'CU_1' });
    expect(permissions.json<ObjectPermissions>().access_control_list).toHaveLength(3);
    const job = (await send('GET', `/api/2.2/jobs/get?job_id=${job_id}`)).json<Job>();
    expect(job.settings).toMatchObject(settings);
    expect((await send('POST', '/api/2.2/jobs/reset', { job_id, new_settings: settings })).status).toBe(200);
    expect((await send('GET', `/api/2.2/jobs/get?job_id=${job_id}`)).json<Job>()).toEqual(job);
  });

  it('has a job run as the app once the app may read the file, and not before', async () => {
    const { clientId } = workspace.servicePrincipal;
    const admin = workspace.personas.admin.token;
    const file = `${root}/files/dist/staged/tools/deploy/task.py`;
    const job = {
      run_as: { service_principal_name: clientId },
      tasks: [{ task_key: 't', spark_python_task: { python_file: file } }],
    };
    const { job_id } = (await send('POST', '/api/2.2/jobs/create', job, admin)).json<{ job_id: number }>();
    const outcome = async (): Promise<(string | undefined)[]> => {
      const started = await send('POST', '/api/2.2/jobs/run-now', { job_id }, admin);
      const path = `/api/2.2/jobs/runs/get?run_id=${started.json<{ run_id: number }>().run_id}`;
      const ended = async (): Promise<JobRun> => {
        const run = (await send('GET', path, undefined, admin)).json<JobRun>();
        return run.status?.state === 'TERMINATED' ? run : ended();
      };
      const { state, status: now } = await ended();
      return [state?.result_state, now?.termination_details?.code];
    };

    expect(await outcome()).toEqual(['FAILED', 'UNAUTHORIZED_ERROR']);
    const { object_id } = (await status(`${root}/files`)).json<{ object_id: number }>();
    await send('PATCH', `/api/2.0/permissions/directories/${object_id}`, {
      access_control_list: [{ service_principal_name: clientId, permission_level: 'CAN_READ' }],
    });
    expect(await outcome()).toEqual(['SUCCESS', 'SUCCESS']);
  });

  it('makes an app without compute, changes it by a mask, and lets people use it', async () => {
    const { token, userName } = workspace.personas.admin;
    const app = {
      ...{ name: 'lakescope-dev', description: 'The console.', user_api_scopes: ['files', 'sql'] },
      resources: [
        {
          name: 'database',
          database: {
            ...{ instance_name: 'lakescope-dev', database_name: 'databricks_postgres' },
            permission: 'CAN_CONNECT_AND_CREATE',
          },
        },
        { name: 'sql-warehouse', sql_warehouse: { id: workspace.warehouseId, permission: 'CAN_USE' } },
      ],
    };
    const made = await send('POST', '/api/2.0/apps?no_compute=true', app, token);
    const update = await send(
      'POST',
      '/api/2.0/apps/lakescope-dev/update',
      { app: { ...app, description: 'Changed.' }, update_mask: 'description,resources,user_api_scopes' },
      token,
    );
    const settled = async (): Promise<string | undefined> => {
      const { status: now } = (await send('GET', '/api/2.0/apps/lakescope-dev/update', undefined, token)).json<{
        status?: { state?: string };
      }>();
      return now?.state === 'IN_PROGRESS' ? settled() : now?.state;
    };
    const access_control_list = [
      { group_name: 'users', permission_level: 'CAN_USE' },
      { user_name: userName, permission_level: 'CAN_MANAGE' },
    ];
    const list = await send('PUT', '/api/2.0/permissions/apps/lakescope-dev', { access_control_list }, token);

    expect([made.status, update.status, list.status]).toEqual([200, 200, 200]);
    expect(await settled()).toBe('SUCCEEDED');
    expect((await send('GET', '/api/2.0/apps/lakescope-dev')).json<DatabricksApp>()).toMatchObject({
      ...{ ...app, description: 'Changed.', compute_status: { state: 'STOPPED' } },
      service_principal_client_id: expect.any(String) as unknown,
      url: expect.stringMatching(/^http/) as unknown,
    });
    expect((await send('DELETE', '/api/2.0/apps/lakescope-dev', undefined, token)).status).toBe(200);
  });

  it('says what it did, and is heard', async () => {
    const { status: heard, text } = await send('POST', '/telemetry-ext', {
      ...{ uploadTime: 1, items: [], protoLogs: ['{}', '{}'] },
    });

    expect([heard, JSON.parse(text)]).toEqual([200, { errors: [], numProtoSuccess: 2 }]);
  });

  it('removes everything with its folder', async () => {
    expect((await send('POST', '/api/2.0/workspace/delete', { path: root, recursive: true })).status).toBe(200);
    expect((await status(`${root}/state/resources.json`)).status).toBe(404);
  });
});
