import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ObservedRequest } from '@lakescope/server-http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { OBSERVERS, type Observer } from './observers';

/** What the parent is told when it asks. */
export interface ServerReport {
  /** Of the whole process, in microseconds since its start. */
  readonly cpuMicroseconds: number;
  /** Delay of the event loop since it was last asked for, in milliseconds. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly requests: number;
}

/**
 * A bare Fastify whose requests are observed in one of several ways: what stands in the child process while the parent sends requests.
 * `node observed-server.cjs OBSERVER`; the environment says where the database is.
 */
async function main(): Promise<void> {
  const open = OBSERVERS[process.argv[2] ?? ''];
  if (open === undefined)
    throw new Error(`No observer ${process.argv[2]}. There are: ${Object.keys(OBSERVERS).join(', ')}`);
  const observer = await open(process.env);
  const fastify = Fastify({ genReqId: () => randomUUID(), forceCloseConnections: true });
  let requests = 0;
  fastify.addHook('onResponse', (_request, _reply, done) => {
    requests++;
    done();
  });
  observe(fastify, observer);
  for (const area of ['catalogs', 'jobs', 'tables', 'runs']) {
    fastify.get(`/api/v1/${area}/:id`, async (request) => ({ id: (request.params as { id: string }).id, area }));
  }
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const ms = (nanoseconds: number): number => nanoseconds / 1e6;
    const loopDelayMs = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
    delay.reset();
    process.send?.({ cpuMicroseconds: user + system, loopDelayMs, requests } satisfies ServerReport);
  });
  const address = fastify.server.address();
  process.send?.({ port: address !== null && typeof address === 'object' ? address.port : 0 });
}

function observe(fastify: FastifyInstance, observer: Observer): void {
  if ('middleware' in observer) {
    const { middleware } = observer;
    fastify.addHook('onRequest', (request, reply, done) => middleware(request.raw, reply.raw, () => done()));
  } else if ('notify' in observer) {
    const { notify } = observer;
    fastify.addHook('onRequest', (request, reply, done) => {
      reply.raw.on('close', () => notify(observed(request, reply)));
      done();
    });
  }
}

function observed(request: FastifyRequest, reply: FastifyReply): ObservedRequest {
  return {
    endpoint: request.routeOptions.url ?? '(unmatched)',
    method: request.method,
    status: reply.statusCode,
    durationMs: reply.elapsedTime,
    userId: 'user-1@example.com',
    errorType: undefined,
    correlationId: request.id,
  };
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
