import { PlatformError, type PlatformErrorKind } from '@lakescope/databricks-client';
import { HttpException } from '@nestjs/common';
import { DomainError } from './domain-error';
import type { ErrorCode } from './error-codes';
import { scopeLine } from './permission-fixes';
import type { Failure } from './problem';
import { sayingOf } from './platform-sayings';

/** What Fastify says of a body it cannot parse, directly or through Nest. It does not tell broken JSON from the keys it refuses. */
const BAD_JSON = /^Body is not valid JSON/;
const BAD_JSON_SENTENCE =
  'The body is not valid JSON, or holds a key that is not accepted: __proto__, or constructor with a prototype';

/** JSON is the only body the API takes. */
const BODY_TYPE = 'application/json';

const INTERNAL: Failure = {
  code: 'INTERNAL',
  detail: 'Something went wrong on our side. The log holds the reason under the correlation id.',
  errorType: 'InternalError',
};

/** Every kind of platform failure has an answer; one without does not compile. */
const CODE_BY_PLATFORM_KIND: Readonly<Record<PlatformErrorKind, ErrorCode>> = {
  unauthenticated: 'AUTH_INVALID',
  token_expired: 'AUTH_EXPIRED',
  scope_missing: 'SCOPE_MISSING',
  permission_denied: 'PERMISSION_DENIED',
  not_found: 'NOT_FOUND',
  endpoint_not_found: 'UPSTREAM_ERROR',
  already_exists: 'ALREADY_EXISTS',
  conflict: 'CONFLICT',
  bad_request: 'INVALID_REQUEST',
  precondition_failed: 'PRECONDITION_FAILED',
  range_not_satisfiable: 'RANGE_NOT_SATISFIABLE',
  rate_limited: 'RATE_LIMITED',
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'SERVICE_UNAVAILABLE',
  aborted: 'CLIENT_CLOSED',
  upstream: 'UPSTREAM_ERROR',
};

/** What the app's own credential is refused for is no fault of the person who asked. */
const APP_FAULTS: ReadonlySet<PlatformErrorKind> = new Set([
  'unauthenticated',
  'token_expired',
  'scope_missing',
  'permission_denied',
]);

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'INVALID_REQUEST',
  401: 'AUTH_MISSING',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  409: 'CONFLICT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'INVALID_REQUEST',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'RANGE_NOT_SATISFIABLE',
  422: 'INVALID_REQUEST',
  429: 'RATE_LIMITED',
  431: 'HEADERS_TOO_LARGE',
  503: 'SERVICE_UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};

export interface BodyLimits {
  readonly bodyBytes: number;
  /** Of the request at hand, when it says so. */
  readonly receivedBytes?: number | undefined;
}

/** What an error means to the caller. Anything unknown is an INTERNAL without a word more. */
export function failureOf(error: unknown, limits: BodyLimits): Failure {
  if (error instanceof DomainError) {
    return {
      code: error.code,
      detail: error.quote === undefined ? error.message : `${error.message}: ${error.quote}`,
      ...(error.quote === undefined ? {} : { reason: error.message }),
      errorType: error.name,
      details: error.details,
      retryAfterSeconds: error.retryAfterSeconds,
    };
  }
  if (error instanceof PlatformError) return platformFailure(error);
  if (error instanceof HttpException) return httpFailure(error.getStatus(), error.message, error.name, limits);
  const fastify = asFastifyError(error);
  if (fastify !== undefined) return httpFailure(fastify.statusCode, fastify.message, fastify.code, limits);
  return INTERNAL;
}

function platformFailure(error: PlatformError): Failure {
  const ofApp = error.actingAs === 'app' && APP_FAULTS.has(error.kind);
  const details = {
    ...(error.operation === undefined ? {} : { operation: error.operation }),
    ...(error.status === undefined ? {} : { upstream_status: error.status }),
    ...(error.errorCode === undefined ? {} : { upstream_code: error.errorCode }),
    ...(error.requestId === undefined ? {} : { upstream_request_id: error.requestId }),
    ...(error.actingAs === undefined ? {} : { acting_as: error.actingAs }),
    ...scopeDetails(error),
  };
  return {
    code: ofApp ? 'SERVICE_UNAVAILABLE' : CODE_BY_PLATFORM_KIND[error.kind],
    detail: ofApp ? "The platform refused the app's own credential" : sayingOf(error),
    errorType: 'PlatformError',
    details,
    retryAfterSeconds: error.retryAfterSeconds,
  };
}

function scopeDetails(error: PlatformError): Record<string, unknown> {
  if (error.kind !== 'scope_missing') return {};
  const scopes = error.scopes ?? [];
  const lines = scopes.map(scopeLine);
  const which = lines.length === 1 ? 'the line' : 'the lines';
  return {
    scopes,
    user_api_scopes: lines,
    fix: `Add ${which} ${lines.map((line) => `"${line}"`).join(', ')} to user_api_scopes in databricks.yml, deploy the app and sign in again`,
  };
}

function httpFailure(status: number, message: string, errorType: string, limits: BodyLimits): Failure {
  const code = CODE_BY_STATUS[status];
  if (code === undefined) return INTERNAL;
  if (code === 'PAYLOAD_TOO_LARGE') return { code, detail: message, errorType, details: sizesOf(limits) };
  if (code === 'UNSUPPORTED_MEDIA_TYPE') {
    const detail = `The body has a type this route does not take; send it with Content-Type: ${BODY_TYPE}`;
    return { code, detail, errorType, details: { supported_types: [BODY_TYPE] } };
  }
  return { code, detail: BAD_JSON.test(message) ? BAD_JSON_SENTENCE : message, errorType };
}

function sizesOf({ bodyBytes, receivedBytes }: BodyLimits): Record<string, number> {
  return { max_size_bytes: bodyBytes, ...(receivedBytes === undefined ? {} : { received: receivedBytes }) };
}

interface FastifyErrorLike {
  statusCode: number;
  code: string;
  message: string;
}

function asFastifyError(error: unknown): FastifyErrorLike | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // Only what Fastify itself found wrong with a request: a stray statusCode on a foreign error promises nothing.
  if (!code.startsWith('FST_') && !(error instanceof SyntaxError)) return undefined;
  return { statusCode: error.statusCode, code, message: error.message };
}
