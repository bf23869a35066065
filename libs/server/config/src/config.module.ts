import { Module, type DynamicModule } from '@nestjs/common';
import {
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
} from './app-config';

/** Hands each feature its slice: the classes themselves are the injection tokens. */
@Module({})
export class ConfigModule {
  static with(config: AppConfig): DynamicModule {
    const providers = [
      { provide: HttpConfig, useValue: config.http },
      { provide: DatabricksConfig, useValue: config.databricks },
      { provide: AuthConfig, useValue: config.auth },
      { provide: LakebaseConfig, useValue: config.lakebase },
      { provide: UnityCatalogConfig, useValue: config.unityCatalog },
      { provide: QueryConfig, useValue: config.query },
      { provide: ServingConfig, useValue: config.serving },
      { provide: DeltaConfig, useValue: config.delta },
      { provide: LogConfig, useValue: config.log },
      { provide: SecretsConfig, useValue: config.secrets },
      { provide: MetricsConfig, useValue: config.metrics },
      { provide: OtlpConfig, useValue: config.otlp },
      { provide: ServingHistoryConfig, useValue: config.servingHistory },
      { provide: JobsConfig, useValue: config.jobs },
      { provide: S3Config, useValue: config.s3 },
      { provide: IgnoredVariables, useValue: new IgnoredVariables(config.warnings) },
    ];
    return { module: ConfigModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
