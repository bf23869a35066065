import type { DatabaseCredential, DatabaseInstance, ListDatabaseInstancesResponse } from '@lakescope/databricks-wire';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.0/database';
/** Long enough to see a state in between, on a busy machine too. */
const making = 800;

describe('Lakebase Provisioned', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({
      databaseCredentialLifetimeSeconds: 600,
      controlPlaneMilliseconds: making,
    }));
  });
  afterAll(() => stop());

  const credential = (body: unknown, token = workspace.personas.engineer.token) =>
    ask(workspace, `${ROOT}/credentials`, { method: 'POST', token, body: JSON.stringify(body) });

  it('has one instance that is available on this machine', async () => {
    const { token } = workspace.personas.engineer;
    const list = (await ask(workspace, `${ROOT}/instances`, { token })).json<ListDatabaseInstancesResponse>();
    const byUid = `${ROOT}/instances:findByUid?uid=${workspace.databaseInstance.uid}`;
    const found = (await ask(workspace, byUid, { token })).json<DatabaseInstance>();
    const got = (await ask(workspace, `${ROOT}/instances/lakescope-local`, { token })).json<DatabaseInstance>();

    expect(got).toMatchObject({
      name: 'lakescope-local',
      uid: workspace.databaseInstance.uid,
      state: 'AVAILABLE',
      read_write_dns: 'localhost',
      effective_stopped: false,
    });
    expect(list.database_instances).toEqual([got]);
    expect(found).toEqual(got);
  });

  it('issues a password for the caller that opens the database and nothing else', async () => {
    const answer = await credential({ instance_names: ['lakescope-local'], request_id: 'r-1' });
    const { token, expiration_time } = answer.json<DatabaseCredential>();

    const claims = await workspace.verify(token);
    const me = await ask(workspace, '/api/2.0/preview/scim/v2/Me', { token });

    expect(claims).toMatchObject({
      subject: workspace.personas.engineer.userName,
      principal: 'user',
      kind: 'database',
      scopes: ['database'],
    });
    expect(claims?.expiresAt).toEqual(new Date(expiration_time));
    expect(Math.round((Date.parse(expiration_time) - Date.now()) / 10_000)).toBe(60);
    expect(me.status).toBe(403);
  });

  it('wants the scope postgres of a user, and all-apis has it', async () => {
    const [without, withIt] = await Promise.all([
      workspace.issueUserToken('analyst', ['files']),
      workspace.issueUserToken('analyst', ['postgres']),
    ]);

    const refused = await credential({ instance_names: ['lakescope-local'] }, without.token);
    const granted = await credential({ instance_names: ['lakescope-local'] }, withIt.token);

    expect(refused.json()['message']).toBe('Provided OAuth token does not have required scopes: postgres');
    expect([refused.status, granted.status]).toEqual([403, 200]);
  });

  it.each([
    [{ instance_names: ['other'] }, 404, 'NOT_FOUND'],
    [{ instance_names: [] }, 400, 'INVALID_PARAMETER_VALUE'],
    [{ instance_names: 'lakescope-local' }, 400, 'INVALID_PARAMETER_VALUE'],
    [{}, 400, 'INVALID_PARAMETER_VALUE'],
    [null, 400, 'INVALID_PARAMETER_VALUE'],
  ])('refuses the credential request %j', async (body, status, code) => {
    const answer = await credential(body);

    expect([answer.status, answer.json()['error_code']]).toEqual([status, code]);
  });

  it('answers 404 for an instance that is not there', async () => {
    const answer = await ask(workspace, `${ROOT}/instances/other`, { token: workspace.personas.engineer.token });

    expect([answer.status, answer.json()['error_code']]).toEqual([404, 'NOT_FOUND']);
  });

  it('wants request_id and claims in the shape the platform documents, and carries the claims in the credential', async () => {
    const claims = [{ permission_set: 'READ_ONLY', resources: [{ table_name: 'main.sales.orders' }] }];
    const good = await credential({ instance_names: ['lakescope-local'], request_id: 'r-2', claims });
    const [, payload = ''] = good.json<DatabaseCredential>().token.split('.');
    const wrongId = await credential({ instance_names: ['lakescope-local'], request_id: 7 });
    const wrongClaims = await credential({ instance_names: ['lakescope-local'], claims: [{ permission_set: 'ALL' }] });

    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      databases: ['lakescope-local'],
      claims,
    });
    expect([good.status, wrongId.status, wrongClaims.status]).toEqual([200, 400, 400]);
  });

  describe('lets its owner', () => {
    const { admin, engineer, analyst } = {
      admin: () => workspace.personas.admin.token,
      engineer: () => workspace.personas.engineer.token,
      analyst: () => workspace.personas.analyst.token,
    };
    const change = (path: string, method: string, token: string, body?: unknown) =>
      ask(workspace, `${ROOT}/instances${path}`, {
        method,
        token,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const state = async (name: string) =>
      (await change(`/${name}`, 'GET', engineer())).json<DatabaseInstance>().state ?? 'gone';

    it('make one, see it start, stop it, start it, and remove it', async () => {
      const seen: unknown[] = [];
      const see = (answer: Answer) => seen.push(answer.json<DatabaseInstance>().state);
      const settle = async (expected: string) => {
        for (let attempt = 0; (await state('acme-db')) !== expected && attempt < 200; attempt++) await delay(25);
        seen.push(await state('acme-db'));
      };
      const made = await change('', 'POST', engineer(), { name: 'acme-db', capacity: 'CU_2' });
      see(made);
      await settle('AVAILABLE');
      see(await change('/acme-db?update_mask=stopped', 'PATCH', engineer(), { stopped: true }));
      await settle('STOPPED');
      const refused = await credential({ instance_names: ['acme-db'] });
      see(await change('/acme-db?update_mask=stopped', 'PATCH', engineer(), { stopped: false }));
      await settle('AVAILABLE');
      const tooSoon = await change('/acme-db', 'DELETE', engineer());
      await change('/acme-db?purge=true', 'DELETE', engineer());
      seen.push(await state('acme-db'));
      await settle('gone');

      expect(made.json()).toMatchObject({ creator: workspace.personas.engineer.userName, capacity: 'CU_2' });
      expect(seen).toEqual([
        'STARTING',
        'AVAILABLE',
        'UPDATING',
        'STOPPED',
        'STARTING',
        'AVAILABLE',
        'DELETING',
        'gone',
      ]);
      expect([refused.status, tooSoon.status]).toEqual([400, 400]);
    });

    it('and workspace admins change it, nobody else', async () => {
      await change('', 'POST', engineer(), { name: 'mine-db' });

      const byOther = await change('/mine-db?update_mask=capacity', 'PATCH', analyst(), { capacity: 'CU_4' });
      const byAdmin = await change('/mine-db?update_mask=capacity', 'PATCH', admin(), { capacity: 'CU_4' });

      expect([byOther.status, byOther.json()['error_code']]).toEqual([403, 'PERMISSION_DENIED']);
      expect(byAdmin.json()).toMatchObject({ capacity: 'CU_4', effective_capacity: 'CU_4' });
    });

    it.each([
      [{ name: 'lakescope-local' }, 409, 'ALREADY_EXISTS'],
      [{ name: 'Not A Name' }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'a-db', capacity: 'HUGE' }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ name: 'a-db', state: 'AVAILABLE' }, 400, 'INVALID_PARAMETER_VALUE'],
      [{}, 400, 'INVALID_PARAMETER_VALUE'],
    ])('not make %j', async (body, status, code) => {
      const answer = await change('', 'POST', engineer(), body);

      expect([answer.status, answer.json()['error_code']]).toEqual([status, code]);
    });
  });

  it('lists page by page until there is no more', async () => {
    const { token } = workspace.personas.engineer;
    for (const name of ['page-a', 'page-b', 'page-c']) {
      await ask(workspace, `${ROOT}/instances`, { method: 'POST', token, body: JSON.stringify({ name }) });
    }
    const all: string[] = [];
    let pageToken: string | undefined;
    do {
      const query = `?page_size=2${pageToken === undefined ? '' : `&page_token=${pageToken}`}`;
      const answer = await ask(workspace, `${ROOT}/instances${query}`, { token });
      const page = answer.json<ListDatabaseInstancesResponse>();
      expect(page.database_instances?.length).toBeLessThanOrEqual(2);
      all.push(...(page.database_instances ?? []).map(({ name = '' }) => name));
      pageToken = page.next_page_token;
    } while (pageToken !== undefined);

    expect(all).toEqual(expect.arrayContaining(['lakescope-local', 'page-a', 'page-b', 'page-c']));
    expect(new Set(all).size).toBe(all.length);
  });
});
