import type { Readable } from 'node:stream';
import { DomainError, InvalidRequest } from '@lakescope/server-http';
import { UnsupportedMediaTypeException, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A body as it came: nothing has looked into it yet. */
export interface RawBody {
  readonly bytes: Buffer;
  /** What `Content-Encoding` says, in lower case; undefined for bytes that are what they are. */
  readonly encoding: string | undefined;
}

interface RawBodyRoute {
  /** Largest body, as it comes. */
  readonly rawBodyBytes: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rawBodyBytes?: number;
  }
}

/** What bodies of such routes are called inside the server, whatever the client called them. */
const RAW = 'application/vnd.lakescope.raw';
/** Browsers call a beacon text. */
const TAKEN = /^\s*(?:application\/json|text\/plain)\s*(?:;|$)/i;

class BodyTooLarge extends DomainError {
  constructor(maxBytes: number, received: number | undefined) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `The body is larger than ${maxBytes} bytes`,
      details: { max_size_bytes: maxBytes, ...(received === undefined ? {} : { received }) },
    });
  }
}

/** For a route that takes its body as bytes, JSON or a beacon: nothing is inflated or parsed before the guards have let the caller in. */
export const TakesRawBody = (route: RawBodyRoute): MethodDecorator => RouteConfig(route);

/** The bytes of the body; only on a route that `TakesRawBody`. */
export const RawRequestBody = createParamDecorator((_: unknown, context: ExecutionContext): RawBody => {
  const { body, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  return {
    bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    encoding: encoding === '' || encoding === 'identity' ? undefined : encoding,
  };
});

/** Call it before the routes are made. */
export function useRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.rawBodyBytes === undefined) return;
    route.preParsing = (request, _reply, payload, done) => {
      // From here on the parser below has it; the header was judged by the CSRF rule already.
      if (TAKEN.test(request.headers['content-type'] ?? '')) request.headers['content-type'] = RAW;
      done(null, payload);
    };
  });
  fastify.addContentTypeParser(RAW, (request: FastifyRequest, payload: Readable) => read(request, payload));
}

/** The connection stays usable: what is left of a body that is too large is read and thrown away. */
function read(request: FastifyRequest, payload: Readable): Promise<Buffer> {
  const { rawBodyBytes: maxBytes } = request.routeOptions.config;
  // Somebody knows the inner name of such bodies and tries it on another route.
  if (maxBytes === undefined) throw new UnsupportedMediaTypeException();
  const announced = Number(request.headers['content-length']);
  if (announced > maxBytes) throw new BodyTooLarge(maxBytes, announced);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    payload.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received <= maxBytes) chunks.push(chunk);
      else reject(new BodyTooLarge(maxBytes, undefined));
    });
    payload.on('end', () => resolve(Buffer.concat(chunks)));
    payload.on('error', () => reject(new InvalidRequest('The body broke off')));
  });
}
