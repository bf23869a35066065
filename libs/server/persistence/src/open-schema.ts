import type { DatabricksClients } from '@lakescope/databricks-client';
import { LakebaseConfig } from '@lakescope/server-config';
import type { DataSource } from 'typeorm';
import { defaults } from './defaults';
import { LakebaseCredentials } from './lakebase-credentials';
import type { MigrationClass } from './lakebase-data-source';
import { openPool } from './open-pool';
import { LakebaseNotConfigured } from './persistence.errors';
import { PoolHistory } from './pool-history';
import { SchemaBackup } from './schema-backup';
import { SchemaMigrator } from './schema-migrator';
import { SystemTransactions, type SystemWork } from './system-transactions';

export interface SchemaAccess {
  /** Role that owns the schema; undefined when there is none. */
  readonly owner: string | undefined;
  /** Role the schema was opened as. */
  readonly user: string;
}

/** The app's schema in somebody's hands, outside of the server. */
export interface OpenSchema {
  readonly migrator: SchemaMigrator;
  readonly backup: SchemaBackup;
  /** For the app's own book-keeping. */
  readonly system: SystemWork;
  /** Whose the schema is; tells also those who may do nothing with it. */
  access(): Promise<SchemaAccess>;
  close(): Promise<void>;
}

/**
 * Opens the schema for a command line, on the same way to a password as the server's. Throws what stands in the way:
 * `LakebaseNotConfigured`, a `PlatformError` when no credential can be had, or the error of the connection (`connectionFault` puts it into words).
 */
export async function openSchema(
  config: LakebaseConfig,
  clients: DatabricksClients,
  migrations: readonly MigrationClass[],
): Promise<OpenSchema> {
  if (!config.configured) throw new LakebaseNotConfigured('The schema');
  const history = new PoolHistory();
  const credentials = new LakebaseCredentials(config, clients, history);
  const pool = await openPool({
    config,
    credentials,
    history,
    entities: [],
    migrations,
    // Whoever works with the connection is told by its own statement.
    onPoolError: () => undefined,
  });
  return {
    migrator: new SchemaMigrator(pool.dataSource),
    backup: new SchemaBackup(pool.dataSource),
    system: new SystemTransactions(pool.dataSource),
    access: () => accessOf(pool.dataSource),
    close: async () => {
      credentials.onApplicationShutdown();
      await pool.close();
    },
  };
}

async function accessOf(dataSource: DataSource): Promise<SchemaAccess> {
  const [row] = (await dataSource.query(
    `SELECT current_user AS "user", (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1) AS owner`,
    [defaults.schema],
  )) as { user: string; owner: string | null }[];
  if (row === undefined) throw new Error('The database knows no role of its own session');
  return { user: row.user, owner: row.owner ?? undefined };
}
