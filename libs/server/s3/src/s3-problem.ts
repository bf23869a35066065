import { DomainError, redactText, type DomainErrorKind, type ErrorCode } from '@lakescope/server-http';
import { limits } from './s3-limits';
import { policyLine, type S3Right } from './s3-policy';

/** What was asked of the storage. */
export interface S3Question {
  readonly right: S3Right;
  readonly connection: { readonly id: string; readonly name: string; readonly region: string };
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** Of the keys that are wanted. */
  readonly prefix?: string | undefined;
}

/** Why the storage, or the way to it, did not do what was asked. */
export type S3Fault =
  | 'S3AccessDenied'
  | 'S3KeysRejected'
  | 'S3KeysExpired'
  | 'S3ClockSkewed'
  | 'S3WrongRegion'
  | 'S3BucketNotFound'
  | 'S3ObjectNotFound'
  | 'S3ObjectArchived'
  | 'S3ObjectExists'
  | 'S3Throttled'
  | 'S3RequestRefused'
  | 'S3NotImplemented'
  | 'S3Unreachable'
  | 'S3AddressRefused'
  | 'S3TimedOut'
  | 'S3Unavailable'
  | 'S3NotUnderstood'
  | 'S3Aborted';

/** Error codes of S3 and of storage like it (S3 API reference, "Error responses"; STS API reference, "Common errors"). */
const FAULT_BY_CODE: ReadonlyMap<string, S3Fault> = new Map(
  Object.entries({
    S3AccessDenied: 'AccessDenied AllAccessDisabled AccountProblem Forbidden InvalidPayer NotSignedUp',
    S3KeysRejected:
      'InvalidAccessKeyId SignatureDoesNotMatch InvalidToken InvalidClientTokenId InvalidSecurity AuthFailure ' +
      'UnrecognizedClientException IncompleteSignature InvalidSignatureException XMinioInvalidAccessKeyId',
    S3KeysExpired: 'ExpiredToken ExpiredTokenException TokenRefreshRequired',
    S3ClockSkewed: 'RequestTimeTooSkewed RequestExpired RequestInTheFuture',
    S3WrongRegion:
      'PermanentRedirect TemporaryRedirect Redirect AuthorizationHeaderMalformed IllegalLocationConstraintException',
    S3BucketNotFound: 'NoSuchBucket',
    S3ObjectNotFound: 'NoSuchKey',
    S3ObjectArchived: 'InvalidObjectState',
    S3ObjectExists: 'PreconditionFailed ConditionalRequestConflict',
    S3Throttled:
      'SlowDown Throttling ThrottlingException RequestLimitExceeded TooManyRequests TooManyRequestsException ' +
      'BandwidthLimitExceeded RequestThrottled ProvisionedThroughputExceededException',
    S3NotImplemented: 'NotImplemented MethodNotAllowed',
    S3NotUnderstood: 'ListingNotUnderstood',
    S3TimedOut: 'TimeoutError RequestTimeout',
    S3Aborted: 'AbortError',
    S3AddressRefused: 'EADDRNOTPUBLIC',
  } satisfies Partial<Record<S3Fault, string>>).flatMap(([fault, codes]) =>
    codes.split(' ').map((code): [string, S3Fault] => [code, fault as S3Fault]),
  ),
);

/** Every fault has an answer; one without does not compile. */
const ANSWERS: Readonly<
  Record<S3Fault, { kind: DomainErrorKind; code: ErrorCode; says: (about: S3Question) => string }>
