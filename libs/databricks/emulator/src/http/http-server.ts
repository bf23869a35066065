import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { addFaultHooks } from './fault-hooks';
import type { Faults } from './faults';
import { endpointNotFound, malformedRequest, Refusal, ServiceRefusal } from './refusals';
import type { RequestLog } from './request-log';

export interface HttpServerOptions {
  workspaceId: string;
  faults: Faults;
  requestLog: RequestLog;
  /** Who asked, for the request log. */
  callerName(request: FastifyRequest): string | undefined;
  /** Whose valid token the request carries, whatever it may do, for faults of one caller. */
  bearerOf(request: FastifyRequest): Promise<string | undefined>;
}

/** Stands for the route of a request whose path cannot be read: no API is missing. */
const UNREADABLE = '*';

/** The workspace's HTTP server without routes: request ids, error envelope, planned faults, request log. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const failures = new WeakMap<FastifyRequest, string>();
  const addIdentity = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.header('x-request-id', request.id);
    reply.header('x-databricks-org-id', options.workspaceId);
  };
  const log = (request: FastifyRequest, reply: FastifyReply, route: string | undefined): void => {
    const failure = failures.get(request);
    options.requestLog.add({
      id: request.id,
      time: new Date().toISOString(),
      method: request.method,
      path: pathOf(request),
      route,
      status: reply.raw.headersSent ? reply.statusCode : 0,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      principal: options.callerName(request),
      ...(failure === undefined ? {} : { failure }),
    });
  };

  const app = fastify({
    genReqId: () => randomUUID(),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // Full names of securables have three parts of up to 255 characters, percent-encoded.
    routerOptions: { maxParamLength: 4096 },
    // A path that cannot be decoded comes here, past all hooks.
    frameworkErrors: (error, request, reply) => {
      addIdentity(request, reply);
      reply.raw.once('close', () => log(request, reply, UNREADABLE));
      return refuse(malformedRequest(error.message), request, reply);
    },
  });
  // The token endpoint takes forms; anything else that is no JSON stays unread until a handler wants it.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  app.addContentTypeParser('application/scim+json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

  app.addHook('onRequest', async (request, reply) => {
    addIdentity(request, reply);
    // A client that has all it wants may be gone before the response is finished: `onResponse` never comes then.
    reply.raw.once('close', () => log(request, reply, request.is404 ? undefined : request.routeOptions.url));
  });
  addFaultHooks(app, { faults: options.faults, pathOf, bearerOf: options.bearerOf });
  app.addHook('onRequest', async (request) => {
    // Before the body is read: an unknown API answers 404 whatever is sent to it.
    if (request.is404) throw endpointNotFound(request.method, pathOf(request));
  });
  app.setNotFoundHandler((request, reply) => refuse(endpointNotFound(request.method, pathOf(request)), request, reply));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refusal) return refuse(error, request, reply);
    if (isClientError(error)) return refuse(malformedRequest(error.message, error.statusCode), request, reply);
    failures.set(request, inspect(error));
    return refuse(new ServiceRefusal(500, 'INTERNAL_ERROR', 'The local workspace failed'), request, reply);
  });
  return app;
}

/** The path as it was sent, still percent-encoded, without the query. */
export function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '/';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(refusal.status)
    .headers({ ...refusal.headers })
    .type('application/json')
    .send(refusal.body(request.id));
}

/** What Fastify itself refuses: a body that is no JSON, too large, of an unknown kind. */
function isClientError(error: unknown): error is { message: string; statusCode: number } {
  if (typeof error !== 'object' || error === null || !('statusCode' in error) || !('message' in error)) return false;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}
