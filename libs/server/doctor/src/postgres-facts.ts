import type { LakebaseConfig } from '@lakescope/server-config';
import { lakebaseDataSource, type LakebaseCredentials } from '@lakescope/server-persistence';
import type { DataSource } from 'typeorm';

/** What one look into the database tells. */
export interface PostgresFacts {
  readonly serverVersion: string;
  readonly user: string;
  /** Row-level security does not hold such a role. */
  readonly unbound: boolean;
  /** Who owns the app's schema; undefined when there is none. */
  readonly schemaOwner: string | undefined;
  readonly mayCreateSchema: boolean;
  /** Names of the migrations in the database, oldest first; undefined when the role may not read them. */
  readonly applied: readonly string[] | undefined;
}

const FACTS = `
  SELECT current_setting('server_version') AS server_version,
         current_user AS "user",
         role.rolsuper OR role.rolbypassrls AS unbound,
         (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'lakescope') AS schema_owner,
         has_database_privilege(current_database(), 'CREATE') AS may_create,
         (SELECT has_schema_privilege(schema.oid, 'USAGE') AND has_table_privilege(migrations.oid, 'SELECT')
            FROM pg_class migrations JOIN pg_namespace schema ON schema.oid = migrations.relnamespace
           WHERE schema.nspname = 'lakescope' AND migrations.relname = 'schema_migrations') AS may_read
    FROM pg_roles role
   WHERE role.rolname = current_user`;

interface FactsRow {
  server_version: string;
  user: string;
  unbound: boolean;
  schema_owner: string | null;
  may_create: boolean;
  /** Null when there are no migrations to read. */
  may_read: boolean | null;
}

/** Rejects with what connecting failed with. */
export function lookIntoPostgres(config: LakebaseConfig, credentials: LakebaseCredentials): Promise<PostgresFacts> {
  return onOwnConnection(config, credentials, async (dataSource) => {
    const [row] = await dataSource.query<FactsRow[]>(FACTS);
    if (row === undefined) throw new Error('The database knows no role of its own session');
    return {
      serverVersion: row.server_version,
      user: row.user,
      unbound: row.unbound,
      schemaOwner: row.schema_owner ?? undefined,
      mayCreateSchema: row.may_create,
      applied: await appliedMigrations(dataSource, row.may_read),
    };
  });
}

/** Looks on a connection that is not the app's, so that it also tells when the app's pool is exhausted. */
export async function onOwnConnection<T>(
  config: LakebaseConfig,
  credentials: LakebaseCredentials,
  look: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = lakebaseDataSource({
    config,
    user: await credentials.user(),
    password: () => credentials.password(),
    entities: [],
    migrations: [],
    // A connection that breaks while it is idle is found out by the query that needs it.
    onPoolError: () => undefined,
  });
  try {
    await dataSource.initialize();
    return await look(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

async function appliedMigrations(dataSource: DataSource, mayRead: boolean | null): Promise<string[] | undefined> {
  if (mayRead === null) return [];
  if (!mayRead) return undefined;
  const rows = await dataSource.query<{ name: string }[]>(
    'SELECT name FROM lakescope.schema_migrations ORDER BY timestamp',
  );
  return rows.map(({ name }) => name);
}

/** SQLSTATE of a login to a database that is not there. */
const NO_SUCH_DATABASE = '3D000';

/** Whether the server answers and has no database of the configured name; false also when nobody can tell. */
export async function isMissingDatabase(config: LakebaseConfig, credentials: LakebaseCredentials): Promise<boolean> {
  try {
    await lookIntoPostgres(config, credentials);
    return false;
  } catch (error) {
    return Reflect.get(Object(error), 'code') === NO_SUCH_DATABASE;
  }
}
