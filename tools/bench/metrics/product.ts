import { ConfigModule, loadConfig } from '@lakescope/server-config';
import { AuthModule } from '@lakescope/server-auth';
import { HttpModule, Product } from '@lakescope/server-http';
import { MetricsModule } from '@lakescope/server-metrics';
import { DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { migrations } from '@lakescope/migrations';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

class Metrics {}

/** The metrics of the product as its server runs them, schedules included, without the server: for what is measured from within. */
export async function openProduct(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(
    {
      module: Metrics,
      imports: [
        ConfigModule.with(loadConfig(environment)),
        HttpModule.with(new Product('0')),
        PersistenceModule.with([], migrations),
        AuthModule,
        MetricsModule,
      ],
    },
    { logger: ['error', 'warn'] },
  );
  await app.get(DatabaseStartup).run();
  return app;
}
