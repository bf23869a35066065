import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { openSchema, type OpenSchema } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { migrations } from './index';

const UP_TO_REPLICAS = migrations.slice(0, migrations.findIndex(({ name }) => name.startsWith('CreateReplicas')) + 1);

describe('the migrations of the audit log and the replicas', () => {
  let stack: LocalStack;
  let clients: DatabricksClients;
  let schema: OpenSchema;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    const { host, clientId = '', clientSecret = new Secret('') } = stack.config().databricks;
    clients = new DatabricksClients({
      host: host.href,
      app: { clientId, clientSecret },
      product: { name: 'lakescope', version: '0.0.0' },
    });
    schema = await openSchema(stack.config().lakebase, clients, UP_TO_REPLICAS);
  });

  afterAll(async () => {
    await schema.close();
    await clients.close();
    await stack.stop();
  });

  it('leave a log that is walled and guarded, and take every trace of it back', async () => {
    await schema.migrator.migrate();

    expect(await relations()).toEqual([
      { name: 'audit_log', walled: true, forced: true },
      { name: 'replicas', walled: false, forced: false },
      { name: 'user_preferences', walled: true, forced: true },
    ]);
    expect(await names(`SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal`)).toEqual([
      'audit_log_append_only',
      'audit_log_unchanged',
    ]);
    expect(await functions()).toEqual(['audit_log_refuse_change', 'audit_log_refuse_statement']);

    await schema.migrator.revertLast();
    await schema.migrator.revertLast();

    expect((await relations()).map(({ name }) => name)).toEqual(['user_preferences']);
    expect(await functions()).toEqual([]);
  });

  function relations(): Promise<{ name: string }[]> {
    return ask(
      `SELECT relname AS name, relrowsecurity AS walled, relforcerowsecurity AS forced FROM pg_class
       WHERE relnamespace = 'lakescope'::regnamespace AND relkind = 'r' AND relname <> 'schema_migrations' ORDER BY 1`,
    );
  }

  function functions(): Promise<string[]> {
    return names(`SELECT proname AS name FROM pg_proc WHERE pronamespace = 'lakescope'::regnamespace`);
  }

  async function names(statement: string): Promise<string[]> {
    return (await ask(`${statement} ORDER BY 1`)).map(({ name }) => name);
  }

  async function ask(statement: string): Promise<{ name: string }[]> {
    const { host, port, superuser, password, database } = stack.postgres;
    const client = new Client({ host, port, user: superuser, password, database });
    await client.connect();
    try {
      return (await client.query<{ name: string }>(statement)).rows;
    } finally {
      await client.end();
    }
  }
});
