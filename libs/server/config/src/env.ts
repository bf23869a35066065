import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsIP,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { IsWorkspaceHost } from './is-workspace-host';
import { SCHEMA_NAME } from './schema-name';

/** Every variable the server reads, with its rule and one sentence. Nothing else reads the environment. */
export class Env {
  /** The workspace, as a URL or as the bare host name the platform gives. */
  @IsWorkspaceHost() DATABRICKS_HOST!: string;

  /** Client id of the app's service principal; also the Postgres user when PGUSER is not given. */
  @IsOptional() @IsString() @IsNotEmpty() DATABRICKS_CLIENT_ID?: string;

  /** Secret of the app's service principal. */
  @IsOptional() @IsString() @IsNotEmpty() DATABRICKS_CLIENT_SECRET?: string;

  /** Name of the app in the workspace. */
  @IsOptional() @IsString() @IsNotEmpty() DATABRICKS_APP_NAME = 'lakescope';

  /** Port the HTTP server listens on. */
  @Type(() => Number) @IsInt() @Min(0) @Max(65_535) DATABRICKS_APP_PORT = 8000;

  /** Where people open the app. */
  @IsOptional() @IsUrl({ require_tld: false, protocols: ['http', 'https'] }) DATABRICKS_APP_URL?: string;

  /** Id of the workspace: a string of digits. */
  @IsOptional() @Matches(/^\d+$/, { message: '$property must be a string of digits' }) DATABRICKS_WORKSPACE_ID?: string;

  /** Catalog the app is mainly used with; hints and examples name it. */
  @IsOptional() @IsString() @IsNotEmpty() DATABRICKS_CATALOG?: string;

  /** Schema of DATABRICKS_CATALOG the app is mainly used with; hints and examples name it. */
  @IsOptional() @IsString() @IsNotEmpty() DATABRICKS_SCHEMA?: string;

  /** SQL warehouse that runs people's queries; without it nothing can be queried, nor browsed by SQL. */
  @IsOptional()
  @Matches(/^[0-9a-zA-Z]{1,64}$/, { message: '$property must be the id of a SQL warehouse, of letters and digits' })
  DATABRICKS_WAREHOUSE_ID?: string;

  /** Hosts of storage that results of queries may be fetched from, besides those of the clouds' own storage, and although their addresses may be private: a comma list. */
  @IsOptional()
  @Matches(/^[^\s,/]+(?:\s*,\s*[^\s,/]+)*$/, { message: '$property must be a comma list of host or host:port' })
  LAKESCOPE_RESULT_HOSTS?: string;

  /** Seconds a model of a serving endpoint is waited for when the invocation names no timeout of its own. */
  @Type(() => Number) @IsInt() @Min(1) @Max(100) MODEL_SERVING_TIMEOUT = 30;

  /** Where in Unity Catalog the app keeps what people make with it, as catalog.schema, for who has chosen no other place. */
  @IsOptional()
  @Matches(SCHEMA_NAME, { message: '$property must look like catalog.schema' })
  LAKESCOPE_UC_SCHEMA?: string;

  /** The same when LAKESCOPE_UC_SCHEMA is not given. */
  @IsOptional()
  @Matches(SCHEMA_NAME, { message: '$property must look like catalog.schema' })
  AGENT_BUILDER_UC_SCHEMA?: string;

  /** Database host given by the database resource. */
  @IsOptional() @IsString() @IsNotEmpty() PGHOST?: string;

  /** Database host when PGHOST is not given. */
  @IsOptional() @IsString() @IsNotEmpty() LAKEBASE_HOST?: string;

  /** Database port given by the database resource. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(65_535) PGPORT?: number;

  /** Database port when PGPORT is not given; 5432 without both. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(65_535) LAKEBASE_PORT?: number;

  /** Database name; comes before the two other names. */
  @IsOptional() @IsString() @IsNotEmpty() LAKEBASE_DATABASE?: string;

  /** Database name when LAKEBASE_DATABASE is not given. */
  @IsOptional() @IsString() @IsNotEmpty() LAKEBASE_DATABASE_NAME?: string;

  /** Database name given by the database resource. */
  @IsOptional() @IsString() @IsNotEmpty() PGDATABASE?: string;

  /** Postgres role; left out, the subject of the credential is used. */
  @IsOptional() @IsString() @IsNotEmpty() PGUSER?: string;

