import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { redactText } from './redaction';

/** The only ambient value: it ties log lines, problems and platform calls of one request together. */
const correlation = new AsyncLocalStorage<string>();

const ACCEPTED = /^[A-Za-z0-9._-]{1,64}$/;

export function currentCorrelationId(): string | undefined {
  return correlation.getStore();
}

/** Runs work that no request started (schedules, start-up) under an id of its own. */
export function withCorrelationId<T>(id: string, work: () => T): T {
  return correlation.run(id, work);
}

/** X-Correlation-ID, else X-Request-Id, when it is harmless to log and echo; else a new one. */
export function correlationIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  for (const name of ['x-correlation-id', 'x-request-id']) {
    const value = request.headers[name];
    if (typeof value === 'string' && ACCEPTED.test(value) && redactText(value) === value) return value;
  }
  return randomUUID();
}

/** Needs `genReqId: correlationIdOf` on the Fastify instance, so that `request.id` is the correlation id from the first moment on. */
export function useCorrelation(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    // In small letters, as Fastify sends it anyway: making them small for each request takes longer than the rest of the call.
    reply.header('x-correlation-id', request.id);
    // Not `run`, which makes a second context to come back to: behind a request there is only the next one, which enters its own.
    correlation.enterWith(request.id);
    done();
  });
  // Reading the body continues in the socket's own context, so the request's context is entered once more after it.
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (correlation.getStore() !== request.id) correlation.enterWith(request.id);
    done();
  });
}
