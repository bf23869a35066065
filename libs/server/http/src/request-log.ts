import type { FastifyInstance } from 'fastify';
import type { AppLogger } from './app-logger';
import { pathOf } from './problem';

const HEALTH_PROBES: ReadonlySet<string> = new Set(['/health', '/ready']);

/** One access line per request, except for health probes, which would drown everything else. */
export function useRequestLog(fastify: FastifyInstance, logger: AppLogger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const path = pathOf(request.url);
    if (!HEALTH_PROBES.has(path)) {
      logger.log({
        msg: `${request.method} ${path}`,
        correlation_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(request.caller === undefined ? {} : { user_id: logger.userId(request.caller.userId) }),
        ...(reply.raw.writableFinished ? {} : { client_left: true }),
      });
    }
    done();
  });
}
