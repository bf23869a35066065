import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const HALF_A_YEAR_SECONDS = 15_552_000;

/** No inline script runs; inline styles are allowed because Angular and Swagger UI set them at run time. */
const POLICY: HelmetOptions = {
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

/** Strict headers on every answer. */
export function useSecurityHeaders(fastify: FastifyInstance): void {
  const headers = { ...headersOf(POLICY), 'permissions-policy': 'camera=(), geolocation=(), microphone=()' };
  fastify.addHook('onRequest', (request, reply, done) => {
    // Only meaningful behind TLS; a local http address must not be pinned to https.
    if (request.headers['x-forwarded-proto'] === 'https') {
      reply.header('Strict-Transport-Security', `max-age=${HALF_A_YEAR_SECONDS}; includeSubDomains`);
    }
    reply.headers(headers);
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith('/api') && !reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
    done(null, payload);
  });
}

/** Helmet writes the same headers for every request, and works them out anew each time; once is enough. */
function headersOf(policy: HelmetOptions): OutgoingHttpHeaders {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(policy)(request, response, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return { ...response.getHeaders() };
}
