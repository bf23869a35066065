import { DatabricksClients } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { LakebaseCredentials, openSchema, PoolHistory } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { Place } from './advice';
import { examine, type DoctorReport } from './examination';
import { checksOf } from './set-up';

const names = migrations.map(({ name }) => name);

describe('the doctor', () => {
  let stack: LocalStack;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    const schema = await openSchema(stack.config().lakebase, clientsOf(stack.environment()), migrations);
    await schema.migrator.migrate();
    await schema.close();
  });

  afterEach(() => stack.workspace.faults.clear());
  afterAll(() => stack.stop());

  it('finds nothing to do where everything is set up', async () => {
    const report = await examined();

    expect(report.items.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(report.ready).toBe(true);
    expect(found(report, 'schema').detail).toContain(names.at(-1));
    expect(found(report, 'postgres_reachable').detail).toMatch(/^PostgreSQL 17\./);
  });

  it('tells a workspace that cannot be reached from one that refuses the app', async () => {
    const away = await examined({ DATABRICKS_HOST: 'http://127.0.0.1:9' });
    const refused = await examined({ DATABRICKS_CLIENT_SECRET: 'a wrong secret of nobody' });

    expect(states(away)).toMatchObject({
      workspace_reachable: 'failed',
      app_credentials: 'skipped',
      schema: 'skipped',
    });
    expect(states(refused)).toMatchObject({ workspace_reachable: 'ok', app_credentials: 'failed', schema: 'skipped' });
    expect(found(refused, 'app_credentials').fix).toContain('databricks apps start lakescope');
  });

  it('says of an address that answers and is no workspace that it is none', async () => {
    stack.workspace.faults.add({
      method: 'GET',
      pathPrefix: '/oidc/.well-known',
      status: 404,
      body: '<html><title>Not Found</title></html>',
    });

    const { detail, fix } = found(await examined(), 'workspace_reachable');

    expect(detail).toContain('there is no such');
    expect(fix).toContain('DATABRICKS_HOST');
  });

  it('asks for the missing half of the database settings, and explains what valueFrom cannot give', async () => {
    const nowhere = await examined({ PGHOST: undefined, PGDATABASE: undefined });
    const nameless = await examined({ LAKEBASE_INSTANCE_NAME: undefined });

    expect(found(nowhere, 'lakebase_configured')).toMatchObject({
      state: 'failed',
      detail: 'Not set: PGHOST, LAKEBASE_DATABASE.',
    });
    expect(found(nameless, 'lakebase_configured').fix).toContain('`valueFrom` of a database resource gives its host');
    expect(states(nameless)['database_credential']).toBe('skipped');
    const userless = await examined({ PGPASSWORD: 'secret', PGUSER: undefined });
    expect(found(userless, 'lakebase_configured').fix).toBe('Set PGUSER, or remove PGPASSWORD.');
  });

  it('knows when the platform has no such database', async () => {
    const report = await examined({ LAKEBASE_INSTANCE_NAME: 'nobody-has-this' });

    expect(found(report, 'lakebase_known').detail).toBe('There is no nobody-has-this in this workspace.');
    expect(states(report)).toMatchObject({ database_credential: 'failed', postgres_reachable: 'skipped' });
  });

  it('reaches a Lakebase Autoscaling endpoint by the same way', async () => {
    const { postgresEndpoint } = stack.workspace;

    const report = await examined({ LAKEBASE_INSTANCE_NAME: undefined, LAKEBASE_ENDPOINT: postgresEndpoint });

    expect(report.items.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(found(report, 'lakebase_known').detail).toContain(postgresEndpoint);
  });

  it('warns when the app connects to another host than the one the platform names', async () => {
    const report = await examined({ PGHOST: 'elsewhere.invalid' });

    expect(found(report, 'lakebase_known')).toMatchObject({ state: 'warning', fix: 'Set PGHOST=localhost' });
    expect(found(report, 'postgres_reachable')).toMatchObject({ state: 'failed' });
  });

  it('says why nobody can log in: the port, the role, the database', async () => {
    const port = await examined({ PGPORT: '9' });
    const role = await examined({ PGUSER: 'somebody-else' });
    const person = await examined({ PGUSER: 'ana@example.com' });
    const database = await examined({ PGDATABASE: 'no_such_database' });

    expect(found(port, 'postgres_reachable').detail).toContain('refuses connections');
    expect(found(role, 'postgres_reachable').detail).toContain('refused the credential');
    expect(found(role, 'postgres_reachable').fix).toContain("_create_role('somebody-else', 'SERVICE_PRINCIPAL')");
    expect(found(person, 'postgres_reachable').fix).toContain("_create_role('ana@example.com', 'USER')");
    expect(found(database, 'postgres_reachable').detail).toContain('does not exist');
  });

  it('misses the encryption, and not the role, where it is switched off', async () => {
    const { detail, fix } = found(await examined({ PGSSLMODE: 'disable' }), 'postgres_reachable');

    expect(detail).toContain('refuses a connection that is not encrypted');
    expect(fix).toBe('Set PGSSLMODE=require');
  });

  it('does not mistake an unverified connection for a good one', async () => {
    expect(found(await examined({ PGSSLMODE: 'prefer' }), 'postgres_tls')).toMatchObject({
      state: 'warning',
      fix: 'Set PGSSLMODE=require',
    });
  });

  it('warns of a role that row-level security does not hold', async () => {
    const { servicePrincipal } = stack.workspace;
    await asSuperuser(`ALTER ROLE "${servicePrincipal.clientId}" BYPASSRLS`);
    try {
      expect(found(await examined(), 'postgres_role').state).toBe('warning');
    } finally {
      await asSuperuser(`ALTER ROLE "${servicePrincipal.clientId}" NOBYPASSRLS`);
    }
    expect(found(await examined(), 'postgres_role').state).toBe('ok');
  });

  it('names migrations that are pending, and refuses a schema that a newer release has migrated', async () => {
    const pending = await examined({}, [...names, 'AddColumn9999999999999']);
    const newer = await examined({}, names.slice(0, -1));

    expect(found(pending, 'schema')).toMatchObject({ state: 'warning', fix: 'npm run migrate -- up' });
    expect(found(pending, 'schema').detail).toContain('AddColumn9999999999999');
    expect(found(newer, 'schema').state).toBe('failed');
    expect(found(newer, 'schema').detail).toContain(names.at(-1));
  });

  it('says who owns the schema when it is not the app', async () => {
    const { servicePrincipal } = stack.workspace;
    await asSuperuser('CREATE ROLE "ana@example.com"; ALTER SCHEMA lakescope OWNER TO "ana@example.com"');
    try {
      const { state, detail, fix } = found(await examined(), 'schema');

      expect({ state, detail }).toMatchObject({ state: 'failed', detail: expect.stringContaining('ana@example.com') });
      expect(fix).toContain('as ana@example.com `npm run backup -- DIRECTORY`');
    } finally {
      await asSuperuser(`ALTER SCHEMA lakescope OWNER TO "${servicePrincipal.clientId}"; DROP ROLE "ana@example.com"`);
    }
  });

  it.each(['app', 'laptop'] as const)('never has the schema of another app taken away from it: %s', async (place) => {
    const { servicePrincipal } = stack.workspace;
    const other = '3f0c5f4e-0000-4000-8000-00000000ab1e';
    await asSuperuser(`CREATE ROLE "${other}"; ALTER SCHEMA lakescope OWNER TO "${other}"`);
    try {
      const { fix } = found(await examined({}, names, place), 'schema');

      expect(fix).not.toMatch(/ALTER|DROP|OWNER/);
      expect(fix).toContain(
        place === 'laptop' ? `DATABRICKS_CLIENT_ID=${other}, its DATABRICKS_CLIENT_SECRET` : 'a database of its own',
      );
    } finally {
      await asSuperuser(`ALTER SCHEMA lakescope OWNER TO "${servicePrincipal.clientId}"; DROP ROLE "${other}"`);
    }
  });

  it('misses a secret of its own and a group of administrators, with the command that makes them', async () => {
    const report = await examined({ LAKESCOPE_SECRET: undefined, ADMIN_GROUPS: 'nobodies, "quoted" group' });

    expect(found(report, 'app_secret')).toMatchObject({ state: 'warning' });
    expect(found(report, 'app_secret').fix).toContain('databricks secrets put-secret lakescope app-secret');
    expect(found(report, 'admin_groups')).toMatchObject({ state: 'failed' });
  });

  it('compares the scopes the app was granted with those its features need', async () => {
    const { workspace } = stack;
    workspace.setAppScopes(['files.files', 'sql']);
    try {
      const report = await examined();

      expect(found(report, 'user_api_scopes').state).toBe('failed');
      expect(found(report, 'user_api_scopes').detail).toContain('lacks unity-catalog:');
      expect(found(report, 'user_api_scopes').fix).toContain('"- unity-catalog" to user_api_scopes');
    } finally {
      workspace.setAppScopes(['files', 'postgres', 'sql', 'unity-catalog']);
    }
    expect(found(await examined(), 'user_api_scopes').state).toBe('ok');
    const named = found(await examined({ DATABRICKS_APP_NAME: 'not-deployed' }, names, 'laptop'), 'user_api_scopes');
    expect(named).toMatchObject({ state: 'skipped', fix: expect.stringContaining('set DATABRICKS_APP_NAME=<app>') });
  });

  it('says which variables are set in vain', async () => {
    const report = await examined({ DATABASE_URL: 'postgres://me:hunter2@somewhere/db' });

    expect(found(report, 'ignored_variables').detail).toContain('DATABASE_URL is ignored');
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  it.each([
    ['is down', { status: 500 }],
    ['limits how often it is asked', { status: 429 }],
    ['answers with a page', { status: 200, body: '<html>Sign in</html>' }],
    ['answers with nothing', { status: 200, body: {} }],
    ['cuts the line', { cut: 'connection' as const }],
  ])('comes to an end when everything it asks beside the sign-in %s', async (_, fault) => {
    for (const pathPrefix of ['/api/2.0/database/instances', '/api/2.0/apps', '/api/2.0/preview/scim/v2/Groups']) {
      stack.workspace.faults.add({ pathPrefix, ...fault });
    }

    const report = await examined();

    expect(states(report)).toMatchObject({ app_credentials: 'ok', postgres_reachable: 'ok', schema: 'ok' });
    expect(states(report)['user_api_scopes']).not.toBe('ok');
    expect(states(report)['admin_groups']).not.toBe('ok');
  });

  it('never shows a secret, whatever goes wrong', async () => {
    const planted = 'planted-secret-of-the-client';
    const reports = await Promise.all([
      examined(),
      examined({ DATABRICKS_CLIENT_SECRET: planted }),
      examined({ PGPASSWORD: planted }),
      examined({ LAKESCOPE_SECRET: `${planted}-which-is-long-enough` }),
    ]);

    const text = JSON.stringify(reports);
    expect(text).not.toContain(planted);
    expect(text).not.toContain(stack.workspace.servicePrincipal.clientSecret);
    expect(text).not.toMatch(/eyJ[\w-]+\./);
  });

  async function examined(
    overrides: Readonly<Record<string, string | undefined>> = {},
    known: readonly string[] = names,
    place: Place = 'app',
  ): Promise<DoctorReport> {
    const config = stack.config(overrides);
    const clients = clientsOf(stack.environment(overrides));
    const credentials = new LakebaseCredentials(config.lakebase, clients, new PoolHistory());
    try {
      return await examine(
        checksOf({
          config,
          clients,
          credentials,
          credential: 'client_secret',
          migrations: known,
          nodeVersion: '22.16.0',
          neededScopes: ['files', 'unity-catalog'],
          place,
          secretScope: 'lakescope',
        }),
      );
    } finally {
      credentials.onApplicationShutdown();
      await clients.close();
    }
  }

  function clientsOf(environment: Record<string, string | undefined>): DatabricksClients {
    const { databricks } = stack.config(environment);
    return new DatabricksClients({
      host: databricks.host.href,
      product: { name: 'lakescope-test', version: '0' },
      ...(databricks.clientId === undefined || databricks.clientSecret === undefined
        ? {}
        : { app: { clientId: databricks.clientId, clientSecret: databricks.clientSecret } }),
    });
  }

  async function asSuperuser(sql: string): Promise<void> {
    const { port, superuser, password, database } = stack.postgres;
    const client = new Client({ host: '127.0.0.1', port, user: superuser, password, database });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
});

function found(report: DoctorReport, id: string): DoctorReport['items'][number] {
  const item = report.items.find((candidate) => candidate.id === id);
  if (item === undefined) throw new Error(`The report has no ${id}`);
  return item;
}

function states(report: DoctorReport): Record<string, string> {
  return Object.fromEntries(report.items.map(({ id, state }) => [id, state]));
}
