import fastifyHelmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const HALF_A_YEAR_SECONDS = 15_552_000;

/** Strict headers on every answer. No inline script runs; inline styles are allowed because Angular and Swagger UI set them at run time. */
export async function useSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyHelmet, {
    global: true,
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
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    // Only meaningful behind TLS; a local http address must not be pinned to https.
    if (request.headers['x-forwarded-proto'] === 'https') {
      reply.header('Strict-Transport-Security', `max-age=${HALF_A_YEAR_SECONDS}; includeSubDomains`);
    }
    reply.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith('/api') && !reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
    done(null, payload);
  });
}
