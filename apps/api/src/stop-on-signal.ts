import { Lifecycle, type AppLogger } from '@lakescope/server-http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The platform kills 15 s after SIGTERM. Requests under way get a third of that to finish; then comes what they have left behind. */
const DRAIN_MS = 5_000;
const IDLE_CHECK_MS = 100;

/** Stops accepting, lets requests under way finish, closes what is open. Further signals change nothing: the first one is being obeyed. */
export function stopOnSignal(app: NestFastifyApplication, logger: AppLogger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    void drain(app, logger, signal);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (reason) =>
    logger.error({ msg: 'A promise was rejected and nobody cared', err: reason }),
  );
  process.on('uncaughtException', (error) => {
    logger.fatal({ msg: 'Uncaught exception', err: error });
    process.exit(1);
  });
}

async function drain(app: NestFastifyApplication, logger: AppLogger, signal: NodeJS.Signals): Promise<void> {
  const startedAt = performance.now();
  logger.log({ msg: `Stopping on ${signal}` });
  app.get(Lifecycle).moveTo('stopping', 'The server is stopping');
  const server = app.getHttpServer() as { closeAllConnections(): void; closeIdleConnections(): void };
  // A connection that was busy when the listening ended becomes idle later, and nobody else would close it then.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const cut = setTimeout(() => {
    logger.warn({ msg: 'Cutting requests that did not finish in time' });
    server.closeAllConnections();
  }, DRAIN_MS);
  try {
    await app.close();
  } catch (error) {
    logger.error({ msg: 'Stopping was not clean', err: error });
  }
  clearTimeout(cut);
  clearInterval(idle);
  logger.log({ msg: 'Stopped', ms: Math.round(performance.now() - startedAt) });
  process.exit(0);
}
