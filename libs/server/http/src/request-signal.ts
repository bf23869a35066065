import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

const GIVEN_UP = AbortSignal.abort();

/** A property and no map of requests to signals, which would have to be cleaned up after each of them. */
const WORK = Symbol('what works for a request');

declare module 'fastify' {
  interface FastifyRequest {
    [WORK]?: AbortController | 'given up';
  }
}

/**
 * The request's own signal: it fires when the client leaves before the answer is written, or when the deadline has passed. Made when
 * somebody asks for it, since most requests are answered before anybody could have waited.
 */
export function requestSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const known = request[WORK];
  if (known !== undefined) return known === 'given up' ? GIVEN_UP : known.signal;
  const controller = new AbortController();
  request[WORK] = controller;
  const { raw } = reply;
  const closed = (): void => {
    if (!raw.writableFinished) controller.abort();
  };
  // Who has left while it was found out who they are will not leave again.
  if (raw.closed) closed();
  else raw.on('close', closed);
  return controller.signal;
}

/** Tells the request's work to stop, now or as soon as it asks. */
export function giveUp(request: FastifyRequest): void {
  const known = request[WORK];
  if (known === 'given up') return;
  request[WORK] = 'given up';
  known?.abort();
}

/** Fires when the client has left or the deadline has passed: hand it to everything that waits. */
export const RequestSignal = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal =>
  requestSignal(context.getArgByIndex<FastifyRequest>(0), context.getArgByIndex<FastifyReply>(1)),
);
