import {
  ForbiddenException,
  StreamableFile,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable, from, isObservable, mergeAll, throwError, type Subscriber } from 'rxjs';
import { discard, type PlainInterceptor } from './plain-interceptor';
import { RequestExecution, type ControllerMethod } from './request-execution';

/** What Nest has found out about a route of a controller when the server started. */
export interface NestRoute {
  readonly controller: object;
  readonly method: ControllerMethod;
  readonly guards: readonly CanActivate[];
  readonly interceptors: readonly NestInterceptor[];
  /** The same, when none of them needs Observables. */
  readonly plain: readonly PlainInterceptor[] | undefined;
  readonly argumentCount: number;
  /** Takes the arguments from the request, through the pipes; answers a promise only when there is something to wait for. */
  readonly fill: (
    args: unknown[],
    request: FastifyRequest,
    reply: FastifyReply,
    context: ExecutionContext,
  ) => Promise<unknown> | undefined;
  /** The controller's method takes the response and answers by itself: what it gives back is not sent. */
  readonly answersItself: boolean;
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly value: string | (() => string) }[];
  /** Nest's own way to answer with what is no plain data: streams, files, nothing. */
  readonly answer: (result: unknown, reply: FastifyReply, request: FastifyRequest, streams: unknown[]) => unknown;
}

/**
 * One request to a route, run as Nest runs it and in the same order: guards, interceptors, pipes, the controller's method, interceptors
 * again. Nest waits for a promise at each step and wraps each interceptor into several Observables, which costs more than everything else
 * a request does; here nothing is waited for that is there already.
 *
 * One difference: an interceptor that subscribes twice to what comes after it has the controller's method run twice, but the interceptors
 * between them asked once.
 */
export class DirectRoute extends RequestExecution {
  constructor(
    private readonly route: NestRoute,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    super(request, reply, route.controller.constructor, route.method);
  }

  handle(): unknown {
    const { guards } = this.route;
    for (let index = 0; index < guards.length; index++) {
      const allowed = guards[index]?.canActivate(this);
      if (allowed !== true) return this.handleWhenAllowed(allowed, index + 1);
    }
    return this.run();
  }

  private async handleWhenAllowed(first: Allowed, next: number): Promise<unknown> {
    await admit(first);
    for (const guard of this.route.guards.slice(next)) await admit(guard.canActivate(this));
    return this.run();
  }

  private run(): unknown {
    const { status, headers, plain } = this.route;
    this.reply.code(status);
    for (const { name, value } of headers) this.reply.header(name, typeof value === 'function' ? value() : value);
    if (plain !== undefined) return this.runPlain(plain);
    const outcome = new Outcome();
    this.intercepted(0).subscribe(outcome);
    return outcome.isSettled ? this.send(outcome.take()) : this.sendWhenSettled(outcome);
  }

  private runPlain(interceptors: readonly PlainInterceptor[]): unknown {
    for (let index = 0; index < interceptors.length; index++) interceptors[index]?.begin(this);
    const result = this.invoke();
    if (isThenable(result)) return this.sendAwaited(interceptors, Promise.resolve(result));
    if (isObservable(result)) return this.sendAwaited(interceptors, lastOf(result));
    return this.send(result);
  }

  private async sendAwaited(interceptors: readonly PlainInterceptor[], running: Promise<unknown>): Promise<unknown> {
    let answer = running;
    // The last one is next to the method, as ever.
    for (let index = interceptors.length - 1; index >= 0; index--) {
      answer = interceptors[index]?.during?.(this, answer) ?? answer;
    }
    return this.send(await answer);
  }

  /** What the interceptor of this index makes of all that comes after it; behind the last one is the controller's method. */
  intercepted(index: number): Observable<unknown> {
    const interceptor = this.route.interceptors[index];
    if (interceptor === undefined) return new Observable((subscriber) => this.call(subscriber));
    const answer = interceptor.intercept(this, new NextStep(this, index + 1));
    return isObservable(answer) ? answer : from(answer).pipe(mergeAll());
  }

  private call(subscriber: Subscriber<unknown>): void {
    const result = this.invoke();
    if (isThenable(result)) {
      result.then(
        (value) => deliver(value, subscriber),
        (error: unknown) => subscriber.error(error),
      );
    } else deliver(result, subscriber);
  }

  private invoke(): unknown {
    const { argumentCount, fill } = this.route;
    const args: unknown[] = [];
    for (let index = 0; index < argumentCount; index++) args.push(undefined);
    const filling = fill(args, this.request, this.reply, this);
    return filling === undefined ? this.apply(args) : filling.then(() => this.apply(args));
  }

  private apply(args: unknown[]): unknown {
    return this.route.method.apply(this.route.controller, args);
  }

  private async sendWhenSettled(outcome: Outcome): Promise<unknown> {
    await outcome.settled();
    return this.send(outcome.take());
  }

  private send(value: unknown): unknown {
    if (this.route.answersItself) return undefined;
    if (isPlain(value)) return void this.reply.send(value);
    return this.route.answer(value, this.reply, this.request, value instanceof StreamableFile ? [value] : []);
  }
}

class NextStep implements CallHandler {
  constructor(
    private readonly run: DirectRoute,
    private readonly index: number,
  ) {}

  handle(): Observable<unknown> {
    try {
      return this.run.intercepted(this.index);
    } catch (error) {
      return throwError(() => error);
    }
  }
}

/** The last value of an Observable, which is the answer, or its error. */
class Outcome {
  private value: unknown;
  private failure: { error: unknown } | undefined;
  private wake: (() => void) | undefined;
  isSettled = false;

  next(value: unknown): void {
    this.value = value;
  }

  error(error: unknown): void {
    this.failure = { error };
    this.complete();
  }

  complete(): void {
    this.isSettled = true;
    this.wake?.();
  }

  settled(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  take(): unknown {
    if (this.failure !== undefined) throw this.failure.error;
    return this.value;
  }
}

type Allowed = ReturnType<CanActivate['canActivate']> | undefined;

async function admit(allowed: Allowed): Promise<void> {
  const answer = isObservable(allowed) ? await lastOf(allowed) : await allowed;
  if (answer !== true) throw new ForbiddenException();
}

async function lastOf(source: Observable<unknown>): Promise<unknown> {
  const outcome = new Outcome();
  source.subscribe(outcome);
  if (!outcome.isSettled) await outcome.settled();
  return outcome.take();
}

function deliver(value: unknown, subscriber: Subscriber<unknown>): void {
  if (subscriber.closed) {
    discard(value);
    return;
  }
  if (isObservable(value)) {
    subscriber.add(value.subscribe(subscriber));
    return;
  }
  subscriber.next(value);
  subscriber.complete();
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Data that is JSON as it stands, which is what nearly every route answers with. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value);
}
