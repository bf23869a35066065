import 'reflect-metadata';
import { join } from 'node:path';
import { InvalidEnvironment, loadConfig, type AppConfig } from '@lakescope/server-config';
import { createApp } from './create-app';
import { logEnvironment } from './log-environment';
import { stopOnSignal } from './stop-on-signal';

async function main(): Promise<void> {
  const config = readConfig();
  const { app, logger } = await createApp(config, {
    webRoot: join(__dirname, '../web/browser'),
    openApiFile: join(__dirname, 'openapi.json'),
  });
  stopOnSignal(app, logger);
  logEnvironment(config, logger);
  await app.listen(config.http.port, config.http.bindAddress);
  const { port } = app.getHttpServer().address() as { port: number };
  logger.log({ msg: 'HTTP listening', port, address: config.http.bindAddress, ms: Math.round(performance.now()) });
}

function readConfig(): AppConfig {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof InvalidEnvironment)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  console.error(isTaken ? `The port is in use: ${error.message}` : error);
  process.exit(1);
});
