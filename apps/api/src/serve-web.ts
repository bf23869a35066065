import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentSecurityPolicy, pathOf } from '@lakescope/server-http';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const OURS = /^\/+(?:api|docs|openapi\.json|health|ready|metrics)(?:\/|$)/i;
const HAS_EXTENSION = /\.[a-z0-9]+$/i;

/** The build puts a content hash into the names of what never changes. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+$/;
const ONE_YEAR = '365d';

/** The element the app lives in: Angular takes the nonce for the styles of its components from there. */
const ROOT_ELEMENT = /<ls-root(?=[\s>])/;
const NONCE_BYTES = 16;

/**
 * Every path that is not the API's belongs to the SPA: files as they are, anything that looks like a page gets index.html. What looks
 * like the API in any spelling (`//api`, `/%61pi`, `/API`) never answers HTML. The folder may be built (anew) while the server runs.
 */
export async function serveWeb(fastify: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (webRoot === undefined) return;
  await fastify.register(fastifyStatic, { root: webRoot, serve: false });
  const index = join(webRoot, 'index.html');
  fastify.route({ method: ['GET', 'HEAD'], url: '/*', handler: (request, reply) => serve(request, reply, index) });
}

async function serve(request: FastifyRequest, reply: FastifyReply, index: string): Promise<FastifyReply> {
  const path = decoded(pathOf(request.url));
  if (path === undefined || OURS.test(path) || path.includes('..')) {
    reply.callNotFound();
    return reply;
  }
  if (HASHED.test(path)) return reply.sendFile(path.slice(1), { maxAge: ONE_YEAR, immutable: true });
  if (HAS_EXTENSION.test(path) && path !== '/index.html') {
    return reply.header('Cache-Control', 'no-cache').sendFile(path.slice(1), { cacheControl: false });
  }
  return servePage(reply, index);
}

/**
 * The page with a nonce of its own, which no other page has: only styles that the app itself adds apply. Without ETag or date, since a
 * browser that is told that nothing has changed would put the old page under the new policy.
 */
async function servePage(reply: FastifyReply, index: string): Promise<FastifyReply> {
  let page: string;
  try {
    page = await readFile(index, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    reply.callNotFound();
    return reply;
  }
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  return reply
    .header('Content-Security-Policy', contentSecurityPolicy({ 'style-src': `'self' 'nonce-${nonce}'` }))
    .header('Cache-Control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page.replace(ROOT_ELEMENT, `<ls-root ngCspNonce="${nonce}"`));
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path).replace(/\\/g, '/');
  } catch {
    return undefined;
  }
}
