import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DatabaseUnavailable, LakebaseNotConfigured } from './persistence.errors';
import { ana, currentUser, TestServer, until } from './testing/test-server';

describe('the database of the app', () => {
  let stack: LocalStack;
  let servers: TestServer[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    // Short enough that a suite sees a credential end.
    stack = await LocalStack.start({ databaseCredentialLifetimeSeconds: 6 });
  });

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
    stack.workspace.faults.clear();
  });

  afterAll(() => stack.stop());

  it('is reached as the service principal, by TLS, with a minted password, in the schema of the app', async () => {
    const { database } = await started();

    const [row] = await database.asSystem((tx) =>
      tx.query(`SELECT current_user AS "user", current_schema AS schema, current_setting('timezone') AS zone,
                       current_setting('application_name') AS app`),
    );

    const { servicePrincipal, app } = stack.workspace;
    expect(row).toEqual({ user: servicePrincipal.clientId, schema: 'lakescope', zone: 'UTC', app: app.name });
  });

  it('takes the user from the credential when PGUSER is not given', async () => {
    const { database } = await started({ PGUSER: undefined });

    await expect(database.asSystem(currentUser)).resolves.toBe(stack.workspace.servicePrincipal.clientId);
  });

  it('tells each transaction whose it is, and forgets it afterwards', async () => {
    const { database } = await started();

    await expect(database.asUser(ana, settings)).resolves.toEqual({ user_id: 'ana@example.com', system: '' });
    await expect(database.asSystem(settings)).resolves.toEqual({ user_id: '', system: 'on' });
  });

  it('takes back everything a failed transaction did', async () => {
    const { database } = await started();
    await database.asSystem((tx) => tx.query('CREATE TABLE IF NOT EXISTS ledger (n integer)'));

    const failing = database.asSystem(async (tx) => {
      await tx.query('INSERT INTO ledger VALUES (1)');
      throw new Error('changed my mind');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    await expect(database.asSystem((tx) => tx.query('SELECT * FROM ledger'))).resolves.toEqual([]);
  });

  it('takes no text that Postgres does not take, which is a mistake of whoever sent it', async () => {
    const { database } = await started();
    const asking = database.asSystem((tx) => tx.query('SELECT $1::text', ['a\u0000b']));

    await expect(asking).rejects.toMatchObject({ name: 'UnstorableText', code: 'INVALID_REQUEST' });
  });

  it('says of a table that is not there that the schema is not as it is needed', async () => {
    const { database } = await started();
    const asking = database.asSystem((tx) => tx.query('SELECT * FROM taken_away'));

    await expect(asking).rejects.toMatchObject({ name: 'SchemaIsBehind', code: 'DATABASE_UNAVAILABLE' });
  });

  it('is asked for one credential by many sessions that open at once', async () => {
    const server = await started();
    const before = credentialRequests();

    await Promise.all(
      Array.from({ length: 15 }, () => server.database.asSystem((tx) => tx.query('SELECT pg_sleep(0.1)'))),
    );

    expect(server.database.poolUse.total).toBeGreaterThan(5);
    expect(credentialRequests() - before).toBeLessThanOrEqual(1);
  });

  it('renews the credential before it ends, while sessions go on', async () => {
    const { credentials, database } = await started();
    const first = credentials.expiresAt;

    await until(() => credentials.expiresAt !== first, 6_000);

    await expect(database.asSystem(currentUser)).resolves.toBeDefined();
  });

  it('goes on with the old credential while the workspace issues none', async () => {
    const { credentials, database } = await started();
    stack.workspace.faults.add({ pathPrefix: '/api/2.0/database/credentials', status: 500 });
    const { expiresAt } = credentials;

    stack.gateway.disconnectAll();

    await expect(database.asSystem(currentUser)).resolves.toBeDefined();
    expect(credentials.expiresAt).toBe(expiresAt);
  });

  it('gets one fresh credential when the server refuses the login', async () => {
    const { credentials, database } = await started();
    await stack.workspace.revoke(await credentials.password());
    stack.gateway.disconnectAll();
    const before = credentialRequests();

    await expect(database.asSystem(currentUser)).resolves.toBeDefined();

    expect(credentialRequests() - before).toBe(1);
  });

  it('comes back by itself after its sessions were cut', async () => {
    const { database } = await started();
    await Promise.all(Array.from({ length: 4 }, () => database.asSystem((tx) => tx.query('SELECT pg_sleep(0.05)'))));

    stack.gateway.disconnectAll();

    await expect(Promise.all(Array.from({ length: 4 }, () => database.asSystem(currentUser)))).resolves.toHaveLength(4);
  });

  it('answers that it is unavailable while Postgres is away, and works when it is back', async () => {
    const { database } = await started();

    await stack.postgres.halt();
    await expect(database.asSystem(currentUser)).rejects.toThrow(DatabaseUnavailable);
    await stack.postgres.restart();

    await until(() => database.asSystem(currentUser).then(Boolean, () => false), 10_000);
  });

  it('waits at start for Postgres and says what it waits for', async () => {
    await stack.postgres.halt();
    const server = given();
    const running = server.startup.run();
    await until(() => server.lifecycle.reason !== undefined, 10_000);

    expect(server.lifecycle.phase).toBe('starting');
    await expect(server.database.asSystem(currentUser)).rejects.toThrow('the database is not ready');

    await stack.postgres.restart();
    await running;
    expect(server.lifecycle.phase).toBe('ready');
    await expect(server.database.asSystem(currentUser)).resolves.toBeDefined();
  });

  it('that cannot be had is complained about once, however often it is tried, and once more when the reason changes', async () => {
    const lines: string[] = [];
    const line = (entry: unknown): void => void lines.push(JSON.stringify(entry));
    Logger.overrideLogger({ log: () => undefined, error: line, warn: line });
    await stack.postgres.halt();
    const server = given({ PGDATABASE: 'nowhere' });
    const running = server.startup.run();
    await until(() => attempts(server) >= 4, 15_000);
    const before = [...lines];
    await stack.postgres.restart();
    await until(() => lines.length > before.length, 15_000);
    await server.stop();
    await running;
    Logger.overrideLogger(false);

    expect(before).toHaveLength(1);
    expect(before[0]).toContain('The database is not ready');
    expect(lines.at(-1)).toContain('the database does not exist');
    expect(lines.length).toBeLessThanOrEqual(4);
  });

  it('is refused by name when none is configured, and the app is ready all the same', async () => {
    const { database, lifecycle } = await started({ PGHOST: undefined });

    const refusal = database
      .asUser(ana, currentUser, { feature: 'Storing preferences' })
      .catch((error: unknown) => error);

    expect(lifecycle.phase).toBe('ready');
    expect(await refusal).toBeInstanceOf(LakebaseNotConfigured);
    expect(await refusal).toMatchObject({
      code: 'LAKEBASE_NOT_CONFIGURED',
      name: 'ConfigurationError',
      message: 'Storing preferences is unavailable because Lakebase is not configured.',
      details: {
        suggestion:
          'Configure Lakebase resource in databricks.yml or set PGHOST and LAKEBASE_DATABASE environment variables.',
      },
    });
  });

  it('is not talked to when its certificate is for somebody else', async () => {
    const server = given({ PGHOST: '127.0.0.2' });
    void server.startup.run();

    await until(() => server.lifecycle.reason !== undefined, 10_000);

    expect(server.lifecycle.reason).toMatch(/certificate is not trusted|refuses connections/);
  });

  function given(overrides: Record<string, string | undefined> = {}): TestServer {
    const server = new TestServer(stack, overrides);
    servers.push(server);
    return server;
  }

  async function started(overrides: Record<string, string | undefined> = {}): Promise<TestServer> {
    const server = given(overrides);
    await server.startup.run();
    return server;
  }

  function attempts({ history }: TestServer): number {
    return history.recent().reduce((sum, { connectFailures }) => sum + connectFailures, 0);
  }

  function credentialRequests(): number {
    return stack.workspace.requestLog.entries().filter(({ path }) => path === '/api/2.0/database/credentials').length;
  }
});

async function settings(tx: EntityManager): Promise<unknown> {
  const [row] = (await tx.query(
    `SELECT coalesce(current_setting('lakescope.user_id', true), '') AS user_id,
            coalesce(current_setting('lakescope.system', true), '') AS system`,
  )) as unknown[];
  return row;
}
