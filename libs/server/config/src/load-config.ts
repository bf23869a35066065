import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Secret, workspaceOrigin } from '@lakescope/databricks-client';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import {
  AuthConfig,
  DatabricksConfig,
  DeltaConfig,
  HttpConfig,
  JobsConfig,
  LakebaseConfig,
  LogConfig,
  MetricsConfig,
  OtlpConfig,
  QueryConfig,
  ServingConfig,
  S3Config,
  SecretsConfig,
  ServingHistoryConfig,
  UnityCatalogConfig,
  type AppConfig,
} from './app-config';
import { Env } from './env';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, each problem with the name of its variable. */
export class InvalidEnvironment extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'InvalidEnvironment';
  }
}

const IGNORED: Readonly<Record<string, string>> = {
  DATABASE_URL:
    'DATABASE_URL is ignored: Lakebase passwords are minted per connection, set PGHOST and LAKEBASE_DATABASE',
  DATABRICKS_TOKEN:
    'DATABRICKS_TOKEN is ignored: people act with their own forwarded token, the app with its client secret',
  DATABRICKS_CONFIG_PROFILE: 'DATABRICKS_CONFIG_PROFILE is ignored: profiles are read by the launcher and the CLI only',
};

const DATABASE_VARIABLES = [
  'PGHOST',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGSSLMODE',
  'PGAPPNAME',
  'LAKEBASE_HOST',
  'LAKEBASE_PORT',
  'LAKEBASE_DATABASE',
  'LAKEBASE_DATABASE_NAME',
  'LAKEBASE_INSTANCE_NAME',
  'LAKEBASE_ENDPOINT',
];

/** The environment as typed slices; pure, and it reports every problem at once. */
export function loadConfig(environment: Environment): AppConfig {
  const env = validated(environment);
  return {
    http: new HttpConfig(
      env.DATABRICKS_APP_PORT,
      env.LAKESCOPE_BIND_ADDRESS,
      env.DATABRICKS_APP_URL === undefined ? undefined : new URL(env.DATABRICKS_APP_URL),
      env.LAKESCOPE_REQUESTS_PER_SECOND,
    ),
    databricks: new DatabricksConfig(
      workspaceOrigin(env.DATABRICKS_HOST),
      env.DATABRICKS_CLIENT_ID,
      secret(env.DATABRICKS_CLIENT_SECRET),
      env.DATABRICKS_APP_NAME,
      env.DATABRICKS_WORKSPACE_ID,
    ),
    auth: new AuthConfig(listed(env.ADMIN_GROUPS)),
    lakebase: lakebase(env, environment),
    unityCatalog: new UnityCatalogConfig(
      env.DATABRICKS_CATALOG,
      env.DATABRICKS_SCHEMA,
      env.LAKESCOPE_UC_SCHEMA ?? env.AGENT_BUILDER_UC_SCHEMA,
    ),
    serving: new ServingConfig(env.MODEL_SERVING_TIMEOUT),
    query: new QueryConfig(env.DATABRICKS_WAREHOUSE_ID, listed(env.LAKESCOPE_RESULT_HOSTS ?? '')),
    delta: new DeltaConfig(tmpdir()),
    log: new LogConfig(env.LOG_LEVEL, env.LOG_USER_IDS),
    secrets: secrets(env),
    metrics: new MetricsConfig(
      env.METRICS_RING_SAMPLES,
      env.METRICS_ALERT_ROWS,
      listed(env.LAKESCOPE_WEBHOOK_HOSTS ?? ''),
    ),
    otlp: new OtlpConfig(
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : new URL(env.OTEL_EXPORTER_OTLP_ENDPOINT),
      otlpHeaders(env.OTEL_EXPORTER_OTLP_HEADERS),
    ),
    s3: s3(env),
    jobs: new JobsConfig(env.LAKESCOPE_INGESTION_RUNS),
    servingHistory: new ServingHistoryConfig(env.MODEL_SERVING_HISTORY_DAYS),
    warnings: warnings(environment),
    databricksVariables: Object.keys(environment)
      .filter((name) => name.startsWith('DATABRICKS_') && isSet(environment[name]))
      .sort(),
  };
}

