import { LakebaseConfig } from '@lakescope/server-config';
import type { ClientConfig, Pool } from 'pg';
import { DataSource, type DataSourceOptions, type EntitySchema, type Logger, type MigrationInterface } from 'typeorm';
import { defaults } from './defaults';
import { LakebaseClient, silenceAfter } from './lakebase-client';

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
  /** A new connection is about to be opened. */
  onClient?: (client: LakebaseClient) => void;
}

/** TypeORM on node-postgres, as Lakebase wants it: a fresh password per session, verified TLS, the app's own schema. */
export function lakebaseDataSource(input: LakebaseDataSourceInput): DataSource {
  const { config } = input;
  class PooledClient extends LakebaseClient {
    constructor(options: ClientConfig) {
      super(options);
      input.onClient?.(this);
    }
  }
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
    logger: new SilentLogger(),
    poolSize: defaults.poolSize,
    connectTimeoutMS: defaults.acquireTimeoutMs,
    poolErrorHandler: input.onPoolError,
    extra: {
      Client: PooledClient,
      idleTimeoutMillis: defaults.idleTimeoutMs,
      maxLifetimeSeconds: defaults.maxLifetimeSeconds,
      query_timeout: silenceAfter(defaults.statementTimeoutMs),
      keepAlive: true,
      keepAliveInitialDelayMillis: defaults.keepAliveAfterMs,
      onConnect: (client: LakebaseClient) => client.prepare(),
    },
  };
  return new DataSource(options);
}

/** The pool below a data source; undefined before it has connected. */
export function poolOf(dataSource: DataSource): Pool | undefined {
  return (dataSource.driver as { master?: Pool }).master;
}

/** How the pool is used right now; all zero before it exists. */
export function poolUse(dataSource: DataSource | undefined): PoolUse {
  const pool = dataSource === undefined ? undefined : poolOf(dataSource);
  const idle = pool?.idleCount ?? 0;
  return {
    total: pool?.totalCount ?? 0,
    idle,
    // node-postgres lines up everybody, also those who get an idle connection at once.
    waiting: Math.max(0, (pool?.waitingCount ?? 0) - idle),
    max: defaults.poolSize,
  };
}

/** What fails is thrown, and whoever catches it decides; TypeORM's own logger also writes failed migrations to the console, past our log. */
class SilentLogger implements Logger {
  logQuery = silence;
  logQueryError = silence;
  logQuerySlow = silence;
  logSchemaBuild = silence;
  logMigration = silence;
  log = silence;
}

function silence(): void {
  // On purpose.
}

/** What node-postgres is told about TLS. */
export function tlsOptions(config: LakebaseConfig): false | { rejectUnauthorized: boolean; host?: string } {
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
