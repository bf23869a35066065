import type { DatabaseCredential, DatabaseInstance, ListDatabaseInstancesResponse } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.0/database';

describe('the database API', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ databaseCredentialLifetimeSeconds: 600 }));
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
});
