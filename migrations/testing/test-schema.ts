import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabricksClients } from '@lakescope/databricks-client';
import {
  lakebaseDataSource,
  LakebaseCredentials,
  PoolHistory,
  type MigrationClass,
} from '@lakescope/server-persistence';
import { LocalStack, schemaObjects } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { migrations } from '../index';

export const FIXTURES = join(__dirname, '../fixtures');

type Row = Record<string, unknown>;

/** The app's schema on a Postgres of its own: made as the app, looked at by a superuser whom no wall holds. */
export class TestSchema {
  private readonly opened: DataSource[] = [];

  private constructor(
    readonly stack: LocalStack,
    readonly superuser: Client,
    private readonly clients: DatabricksClients,
  ) {}

  static async start(postgresVersion: 16 | 17): Promise<TestSchema> {
    Logger.overrideLogger(false);
    const stack = await LocalStack.start({ postgresVersion });
    const { host, port, superuser: user, password, database } = stack.postgres;
    const superuser = new Client({ host, port, user, password, database });
    await superuser.connect();
    const { host: workspace, clientId = '', clientSecret } = stack.config().databricks;
    const clients = new DatabricksClients({
      host: workspace.href,
      product: { name: 'lakescope-test', version: '0' },
      ...(clientSecret === undefined ? {} : { app: { clientId, clientSecret } }),
    });
    return new TestSchema(stack, superuser, clients);
  }

  /** Logs in as the app does. */
  async connect(which: readonly MigrationClass[] = migrations): Promise<DataSource> {
    const config = this.stack.config().lakebase;
    const credentials = new LakebaseCredentials(config, this.clients, new PoolHistory());
    const source = lakebaseDataSource({
      config,
      user: this.stack.workspace.servicePrincipal.clientId,
      password: () => credentials.password(),
      entities: [],
      migrations: which,
      onPoolError: () => undefined,
    });
    this.opened.push(await source.initialize());
    return source;
  }

  /** The schema as a release left it behind; answers a connection of the app's. */
  async restore(fixture: string): Promise<DataSource> {
    const source = await this.connect();
    await source.query(readFileSync(join(FIXTURES, fixture), 'utf8'));
    return source;
  }

  /** Everything in the schema; without the partitions of single days, which the running app makes, unless asked for. */
  async objects({ days = true } = {}): Promise<string[]> {
    const all = await schemaObjects(this.superuser);
    return days ? all : all.filter((line) => !/_\d{4}_\d\d_\d\d/.test(line));
  }

  /** Names of the columns of each table. */
  async columns(): Promise<Record<string, string[]>> {
    const { rows } = await this.superuser.query<{ name: string; columns: string[] }>(
      `SELECT table_name AS name, json_agg(column_name::text) AS columns FROM information_schema.columns
        WHERE table_schema = 'lakescope' AND table_name <> 'schema_migrations' GROUP BY 1 ORDER BY 1`,
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.columns]));
  }

  /** Every row as it can be compared, as far as it is made of these columns. */
  async rows(known: Readonly<Record<string, readonly string[]>>): Promise<Record<string, Row[]>> {
    const found: Record<string, Row[]> = {};
    for (const [table, names] of Object.entries(known)) {
      const { rows } = await this.superuser.query<{ row: Row }>(
        `SELECT to_json(t) AS row
           FROM (SELECT ${names.map((name) => `"${name}"::text`).join(', ')} FROM lakescope.${table}) t ORDER BY to_jsonb(t)::text`,
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  }

  /** Nothing of the app is there any more. */
  async clear(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((source) => source.destroy()));
    await this.superuser.query('DROP SCHEMA IF EXISTS lakescope CASCADE');
  }

  async stop(): Promise<void> {
    await this.clients.close();
    await this.superuser.end();
    await this.stack.stop();
  }
}
