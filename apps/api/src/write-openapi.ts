import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { loadConfig } from '@lakescope/server-config';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import { API_PREFIX, ROOT_ROUTES } from './create-app';
import { describeApi } from './openapi/describe-api';
import { product } from './product-version';

/** Writes the OpenAPI document to the file given: in preview mode, so that no provider starts and nothing is connected to. */
async function writeOpenApi(file: string): Promise<void> {
  const config = loadConfig({ DATABRICKS_HOST: 'https://example.cloud.databricks.com' });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, product), new FastifyAdapter(), {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  });
  app.setGlobalPrefix(API_PREFIX, { exclude: ROOT_ROUTES });
  writeFileSync(file, `${JSON.stringify(describeApi(app, product), null, 2)}\n`);
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: write-openapi FILE');
  process.exit(1);
}
writeOpenApi(file).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
