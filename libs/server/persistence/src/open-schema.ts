import type { DatabricksClients } from '@lakescope/databricks-client';
import { LakebaseConfig } from '@lakescope/server-config';
import { LakebaseCredentials } from './lakebase-credentials';
import type { MigrationClass } from './lakebase-data-source';
import { openPool } from './open-pool';
import { LakebaseNotConfigured } from './persistence.errors';
import { PoolHistory } from './pool-history';
import { SchemaBackup } from './schema-backup';
import { SchemaMigrator } from './schema-migrator';

/** The app's schema in somebody's hands, outside of the server. */
export interface OpenSchema {
  readonly migrator: SchemaMigrator;
  readonly backup: SchemaBackup;
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
    close: async () => {
      credentials.onApplicationShutdown();
      await pool.close();
    },
  };
}
