import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

const controllers = new WeakMap<FastifyRequest, AbortController>();

/** The request's own abort controller: it fires when the client leaves before the answer is written. */
export function requestAbort(request: FastifyRequest, reply: FastifyReply): AbortController {
  const known = controllers.get(request);
  if (known !== undefined) return known;
  const controller = new AbortController();
  controllers.set(request, controller);
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller;
}

/** Fires when the client has left or the deadline has passed: hand it to everything that waits. */
export const RequestSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const http = context.switchToHttp();
  return requestAbort(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()).signal;
});
