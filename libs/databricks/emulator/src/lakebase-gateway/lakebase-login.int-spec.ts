import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Answer } from '../testing/given-workspace';
import { ECHO_SERVER, GivenApps } from '../testing/given-apps';
import { GivenLakebase } from '../testing/given-lakebase';

/** Long enough to be seen on a busy machine. */
const wakeMilliseconds = 1_200;

describe('who may log into which database', () => {
  let lakebase: GivenLakebase;

  beforeAll(async () => {
    lakebase = await GivenLakebase.start({ endpointWakeMilliseconds: wakeMilliseconds, controlPlaneMilliseconds: 0 });
  });
  afterEach(() => lakebase.endClients());
  afterAll(() => lakebase.stop());

  const engineer = () => lakebase.workspace.personas.engineer.userName;

  function manage(method: string, path: string, body: unknown = {}) {
    const { token } = lakebase.workspace.personas.engineer;
    return ask(lakebase.workspace, path, { method, token, body: JSON.stringify(body) });
  }

  async function endpointState(): Promise<unknown> {
    const { workspace } = lakebase;
    const { token } = workspace.personas.engineer;
    const answer = await ask(workspace, `/api/2.0/postgres/${workspace.postgresEndpoint}`, { token });
    return answer.json<{ status: Record<string, unknown> }>().status['current_state'];
  }

  it('lets both kinds of credentials into the default database', async () => {
    const { workspace } = lakebase;
    const provisioned = await lakebase.logIn(engineer(), await lakebase.credential('engineer'));
    const autoscaling = await lakebase.logIn(
      engineer(),
      await lakebase.credential('engineer', workspace.postgresEndpoint),
    );

    for (const client of [provisioned, autoscaling]) {
      expect((await client.query('SELECT session_user AS me')).rows).toEqual([{ me: engineer() }]);
    }
  });

  it('refuses a credential of another instance, and lets it in where it belongs', async () => {
    await manage('POST', '/api/2.0/database/instances', { name: 'other-db' });
    const minted = await manage('POST', '/api/2.0/database/credentials', { instance_names: ['other-db'] });
    const { token } = minted.json<{ token: string }>();
    const { uid } = (await manage('GET', '/api/2.0/database/instances/other-db')).json<{ uid: string }>();
    const host = `instance-${uid}.lakebase.localhost`;

    await expect(lakebase.logIn(engineer(), token)).rejects.toMatchObject({
      code: '28P01',
      detail: 'The credential was minted for other-db.',
    });
    // Not every machine resolves names below localhost, so the name is only what TLS asks for.
    await expect(lakebase.logInAt(host, engineer(), token)).resolves.toBeDefined();
    const usual = await lakebase.credential('engineer');
    await expect(lakebase.logInAt(host, engineer(), usual)).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps what is in the databases of two instances apart, also for who comes by the address', async () => {
    await manage('POST', '/api/2.0/database/instances', { name: 'apart-db' });
    const minted = await manage('POST', '/api/2.0/database/credentials', { instance_names: ['apart-db'] });
    const { token } = minted.json<{ token: string }>();
    const clients = [
      await lakebase.logIn(engineer(), token, { host: '127.0.0.1' }),
      await lakebase.logIn(engineer(), token, { host: '127.0.0.1' }),
      await lakebase.logIn(engineer(), await lakebase.credential('engineer'), { host: '127.0.0.1' }),
    ];
    await clients[0]?.query('CREATE SCHEMA of_apart_db');
    const seen = clients.map((client) => client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'of_apart_db'"));

    expect((await Promise.all(seen)).map(({ rows }) => rows.length)).toEqual([1, 1, 0]);
  });

  it('drops what is in the databases of an instance or branch that is deleted for good', async () => {
    const databases = async (): Promise<number> =>
      (await lakebase.logInAs('engineer').then((client) => client.query('SELECT 1 FROM pg_database'))).rows.length;
    const before = await databases();
    const tokenOf = (answer: Answer): string => answer.json<{ token: string }>().token;
    await manage('POST', '/api/2.0/database/instances', { name: 'gone-db' });
    const minted = await manage('POST', '/api/2.0/database/credentials', { instance_names: ['gone-db'] });
    const session = await lakebase.logIn(engineer(), tokenOf(minted), { host: '127.0.0.1' });
    const cut = new Promise((resolve) => session.once('error', resolve));
    await manage('POST', '/api/2.0/postgres/projects?project_id=gone', { spec: {} });
    const endpoint = 'projects/gone/branches/production/endpoints/primary';
    const passed = await manage('POST', '/api/2.0/postgres/credentials', { endpoint });
    const other = await lakebase.logIn(engineer(), tokenOf(passed), { host: '127.0.0.1' });
    await other.end();
    const made = await databases();

    const instance = await manage('DELETE', '/api/2.0/database/instances/gone-db?purge=true');
    const recoverable = await manage('DELETE', '/api/2.0/postgres/projects/gone');
    const kept = await databases();
    await manage('POST', '/api/2.0/postgres/projects/gone/undelete');
    const purged = await manage('DELETE', '/api/2.0/postgres/projects/gone?purge=true');

    await cut;
    expect([instance, recoverable, purged].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([made, kept, await databases()]).toEqual([before + 2, before + 1, before]);
  });

  it('gives an app that is deployed a role in the database of its resource', async () => {
    const { workspace, gateway } = lakebase;
    const apps = new GivenApps(workspace);
    workspace.startApps({ databasePort: gateway.port });
    const database = {
      ...{ instance_name: workspace.databaseInstance.name, database_name: 'databricks_postgres' },
      permission: 'CAN_CONNECT_AND_CREATE',
    };
    await apps.create('engineer', { name: 'with-db', resources: [{ name: 'db', database }] });
    const source_code_path = await apps.upload('engineer', 'echo', { 'server.mjs': ECHO_SERVER });
    const env_vars = [{ name: 'DB', value_from: 'db' }];
    await apps.deploy('engineer', 'with-db', { source_code_path, command: ['node', 'server.mjs'], env_vars });
    const { env } = await apps.echo('with-db');
    const token = await apps.tokenOf(env);
    const minted = await ask(workspace, '/api/2.0/database/credentials', {
      ...{ method: 'POST', token },
      body: JSON.stringify({ instance_names: [workspace.databaseInstance.name] }),
    });
    const { PGHOST: host, PGUSER: user = '', PGDATABASE: name } = env;
    const client = await lakebase.logIn(user, minted.json<{ token: string }>().token, { database: name });
    await client.query('CREATE SCHEMA of_the_app');

    expect([host, user, env['PGPORT'], env['PGSSLMODE'], env['PGAPPNAME'], env['DB'], env['PGPASSWORD']]).toEqual([
      ...['localhost', env['DATABRICKS_CLIENT_ID'], String(gateway.port), 'require', 'with-db', 'localhost'],
      undefined,
    ]);
    expect((await client.query('SELECT current_database() AS name')).rows).toEqual([{ name: 'databricks_postgres' }]);
  });

  it('lets nobody into an instance that is stopped', async () => {
    await manage('POST', '/api/2.0/database/instances', { name: 'stopped-db' });
    const minted = await manage('POST', '/api/2.0/database/credentials', { instance_names: ['stopped-db'] });
    const { uid } = (await manage('GET', '/api/2.0/database/instances/stopped-db')).json<{ uid: string }>();
    await manage('PATCH', '/api/2.0/database/instances/stopped-db?update_mask=stopped', { stopped: true });

    await expect(
      lakebase.logInAt(`instance-${uid}.lakebase.localhost`, engineer(), minted.json<{ token: string }>().token),
    ).rejects.toMatchObject({ code: '57P03' });
  });

  it('refuses a credential that was revoked, while a session it opened goes on', async () => {
    const password = await lakebase.credential('engineer', lakebase.workspace.postgresEndpoint);
    const session = await lakebase.logIn(engineer(), password);
    await lakebase.workspace.revoke(password);

    await expect(lakebase.logIn(engineer(), password)).rejects.toMatchObject({ code: '28P01' });
    expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it.each([
    ['no algorithm', (head: object, body: object) => `${encode({ ...head, alg: 'none' })}.${encode(body)}.`],
    ['another algorithm', (head: object, body: object) => `${encode({ ...head, alg: 'HS256' })}.${encode(body)}.c2ln`],
    ['another key', (head: object, body: object) => `${encode({ ...head, kid: 'mine' })}.${encode(body)}.c2ln`],
    ['no end', (head: object, body: object) => `${encode(head)}.${encode({ ...body, exp: 9_999_999_999 })}.c2ln`],
  ])('refuses a forged credential with %s', async (_, forge) => {
    const [head = '', body = ''] = (await lakebase.credential('engineer')).split('.');

    await expect(lakebase.logIn(engineer(), forge(decode(head), decode(body)))).rejects.toMatchObject({
      code: '28P01',
      detail: 'The token is not one of this workspace, has expired or was revoked.',
    });
  });

  it('wakes a sleeping endpoint for whoever connects, once for all, and says what it is doing', async () => {
    await lakebase.endClients();
    for (let attempt = 0; !lakebase.workspace.lakebase.suspend() && attempt < 100; attempt++) await delay(20);
    const asleep = await endpointState();
    const password = await lakebase.credential('engineer', lakebase.workspace.postgresEndpoint);
    const from = Date.now();
    const logins = [1, 2, 3].map(() => lakebase.logIn(engineer(), password));
    let waking = await endpointState();
    for (let attempt = 0; waking === 'IDLE' && attempt < 200; attempt++) {
      await delay(10);
      waking = await endpointState();
    }
    await Promise.all(logins);

    expect(Date.now() - from).toBeGreaterThanOrEqual(wakeMilliseconds);
    expect([asleep, waking, await endpointState()]).toEqual(['IDLE', 'INIT', 'ACTIVE']);
    expect(lakebase.workspace.lakebase.suspend()).toBe(false);
  });

  it('falls asleep by itself after the time its endpoint says', async () => {
    await manage('POST', '/api/2.0/postgres/projects?project_id=sleepy', {});
    const endpoint = 'projects/sleepy/branches/production/endpoints/primary';
    await manage('PATCH', `/api/2.0/postgres/${endpoint}?update_mask=spec.suspension`, {
      spec: { suspend_timeout_duration: '0.1s' },
    });
    const read = async () =>
      (await manage('GET', `/api/2.0/postgres/${endpoint}`)).json<{ uid: string; status: { current_state: string } }>();
    const { uid } = await read();
    const password = await lakebase.credential('engineer', endpoint);
    const client = await lakebase.logInAt(`${uid}.lakebase.localhost`, engineer(), password);
    const during = (await read()).status.current_state;
    await client.end();

    for (let attempt = 0; (await read()).status.current_state !== 'IDLE'; attempt++) {
      expect(attempt).toBeLessThan(100);
      await delay(20);
    }
    expect(during).toBe('ACTIVE');
  });

  it('lets nobody into an endpoint that is disabled', async () => {
    await manage('POST', '/api/2.0/postgres/projects?project_id=off', {});
    const endpoint = 'projects/off/branches/production/endpoints/primary';
    const { uid } = (await manage('GET', `/api/2.0/postgres/${endpoint}`)).json<{ uid: string }>();
    const password = await lakebase.credential('engineer', endpoint);
    await manage('PATCH', `/api/2.0/postgres/${endpoint}?update_mask=spec.disabled`, { spec: { disabled: true } });

    await expect(lakebase.logInAt(`${uid}.lakebase.localhost`, engineer(), password)).rejects.toMatchObject({
      code: '57P03',
    });
  });
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decode(part: string): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
}