function validated(environment: Environment): Env {
  // An empty variable means the same as none: shells and bundles cannot always leave one out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => isSet(value)));
  const env = plainToInstance(Env, given, { exposeDefaultValues: true });
  const problems = validateSync(env, { forbidUnknownValues: false }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  if (env.LAKEBASE_INSTANCE_NAME !== undefined && env.LAKEBASE_ENDPOINT !== undefined) {
    problems.push(
      'LAKEBASE_INSTANCE_NAME and LAKEBASE_ENDPOINT exclude each other: set the one of your kind of Lakebase',
    );
  }
  if ((env.AWS_ACCESS_KEY_ID === undefined) !== (env.AWS_SECRET_ACCESS_KEY === undefined)) {
    problems.push('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: set both or neither');
  }
  for (const endpoint of listed(env.LAKESCOPE_S3_ENDPOINTS ?? '')) {
    const host = endpoint.replace(/^https?:\/\//, '').replace(/^\*\./, '');
    if (!URL.canParse(`https://${host}`)) problems.push(`LAKESCOPE_S3_ENDPOINTS: ${endpoint} names no host`);
  }
  if (problems.length > 0) throw new InvalidEnvironment(problems);
  return env;
}

function lakebase(env: Env, environment: Environment): LakebaseConfig {
  const variables = Object.fromEntries(
    DATABASE_VARIABLES.map((name) => [name, isSet(environment[name]) ? 'set' : 'unset']),
  );
  return new LakebaseConfig(
    {
      host: env.PGHOST ?? env.LAKEBASE_HOST,
      port: env.PGPORT ?? env.LAKEBASE_PORT ?? 5432,
      database: env.LAKEBASE_DATABASE ?? env.LAKEBASE_DATABASE_NAME ?? env.PGDATABASE,
      user: env.PGUSER,
      sslMode: env.PGSSLMODE,
      appName: env.PGAPPNAME ?? env.DATABRICKS_APP_NAME,
      instanceName: env.LAKEBASE_INSTANCE_NAME,
      endpoint: env.LAKEBASE_ENDPOINT,
      password: secret(env.PGPASSWORD),
    },
    { ...variables, PGPASSWORD: env.PGPASSWORD === undefined ? 'unset' : `len:${env.PGPASSWORD.length}` },
  );
}

/**
 * Cursors must be readable by every replica and after a restart. Without LAKESCOPE_SECRET they are signed with a key derived from the
 * client secret, which all replicas of an app share.
 */
function secrets(env: Env): SecretsConfig {
  const sources = [env.LAKESCOPE_SECRET ?? env.DATABRICKS_CLIENT_SECRET, env.LAKESCOPE_SECRET_PREVIOUS];
  const keys = sources
    .filter((source) => source !== undefined)
    .map((source) => new Secret(createHmac('sha256', source).update('lakescope cursors').digest('base64')));
  const own = [env.LAKESCOPE_SECRET, env.LAKESCOPE_SECRET_PREVIOUS].map(secret).filter((one) => one !== undefined);
  return new SecretsConfig(keys, env.LAKESCOPE_SECRET !== undefined, env.LAKESCOPE_SECRET === undefined ? [] : own);
}

function s3(env: Env): S3Config {
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const accessKeyId = secret(env.AWS_ACCESS_KEY_ID);
  const secretAccessKey = secret(env.AWS_SECRET_ACCESS_KEY);
  return new S3Config(
    listed(env.LAKESCOPE_S3_ENDPOINTS ?? ''),
    endpoint === undefined ? undefined : new URL(endpoint),
    env.AWS_DEFAULT_REGION ?? 'us-east-1',
    accessKeyId === undefined || secretAccessKey === undefined
      ? undefined
      : { accessKeyId, secretAccessKey, sessionToken: secret(env.AWS_SESSION_TOKEN) },
    listed(env.LAKESCOPE_S3_DEFAULT_USERS ?? ''),
  );
}

/** Values are percent-encoded (OpenTelemetry Protocol Exporter, "Specifying headers via environment variables"). */
function otlpHeaders(list: string | undefined): ReadonlyMap<string, Secret> {
  const pairs = list?.split(',').map((pair) => pair.split(/=(.*)/s, 2).map((part) => part.trim())) ?? [];
  return new Map(pairs.map(([name = '', value = '']) => [name.toLowerCase(), new Secret(decoded(value))]));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function warnings(environment: Environment): string[] {
  return Object.entries(IGNORED)
    .filter(([name]) => isSet(environment[name]))
    .map(([, sentence]) => sentence);
}

function listed(names: string): string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function secret(value: string | undefined): Secret | undefined {
  return value === undefined ? undefined : new Secret(value);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
