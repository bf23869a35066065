import {
  InvalidRequest,
  StorageAccessDenied,
  StorageCredentialsRejected,
  StorageNotFound,
  StorageThrottled,
  StorageUnavailable,
  messageOf,
  type CredentialsFault,
} from '../errors';

/** What a failed call of the S3 client means. Asked by shape: errors may come from another copy of the SDK than ours. */
export type S3Failure =
  | { kind: 'missing' | 'exists' | 'conflict' | 'range' | 'denied' | 'throttled' | 'nameless' }
  | { kind: 'credentials'; fault: CredentialsFault }
  | { kind: 'unavailable'; reason: string }
  | { kind: 'refused'; code: string }
  | { kind: 'other' };

/** Codes as in "Error responses" of the S3 API reference; compatible stores use some of the older AWS-wide ones. */
const BY_CODE: ReadonlyMap<string, S3Failure> = new Map([
  ...codes({ kind: 'missing' }, 'NoSuchKey', 'NoSuchBucket', 'NotFound'),
  ...codes({ kind: 'exists' }, 'PreconditionFailed'),
  ...codes({ kind: 'conflict' }, 'ConditionalRequestConflict', 'OperationAborted'),
  ...codes({ kind: 'range' }, 'InvalidRange'),
  ...codes({ kind: 'denied' }, 'AccessDenied', 'AllAccessDisabled', 'AccountProblem'),
  ...codes(
    { kind: 'throttled' },
    'SlowDown',
    'Throttling',
    'ThrottlingException',
    'TooManyRequests',
    'TooManyRequestsException',
  ),
  ...codes({ kind: 'throttled' }, 'RequestLimitExceeded', 'BandwidthLimitExceeded', 'ServiceUnavailable', 'Busy'),
  ...codes({ kind: 'credentials', fault: 'EXPIRED' }, 'ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'),
  ...codes(
    { kind: 'credentials', fault: 'UNKNOWN' },
    'InvalidAccessKeyId',
    'InvalidToken',
    'UnrecognizedClientException',
  ),
  ...codes({ kind: 'credentials', fault: 'SIGNATURE' }, 'SignatureDoesNotMatch', 'InvalidSignatureException'),
  ...codes({ kind: 'credentials', fault: 'CLOCK' }, 'RequestTimeTooSkewed', 'RequestInTheFuture', 'RequestExpired'),
  ...codes({ kind: 'credentials', fault: 'NONE' }, 'CredentialsProviderError', 'NoCredentialsError'),
  ...codes({ kind: 'unavailable', reason: 'no answer in time' }, 'TimeoutError', 'AbortError', 'RequestTimeout'),
  ...codes({ kind: 'unavailable', reason: 'its answers end too early' }, 'ECUT'),
  ...codes({ kind: 'unavailable', reason: 'its answers do not match their checksums' }, 'ECHECKSUM'),
]);

/** What the SDK calls an answer without a body: that of HEAD says only its status. */
const NAMELESS: ReadonlySet<string> = new Set([
  '',
  'Error',
  'Unknown',
  'UnknownError',
  'Forbidden',
  'BadRequest',
  '400',
  '403',
]);

export function failureOf(thrown: unknown): S3Failure {
  const { code, status } = detailsOf(thrown);
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (status === undefined) return isOfTheNetwork(code) ? { kind: 'unavailable', reason: code } : { kind: 'other' };
  if (status === 404) return { kind: 'missing' };
  if (status === 412) return { kind: 'exists' };
  if (status === 416) return { kind: 'range' };
  if (status === 429 || status === 503) return { kind: 'throttled' };
  if (status >= 500 || status < 300) return { kind: 'unavailable', reason: `HTTP ${status}` };
  if ((status === 400 || status === 403) && NAMELESS.has(code)) return { kind: 'nameless' };
  return status === 403 ? { kind: 'denied' } : { kind: 'refused', code: code || `HTTP ${status}` };
}

/**
 * The failure in this library's words. The cause is told anew, because the client's own error carries what S3 makes of a request: keys,
 * signatures, parts of its headers.
 */
export function asDeltaError(thrown: unknown, failure: S3Failure, path: string, right: string): unknown {
  const cause = { cause: causeOf(thrown) };
  switch (failure.kind) {
    case 'missing':
      return new StorageNotFound(path, cause);
    case 'denied':
    case 'nameless':
      return new StorageAccessDenied(path, right, cause);
    case 'throttled':
      return new StorageThrottled(path, cause);
    case 'credentials':
      return new StorageCredentialsRejected(path, failure.fault, cause);
    case 'unavailable':
      return new StorageUnavailable(path, failure.reason, cause);
    case 'exists':
    case 'conflict':
    case 'range':
      return new StorageUnavailable(path, `an answer out of place: ${failure.kind}`, cause);
    case 'refused':
      return new InvalidRequest(`${path}: S3 refuses the request (${failure.code})${hintFor(failure.code)}`, cause);
    case 'other':
      return thrown;
  }
}

/** How often the client has sent the request on its own account: more than once makes a refusal ambiguous. */
export function attemptsOf(thrown: unknown): number {
  const { attempts } = metadataOf(thrown);
  return typeof attempts === 'number' ? attempts : 1;
}

function hintFor(code: string): string {
  const isRegion = [
    'PermanentRedirect',
    'AuthorizationHeaderMalformed',
    'HTTP 301',
    'IllegalLocationConstraintException',
  ];
  return isRegion.includes(code) ? ': the bucket lies in another region' : '';
}

function causeOf(thrown: unknown): Error {
  const { code, status } = detailsOf(thrown);
  const { requestId } = metadataOf(thrown);
  const request = typeof requestId === 'string' ? `, request ${requestId}` : '';
  return new Error(`${code || 'no code'}${status === undefined ? '' : ` (HTTP ${status}${request})`}`);
}

function detailsOf(thrown: unknown): { code: string; status: number | undefined } {
  const { name, code, Code } = (thrown ?? {}) as { name?: unknown; code?: unknown; Code?: unknown };
  const { httpStatusCode } = metadataOf(thrown);
  const status = typeof httpStatusCode === 'number' ? httpStatusCode : undefined;
  // Network errors carry their code in `code`, answers of S3 in `name`.
  const candidates = status === undefined ? [code, name] : [Code, name];
  const found = candidates.find((candidate) => typeof candidate === 'string' && candidate !== 'Error');
  if (typeof found === 'string') return { code: found, status };
  // What is no error of its own realm the SDK wraps, and keeps only its message.
  const ofSocket = /\b(E[A-Z_]{4,})\b|socket hang up/.exec(messageOf(thrown));
  return { code: ofSocket === null ? '' : (ofSocket[1] ?? 'ECONNRESET'), status };
}

function metadataOf(thrown: unknown): { httpStatusCode?: unknown; attempts?: unknown; requestId?: unknown } {
  const { $metadata } = (thrown ?? {}) as { $metadata?: unknown };
  return $metadata !== null && typeof $metadata === 'object' ? $metadata : {};
}

/** Codes of sockets, names and TLS; those Node gives to wrong calls begin with ERR_ too and are faults of ours. */
function isOfTheNetwork(code: string): boolean {
  return /^(?:E[A-Z]+|EAI_[A-Z]+|CERT_.*|DEPTH_.*|SELF_SIGNED.*|UNABLE_TO_.*|HPE_.*|ERR_(?:SSL|TLS|STREAM_PREMATURE)_?.*)$/.test(
    code,
  );
}

function codes(failure: S3Failure, ...names: string[]): [string, S3Failure][] {
  return names.map((name) => [name, failure]);
}
