import type { Secret } from '@lakescope/databricks-client';
import type { LogLevel, SslMode } from './env';

/** Where the server listens and what the world calls it. */
export class HttpConfig {
  constructor(
    readonly port: number,
    readonly bindAddress: string,
    readonly publicUrl: URL | undefined,
    /** What one person may ask in the long run. */
    readonly requestsPerSecond: number,
  ) {}
}

/** The workspace and the app's own identity in it. */
export class DatabricksConfig {
  constructor(
    readonly host: URL,
    readonly clientId: string | undefined,
    readonly clientSecret: Secret | undefined,
    readonly appName: string,
    readonly workspaceId: string | undefined,
  ) {}
}

export interface LakebaseSettings {
  host: string | undefined;
  port: number;
  database: string | undefined;
  user: string | undefined;
  sslMode: SslMode;
  appName: string;
  instanceName: string | undefined;
  endpoint: string | undefined;
  password: Secret | undefined;
}

/** The database, if there is one. */
export class LakebaseConfig {
  readonly host: string | undefined;
  readonly port: number;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly sslMode: SslMode;
  readonly appName: string;
  readonly instanceName: string | undefined;
  readonly endpoint: string | undefined;
  readonly password: Secret | undefined;
  /** Names of the database variables and whether they are set: the first line of the start-up log. Passwords as `unset` or `len:n`. */
  readonly variables: Readonly<Record<string, string>>;

  constructor(settings: LakebaseSettings, variables: Readonly<Record<string, string>>) {
    this.host = settings.host;
    this.port = settings.port;
    this.database = settings.database;
    this.user = settings.user;
    this.sslMode = settings.sslMode;
    this.appName = settings.appName;
    this.instanceName = settings.instanceName;
    this.endpoint = settings.endpoint;
    this.password = settings.password;
    this.variables = variables;
  }

  /** Host and database decide; how the password is come by shows when connecting. */
  get configured(): boolean {
    return this.host !== undefined && this.database !== undefined;
  }
}

/** Who counts as an administrator of the app. */
export class AuthConfig {
  constructor(
    /** Names of groups, trimmed; membership in one of them suffices. */
    readonly adminGroups: readonly string[],
  ) {}
}

/** Where in Unity Catalog the app is mainly used: catalog and schema decide nothing, but let a hint name the right place. */
export class UnityCatalogConfig {
  constructor(
    readonly catalog: string | undefined,
    readonly schema: string | undefined,
    /** `catalog.schema` in which people's documents are kept, unless they chose another. */
    readonly defaultSchema?: string,
  ) {}
}

/** What runs queries. */
export class QueryConfig {
  constructor(
    /** Undefined: nothing can be queried. */
    readonly warehouseId: string | undefined,
    /** Hosts, with or without a port, that results may be fetched from besides the clouds' own storage. */
    readonly resultHosts: readonly string[] = [],
  ) {}
}

/** Models of serving endpoints. */
export class ServingConfig {
  constructor(
    /** So long a model is waited for, unless an invocation names another time. */
    readonly timeoutSeconds: number,
  ) {}
}

export class DeltaConfig {
  constructor(readonly cacheDirectory: string) {}
}

export class LogConfig {
  constructor(
    readonly level: LogLevel,
    readonly userIds: 'plain' | 'hash',
  ) {}
}

/** Keys derived from the app's secret. */
export class SecretsConfig {
  constructor(
    /** The first signs, all verify. Empty when the environment holds no secret at all: then each process makes its own. */
    readonly cursorKeys: readonly Secret[],
    /** Whether LAKESCOPE_SECRET itself is there, which sealed texts need. */
    readonly hasOwnSecret: boolean,
    /** The first seals what is stored, all open it. Empty without LAKESCOPE_SECRET: nothing can be stored sealed then. */
    readonly sealingKeys: readonly Secret[] = [],
  ) {}
}

/** Metrics of the app itself. */
export class MetricsConfig {
  constructor(
    /** So many requests are kept in memory while the database is away. */
    readonly ringSamples: number,
    /** Raw rows at which the storage alert is an error. */
    readonly alertRows: number,
    /** Hosts, with or without a port, that alerts may be posted to although they are not on the public internet. */
    readonly webhookHosts: readonly string[],
  ) {}
}

/** Where metrics are sent to, besides being kept. */
export class OtlpConfig {
  constructor(
    /** Undefined: nowhere. */
    readonly endpoint: URL | undefined,
    /** What the collector wants to see with each request; mostly a key. */
    readonly headers: ReadonlyMap<string, Secret>,
  ) {}
}

/** Keys for S3 that the environment holds. */
export interface S3Keys {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | undefined;
}

/** Where S3 connections may lead, and the one that the environment makes. */
export class S3Config {
  constructor(
    /** As LAKESCOPE_S3_ENDPOINTS lists them: `[http[s]://][*.]host[:port]`. */
    readonly endpoints: readonly string[],
    /** Allowed like a listed one; undefined: that of AWS. */
    readonly defaultEndpoint: URL | undefined,
    readonly defaultRegion: string,
    /** Undefined: the environment makes no connection. */
    readonly defaultKeys: S3Keys | undefined,
    /** User names and groups that may use it; `*` stands for everybody. */
    readonly defaultUsers: readonly string[],
  ) {}
}

/** What is set and not read, one sentence for each variable: the doctor says it, and so does the log at start. */
export class IgnoredVariables {
  constructor(readonly sentences: readonly string[]) {}
}

/** What is kept of people's work with models. */
export class ServingHistoryConfig {
  constructor(readonly keptDays: number) {}
}

/** Ingestion jobs. */
export class JobsConfig {
  constructor(
    /** So many may be under way at once, over all replicas. */
    readonly runsAtOnce: number,
  ) {}
}

/** All slices, and what the log should say about the environment at start. */
export interface AppConfig {
  readonly http: HttpConfig;
  readonly databricks: DatabricksConfig;
  readonly auth: AuthConfig;
  readonly lakebase: LakebaseConfig;
  readonly unityCatalog: UnityCatalogConfig;
  readonly query: QueryConfig;
  readonly serving: ServingConfig;
  readonly delta: DeltaConfig;
  readonly log: LogConfig;
  readonly secrets: SecretsConfig;
  readonly metrics: MetricsConfig;
  readonly otlp: OtlpConfig;
  readonly s3: S3Config;
  readonly servingHistory: ServingHistoryConfig;
  readonly jobs: JobsConfig;
  readonly warnings: readonly string[];
  /** Names of the `DATABRICKS_*` variables that are set. */
  readonly databricksVariables: readonly string[];
}
