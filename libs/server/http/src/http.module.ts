import { Module, type DynamicModule } from '@nestjs/common';
import { Cursors } from './cursors';
import { DatabricksModule } from './databricks.module';
import { DependencyProbes } from './dependency-probes';
import { HealthController } from './health.controller';
import { FeatureCounters } from './feature-counters';
import { HttpLimits } from './http-limits';
import { Lifecycle } from './lifecycle';
import { PermissionProbes } from './permission-probes';
import { Product } from './product';
import { RateLimits } from './rate-limits';
import { RequestObservers } from './request-observers';
import { StatusController } from './status.controller';
import { UpstreamCursors } from './upstream-cursors';

/** What every feature stands on: lifecycle, cursors, probes, limits, and the platform clients. */
@Module({})
export class HttpModule {
  static with(
    product: Product,
    limits: HttpLimits = new HttpLimits(),
    observers: RequestObservers = new RequestObservers(),
  ): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      imports: [DatabricksModule],
      controllers: [HealthController, StatusController],
      providers: [
        { provide: Product, useValue: product },
        { provide: HttpLimits, useValue: limits },
        { provide: RequestObservers, useValue: observers },
        Cursors,
        DependencyProbes,
        FeatureCounters,
        Lifecycle,
        RateLimits,
        PermissionProbes,
        RateLimits,
        UpstreamCursors,
      ],
      exports: [
        Product,
        HttpLimits,
        RequestObservers,
        Cursors,
        DependencyProbes,
        FeatureCounters,
        Lifecycle,
        RateLimits,
        PermissionProbes,
        UpstreamCursors,
      ],
    };
  }
}
