import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { CredentialIsFixed, DatabaseUnavailable, LakebaseNotConfigured } from './persistence.errors';
import { ana, currentUser, TestServer, until } from './testing/test-server';

const LIFE_SECONDS = 3;
/** Seconds under load; 300 with FAULT_SCALE=60. */
const LOAD_SECONDS = 5 * Number(process.env['FAULT_SCALE'] ?? 1);

describe.each(['provisioned', 'autoscaling'] as const)('the credential of a Lakebase %s', (lakebase) => {
  let stack: LocalStack;
  let servers: TestServer[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start({ lakebase, databaseCredentialLifetimeSeconds: LIFE_SECONDS });
  });

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
    stack.workspace.faults.clear();
    stack.workspace.setClockSkew(0);
    await stack.gateway.faults.heal();
  });

  afterAll(() => stack.stop());

  it('is of this kind, and tells when it ends and when the next one comes', async () => {
    const { credentials } = await started();
    const [now, end] = [Date.now(), credentials.expiresAt?.getTime() ?? 0];

    expect(credentials.kind).toBe(lakebase);
    expect(end - now).toBeLessThanOrEqual(LIFE_SECONDS * 1000);
    expect(credentials.refreshedAt?.getTime()).toBeLessThanOrEqual(now);
    expect(credentials.nextRefreshAt?.getTime()).toBeGreaterThan(now);
    expect(credentials.nextRefreshAt?.getTime()).toBeLessThan(end);
  });

  it('fails no request, however often it ends under load', async () => {
    const { database, history } = await started();
    const end = Date.now() + LOAD_SECONDS * 1000;
    let requests = 0;
    const worker = async (): Promise<void> => {
      for (; Date.now() < end; requests++) await database.asUser(ana, currentUser, { repeat: 'read' });
    };
    const churn = async (): Promise<void> => {
      // Every session is new again and again, so that each credential is used to log in; on a slow machine less often.
      for (let before = 0; Date.now() < end; await delay(250)) {
        if (requests - before < 80) continue;
        stack.gateway.disconnectAll();
        before = requests;
      }
    };

    await Promise.all([churn(), ...Array.from({ length: 8 }, worker)]);

    const refreshes = history.recent().reduce((sum, { credentialRefreshes }) => sum + credentialRefreshes, 0);
    expect(requests).toBeGreaterThan(100);
    expect(refreshes).toBeGreaterThan(LOAD_SECONDS / LIFE_SECONDS);
    expect(history.recent().reduce((sum, { authFailures }) => sum + authFailures, 0)).toBe(0);
  }, 400_000);

  it('is replaced once when many logins are refused at the same time, and each connects once more', async () => {
    const { database, history } = await started();
    stack.gateway.disconnectAll();
    const before = requests();
    stack.gateway.faults.rejectCredentials(10);

    await Promise.all(Array.from({ length: 10 }, () => database.asUser(ana, (tx) => tx.query('SELECT pg_sleep(0.1)'))));

    // One because of the refusals; the usual renewal may fall into the same moment.
    expect(requests() - before).toBeLessThanOrEqual(2);
    expect(history.recent().reduce((sum, { authFailures }) => sum + authFailures, 0)).toBeGreaterThanOrEqual(9);
  });

  it('is not replaced again and again when the server refuses every one', async () => {
    const { database } = await started();
    stack.gateway.disconnectAll();
    const before = requests();
    stack.gateway.faults.rejectCredentials();

    for (let attempt = 0; attempt < 20; attempt++) {
      await expect(database.asUser(ana, currentUser)).rejects.toThrow('the server refused the credential');
    }

    expect(requests() - before).toBeLessThanOrEqual(3);
    await stack.gateway.faults.heal();
    await expect(database.asUser(ana, currentUser)).resolves.toBeDefined();
  });

  it('serves until its true end while the workspace issues none, and open sessions longer', async () => {
    const { credentials, database } = await started();
    stack.workspace.faults.add({ pathPrefix: '/api/2.0/', status: 500 });
    const end = credentials.expiresAt?.getTime() ?? 0;
    await database.asUser(ana, currentUser);

    stack.gateway.disconnectAll();
    await expect(database.asUser(ana, currentUser)).resolves.toBeDefined();
    await until(() => Date.now() > end + 50, 10_000);
    await expect(database.asUser(ana, currentUser)).resolves.toBeDefined();
    stack.gateway.disconnectAll();
    await expect(database.asUser(ana, currentUser)).rejects.toThrow(DatabaseUnavailable);

    stack.workspace.faults.clear();
    await until(() => database.asUser(ana, currentUser).then(Boolean, () => false), 15_000);
  }, 40_000);

  it.each([600_000, -600_000])('lives as long as ever when the platform is %d ms ahead of us', async (skewMs) => {
    stack.workspace.setClockSkew(skewMs / 1000);
    const { credentials, database } = await started({ PGUSER: undefined });
    const left = (credentials.expiresAt?.getTime() ?? 0) - Date.now();

    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(LIFE_SECONDS * 1000);
    const first = credentials.generation;
    await until(() => credentials.generation > first, 10_000);
    stack.gateway.disconnectAll();
    await expect(database.asUser(ana, currentUser)).resolves.toBe(stack.workspace.servicePrincipal.clientId);
  });

  it('is rotated at once when asked to, and sessions go on', async () => {
    const { credentials, database } = await started();
    const [first, before] = [credentials.generation, requests()];

    await Promise.all([credentials.rotate(), credentials.rotate(), database.asUser(ana, currentUser)]);

    expect(requests() - before).toBe(1);
    expect(credentials.generation).toBe(first + 1);
    await expect(database.asUser(ana, currentUser)).resolves.toBeDefined();
  });

  it('is none to rotate where a password is set, or no database', async () => {
    const fixed = given({ PGPASSWORD: 'of a plain Postgres' });
    const without = given({ PGHOST: undefined });

    expect(fixed.credentials.kind).toBe('password');
    expect(without.credentials.kind).toBeUndefined();
    await expect(fixed.credentials.rotate()).rejects.toThrow(CredentialIsFixed);
    await expect(without.credentials.rotate()).rejects.toThrow(LakebaseNotConfigured);
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

  function requests(): number {
    return stack.workspace.requestLog
      .entries()
      .filter(({ path }) => path === `/api/2.0/${lakebase === 'provisioned' ? 'database' : 'postgres'}/credentials`)
      .length;
  }
});
