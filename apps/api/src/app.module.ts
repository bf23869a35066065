import { AdminModule } from '@lakescope/server-admin';
import { AuditEntry, AuditModule } from '@lakescope/server-audit';
import { AuthModule } from '@lakescope/server-auth';
import { ConfigModule, type AppConfig } from '@lakescope/server-config';
import { DeltaModule } from '@lakescope/server-delta';
import { DoctorModule } from '@lakescope/server-doctor';
import { HttpModule, type HttpLimits, type Product, type RequestObservers } from '@lakescope/server-http';
import { JobsModule } from '@lakescope/server-jobs';
import { LakebaseModule, UserPreference } from '@lakescope/server-lakebase';
import { AggregatedMetric, AlertRule, MetricsModule, PerformanceMetric, UsageEvent } from '@lakescope/server-metrics';
import { PersistenceModule } from '@lakescope/server-persistence';
import { S3Connection, S3Module } from '@lakescope/server-s3';
import { SearchModule } from '@lakescope/server-search';
import { ServingModule } from '@lakescope/server-serving';
import { UnityCatalogModule } from '@lakescope/server-unity-catalog';
import { Module, type DynamicModule } from '@nestjs/common';
import { migrations } from '@lakescope/migrations';

/** The modules of the server, and nothing else. */
@Module({})
export class AppModule {
  static with(config: AppConfig, product: Product, limits?: HttpLimits, observers?: RequestObservers): DynamicModule {
    const [serving, jobs] = [ServingModule.with(), JobsModule.with()];
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        HttpModule.with(product, limits, observers),
        PersistenceModule.with(
          [UserPreference, AuditEntry, PerformanceMetric, UsageEvent, AggregatedMetric, AlertRule, S3Connection],
          migrations,
        ),
        AuditModule,
        AuthModule,
        AdminModule,
        DoctorModule,
        LakebaseModule,
        MetricsModule,
        UnityCatalogModule,
        S3Module,
        DeltaModule,
        serving,
        jobs,
        SearchModule.over([UnityCatalogModule, serving, jobs]),
      ],
    };
  }
}
