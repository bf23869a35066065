import { classifyFailure } from './classify-failure';
import type { AnswerHeaders } from './exchange';
import { PlatformError } from './platform-error';

export interface CallContext {
  operation: string;
  actingAs: 'user' | 'app' | undefined;
}

/** One try that failed, and whether the platform may have acted on it. */
export class AttemptFailed {
  constructor(
    readonly error: PlatformError,
    readonly nothingSent: boolean,
  ) {}

  mayRepeat(isIdempotent: boolean): boolean {
    return isIdempotent || this.nothingSent;
  }
}

/** Errors of the connection attempt itself: the request never left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_)/;

export function failedAnswer(
  answer: { status: number; headers: AnswerHeaders },
  body: string,
  context: CallContext,
): AttemptFailed {
  if (answer.status >= 300 && answer.status < 400) {
    const message = 'The platform answered with a redirect, which is not followed';
    return new AttemptFailed(
      new PlatformError('upstream', message, details(context, { status: answer.status })),
      false,
    );
  }
  const { kind, message, errorCode, scopes, requestId } = classifyFailure({ status: answer.status, body });
  const retryAfterSeconds = secondsToWait(answer.headers.get('retry-after'), answer.headers.get('date'));
  const id = answer.headers.get('x-request-id') ?? requestId;
  const error = new PlatformError(kind, message, {
    ...details(context, { status: answer.status }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(id === undefined ? {} : { requestId: id }),
  });
  return new AttemptFailed(error, false);
}

export function failedConnection(
  error: unknown,
  abortedBy: 'caller' | 'deadline' | undefined,
  context: CallContext,
): AttemptFailed {
  const known = details(context, { cause: error });
  if (abortedBy === 'caller')
    return new AttemptFailed(new PlatformError('aborted', 'The call was aborted', known), false);
  if (abortedBy === 'deadline') {
    return new AttemptFailed(new PlatformError('timeout', 'The platform did not answer in time', known), false);
  }
  const code = codeOf(error);
  if (UNTRUSTED.test(code)) {
    const message = `The platform's certificate could not be verified (${code})`;
    return new AttemptFailed(new PlatformError('upstream', message, known), true);
  }
  const message = `The platform could not be reached (${code})`;
  return new AttemptFailed(new PlatformError('unavailable', message, known), NEVER_SENT.has(code));
}

function details<T extends object>(
  context: CallContext,
  more: T,
): T & { operation: string; actingAs?: 'user' | 'app' } {
  return {
    ...more,
    operation: context.operation,
    ...(context.actingAs === undefined ? {} : { actingAs: context.actingAs }),
  };
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error ? error.name : 'unknown';
}

/** Retry-After in seconds or as an HTTP date, which is a moment on the platform's clock: ours may be minutes off. */
function secondsToWait(header: string | undefined, platformDate: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  if (Number.isNaN(date)) return undefined;
  const platformNow = Date.parse(platformDate ?? '');
  return Math.max(0, Math.ceil((date - (Number.isNaN(platformNow) ? Date.now() : platformNow)) / 1000));
}
