import { PlatformError } from '@lakescope/databricks-client';
import { Catch, Inject, Logger, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { failureOf } from './failure-of';
import { HttpLimits } from './http-limits';
import { asProblem, pathOf, problemOf, type ProblemForm } from './problem';
import { HEALTH_PROBES } from './request-log';
import { MethodNotAllowed, RouteNotFound } from './request.errors';
import { RouteTable } from './route-table';

/** So much of a body nobody wants is still read before the connection could be closed. */
const READ_OUT_BYTES = 64 * 1024 * 1024;

/** The one place where an error becomes an answer: every failure under the API is a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('request');

  constructor(
    @Inject(HttpLimits) private readonly limits: HttpLimits,
    private readonly routes: Pick<RouteTable, 'allowedMethods'> | undefined,
    private readonly form: ProblemForm = asProblem,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.named(thrown, request);
    const failure = failureOf(error, { bodyBytes: this.limits.bodyBytes, receivedBytes: announcedBytes(request) });
    const problem = problemOf(failure, request.id, pathOf(request.url));
    request.failure = { code: problem.error_code, reason: failure.reason ?? problem.detail };
    this.log(error, problem.status, problem.error_code, request);
    if (reply.sent || reply.raw.headersSent) {
      // Too late for a problem: cut the line, so that half an answer is not taken for a whole one.
      reply.raw.destroy();
      return;
    }
    if (error instanceof MethodNotAllowed) reply.header('Allow', error.allowed.join(', '));
    if (problem.status === 413 && isSoonRead(request)) reply.removeHeader('connection');
    if (problem.retry_after !== null) reply.header('Retry-After', String(problem.retry_after));
    for (const stale of [
      'content-length',
      'content-encoding',
      'content-disposition',
      'etag',
      'last-modified',
      'accept-ranges',
    ]) {
      reply.removeHeader(stale);
    }
    const { type, body } = this.form(request.raw, problem);
    reply.header('Cache-Control', 'no-store').type(type).status(problem.status).send(body);
  }

  /** Nest says "not found" for a path nobody has as well as for a method a path does not have. */
  private named(error: unknown, request: FastifyRequest): unknown {
    if (!(error instanceof NotFoundException) || !request.is404) return error;
    const path = pathOf(request.url);
    const allowed = this.routes?.allowedMethods(path) ?? [];
    return allowed.length > 0 && !allowed.includes(request.method)
      ? new MethodNotAllowed(request.method, path, allowed)
      : new RouteNotFound(request.method, path);
  }

  private log(error: unknown, status: number, code: string, request: FastifyRequest): void {
    const path = pathOf(request.url);
    const line = {
      msg: `${request.method} ${path} failed: ${code}`,
      correlation_id: request.id,
      status,
    };
    if (status === 503 && HEALTH_PROBES.has(path)) this.logger.debug({ ...line, err: error });
    else if (status >= 500) this.logger.error({ ...line, err: error });
    else if (error instanceof PlatformError) this.logger.warn({ ...line, err: error });
    else this.logger.debug({ ...line, err: error });
  }
}

/** How large the body is by its own account. */
function announcedBytes({ headers }: FastifyRequest): number | undefined {
  const announced = headers['content-length'];
  return announced === undefined ? undefined : Number(announced);
}

/**
 * Fastify closes the connection of a body that is too large, and a client or proxy that is still sending then sees a broken line
 * instead of the answer. A body whose end is in sight is read out.
 */
function isSoonRead(request: FastifyRequest): boolean {
  return Number(request.headers['content-length']) <= READ_OUT_BYTES;
}
