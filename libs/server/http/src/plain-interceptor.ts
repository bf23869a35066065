import { StreamableFile, type ExecutionContext, type NestInterceptor } from '@nestjs/common';

/** Says of an interceptor that it is plain. A symbol, because any interceptor may have a method of any name. */
export const WITHOUT_OBSERVABLES = Symbol('without Observables');

/**
 * An interceptor that can do its part without Observables, which cost more than the part itself. `DirectRoute` uses these methods where
 * all interceptors of a route have them; `intercept` does the same for everywhere else.
 */
export interface PlainInterceptor extends NestInterceptor {
  readonly [WITHOUT_OBSERVABLES]: true;
  /** Before the controller's method; what it throws is the answer. */
  begin(context: ExecutionContext): void;
  /** What becomes of an answer that has to be waited for. */
  during?(context: ExecutionContext, answer: Promise<unknown>): Promise<unknown>;
}

export function isPlainInterceptor(interceptor: NestInterceptor): interceptor is PlainInterceptor {
  return WITHOUT_OBSERVABLES in interceptor;
}

/** Whoever asked is gone (the deadline has passed): a file nobody will read must not stay open. */
export function discard(value: unknown): void {
  if (value instanceof StreamableFile) value.getStream().destroy();
}
