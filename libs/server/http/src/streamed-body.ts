import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { UnsupportedMediaTypeException, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from './domain-error';
import { InvalidRequest } from './request.errors';

/** A body that has not been read yet. */
export interface StreamedBody {
  /** The bytes as they come; more than the route takes end it with `StreamedBodyTooLarge`. To be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How many bytes the client says it sends; undefined when it does not know. */
  readonly sizeBytes: number | undefined;
  /** All of it in memory, in place of the chunks. */
  whole(): Promise<Buffer>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    streamedBodyBytes?: number;
    streamedBodyType?: string;
  }
}

/** What bodies of such routes are called inside the server, whatever the client called them. */
const STREAMED = 'application/vnd.lakescope.streamed';

/** A line that is silent for so long is cut. */
const SILENCE_MS = 60_000;
/** A question that any line has sent before it could count as slow; a file may take its time however small it is. */
const SOON_HERE = 64 * 1024;
/** 16 MiB at 150 kbit/s. */
const LONGEST_MS = 15 * 60_000;

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

/** The body trickles in more slowly than any line would send it. */
class StreamedBodyTooSlow extends DomainError {
  constructor() {
    super({
      kind: 'timeout',
      code: 'REQUEST_TIMEOUT',
      message: `The body did not arrive within ${LONGEST_MS / 60_000} minutes`,
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

interface StreamedRoute {
  readonly maxBytes: number;
  /** The media type it must have; any, when left out. */
  readonly type?: string;
}

/** For a route that takes its body as it comes, up to so many bytes. Nothing is read before the guards have let the caller in. */
export const TakesStream = ({ maxBytes, type }: StreamedRoute): MethodDecorator =>
  RouteConfig({ streamedBodyBytes: maxBytes, ...(type === undefined ? {} : { streamedBodyType: type }) });

/** The body; only on a route that `TakesStream`. */
export const StreamedRequestBody = createParamDecorator((_: unknown, context: ExecutionContext): StreamedBody => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { streamedBodyBytes: maxBytes = 0, streamedBodyType } = request.routeOptions.config;
  const isFile = streamedBodyType === undefined;
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') throw new PackedBody(encoding);
  const announced = request.headers['content-length'];
  const sizeBytes = announced === undefined ? undefined : Number(announced);
  if (sizeBytes !== undefined && sizeBytes > maxBytes) throw new StreamedBodyTooLarge(maxBytes, sizeBytes);
  if (isFile || sizeBytes === undefined || sizeBytes > SOON_HERE) letItTakeItsTime(request.raw);
  return new RequestBody(request.raw, maxBytes, sizeBytes);
});

/** A class, because an object with an accessor of its own is dear to make for each request. */
class RequestBody implements StreamedBody {
  constructor(
    private readonly raw: Readable,
    private readonly maxBytes: number,
    readonly sizeBytes: number | undefined,
  ) {}

  get chunks(): AsyncIterable<Uint8Array> {
    return bounded(this.raw, this.maxBytes);
  }

  whole(): Promise<Buffer> {
    return gathered(this.raw, this.maxBytes);
  }
}

/** Call it before the routes are made. */
export function useStreamedBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.streamedBodyBytes === undefined) return;
    const { streamedBodyType: type } = route.config;
    route.preParsing = (request, _reply, payload, done) => {
      if (type !== undefined && hasBody(request) && mediaTypeOf(request) !== type) {
        done(new UnsupportedMediaTypeException());
        return;
      }
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

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function mediaTypeOf({ headers }: FastifyRequest): string | undefined {
  const header = headers['content-type'];
  // As nearly everybody writes it, and then there is nothing to take apart.
  return header === 'application/json' ? header : header?.split(';', 1)[0]?.trim().toLowerCase();
}

/** Without the iterator that `bounded` needs, which costs more than a small body does. */
function gathered(stream: Readable, maxBytes: number): Promise<Buffer> {
  const end = performance.now() + LONGEST_MS;
  return new Promise((resolve, reject) => {
    if (stream.destroyed) {
      // The client left while it was found out who it is, and a stream says but once that it is closed.
      reject(brokenOff());
      return;
    }
    const chunks: Buffer[] = [];
    let received = 0;
    const refuse = (reason: Error): void => {
      chunks.length = 0;
      // What is left is read and thrown away: the answer still has to go out on this line.
      stream.removeListener('data', take).resume();
      reject(reason);
    };
    const take = (chunk: Buffer): void => {
      received += chunk.length;
      chunks.push(chunk);
      if (received > maxBytes) refuse(new StreamedBodyTooLarge(maxBytes, undefined));
      else if (performance.now() > end) refuse(new StreamedBodyTooSlow());
    };
    stream.on('data', take);
    stream.on('end', () => {
      const [first, second] = chunks;
      resolve(second === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(chunks, received));
    });
    stream.on('error', reject);
    stream.on('close', () => {
      // Every stream is closed in the end, and an error with its stack is the dearest part of a small body.
      if (!stream.readableEnded) reject(brokenOff());
    });
  });
}

function brokenOff(): InvalidRequest {
  return new InvalidRequest('The body broke off');
}

/**
 * A long way up is no slow loris: who has been let in and sends something may take longer than others. Node measures the whole of every
 * request, so who answers its complaint is told to leave this one alone. What goes silent is still cut.
 */
function letItTakeItsTime(request: IncomingMessage): void {
  const { socket } = request;
  unhurried.add(socket);
  request.once('close', () => unhurried.delete(socket));
  socket.setTimeout(SILENCE_MS);
}

const unhurried = new WeakSet<object>();

/** Whether a body comes on this line that may take longer than a request otherwise may. */
export function isUnhurried(socket: object): boolean {
  return unhurried.has(socket);
}

/**
 * Whoever stops reading in the middle leaves the connection as it is: the answer still has to go out on it, and the next request comes in
 * on it. What is left of the body is read and thrown away, which Node does by itself only for bodies that nobody has begun to read.
 */
async function* bounded(stream: Readable, maxBytes: number): AsyncGenerator<Uint8Array> {
  const end = performance.now() + LONGEST_MS;
  let received = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > maxBytes) throw new StreamedBodyTooLarge(maxBytes, undefined);
      if (performance.now() > end) throw new StreamedBodyTooSlow();
      yield chunk;
    }
  } finally {
    stream.resume();
  }
}
