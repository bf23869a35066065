export type PlatformErrorKind =
  | 'unauthenticated'
  | 'token_expired'
  | 'scope_missing'
  | 'permission_denied'
  | 'not_found'
  | 'endpoint_not_found'
  | 'already_exists'
  | 'conflict'
  | 'bad_request'
  | 'precondition_failed'
  | 'range_not_satisfiable'
  | 'rate_limited'
  | 'timeout'
  | 'unavailable'
  | 'aborted'
  | 'upstream';

export interface PlatformErrorDetails {
  status?: number;
  errorCode?: string;
  scopes?: string[];
  retryAfterSeconds?: number;
  requestId?: string;
  /** What was called, e.g. `GET /api/2.1/unity-catalog/catalogs`; never with the query, which may carry names. */
  operation?: string;
  /** Whose credential the call carried: an app credential that fails is no fault of the user. */
  actingAs?: 'user' | 'app';
  cause?: unknown;
}

/** The one way a call to the platform fails: what happened in one word, and what the platform said. */
export class PlatformError extends Error {
  readonly status: number | undefined;
  readonly errorCode: string | undefined;
  readonly scopes: string[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly requestId: string | undefined;
  readonly operation: string | undefined;
  readonly actingAs: 'user' | 'app' | undefined;

  constructor(
    readonly kind: PlatformErrorKind,
    message: string,
    details: PlatformErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PlatformError';
    this.status = details.status;
    this.errorCode = details.errorCode;
    this.scopes = details.scopes;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.requestId = details.requestId;
    this.operation = details.operation;
    this.actingAs = details.actingAs;
  }
}