> = {
  S3AccessDenied: answer(
    'forbidden',
    'PERMISSION_DENIED',
    (about) => `The keys of ${nameOf(about)} lack the right ${about.right} on ${placeOf(about)}`,
  ),
  S3KeysRejected: answer(
    'forbidden',
    'PERMISSION_DENIED',
    (about) => `The storage does not accept the keys of ${nameOf(about)}: enter them again`,
  ),
  S3KeysExpired: answer(
    'forbidden',
    'PERMISSION_DENIED',
    (about) => `The temporary keys of ${nameOf(about)} have expired: enter new ones`,
  ),
  S3ClockSkewed: answer(
    'upstream',
    'UPSTREAM_ERROR',
    () => 'The clocks of the app and of the storage differ too much for signatures to be accepted',
  ),
  S3WrongRegion: answer(
    'conflict',
    'CONFLICT',
    (about) => `${placeOf(about)} is not in the region ${about.connection.region} of ${nameOf(about)}`,
  ),
  S3BucketNotFound: answer('not_found', 'NOT_FOUND', (about) => `There is no bucket ${about.bucket ?? ''}`.trimEnd()),
  S3ObjectNotFound: answer('not_found', 'NOT_FOUND', (about) => `There is no ${placeOf(about)}`),
  S3ObjectArchived: answer(
    'conflict',
    'CONFLICT',
    (about) => `${placeOf(about)} lies in an archive and has to be restored before it can be read`,
  ),
  S3ObjectExists: answer('precondition', 'PRECONDITION_FAILED', (about) => `There is a ${placeOf(about)} already`),
  S3Throttled: answer(
    'rate_limited',
    'RATE_LIMITED',
    () => 'The storage asks for fewer requests: try again in a moment',
  ),
  S3RequestRefused: answer('invalid', 'INVALID_REQUEST', () => 'The storage refuses the request'),
  S3NotImplemented: answer('upstream', 'UPSTREAM_ERROR', (about) => `The storage does not offer ${about.right}`),
  S3Unreachable: answer('upstream', 'UPSTREAM_ERROR', (about) => `The endpoint of ${nameOf(about)} cannot be reached`),
  S3AddressRefused: answer(
    'forbidden',
    'PERMISSION_DENIED',
    (about) =>
      `The endpoint of ${nameOf(about)} leads to an address that is not public, and LAKESCOPE_S3_ENDPOINTS does not list it`,
  ),
  S3TimedOut: answer('timeout', 'UPSTREAM_TIMEOUT', () => 'The storage did not answer in time'),
  S3Unavailable: answer('upstream', 'UPSTREAM_ERROR', () => 'The storage cannot answer at the moment'),
  S3NotUnderstood: answer(
    'upstream',
    'UPSTREAM_ERROR',
    (about) => `What answers at the endpoint of ${nameOf(about)} does not speak as S3 does`,
  ),
  S3Aborted: answer('timeout', 'CLIENT_CLOSED', () => 'The request was given up'),
};

/**
 * What S3 could not do, in the words of the API. Of the client's own error nothing comes along but code, status, request id and what the
 * storage said for people: it holds what was signed.
 */
export class S3Problem extends DomainError {
  constructor(
    readonly fault: S3Fault,
    about: S3Question,
    said: S3Said,
  ) {
    const { kind, code, says } = ANSWERS[fault];
    super({
      kind,
      code,
      message: `${says(about)}${fault === 'S3Unreachable' ? ` (${said.code})` : ''}.`,
      details: {
        connection_id: about.connection.id,
        ...(about.bucket === undefined ? {} : { bucket: about.bucket }),
        ...(about.key === undefined ? {} : { key: about.key }),
        ...(fault === 'S3AccessDenied' ? { right: about.right, policy_line: policyLine(about) } : {}),
        ...(fault === 'S3WrongRegion' && said.region !== undefined ? { region: said.region } : {}),
        s3_code: said.code,
        ...(said.status === undefined ? {} : { s3_status: said.status }),
        ...(said.requestId === undefined ? {} : { s3_request_id: said.requestId }),
        ...(said.message === undefined ? {} : { s3_message: said.message }),
      },
      ...(fault === 'S3Throttled' ? { retryAfterSeconds: limits.throttledSeconds } : {}),
    });
    this.name = fault;
  }
}

/** What is known of a failure besides the fault it is taken for. */
interface S3Said {
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly region: string | undefined;
  readonly message: string | undefined;
}

/** A listing that S3 would not give: names that cannot be decoded, or more without a place to go on. */
export class ListingNotUnderstood extends Error {
  override readonly name = 'ListingNotUnderstood';
}

