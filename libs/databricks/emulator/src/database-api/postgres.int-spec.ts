import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresCredential } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.0/postgres';
/** Long enough to see that something is not done yet, on a busy machine too. */
const making = 1_500;

interface Operation {
  name: string;
  done: boolean;
  metadata: { '@type': string };
  response?: Resource;
}
interface Resource {
  name: string;
  uid: string;
  status: Record<string, unknown>;
}

describe('Lakebase Autoscaling', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ controlPlaneMilliseconds: 0 }));
  });
  afterAll(() => stop());

  function call(method: string, path: string, body?: unknown, persona: PersonaName = 'engineer'): Promise<Answer> {
    const { token } = workspace.personas[persona];
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return ask(workspace, `${ROOT}/${path}`, { method, token, ...sent });
  }

  async function finished(answer: Answer): Promise<Operation> {
    const operation = answer.json<Operation>();
    for (;;) {
      const polled = (await call('GET', operation.name)).json<Operation>();
      if (polled.done) return polled;
      await delay(20);
    }
  }

  it('starts with a project whose endpoint is the gateway', async () => {
    const { postgresEndpoint } = workspace;
    const endpoint = (await call('GET', postgresEndpoint)).json<Resource>();
    const branch = (await call('GET', 'projects/lakescope/branches/production')).json<Resource>();
    const project = (await call('GET', 'projects/lakescope')).json<Resource>();

    expect(endpoint).toMatchObject({
      name: postgresEndpoint,
      endpoint_id: 'primary',
      status: {
        endpoint_type: 'ENDPOINT_TYPE_READ_WRITE',
        current_state: 'ACTIVE',
        hosts: { host: 'localhost' },
        disabled: false,
        suspend_timeout_duration: '86400s',
      },
    });
    expect(endpoint.uid).toMatch(/^ep-/);
    expect(branch.status).toMatchObject({ current_state: 'READY', default: true, is_protected: false });
    expect(project.status).toMatchObject({
      pg_version: 17,
      owner: workspace.personas.admin.userName,
      default_branch: branch.name,
    });
  });

  it('makes a project with its branch and endpoint', async () => {
    const spec = { display_name: 'Acme', pg_version: 16 };
    const { response } = await finished(await call('POST', 'projects?project_id=acme', { spec }));

    expect(response).toMatchObject({ name: 'projects/acme', status: { display_name: 'Acme', pg_version: 16 } });
    const endpoint = (await call('GET', 'projects/acme/branches/production/endpoints/primary')).json<Resource>();
    expect(endpoint.status).toMatchObject({
      current_state: 'ACTIVE',
      hosts: { host: `${endpoint.uid}.lakebase.localhost` },
    });
  });

  it('answers with an operation, which is asked for until it is done', async () => {
    const slow = await givenWorkspace({ controlPlaneMilliseconds: making });
    const { token } = slow.workspace.personas.engineer;
    const started = await ask(slow.workspace, `${ROOT}/projects?project_id=slow`, {
      method: 'POST',
      token,
      body: '{}',
    });
    const first = started.json<Operation>();
    const read = async () => (await ask(slow.workspace, `${ROOT}/${first.name}`, { token })).json<Operation>();
    const branch = (await ask(slow.workspace, `${ROOT}/projects/slow/branches/production`, { token })).json<Resource>();
    for (let attempt = 0; !(await read()).done && attempt < 400; attempt++) await delay(25);
    const last = await read();
    await slow.stop();

    expect(first).toEqual({
      name: expect.stringMatching(/^projects\/slow\/operations\/[0-9a-f-]{36}$/) as string,
      done: false,
      metadata: { '@type': 'type.googleapis.com/databricks.postgres.v1.ProjectOperationMetadata' },
    });
    expect(branch.status['current_state']).toBe('INIT');
    expect(last).toMatchObject({ done: true, response: { name: 'projects/slow' } });
  });

  it('makes branches, endpoints, databases and roles', async () => {
    await finished(await call('POST', 'projects?project_id=parts', { spec: {} }));
    const branch = await finished(
      await call('POST', 'projects/parts/branches?branch_id=dev', { spec: { no_expiry: true } }),
    );
    const under = 'projects/parts/branches/dev';
    const reader = { spec: { endpoint_type: 'ENDPOINT_TYPE_READ_ONLY' } };
    const role = { spec: { identity_type: 'SERVICE_PRINCIPAL', postgres_role: 'client-id' } };
    await finished(await call('POST', `${under}/endpoints?endpoint_id=reader`, reader));
    await finished(await call('POST', `${under}/roles?role_id=service`, role));
    await finished(
      await call('POST', `${under}/databases?database_id=sales-db`, { spec: { role: `${under}/roles/service` } }),
    );

    expect(branch.response?.name).toBe(under);
    const names = async (collection: string) => {
      const page = (await call('GET', `${under}/${collection}`)).json<Record<string, Resource[]>>();
      return (page[collection] ?? []).map(({ name }) => name.split('/').at(-1));
    };
    expect(await names('endpoints')).toEqual(['primary', 'reader']);
    expect(await names('databases')).toEqual(['sales-db']);
    expect((await call('GET', `${under}/roles/service`)).json<Resource>().status).toMatchObject({
      auth_method: 'LAKEBASE_OAUTH_V1',
      attributes: { createdb: false, createrole: false, bypassrls: false },
    });
    expect((await call('GET', `${under}/databases/sales-db`)).json<Resource>().status).toMatchObject({
      postgres_database: 'sales_db',
    });
  });

  it('lists page by page, and refuses the page token of another list', async () => {
    for (const id of ['list-a', 'list-b', 'list-c']) await call('POST', `projects?project_id=${id}`, { spec: {} });
    const all: string[] = [];
    let pageToken = '';
    do {
      const page = (
        await call('GET', `projects?page_size=2${pageToken === '' ? '' : `&page_token=${pageToken}`}`)
      ).json<{ projects: Resource[]; next_page_token?: string }>();
      all.push(...page.projects.map(({ name }) => name));
      pageToken = page.next_page_token ?? '';
    } while (pageToken !== '');
    const first = (await call('GET', 'projects?page_size=1')).json<{ next_page_token: string }>().next_page_token;

    expect(all).toEqual(expect.arrayContaining(['projects/lakescope', 'projects/list-a', 'projects/list-c']));
    expect(new Set(all).size).toBe(all.length);
    const strange = await call('GET', `projects/lakescope/branches?page_token=${first}`);
    expect(strange.status).toBe(400);
  });

  it('changes what the update mask names and nothing else', async () => {
    await finished(await call('POST', 'projects?project_id=masked', { spec: { display_name: 'Before' } }));
    const patch = (mask: string, spec: object) => call('PATCH', `projects/masked?update_mask=${mask}`, { spec });

    await patch('spec.display_name', { display_name: 'After', history_retention_duration: '60s' });
    await patch('spec.default_endpoint_settings.autoscaling_limit_max_cu', {
      default_endpoint_settings: { autoscaling_limit_max_cu: 4 },
    });
    const unknown = await patch('spec.colour', { display_name: 'x' });
    const missing = await patch('spec.display_name', {});

    expect((await call('GET', 'projects/masked')).json<Resource>().status).toMatchObject({
      display_name: 'After',
      history_retention_duration: '604800s',
      default_endpoint_settings: { autoscaling_limit_min_cu: 1, autoscaling_limit_max_cu: 4 },
    });
    expect(unknown.json()['message']).toBe("Unknown field path in update_mask: 'spec.colour'");
    expect(missing.json()['message']).toBe("Field 'spec.display_name' is in update_mask but not provided in request");
  });

  it('names the fields of which only one may be given by their group', async () => {
    await finished(await call('POST', 'projects?project_id=groups', { spec: {} }));
    const endpoint = 'projects/groups/branches/production/endpoints/primary';
    const patch = (mask: string) =>
      call('PATCH', `${endpoint}?update_mask=${mask}`, { spec: { suspend_timeout_duration: '60s' } });

    expect((await patch('spec.suspend_timeout_duration')).status).toBe(400);
    expect((await patch('spec.suspension')).status).toBe(200);
    expect((await call('GET', endpoint)).json<Resource>().status['suspend_timeout_duration']).toBe('60s');
  });

  it('removes what was made alone, not what belongs to its parent, and brings projects back', async () => {
    await finished(await call('POST', 'projects?project_id=gone', { spec: {} }));
    const managed = await call('DELETE', 'projects/gone/branches/production');
    expect(managed.status).toBe(400);
    expect(managed.json()['details']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ metadata: { declarative_context: 'MANAGED_BY_PARENT' } }),
      ]) as unknown,
    );
    await finished(await call('DELETE', 'projects/gone'));
    expect((await call('GET', 'projects/gone/branches/production')).json()['message']).toMatch(
      /^project id not found \[TraceId: [0-9a-f-]{36}\]$/,
    );

    expect((await call('POST', 'projects/gone/undelete', {}, 'analyst')).status).toBe(403);
    await finished(await call('POST', 'projects/gone/undelete', {}));

    expect((await call('GET', 'projects/gone/branches/production/endpoints/primary')).status).toBe(200);
    await finished(await call('DELETE', 'projects/gone?purge=true'));
    expect((await call('POST', 'projects/gone/undelete', {})).status).toBe(404);
  });

  it('keeps a protected branch', async () => {
    await finished(await call('POST', 'projects?project_id=safe', { spec: {} }));
    await finished(await call('POST', 'projects/safe/branches?branch_id=kept', { spec: { is_protected: true } }));

    expect((await call('DELETE', 'projects/safe/branches/kept')).status).toBe(400);
  });

  it('lets only its owner and workspace admins change a project', async () => {
    await finished(await call('POST', 'projects?project_id=mine', { spec: {} }));
    const rename = (persona: PersonaName) =>
      call('PATCH', 'projects/mine?update_mask=spec.display_name', { spec: { display_name: persona } }, persona);

    expect([(await rename('analyst')).status, (await rename('admin')).status]).toEqual([403, 200]);
    expect((await call('POST', 'projects/mine/branches?branch_id=b', {}, 'analyst')).status).toBe(403);
    expect((await call('DELETE', 'projects/mine', undefined, 'analyst')).status).toBe(403);
  });

  it.each([
    ['POST', 'projects', 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'projects?project_id=Upper', 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'projects?project_id=lakescope', 409, 'ALREADY_EXISTS'],
    ['POST', 'projects/nowhere/branches?branch_id=b', 404, 'NOT_FOUND'],
    ['GET', 'projects/nowhere/branches/production/endpoints/primary', 404, 'NOT_FOUND'],
    ['GET', 'projects/lakescope/operations/none', 404, 'NOT_FOUND'],
    ['POST', 'projects/lakescope/branches/production/databases?database_id=no-role', 403, 'PERMISSION_DENIED'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const answer = await call(method, path, method === 'POST' ? {} : undefined);

    expect([answer.status, answer.json()['error_code']]).toEqual([status, code]);
  });

  it('keeps everything when the workspace starts again', async () => {
    const stateDirectory = await givenFolder();
    const first = await givenWorkspace({ stateDirectory });
    const create = { method: 'POST', body: '{}', token: first.workspace.personas.admin.token };
    await ask(first.workspace, `${ROOT}/projects?project_id=kept`, create);
    const read = async ({ workspace: started }: typeof first) => {
      const { token } = started.personas.admin;
      return (await ask(started, `${ROOT}/projects/kept`, { token })).json<Resource>().uid;
    };
    const uid = await read(first);
    await first.workspace.close();

    const second = await givenWorkspace({ stateDirectory });

    expect(uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(await read(second)).toBe(uid);
    await second.stop();
  });

  describe('issues credentials', () => {
    const credential = (body: unknown) => call('POST', 'credentials', body);

    it('for as long as asked, as strings', async () => {
      const answer = await credential({ endpoint: workspace.postgresEndpoint, ttl: '300s' });
      const { token, expire_time: expireTime } = answer.json<PostgresCredential>();

      expect(expireTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Math.round((Date.parse(expireTime) - Date.now()) / 10_000)).toBe(30);
      expect(await workspace.verify(token)).toMatchObject({
        kind: 'database',
        subject: workspace.personas.engineer.userName,
        databases: [workspace.postgresEndpoint],
      });
    });

    it('until a time, and for an hour when nothing is said', async () => {
      const until = new Date(Date.now() + 600_000).toISOString();
      const timed = (
        await credential({ endpoint: workspace.postgresEndpoint, expire_time: until })
      ).json<PostgresCredential>();
      const usual = (await credential({ endpoint: workspace.postgresEndpoint })).json<PostgresCredential>();

      expect(Math.abs(Date.parse(timed.expire_time) - Date.parse(until))).toBeLessThanOrEqual(2_000);
      expect(Math.round((Date.parse(usual.expire_time) - Date.now()) / 60_000)).toBe(60);
    });

    it.each([
      [{}, 400],
      [{ endpoint: '' }, 400],
      [{ endpoint: 'projects/lakescope' }, 400],
      [{ endpoint: 'projects/lakescope/branches/production/endpoints/other' }, 404],
      [{ endpoint: 'projects/other/branches/production/endpoints/primary' }, 404],
      [{ endpoint: 'ENDPOINT', ttl: '299s' }, 400],
      [{ endpoint: 'ENDPOINT', ttl: '3601s' }, 400],
      [{ endpoint: 'ENDPOINT', ttl: 3600 }, 400],
      [{ endpoint: 'ENDPOINT', ttl: '600s', expire_time: '2036-01-01T00:00:00Z' }, 400],
      [{ endpoint: 'ENDPOINT', expire_time: 'tomorrow' }, 400],
      [{ endpoint: 'ENDPOINT', claims: 'all' }, 400],
    ])('but not for %j', async (body, status) => {
      const text = JSON.stringify(body).replace('ENDPOINT', workspace.postgresEndpoint);

      expect((await credential(JSON.parse(text))).status).toBe(status);
    });

    it('only to tokens with the scope postgres', async () => {
      const { token } = await workspace.issueUserToken('analyst', ['files']);
      const body = JSON.stringify({ endpoint: workspace.postgresEndpoint });
      const answer = await ask(workspace, `${ROOT}/credentials`, { method: 'POST', token, body });

      expect([answer.status, answer.json()['message']]).toEqual([
        403,
        'Provided OAuth token does not have required scopes: postgres',
      ]);
    });
  });
});
