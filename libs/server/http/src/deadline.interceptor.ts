import {
  Inject,
  Injectable,
  SetMetadata,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError, timeout, type Observable } from 'rxjs';
import { HttpLimits } from './http-limits';
import { requestAbort } from './request-signal';
import { DeadlineExceeded } from './request.errors';

const NO_DEADLINE = 'lakescope:no-deadline';

/** For streams, uploads and downloads: they may take as long as the bytes need. */
export const WithoutDeadline = (): CustomDecorator => SetMetadata(NO_DEADLINE, true);

/** Answers 504 before the platform's proxy cuts the line, and lets go of the work. */
@Injectable()
export class DeadlineInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(HttpLimits) private readonly limits: HttpLimits,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.reflector.getAllAndOverride<boolean>(NO_DEADLINE, [context.getHandler(), context.getClass()])) {
      return next.handle();
    }
    const http = context.switchToHttp();
    const abort = requestAbort(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
    const { deadlineMs } = this.limits;
    return next.handle().pipe(
      timeout({
        first: deadlineMs,
        with: () => {
          abort.abort();
          return throwError(() => new DeadlineExceeded(deadlineMs));
        },
      }),
    );
  }
}
