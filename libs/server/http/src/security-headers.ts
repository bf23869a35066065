import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const HALF_A_YEAR_SECONDS = 15_552_000;

/** What a page may do: everything comes from here, and neither scripts nor styles are part of the page itself. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  'default-src': "'self'",
  'script-src': "'self'",
  'script-src-attr': "'none'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

/** The policy of a page that needs something more, e.g. `{ 'style-src': "'self' 'nonce-x'" }`. */
export function contentSecurityPolicy(changes: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...DIRECTIVES, ...changes })
    .map(([name, value]) => `${name} ${value}`)
    .join(';');
}

const PAGES: HelmetOptions = {
  contentSecurityPolicy: false,
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
  'cache-control': 'no-store',
};

/** Strict headers on every answer, and no answer of the API in a cache unless its route says so. */
export function useSecurityHeaders(fastify: FastifyInstance): void {
  const pageHeaders = {
    ...headersOf(PAGES),
    'content-security-policy': contentSecurityPolicy(),
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
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
