import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction, RawServerDefault } from 'fastify';

type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void;

const SLASH = 47;

/**
 * Nest's adapter without the hooks it runs for each request for features that this server does not use: CORS, Nest's own security headers
 * and hooks, versions told by a function, 503 while it closes. One of them makes Fastify listen twice to each response. Whoever turns such a
 * feature on is told so when the server starts.
 */
export class LeanAdapter extends FastifyAdapter<RawServerDefault> {
  constructor(options: ConstructorParameters<typeof FastifyAdapter<RawServerDefault>>[0]) {
    super(options);
    const instance = this.getInstance() as unknown as FastifyInstance;
    const hooks = requestHooksOf(instance);
    // The one thing they do for everybody: what names no path of this server is not found.
    instance.addHook('onRequest', (request, reply, done) => {
      if (request.raw.url?.charCodeAt(0) === SLASH) done();
      else inTurn(hooks, request, reply, done);
    });
  }

  /** Called by the constructor above, before Nest adds its hooks. */
  override setInstance<T>(instance: T): void {
    super.setInstance(instance);
    collectHooks(instance as T & FastifyInstance);
  }

  override enableCors(): never {
    throw notHere('CORS');
  }

  override registerSecurityHook(): never {
    throw notHere('security headers and CSRF protection of Nest');
  }

  override setOnRequestHook(): never {
    throw notHere('a hook at the request');
  }

  override setOnResponseHook(): never {
    throw notHere('a hook at the response');
  }

  override initHttpServer(options: Parameters<FastifyAdapter['initHttpServer']>[0]): void {
    if (options?.return503OnClosing) throw notHere('503 while closing');
    super.initHttpServer(options);
  }
}

const collected = new WeakMap<object, { hooks: RequestHook[]; addHook: unknown }>();

/** Keeps what is added from now on, instead of adding it. */
function collectHooks(instance: FastifyInstance): void {
  const hooks: RequestHook[] = [];
  collected.set(instance, { hooks, addHook: Reflect.get(instance, 'addHook') });
  Reflect.set(instance, 'addHook', (name: string, hook: RequestHook) => {
    if (name === 'onRequest') hooks.push(hook);
    return instance;
  });
}

function requestHooksOf(instance: FastifyInstance): readonly RequestHook[] {
  const { hooks = [], addHook } = collected.get(instance) ?? {};
  Reflect.set(instance, 'addHook', addHook);
  return hooks;
}

function inTurn(
  [hook, ...others]: readonly RequestHook[],
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  if (hook === undefined) return done();
  hook(request, reply, (error) => {
    if (error === undefined) inTurn(others, request, reply, done);
    else done(error);
  });
}

function notHere(feature: string): Error {
  return new Error(`LeanAdapter leaves out what is needed for ${feature}`);
}
