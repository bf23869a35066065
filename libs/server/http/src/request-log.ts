import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessEntry } from './access-line';
import type { AppLogger } from './app-logger';
import type { ErrorCode } from './error-codes';
import { pathOf } from './problem';
import type { RequestEnds } from './request-ends';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the request was refused, for whatever counts or logs requests; set by the problem filter. */
    failure?: { readonly code: ErrorCode; readonly reason: string };
  }
}

/** Asked by whoever stands in front of the app, several times a second: what they are told is no event. */
export const HEALTH_PROBES: ReadonlySet<string> = new Set(['/health', '/ready']);

/**
 * One access line per request at the close of its response, except for health probes, which would drown everything else. The observers of
 * requests are told at the same moment.
 */
export function useRequestLog(fastify: FastifyInstance, logger: AppLogger, ends: RequestEnds): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const began = performance.now();
    // At the close and not at the answer's end: a client that leaves before gets no answer, and its request happened all the same.
    reply.raw.on('close', () => {
      const durationMs = performance.now() - began;
      ends.closed(request, reply, durationMs);
      const path = pathOf(request.url);
      if (!HEALTH_PROBES.has(path)) logger.access(entryOf(request, reply, path, durationMs, logger));
    });
    done();
  });
}

function entryOf(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  durationMs: number,
  logger: AppLogger,
): AccessEntry {
  const caller = request.requestContext?.caller ?? request.caller;
  return {
    correlationId: request.id,
    method: request.method,
    path,
    route: request.requestContext?.route ?? request.routeOptions.url ?? 'unknown',
    status: reply.statusCode,
    durationMs,
    userId: caller === undefined ? undefined : logger.userId(caller.userId),
    errorCode: request.failure?.code,
    // What went wrong on our side has a line of its own, with the stack.
    reason: reply.statusCode < 500 ? request.failure?.reason : undefined,
    clientLeft: !reply.raw.writableFinished,
  };
}
