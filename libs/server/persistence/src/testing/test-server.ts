import { setTimeout as delay } from 'node:timers/promises';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import type { LakebaseConfig } from '@lakescope/server-config';
import { Lifecycle, UserCaller } from '@lakescope/server-http';
import type { LocalStack } from '@lakescope/server-testing';
import type { EntityManager } from 'typeorm';
import { Database } from '../database';
import { DatabaseStartup, PersistentModel } from '../database-startup';
import { LakebaseCredentials } from '../lakebase-credentials';
import type { MigrationClass } from '../lakebase-data-source';
import { PoolHistory } from '../pool-history';

export const ana = person('ana@example.com');
export const bo = person('bo@example.com');

/** The persistence of one server process. */
export class TestServer {
  readonly config: LakebaseConfig;
  readonly lifecycle = new Lifecycle();
  readonly history = new PoolHistory();
  readonly credentials: LakebaseCredentials;
  readonly database: Database;
  readonly startup: DatabaseStartup;
  private readonly databricks: DatabricksClients;

  constructor(
    stack: LocalStack,
    overrides: Record<string, string | undefined> = {},
    migrations: readonly MigrationClass[] = [],
  ) {
    const { lakebase, databricks } = stack.config(overrides);
    const { clientId = '', clientSecret = new Secret('') } = databricks;
    this.config = lakebase;
    this.databricks = new DatabricksClients({
      host: databricks.host.href,
      app: { clientId, clientSecret },
      product: { name: 'lakescope', version: '0.0.0' },
    });
    this.credentials = new LakebaseCredentials(lakebase, this.databricks, this.history);
    this.database = new Database(lakebase, this.credentials, this.lifecycle);
    this.startup = new DatabaseStartup(
      lakebase,
      this.credentials,
      this.database,
      this.lifecycle,
      this.history,
      new PersistentModel([], migrations),
    );
  }

  async stop(): Promise<void> {
    this.startup.onApplicationShutdown();
    this.credentials.onApplicationShutdown();
    await this.database.onApplicationShutdown();
    await this.databricks.close();
  }
}

export async function currentUser(tx: EntityManager): Promise<string | undefined> {
  const [row] = (await tx.query('SELECT current_user AS name')) as { name: string }[];
  return row?.name;
}

export async function until(condition: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It did not happen in time');
    await delay(20);
  }
}

function person(userId: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret('a token'));
}
