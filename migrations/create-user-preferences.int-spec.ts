import { lakebaseDataSource, SchemaIsNewer, SchemaMigrator } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { migrations } from './index';

describe('the migrations', () => {
  let stack: LocalStack;
  let dataSource: DataSource;

  beforeAll(async () => {
    stack = await LocalStack.start();
    dataSource = await connect();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await stack.stop();
  });

  it('create the table of preferences with forced row-level security, and take it back', async () => {
    const first = await connect(migrations.slice(0, 1));
    const migrator = new SchemaMigrator(first);

    const up = await migrator.migrate();
    expect(up).toEqual({
      applied: ['CreateUserPreferences1795219200000'],
      schemaVersion: 'CreateUserPreferences1795219200000',
    });
    expect(await tables()).toEqual([{ relname: 'user_preferences', relrowsecurity: true, relforcerowsecurity: true }]);

    const down = await migrator.revertLast();
    expect(down.schemaVersion).toBeUndefined();
    expect(await tables()).toEqual([]);
    await first.destroy();
  });

  it('change nothing when they are all there', async () => {
    await new SchemaMigrator(dataSource).migrate();

    await expect(new SchemaMigrator(dataSource).migrate()).resolves.toMatchObject({ applied: [] });
  });

  it('are run once by replicas that start together', async () => {
    await new SchemaMigrator(dataSource).revertLast();
    const others = await Promise.all([connect(), connect()]);

    const reports = await Promise.all([dataSource, ...others].map((source) => new SchemaMigrator(source).migrate()));

    expect(reports.flatMap(({ applied }) => applied)).toEqual([migrations.at(-1)?.name]);
    await Promise.all(others.map((source) => source.destroy()));
  });

  it('refuse a schema of a newer release in one clear line', async () => {
    await new SchemaMigrator(dataSource).migrate();
    await dataSource.query(
      `INSERT INTO lakescope.schema_migrations (timestamp, name) VALUES (9999999999999, 'FromTomorrow9999999999999')`,
    );

    const refusal = new SchemaMigrator(dataSource).migrate();

    await expect(refusal).rejects.toThrow(SchemaIsNewer);
    await expect(refusal).rejects.toThrow(/^The database schema is newer than this app.*FromTomorrow9999999999999/);
    await dataSource.query(`DELETE FROM lakescope.schema_migrations WHERE name = 'FromTomorrow9999999999999'`);
  });

  async function connect(known = migrations): Promise<DataSource> {
    const { lakebase } = stack.config({ PGPASSWORD: undefined });
    const { databaseInstance, servicePrincipal } = stack.workspace;
    const source = lakebaseDataSource({
      config: lakebase,
      user: servicePrincipal.clientId,
      password: () => credentialOf(databaseInstance.name),
      entities: [],
      migrations: known,
      onPoolError: () => undefined,
    });
    return source.initialize();
  }

  async function credentialOf(instance: string): Promise<string> {
    const { url, servicePrincipal } = stack.workspace;
    const basic = Buffer.from(`${servicePrincipal.clientId}:${servicePrincipal.clientSecret}`).toString('base64');
    const issued = await fetch(`${url}/oidc/v1/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&scope=all-apis',
    });
    const { access_token } = (await issued.json()) as { access_token: string };
    const minted = await fetch(`${url}/api/2.0/database/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ request_id: crypto.randomUUID(), instance_names: [instance] }),
    });
    return ((await minted.json()) as { token: string }).token;
  }

  async function tables(): Promise<unknown[]> {
    const { postgres } = stack;
    const client = new Client({
      host: postgres.host,
      port: postgres.port,
      user: postgres.superuser,
      password: postgres.password,
      database: postgres.database,
    });
    await client.connect();
    try {
      const found = await client.query(
        `SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE nspname = 'lakescope' AND relkind = 'r' AND relname <> 'schema_migrations' ORDER BY relname`,
      );
      return found.rows;
    } finally {
      await client.end();
    }
  }
});
