import { AuthModule } from '@lakescope/server-auth';
import { ConfigModule, loadConfig } from '@lakescope/server-config';
import { HttpModule, Product } from '@lakescope/server-http';
import { CollectionLimits, MetricsModule } from '@lakescope/server-metrics';
import { DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { migrations } from '@lakescope/migrations';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';

/** The metrics of the product as its server runs them, schedules included, without the server: for what is measured from within. */
export async function openProduct(
  environment: Readonly<Record<string, string | undefined>>,
  limits: Partial<CollectionLimits> = {},
): Promise<INestApplicationContext> {
  const app = await Test.createTestingModule({
    imports: [
      ConfigModule.with(loadConfig(environment)),
      HttpModule.with(new Product('0')),
      PersistenceModule.with([], migrations),
      AuthModule,
      MetricsModule,
    ],
  })
    .overrideProvider(CollectionLimits)
    .useValue(new CollectionLimits(limits))
    .compile();
  app.useLogger(['error', 'warn']);
  await app.init();
  await app.get(DatabaseStartup, { strict: false }).run();
  return app;
}
