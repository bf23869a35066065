import { LakebaseConfig } from '@lakescope/server-config';
import type { Client, Pool } from 'pg';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import { defaults } from './defaults';

export type EntityClass = (abstract new () => object) | EntitySchema;
export type MigrationClass = new () => MigrationInterface;

export interface PoolUse {
  total: number;
  idle: number;
  waiting: number;
  max: number;
}

/** What the data source needs to know: where, as whom, with which password, and what is in there. */
export interface LakebaseDataSourceInput {
  config: LakebaseConfig;
  user: string;
  password: () => Promise<string>;
  entities: readonly EntityClass[];
  migrations: readonly MigrationClass[];
  onPoolError: (error: unknown) => void;
}

/** TypeORM on node-postgres, as Lakebase wants it: a fresh password per session, verified TLS, the app's own schema. */
export function lakebaseDataSource(input: LakebaseDataSourceInput): DataSource {
  const { config } = input;
  const options: DataSourceOptions = {
    type: 'postgres',
    host: config.host,
    port: config.port,
    database: config.database,
    username: input.user,
    password: input.password,
    ssl: tlsOptions(config),
    applicationName: config.appName,
    schema: defaults.schema,
    entities: [...input.entities] as DataSourceOptions['entities'],
    migrations: [...input.migrations],
    migrationsTableName: defaults.migrationsTable,
    synchronize: false,
    installExtensions: false,
    logging: false,
    poolSize: defaults.poolSize,
    connectTimeoutMS: defaults.acquireTimeoutMs,
    poolErrorHandler: input.onPoolError,
    extra: {
      idleTimeoutMillis: defaults.idleTimeoutMs,
      maxLifetimeSeconds: defaults.maxLifetimeSeconds,
      query_timeout: defaults.silenceTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: defaults.keepAliveAfterMs,
      onConnect: prepareSession,
    },
  };
  return new DataSource(options);
}

/** How the pool is used right now; all zero before it exists. */
export function poolUse(dataSource: DataSource | undefined): PoolUse {
  const pool = dataSource === undefined ? undefined : (dataSource.driver as { master?: Pool }).master;
  return {
    total: pool?.totalCount ?? 0,
    idle: pool?.idleCount ?? 0,
    waiting: pool?.waitingCount ?? 0,
    max: defaults.poolSize,
  };
}

/** By statement and not by start-up parameters: gateways and poolers may refuse parameters they do not know. */
async function prepareSession(client: Client): Promise<void> {
  await client.query(
    `SELECT set_config('search_path', $1, false), set_config('statement_timeout', $2, false),
            set_config('idle_in_transaction_session_timeout', $2, false), set_config('timezone', 'UTC', false)`,
    [defaults.schema, String(defaults.statementTimeoutMs)],
  );
}

function tlsOptions(config: LakebaseConfig): false | { rejectUnauthorized: boolean; host?: string } {
  switch (config.sslMode) {
    case 'disable':
      return false;
    case 'allow':
    case 'prefer':
      return { rejectUnauthorized: false };
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      // The name is checked against the certificate also when it is an address; node-postgres itself hands on host names only.
      return { rejectUnauthorized: true, ...(config.host === undefined ? {} : { host: config.host }) };
  }
}
