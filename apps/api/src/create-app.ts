import type { AppConfig } from '@lakescope/server-config';
import {
  AppLogger,
  DeadlineInterceptor,
  HttpLimits,
  LeanAdapter,
  ProblemFilter,
  RequestContextInterceptor,
  RequestEnds,
  RequestObservers,
  RouteTable,
  answerOnSocket,
  correlationIdOf,
  strictValidation,
  useCorrelation,
  useCsrfRule,
  useDirectRoutes,
  useRequestLog,
  useSecurityHeaders,
  useStreamedBodies,
  type LogDestination,
} from '@lakescope/server-http';
import { useRawBodies } from '@lakescope/server-metrics';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Aliases } from './aliases/aliases';
import { answerMalformedUrl } from './answer-malformed-url';
import { AppModule } from './app.module';
import { withGatewayErrors } from './gateway-errors';
import { product } from './product-version';
import { serveDocs } from './serve-docs';
import { serveWeb } from './serve-web';

export const API_PREFIX = 'api/v1';
/** What those ask who know no version: the platform, and collectors of metrics. */
export const ROOT_ROUTES = ['health', 'ready', 'metrics'];

export interface AppOptions {
  /** Folder of the built SPA; without it only the API answers. */
  webRoot?: string;
  /** The committed OpenAPI document. */
  openApiFile: string;
  limits?: HttpLimits;
  logDestination?: LogDestination;
}

export interface CreatedApp {
  app: NestFastifyApplication;
  logger: AppLogger;
  routes: RouteTable;
}

/** The whole server, not yet listening: what production starts and what tests call. */
export async function createApp(config: AppConfig, options: AppOptions): Promise<CreatedApp> {
  const limits = options.limits ?? new HttpLimits();
  const logger = new AppLogger(config.log, options.logDestination);
  const aliases = new Aliases();
  const form = withGatewayErrors(aliases.form);
  const observers = new RequestObservers();
  const ends = new RequestEnds(observers);
  const adapter = new LeanAdapter({
    rewriteUrl: aliases.rewrite,
    genReqId: correlationIdOf,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.receiveMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.slowCheckMs,
    },
    routerOptions: { maxParamLength: limits.paramCharacters },
    clientErrorHandler: answerOnSocket(ends),
    // Nest's middleware engine looks at each request; there is no middleware.
    skipMiddie: true,
    frameworkErrors: answerMalformedUrl(form, limits, ends),
    forceCloseConnections: 'idle',
    // A request on a line that was accepted before the end is answered like any other, and its line is closed then.
    return503OnClosing: false,
    // A HEAD that runs a whole handler for nothing is offered only where a controller says so.
    exposeHeadRoutes: false,
    logger: false,
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable(fastify);
  useCorrelation(fastify);
  useRequestLog(fastify, logger, ends);
  useSecurityHeaders(fastify);
  useCsrfRule(fastify);
  // JSON is the only body the API takes; everything else is 415. A beacon is the same JSON by another name.
  fastify.removeContentTypeParser('text/plain');
  useRawBodies(fastify);
  useStreamedBodies(fastify);
  aliases.useBodies(fastify);

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, product, limits, observers),
    adapter,
    {
      logger,
      bodyParser: false,
      abortOnError: false,
    },
  );
  app.setGlobalPrefix(API_PREFIX, { exclude: ROOT_ROUTES });
  app.useGlobalPipes(strictValidation());
  app.useGlobalFilters(new ProblemFilter(limits, withAliases(routes, aliases), form));
  app.useGlobalInterceptors(new RequestContextInterceptor(), new DeadlineInterceptor(app.get(Reflector), limits));
  useDirectRoutes(app);
  serveDocs(fastify, options.openApiFile);
  await serveWeb(fastify, options.webRoot);
  await app.init();
  return { app, logger, routes };
}

/** A wrong method on an alias is told as such, too. */
function withAliases(routes: RouteTable, aliases: Aliases): Pick<RouteTable, 'allowedMethods'> {
  return { allowedMethods: (path) => [...routes.allowedMethods(path), ...aliases.methodsOf(path)] };
}
