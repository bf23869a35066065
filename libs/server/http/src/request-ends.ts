import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CODES, type ErrorCode } from './error-codes';
import { RequestObservers } from './request-observers';

/** Endpoint of requests that no route has the path of. */
export const UNMATCHED = '(unmatched)';
/** Method of what never became a request. */
const NO_METHOD = '(other)';
const LEFT: ErrorCode = 'CLIENT_CLOSED';

/** Tells the observers of every request once, wherever it came to its end: in a handler, in a guard, in the router or in the parser. */
export class RequestEnds {
  /** Lines on which the parser gave up, until the request that was on them, if there was one, has ended. */
  private readonly refused = new WeakMap<Socket, ErrorCode>();

  constructor(private readonly observers: RequestObservers) {}

  /** At the close of the response. */
  closed(request: FastifyRequest, reply: FastifyReply, durationMs: number): void {
    const endpoint = endpointOf(request);
    if (endpoint === undefined) return;
    const errorType = request.failure?.code ?? (reply.raw.writableFinished ? undefined : this.brokenBy(request));
    this.observers.notify({
      endpoint,
      method: request.method,
      // What was promised at the begin of an answer is not what came of it.
      status: reply.raw.writableFinished || errorType === undefined ? reply.statusCode : ERROR_CODES[errorType].status,
      durationMs,
      userId: (request.requestContext?.caller ?? request.caller)?.userId,
      errorType,
      correlationId: request.id,
    });
  }

  /** A URL that no router can read: no hook of the request runs. */
  unroutable(request: FastifyRequest, status: number, errorType: ErrorCode): void {
    const { method, id: correlationId } = request;
    this.observers.notify({
      endpoint: UNMATCHED,
      method,
      status,
      durationMs: 0,
      userId: undefined,
      errorType,
      correlationId,
    });
  }

  /** The parser gave up on a line: before there was a request, or in the middle of one, which then ends with the line. */
  refusedOnLine(socket: Socket, errorType: ErrorCode, correlationId: string): void {
    // Browsers open lines they may never use.
    if (socket.bytesRead === 0) return;
    this.refused.set(socket, errorType);
    socket.once('close', () => {
      if (!this.refused.delete(socket)) return;
      const { status } = ERROR_CODES[errorType];
      const request = { endpoint: UNMATCHED, method: NO_METHOD, durationMs: 0, userId: undefined };
      this.observers.notify({ ...request, status, errorType, correlationId });
    });
  }

  private brokenBy(request: FastifyRequest): ErrorCode {
    const { socket } = request.raw;
    const refusal = this.refused.get(socket);
    this.refused.delete(socket);
    return refusal ?? LEFT;
  }
}

/** Undefined for a file of the SPA, which has all paths that are nobody else's. */
function endpointOf(request: FastifyRequest): string | undefined {
  if (request.requestContext !== undefined) return request.requestContext.route;
  if (request.is404) return UNMATCHED;
  const route = request.routeOptions.url ?? UNMATCHED;
  return route.includes('*') ? undefined : route;
}
