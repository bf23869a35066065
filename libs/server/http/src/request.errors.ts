import { DomainError } from './domain-error';

export interface InvalidField {
  path: string;
  message: string;
}

/** The request breaks a rule; each broken place by name. */
export class InvalidRequest extends DomainError {
  constructor(message: string, fields: readonly InvalidField[] = []) {
    super({ kind: 'invalid', code: 'INVALID_REQUEST', message, details: { fields } });
  }
}

export class RouteNotFound extends DomainError {
  constructor(method: string, path: string) {
    super({ kind: 'not_found', code: 'ROUTE_NOT_FOUND', message: `There is no route ${method} ${path}` });
  }
}

export class MethodNotAllowed extends DomainError {
  constructor(
    method: string,
    path: string,
    readonly allowed: readonly string[],
  ) {
    super({
      kind: 'method_not_allowed',
      code: 'METHOD_NOT_ALLOWED',
      message: `${path} does not take ${method}`,
      details: { allowed },
    });
  }
}

export class CrossSiteRequest extends DomainError {
  constructor(reason: string) {
    super({ kind: 'forbidden', code: 'CSRF_REJECTED', message: `The request was refused: ${reason}` });
  }
}

export class TooManyRequests extends DomainError {
  constructor(retryAfterSeconds: number) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: 'Too many requests in a short time, wait a moment',
      retryAfterSeconds,
    });
  }
}

export class DeadlineExceeded extends DomainError {
  constructor(deadlineMs: number) {
    super({
      kind: 'timeout',
      code: 'UPSTREAM_TIMEOUT',
      message: `The answer took longer than ${Math.round(deadlineMs / 1000)} seconds`,
      details: { deadline_ms: deadlineMs },
    });
  }
}
