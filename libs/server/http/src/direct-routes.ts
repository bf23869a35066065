import type { ArgumentsHost, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DirectRoute, isThenable, type NestRoute } from './direct-route';
import { isPlainInterceptor } from './plain-interceptor';
import { RequestExecution, type ControllerMethod } from './request-execution';

type RouteHandler = (...args: unknown[]) => unknown;

/** The part of Nest that makes a handler of a controller's method, as of Nest 12. */
interface RouteCompiler {
  create(
    controller: object,
    method: ControllerMethod,
    methodName: string,
    moduleKey: string,
    requestMethod: number,
    contextId?: { readonly id: number },
    inquirerId?: string,
  ): RouteHandler;
  getMetadata(
    controller: object,
    method: ControllerMethod,
    methodName: string,
    moduleKey: string,
    requestMethod: number,
    contextType: 'http',
  ): RouteMetadata;
  createPipesFn(
    pipes: unknown[],
    parameters: Parameter[],
  ): ((args: unknown[], request: FastifyRequest, reply: FastifyReply) => Promise<unknown> | undefined) | null;
  isResponseHandled(controller: object, methodName: string, parameters: Parameter[]): boolean;
  reflectRedirect(method: ControllerMethod): unknown;
  reflectRenderTemplate(method: ControllerMethod): unknown;
  readonly pipesContextCreator: EnhancerFinder<unknown>;
  readonly guardsContextCreator: EnhancerFinder<CanActivate>;
  readonly interceptorsContextCreator: EnhancerFinder<NestInterceptor>;
}

/** The part of Nest that knows what a parameter's decorator takes from a request. */
interface ParameterFactory {
  mergeParamsMetatypes(parameters: Parameter[], types: unknown[] | undefined): Parameter[];
  getCustomFactory(
    factory: unknown,
    data: unknown,
    contextOf: (args: unknown[]) => ExecutionContext,
  ): Parameter['extractValue'];
}

/** What a decorator of one's own takes from a request. */
type Taken = (context: ExecutionContext) => unknown;

interface Parameter {
  readonly index: number;
  /** A number for what Nest itself takes from a request, a text for a decorator's own. */
  readonly type: number | string;
  readonly pipes: readonly unknown[];
  extractValue(request: FastifyRequest, reply: FastifyReply, next: undefined): unknown;
}

interface RouteMetadata {
  argsLength: number;
  paramtypes: unknown[] | undefined;
  getParamsMetadata(moduleKey: string): Parameter[];
  isSseHandler: boolean;
  httpStatusCode: number;
  responseHeaders: NestRoute['headers'];
  fnHandleResponse(
    result: unknown,
    reply: unknown,
    request: unknown,
    observable: undefined,
    streams: unknown[],
  ): unknown;
}

/** The part of Nest that hands what a handler throws to the filters. */
interface RouteProxy {
  createProxy(handler: RouteHandler, failures: FailureHandler): RouteHandler;
}

interface FailureHandler {
  next(error: unknown, host: ArgumentsHost): void;
}

interface EnhancerFinder<T> {
  create(controller: object, method: ControllerMethod, moduleKey: string): T[];
}

/**
 * Has the routes of this application run by `DirectRoute`: see there why. Call it before `init()`, which makes the routes. Routes that do
 * more than answer (event streams, redirects, templates) stay with Nest.
 *
 * Nest has no public way to replace these steps, so its parts are reached by name, on this application only; the version is pinned, and
 * the server does not start when a name is gone.
 */
