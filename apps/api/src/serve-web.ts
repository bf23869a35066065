import { pathOf } from '@lakescope/server-http';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const OURS = /^\/+(?:api|docs|openapi\.json|health|ready|metrics)(?:\/|$)/i;
const HAS_EXTENSION = /\.[a-z0-9]+$/i;

/** The build puts a content hash into the names of what never changes. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+$/;
const ONE_YEAR = '365d';

/**
 * Every path that is not the API's belongs to the SPA: files as they are, anything that looks like a page gets index.html. What looks
 * like the API in any spelling (`//api`, `/%61pi`, `/API`) never answers HTML. The folder may be built (anew) while the server runs.
 */
export async function serveWeb(fastify: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (webRoot === undefined) return;
  await fastify.register(fastifyStatic, { root: webRoot, serve: false });
  fastify.route({ method: ['GET', 'HEAD'], url: '/*', handler: serve });
}

function serve(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = decoded(pathOf(request.url));
  if (path === undefined || OURS.test(path) || path.includes('..')) {
    reply.callNotFound();
    return reply;
  }
  if (HASHED.test(path)) return reply.sendFile(path.slice(1), { maxAge: ONE_YEAR, immutable: true });
  const file = HAS_EXTENSION.test(path) ? path.slice(1) : 'index.html';
  return reply.header('Cache-Control', 'no-cache').sendFile(file, { cacheControl: false });
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path).replace(/\\/g, '/');
  } catch {
    return undefined;
  }
}
