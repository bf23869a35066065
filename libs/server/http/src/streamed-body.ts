import type { Readable } from 'node:stream';
import { UnsupportedMediaTypeException, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from './domain-error';

/** A body that has not been read yet. */
export interface StreamedBody {
  /** The bytes as they come; more than the route takes end it with `StreamedBodyTooLarge`. To be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How many bytes the client says it sends; undefined when it does not know. */
  readonly sizeBytes: number | undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    streamedBodyBytes?: number;
  }
}

/** What bodies of such routes are called inside the server, whatever the client called them. */
const STREAMED = 'application/vnd.lakescope.streamed';

/** The body has more bytes than the route takes, in one request. */
export class StreamedBodyTooLarge extends DomainError {
  constructor(maxBytes: number, received: number | undefined) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `The body is larger than ${maxBytes} bytes`,
      details: { max_size_bytes: maxBytes, ...(received === undefined ? {} : { received }) },
    });
  }
}

/** Bytes that are packed would be stored packed, under a name that says otherwise. */
class PackedBody extends DomainError {
  constructor(encoding: string) {
    super({
      kind: 'unsupported_media_type',
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The bytes must come as they are to be stored: without Content-Encoding.',
      details: { content_encoding: encoding.slice(0, 40) },
    });
  }
}

/** For a route that passes its body on as it comes, of whatever type, up to so many bytes. Nothing is read before the guards have let the caller in. */
export const TakesStream = ({ maxBytes }: { maxBytes: number }): MethodDecorator =>
  RouteConfig({ streamedBodyBytes: maxBytes });

/** The body; only on a route that `TakesStream`. */
export const StreamedRequestBody = createParamDecorator((_: unknown, context: ExecutionContext): StreamedBody => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const maxBytes = request.routeOptions.config.streamedBodyBytes ?? 0;
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') throw new PackedBody(encoding);
  const announced = request.headers['content-length'];
  const sizeBytes = announced === undefined ? undefined : Number(announced);
  if (sizeBytes !== undefined && sizeBytes > maxBytes) throw new StreamedBodyTooLarge(maxBytes, sizeBytes);
  return { chunks: bounded(request.raw, maxBytes), sizeBytes };
});

/** Call it before the routes are made. */
export function useStreamedBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.streamedBodyBytes === undefined) return;
    route.preParsing = (request, _reply, payload, done) => {
      // The header was judged by the CSRF rule already.
      request.headers['content-type'] = STREAMED;
      done(null, payload);
    };
  });
  fastify.addContentTypeParser(STREAMED, (request: FastifyRequest, _payload: Readable, done) => {
    // Somebody knows the inner name of such bodies and tries it on another route.
    if (request.routeOptions.config.streamedBodyBytes === undefined) done(new UnsupportedMediaTypeException());
    else done(null, undefined);
  });
}

/**
 * Whoever stops reading in the middle leaves the connection as it is: the answer still has to go out on it, and the next request comes in
 * on it. What is left of the body is read and thrown away, which Node does by itself only for bodies that nobody has begun to read.
 */
async function* bounded(stream: Readable, maxBytes: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > maxBytes) throw new StreamedBodyTooLarge(maxBytes, undefined);
      yield chunk;
    }
  } finally {
    stream.resume();
  }
}