export function useDirectRoutes(app: NestFastifyApplication): void {
  const compiler = partOf<RouteCompiler>(app, ['executionContextCreator'], 'create');
  const parameters = partOf<ParameterFactory>(app, ['executionContextCreator', 'contextUtils'], 'getCustomFactory');
  const proxy = partOf<RouteProxy>(app, ['routerProxy'], 'createProxy');
  proxy.createProxy = (handler, failures) => (request, reply) => run(handler, failures, request, reply);
  const takenBy = rememberFactories(parameters);
  const viaNest = compiler.create.bind(compiler);
  compiler.create = (...route) => {
    const [controller, method, methodName, moduleKey, requestMethod] = route;
    const metadata = compiler.getMetadata(controller, method, methodName, moduleKey, requestMethod, 'http');
    const taken = metadata.getParamsMetadata(moduleKey);
    const isPlain =
      !metadata.isSseHandler && !compiler.reflectRedirect(method) && !compiler.reflectRenderTemplate(method);
    if (!isPlain) return viaNest(...route);
    const ours = taken.filter(isOurs).map(({ index, extractValue }) => ({ index, take: takenBy(extractValue) }));
    const pipes = compiler.pipesContextCreator.create(controller, method, moduleKey);
    const typed = parameters.mergeParamsMetatypes(taken, metadata.paramtypes);
    const checked = compiler.createPipesFn(
      pipes,
      typed.filter((parameter) => !isOurs(parameter)),
    );
    const interceptors = compiler.interceptorsContextCreator.create(controller, method, moduleKey);
    const direct: NestRoute = {
      controller,
      method,
      guards: compiler.guardsContextCreator.create(controller, method, moduleKey),
      interceptors,
      plain: interceptors.every(isPlainInterceptor) ? interceptors : undefined,
      argumentCount: metadata.argsLength,
      fill: (args, request, reply, context) => {
        for (const { index, take } of ours) args[index] = take(context);
        return checked?.(args, request, reply);
      },
      answersItself: compiler.isResponseHandled(controller, methodName, taken),
      status: metadata.httpStatusCode,
      headers: metadata.responseHeaders,
      answer: (result, reply, request, streams) =>
        metadata.fnHandleResponse(result, reply, request, undefined, streams),
    };
    return (request, reply) => new DirectRoute(direct, request as FastifyRequest, reply as FastifyReply).handle();
  };
}

/** Nest makes a context for each parameter of each request; a decorator's own function is as content with the one that is there. */
function rememberFactories(parameters: ParameterFactory): (extract: Parameter['extractValue']) => Taken {
  const known = new WeakMap<Parameter['extractValue'], Taken>();
  const viaNest = parameters.getCustomFactory.bind(parameters);
  parameters.getCustomFactory = (factory, data, contextOf) => {
    const extract = viaNest(factory, data, contextOf);
    if (isFactory(factory)) known.set(extract, (context) => factory(data, context));
    return extract;
  };
  // What is no function answers null for each request.
  return (extract) => known.get(extract) ?? (() => null);
}

function isFactory(factory: unknown): factory is (data: unknown, context: ExecutionContext) => unknown {
  return typeof factory === 'function';
}

/**
 * Values that a decorator of ours takes from what the server itself knows (the caller, the signal) are no input: the pipe that checks
 * input lets them pass, but has to be waited for.
 */
function isOurs({ type, pipes }: Parameter): boolean {
  return typeof type === 'string' && pipes.length === 0;
}

/**
 * Nothing is given back to Fastify, which would wait for a promise and then send an empty answer where a stream that was sent has not
 * begun yet: whatever runs here sends by itself.
 */
function run(handler: RouteHandler, failures: FailureHandler, request: unknown, reply: unknown): void {
  const refuse = (error: unknown): void => {
    try {
      failures.next(error, new RequestExecution(request as FastifyRequest, reply as FastifyReply));
    } catch (unexpected) {
      (reply as FastifyReply).send(unexpected);
    }
  };
  try {
    const running = handler(request, reply);
    if (isThenable(running)) void running.then(undefined, refuse);
  } catch (error) {
    refuse(error);
  }
}

function partOf<T>(app: NestFastifyApplication, path: readonly string[], method: string): T {
  let found: unknown = app;
  for (const step of ['routesResolver', 'routerExplorer', ...path]) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
  }
  if (typeof found !== 'object' || found === null || typeof Reflect.get(found, method) !== 'function') {
    throw new Error('Nest makes its routes in another way than this server was built for');
  }
  return found as T;
}
