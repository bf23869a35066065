export {
  AuthConfig,
  DatabricksConfig,
  DeltaConfig,
  HttpConfig,
  IgnoredVariables,
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
  type LakebaseSettings,
  type S3Keys,
} from './app-config';
export { ConfigModule } from './config.module';
export { Env, type LogLevel, type SslMode } from './env';
export { InvalidEnvironment, loadConfig, type Environment } from './load-config';
export { SCHEMA_NAME } from './schema-name';
