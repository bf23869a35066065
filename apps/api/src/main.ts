import 'reflect-metadata';
import { join } from 'node:path';
import { InvalidEnvironment, loadConfig, type AppConfig } from '@lakescope/server-config';
import { Lifecycle } from '@lakescope/server-http';
import { DatabaseStartup, SchemaIsNewer } from '@lakescope/server-persistence';
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
  // Behind the open port, so that /health tells the phase while the database is still being brought up.
  await app.get(DatabaseStartup).run();
  // The start also ends when the process is told to stop meanwhile.
  if (app.get(Lifecycle).phase === 'ready') {
    logger.log({ msg: 'Application startup complete', ms: Math.round(performance.now()) });
  }
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
  console.error(inOneLine(error) ?? error);
  process.exit(1);
});

/** Failures that a person can act on, without a stack. */
function inOneLine(error: unknown): string | undefined {
  if (error instanceof SchemaIsNewer) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === 'EADDRINUSE') return `The port is in use: ${error.message}`;
  return error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES' ? `Cannot listen: ${error.message}` : undefined;
}