  /** How the connection to Postgres is secured; the certificate is verified unless this says otherwise. */
  @IsIn(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']) PGSSLMODE: SslMode = 'require';

  /** Name the sessions carry in the database; the name of the app when left out. */
  @IsOptional() @IsString() @IsNotEmpty() PGAPPNAME?: string;

  /** Password of a plain Postgres; the platform never sets it, Lakebase passwords are minted. */
  @IsOptional() @IsString() @IsNotEmpty() PGPASSWORD?: string;

  /** Name of the Lakebase Provisioned instance that credentials are asked for. */
  @IsOptional() @IsString() @IsNotEmpty() LAKEBASE_INSTANCE_NAME?: string;

  /** Resource name of the Lakebase Autoscaling endpoint that credentials are asked for. */
  @IsOptional()
  @Matches(/^projects\/[^/]+\/branches\/[^/]+\/endpoints\/[^/]+$/, {
    message: '$property must look like projects/<p>/branches/<b>/endpoints/<e>',
  })
  LAKEBASE_ENDPOINT?: string;

  /** Key that signs cursors and encrypts stored connections: at least 32 bytes. */
  @IsOptional() @MinLength(32, { message: '$property must have at least 32 bytes' }) LAKESCOPE_SECRET?: string;

  /** The key before the last rotation: still accepted, no longer used for anything new. */
  @IsOptional() @MinLength(32, { message: '$property must have at least 32 bytes' }) LAKESCOPE_SECRET_PREVIOUS?: string;

  /** Groups whose members are administrators of the app: a comma list, compared without regard to case. */
  @Matches(/[^\s,]/, { message: '$property must name at least one group' })
  ADMIN_GROUPS = 'admins,workspace_admins,administrators';

  /** Least level of the lines that are logged. */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']) LOG_LEVEL: LogLevel = 'info';

  /** Whether log lines name users in clear or as a keyed hash. */
  @IsIn(['plain', 'hash']) LOG_USER_IDS: 'plain' | 'hash' = 'plain';

  /** Address the HTTP server binds. */
  @IsIP(undefined, { message: '$property must be an IP address' }) LAKESCOPE_BIND_ADDRESS = '0.0.0.0';

  /** Requests one person may send per second in the long run; four seconds' worth may come at once. More are answered 429. */
  @Type(() => Number) @IsInt() @Min(1) LAKESCOPE_REQUESTS_PER_SECOND = 100;

  /** Requests that are kept in memory while the database is away, at 37 bytes each; what is beyond them is kept as histograms. Rounded up to a power of two. */
  @Type(() => Number) @IsInt() @Min(1_024) @Max(1_048_576) METRICS_RING_SAMPLES = 262_144;

  /** Raw rows of performance metrics at which the storage alert is an error; from 80 % of them on it is a warning. */
  @Type(() => Number) @IsInt() @Min(1) METRICS_ALERT_ROWS = 1_000_000;

  /** Days for which people's invocations of models are kept, and what was detected about the models' inputs. */
  @Type(() => Number) @IsInt() @Min(1) @Max(3_650) MODEL_SERVING_HISTORY_DAYS = 90;

  /** Ingestion jobs that may be under way at once, over all replicas; each takes a thread and up to 512 MB. */
  @Type(() => Number) @IsInt() @Min(1) @Max(16) LAKESCOPE_INGESTION_RUNS = 2;

  /** Hosts that alerts may be posted to although they are not on the public internet or speak plain http: a comma list of host or host:port. */
  @IsOptional()
  @Matches(/^[^\s,/]+(?:\s*,\s*[^\s,/]+)*$/, { message: '$property must be a comma list of host or host:port' })
  LAKESCOPE_WEBHOOK_HOSTS?: string;

  /** Collector that metrics are sent to every minute, by OTLP over HTTP at /v1/metrics below it; left out, nothing is sent. */
  @IsOptional()
  @IsUrl(
    { require_tld: false, require_protocol: true, protocols: ['http', 'https'], disallow_auth: true },
    { message: '$property must be an http or https URL without a password' },
  )
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** Headers for that collector, like `api-key=...,tenant=...`: where it asks for a key. */
  @IsOptional()
  @Matches(/^\s*[\w-]+\s*=[^,]*(?:,\s*[\w-]+\s*=[^,]*)*$/, {
    message: '$property must look like name=value,name=value',
  })
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  /** Access key of the S3 connection that the environment makes; only together with AWS_SECRET_ACCESS_KEY. */
  @IsOptional() @IsString() @IsNotEmpty() AWS_ACCESS_KEY_ID?: string;

  /** Secret of AWS_ACCESS_KEY_ID. */
  @IsOptional() @IsString() @IsNotEmpty() AWS_SECRET_ACCESS_KEY?: string;

  /** Session token of AWS_ACCESS_KEY_ID, where the key is a temporary one. */
  @IsOptional() @IsString() @IsNotEmpty() AWS_SESSION_TOKEN?: string;

  /** Region of the S3 connection that the environment makes; us-east-1 without. */
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,40}$/, { message: '$property must be the name of a region, like eu-central-1' })
  AWS_DEFAULT_REGION?: string;

  /** S3 endpoint of that connection; whoever makes a connection may name it too, although it may be private or speak plain http. */
  @IsOptional()
  @IsUrl(
    { require_tld: false, require_protocol: true, protocols: ['http', 'https'], disallow_auth: true },
    { message: '$property must be an http or https URL without a password' },
  )
  AWS_ENDPOINT_URL_S3?: string;

  /** The same when AWS_ENDPOINT_URL_S3 is not given. */
  @IsOptional()
  @IsUrl(
    { require_tld: false, require_protocol: true, protocols: ['http', 'https'], disallow_auth: true },
    { message: '$property must be an http or https URL without a password' },
  )
  AWS_ENDPOINT_URL?: string;

  /** S3 endpoints that connections may name besides those of AWS, although their addresses may be private: a comma list of host, host:port or, for plain http, http://host:port; `*.` before the host allows buckets in its name. */
  @IsOptional()
  @Matches(/^(?:https?:\/\/)?(?:\*\.)?[^\s,/*]+(?:\s*,\s*(?:https?:\/\/)?(?:\*\.)?[^\s,/*]+)*$/, {
    message: '$property must be a comma list of host, host:port or http://host:port',
  })
  LAKESCOPE_S3_ENDPOINTS?: string;

  /** Who may use the S3 connection that the environment makes: a comma list of user names and groups; `*` is everybody, and nobody may when it is left out. */
  @IsOptional() @IsString() @IsNotEmpty() LAKESCOPE_S3_DEFAULT_USERS?: string;
}

export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
