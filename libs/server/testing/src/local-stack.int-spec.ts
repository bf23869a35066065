import { Client } from 'pg';
import { LocalStack } from './local-stack';

describe('the local stack', () => {
  let stack: LocalStack | undefined;

  afterEach(async () => {
    await stack?.stop();
    stack = undefined;
  });

  /** As whoever reads the environment would: a credential for what it names, and a login with it. */
  async function logIn(from: LocalStack): Promise<Client> {
    const { PGHOST, PGPORT, PGDATABASE, LAKEBASE_ENDPOINT, LAKEBASE_INSTANCE_NAME } = from.environment();
    const { token: bearer, userName } = from.workspace.personas.engineer;
    const [path, body] =
      LAKEBASE_ENDPOINT === undefined
        ? ['database', { instance_names: [LAKEBASE_INSTANCE_NAME] }]
        : ['postgres', { endpoint: LAKEBASE_ENDPOINT }];
    const response = await fetch(`${from.workspace.url}/api/2.0/${path}/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { token: password } = (await response.json()) as { token: string };
    const client = new Client({
      host: PGHOST ?? '',
      port: Number(PGPORT),
      user: userName,
      password,
      database: PGDATABASE ?? '',
      ssl: true,
    });
    await client.connect();
    return client;
  }

  async function versionOf(from: LocalStack): Promise<string | undefined> {
    const client = await logIn(from);
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    await client.end();
    return rows[0]?.server_version;
  }

  it('is Provisioned on Postgres 17 unless asked otherwise', async () => {
    stack = await LocalStack.start();

    expect(stack.environment()).toMatchObject({ LAKEBASE_INSTANCE_NAME: 'lakescope-local' });
    expect(stack.environment()).not.toHaveProperty('LAKEBASE_ENDPOINT');
    expect(await versionOf(stack)).toMatch(/^17\./);
  });

  it('is Autoscaling, and on Postgres 16, when asked for', async () => {
    stack = await LocalStack.start({ lakebase: 'autoscaling', postgresVersion: 16 });

    expect(stack.environment()).toMatchObject({ LAKEBASE_ENDPOINT: stack.workspace.postgresEndpoint });
    expect(stack.environment()).not.toHaveProperty('LAKEBASE_INSTANCE_NAME');
    expect(await versionOf(stack)).toMatch(/^16\./);
  });

  it.each([10, -10])('lives %i minutes ahead of this machine, and agrees with itself', async (minutes) => {
    stack = await LocalStack.start({ database: false, clockSkewMs: minutes * 60_000 });
    const { token, expiresAt } = await stack.workspace.issueUserToken('engineer', ['files']);

    expect(Math.round((expiresAt.getTime() - Date.now()) / 60_000)).toBe(60 + minutes);
    expect(await stack.workspace.verify(token)).toBeDefined();
  });
});