/** The service that gives roles refused one, before anything was asked of the storage. */
export class RoleRefused extends Error {
  override readonly name = 'RoleRefused';

  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

/** The problem that an error of the client is; anything that is none of the storage's or of the way to it is thrown on as it is. */
export function asS3Problem(error: unknown, about: S3Question): unknown {
  if (error instanceof DomainError || typeof error !== 'object' || error === null) return error;
  if (error instanceof RoleRefused)
    return asS3Problem(error.cause, { right: 'sts:AssumeRole', connection: about.connection });
  const said = saidBy(error);
  const fault = faultOf(error, said, about);
  return fault === undefined ? error : new S3Problem(fault, about, said);
}

/** Does what is asked of the storage; rejects with an `S3Problem`. */
export async function askingS3<T>(about: S3Question, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asS3Problem(error, about);
  }
}

/** Faults of sockets, names and certificates: with them nothing has come as far as an answer. */
const OF_THE_WAY = /^(?:E[A-Z_]+|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|HPE_)/;

function faultOf(error: object, { code, status, region }: S3Said, about: S3Question): S3Fault | undefined {
  const known = FAULT_BY_CODE.get(code);
  // A bad region is told by a code that a signature with a slip in it has, too.
  if (code === 'AuthorizationHeaderMalformed' && region === undefined) return 'S3RequestRefused';
  if (known !== undefined) return known;
  if (status === undefined) return OF_THE_WAY.test(code) ? 'S3Unreachable' : undefined;
  if (/deserialization/i.test(messageOf(error)) || status < 300) return 'S3NotUnderstood';
  // Answers to HEAD have no body that would say more.
  if (status === 301 || status === 307) return 'S3WrongRegion';
  if (status === 403 || status === 401) return 'S3AccessDenied';
  if (status === 404) return about.key === undefined ? 'S3BucketNotFound' : 'S3ObjectNotFound';
  if (status === 412) return 'S3ObjectExists';
  if (status === 429) return 'S3Throttled';
  return status < 500 ? 'S3RequestRefused' : 'S3Unavailable';
}

/** Asked by shape, because errors may come from another copy of the client than ours. */
function saidBy(error: object): S3Said {
  const { name, $metadata, $response, code, Code, Region } = error as {
    name?: unknown;
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $response?: { headers?: Record<string, string> };
    code?: unknown;
    Code?: unknown;
    Region?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  const named = [status === undefined ? code : Code, codeOfSocket(error, status), name];
  const region = $response?.headers?.['x-amz-bucket-region'] ?? Region;
  return {
    code: named.find((one): one is string => typeof one === 'string') ?? '',
    status,
    requestId: $metadata?.requestId,
    region: typeof region === 'string' && /^[a-z0-9-]{1,40}$/.test(region) ? region : undefined,
    message: status === undefined ? undefined : redactText(messageOf(error)).slice(0, limits.sayingCharacters),
  };
}

/** Some errors of sockets the client wraps, and keeps only their words. */
function codeOfSocket(error: object, status: number | undefined): string | undefined {
  // Who gives up says so in words that sockets have as well.
  if (status !== undefined || (error as { name?: unknown }).name === 'AbortError') return undefined;
  const [found, code] = /\b(E[A-Z_]{4,})\b|socket hang up|\baborted$/.exec(messageOf(error)) ?? [];
  return found === undefined ? undefined : (code ?? 'ECONNRESET');
}

function messageOf(error: object): string {
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? message : '';
}

function nameOf({ connection }: S3Question): string {
  return `the S3 connection ${connection.name}`;
}

function placeOf({ right, bucket, key }: S3Question): string {
  if (right === 'sts:AssumeRole') return 'the role';
  if (bucket === undefined) return 'all buckets';
  return key === undefined ? `the bucket ${bucket}` : `object s3://${bucket}/${key}`;
}

function answer(kind: DomainErrorKind, code: ErrorCode, says: (about: S3Question) => string) {
  return { kind, code, says };
}
