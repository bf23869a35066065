import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Lifecycle, type AppLogger } from '@lakescope/server-http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The platform kills 15 s after SIGTERM. Requests under way get a third of that to finish; then comes what they have left behind. */
const DRAIN_MS = 5_000;
/** So long it goes on accepting, for who stands in front of it and has yet to see that it is not ready any more. */
const NOTICE_MS = 1_000;
const IDLE_CHECK_MS = 100;

/**
 * Says that it is not ready any more, stops accepting a moment later, lets requests under way finish, closes what is open. Further signals
 * change nothing: the first one is being obeyed.
 */
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
  const lifecycle = app.get(Lifecycle);
  const wasReady = lifecycle.phase === 'ready';
  lifecycle.moveTo('stopping', 'The server is stopping');
  const server = app.getHttpServer() as Server;
  // Each answer is from now on the last one of its line, and says so: whoever keeps lines open opens the next one elsewhere.
  server.prependListener('request', (_, response) => {
    response.shouldKeepAlive = false;
  });
  const cut = setTimeout(() => {
    logger.warn({ msg: 'Cutting requests that did not finish in time' });
    server.closeAllConnections();
  }, DRAIN_MS);
  if (wasReady) await noticed(server);
  // Before what stands behind it is told to end, which may take longer than a request may wait.
  server.close();
  // A connection that was busy when the listening ended becomes idle later, and nobody else would close it then.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
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

/** Resolves after the notice, or when nobody has a line to it: then nobody relies on being answered here. */
async function noticed(server: Server): Promise<void> {
  const end = performance.now() + NOTICE_MS;
  while (performance.now() < end && (await connectionsOf(server)) > 0) await delay(IDLE_CHECK_MS);
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
