import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestObservers, type ObservedRequest } from '@lakescope/server-http';
import { AggregationType, InstrumentType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Pool } from 'pg';
import { Histogram, Registry } from 'prom-client';
import swaggerStats from 'swagger-stats';
import { obviousInsert } from './obvious-design';
import { openProduct } from './product';

export type Notify = (request: ObservedRequest) => void;

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** How the requests of a server are observed, if at all. */
export type Observer = { notify: Notify } | { middleware: Middleware } | Record<never, never>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Ours and its peers, by the name the child process is started with. */
export const OBSERVERS: Readonly<Record<string, (environment: Environment) => Promise<Observer>>> = {
  nobody: async () => ({}),
  ours: async (environment) => {
    const app = await openProduct(environment);
    const observers = app.get(RequestObservers, { strict: false });
    return { notify: (request) => observers.notify(request) };
  },
  // Without its page and its authentication: the counting alone.
  'swagger-stats': async () => ({ middleware: swaggerStats.getMiddleware({ name: 'bench' }) }),
  'prom-client': async () => ({ notify: promClient() }),
  OpenTelemetry: async () => ({ notify: openTelemetry() }),
  'obvious design': async (environment) => ({ notify: obviousDesign(environment) }),
};

/** Its own default buckets, and the labels everybody gives it. */
export function promClient(): Notify {
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [new Registry()],
  });
  return ({ method, endpoint, status, durationMs }) =>
    histogram.observe({ method, route: endpoint, status: String(status) }, durationMs / 1_000);
}

class ReaderOnDemand extends MetricReader {
  protected async onForceFlush(): Promise<void> {
    // Nothing is exported.
  }

  protected async onShutdown(): Promise<void> {
    // Nothing is open.
  }
}

/** Exponential histograms, which are its counterpart of ours; attributes by the semantic conventions. */
export function openTelemetry(): Notify {
  const provider = new MeterProvider({
    readers: [new ReaderOnDemand()],
    views: [{ instrumentType: InstrumentType.HISTOGRAM, aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  const histogram = provider.getMeter('bench').createHistogram('http.server.request.duration', { unit: 's' });
  return ({ method, endpoint, status, durationMs }) =>
    histogram.record(durationMs / 1_000, {
      'http.request.method': method,
      'http.route': endpoint,
      'http.response.status_code': status,
    });
}

/** One INSERT for each request, sent and not waited for. */
function obviousDesign(environment: Environment): Notify {
  return obviousObserver(environment, (inserting) => {
    inserting.catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}

/** The same for whoever wants to know what became of them. */
export function obviousObserver(environment: Environment, follow: (inserting: Promise<unknown>) => void): Notify {
  const { PGHOST: host, PGPORT: port, PGDATABASE: database, PGUSER: user, PGPASSWORD: password } = environment;
  const pool = new Pool({ host, port: Number(port), database, user, password, max: 10 });
  return ({ endpoint, method, status, durationMs, userId, errorType, correlationId }) => {
    const values = [new Date(), endpoint, method, status, durationMs, userId, errorType, correlationId];
    follow(pool.query({ name: 'obvious', text: obviousInsert, values }));
  };
}
