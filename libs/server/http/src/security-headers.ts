import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const HALF_A_YEAR_SECONDS = 15_552_000;

/** No inline script runs; inline styles are allowed because Angular and Swagger UI set them at run time. */
const PAGES: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'same-origin' },
  hsts: false,
};

/**
 * The API answers data, never a page: nothing of it may be run, framed or guessed at. The headers that govern what a page may do have
 * nothing to govern here, and writing them would cost each request more than its own answer does.
 */
const API_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Strict headers on every answer, and no answer of the API in a cache unless its route says so. */
export function useSecurityHeaders(fastify: FastifyInstance): void {
  const pageHeaders = { ...headersOf(PAGES), 'permissions-policy': 'camera=(), geolocation=(), microphone=()' };
  fastify.addHook('onRequest', (request, reply, done) => {
    // Only meaningful behind TLS; a local http address must not be pinned to https.
    if (request.headers['x-forwarded-proto'] === 'https') {
      reply.header('Strict-Transport-Security', `max-age=${HALF_A_YEAR_SECONDS}; includeSubDomains`);
    }
    reply.headers(request.url.startsWith('/api/') ? API_HEADERS : pageHeaders);
    done();
  });
}

/** Helmet writes the same headers for every request, and works them out anew each time; once is enough. */
function headersOf(policy: HelmetOptions): Record<string, unknown> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(policy)(request, response, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return { ...response.getHeaders() };
}
