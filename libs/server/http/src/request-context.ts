import { Injectable, type CallHandler, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { UserCaller } from './caller';
import { WITHOUT_OBSERVABLES, type PlainInterceptor } from './plain-interceptor';

/** Who asked and what answers: read at the response's close by whatever counts or logs requests. */
export interface RequestContext {
  /** Absent on public routes. */
  readonly caller: UserCaller | undefined;
  /** `Controller.method`. */
  readonly handler: string;
  /** Template of the route, e.g. `/api/v1/preferences/:key`: never the path itself, which names what people look at. */
  readonly route: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the guards have let the request in; absent when one of them refused it, or when no controller has the route. */
    requestContext?: RequestContext;
  }
}

/** Notes on the request who asked and what answers. It observes, and decides nothing. */
@Injectable()
export class RequestContextInterceptor implements PlainInterceptor {
  readonly [WITHOUT_OBSERVABLES] = true;

  begin(context: ExecutionContext): void {
    const request = context.getArgByIndex<FastifyRequest>(0);
    request.requestContext = {
      caller: request.caller,
      handler: `${context.getClass().name}.${context.getHandler().name}`,
      route: request.routeOptions.url ?? 'unknown',
    };
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.begin(context);
    return next.handle();
  }
}
