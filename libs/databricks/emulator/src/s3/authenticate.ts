import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../http/constant-time';
import type { Credential, S3Keys } from './s3-keys';
import { accessDenied, invalidRequest, notImplemented, S3Error } from './s3-error';
import { headerOf, queryValue, type S3Target } from './s3-request';
import { canonicalRequest, signingKey, signRequest, type SigningContext } from './signature';

/** How a body says that it is the one that was signed. */
export type PayloadSignature =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'chunks'; readonly signed: boolean; readonly trailer: boolean };

export interface Authentication {
  readonly credential: Credential;
  readonly payload: PayloadSignature;
  readonly context: SigningContext;
}

interface Claim {
  readonly accessKeyId: string;
  readonly scope: string;
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  readonly payloadHash: string;
  readonly query: S3Target['query'];
  /** Seconds a presigned URL is good for. */
  readonly expires?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MOST_SIGNING_KEYS = 1_000;
const SKEW_MS = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 7 * 24 * 3600;
const CHUNKED: Readonly<Record<string, PayloadSignature>> = {
  'UNSIGNED-PAYLOAD': { kind: 'unsigned' },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { kind: 'chunks', signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { kind: 'chunks', signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { kind: 'chunks', signed: false, trailer: true },
};

/** Checks Signature Version 4 of requests, in the `Authorization` header or in the query of a presigned URL. */
export class Authenticator {
  /** Four hashes each, and the same all day long. */
  private readonly signingKeys = new Map<string, KeyObject>();

  constructor(
    private readonly keys: S3Keys,
    private readonly region: string,
    private readonly now: () => number,
  ) {}

  /** Throws what S3 answers to a request that is not signed, or not as it should be. */
  check(message: IncomingMessage, target: S3Target): Authentication {
    const presigned = queryValue(target, 'X-Amz-Algorithm') !== undefined;
    const header = headerOf(message, 'authorization');
    if (presigned && header !== undefined) {
      throw invalidRequest(
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      );
    }
    if (!presigned && header === undefined) throw accessDenied();
    const claim = presigned ? presignedClaim(target) : headerClaim(message, header ?? '', target);
    const payload = payloadOf(claim.payloadHash);
    this.mustBeInTime(claim);
    this.mustBeHere(claim, { presigned, isRoot: target.bucket === undefined });
    const credential = this.credentialOf(claim);
    const headers = signedHeaderValues(message, claim.signedHeaders);
    const facts = { method: message.method ?? '', canonicalPath: target.canonicalPath, query: claim.query, headers };
    const context = { date: claim.date, scope: claim.scope, key: this.keyFor(credential.secretAccessKey, claim.scope) };
    const signed = { ...facts, payloadHash: claim.payloadHash };
    if (!isSameSecret(claim.signature, signRequest(signed, context))) {
      throw new S3Error(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        {
          AWSAccessKeyId: claim.accessKeyId,
          SignatureProvided: claim.signature,
          CanonicalRequest: canonicalRequest(signed),
        },
      );
    }
    return { credential, payload, context: { ...context, signature: claim.signature } };
  }

  private keyFor(secret: string, scope: string): KeyObject {
    const name = `${secret} ${scope}`;
    const known = this.signingKeys.get(name);
    if (known !== undefined) return known;
    if (this.signingKeys.size >= MOST_SIGNING_KEYS) this.signingKeys.clear();
    const key = signingKey(secret, scope);
    this.signingKeys.set(name, key);
    return key;
  }

  private mustBeInTime({ date, expires }: Claim): void {
    const at = timeOf(date);
    const now = this.now();
    if (expires === undefined) {
      if (Math.abs(now - at) <= SKEW_MS) return;
      throw new S3Error(
        403,
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        {
          RequestTime: date,
          ServerTime: new Date(now).toISOString(),
          MaxAllowedSkewMilliseconds: String(SKEW_MS),
        },
      );
    }
    if (at > now + SKEW_MS) throw accessDenied('Request is not yet valid');
    if (now <= at + expires * 1000) return;
    throw accessDenied('Request has expired', {
      'X-Amz-Expires': String(expires),
      Expires: new Date(at + expires * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }

  private mustBeHere({ scope, date }: Claim, { presigned, isRoot }: { presigned: boolean; isRoot: boolean }): void {
    const code = presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed';
    const malformed = (reason: string, details: Record<string, string> = {}): S3Error =>
      new S3Error(
        400,
        code,
        `The authorization ${presigned ? 'query parameters are' : 'header is'} malformed; ${reason}`,
        details,
      );
    const [day, region, service, end, ...rest] = scope.split('/');
    // Roles are asked for at the same endpoint.
    const isKnown = service === 's3' || (service === 'sts' && isRoot);
    if (end !== 'aws4_request' || !isKnown || rest.length > 0) {
      throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/s3/aws4_request".');
    }
    if (day !== date.slice(0, 8))
      throw malformed(`Invalid credential date "${day ?? ''}". This date is not the same as X-Amz-Date.`);
    if (region !== this.region) {
      throw malformed(`the region '${region ?? ''}' is wrong; expecting '${this.region}'`, { Region: this.region });
    }
  }

  private credentialOf({ accessKeyId, sessionToken }: Claim): Credential {
    const credential = this.keys.find(accessKeyId, sessionToken);
    if (credential === 'bad token') {
      throw new S3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
    }
    if (credential === 'unknown') {
      throw new S3Error(
        403,
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        { AWSAccessKeyId: accessKeyId },
      );
    }
    if (credential.scope !== undefined && credential.scope.expiresAt <= this.now()) {
      throw new S3Error(400, 'ExpiredToken', 'The provided token has expired.');
    }
    return credential;
  }
}

function headerClaim(message: IncomingMessage, header: string, { query }: S3Target): Claim {
  if (!header.startsWith(ALGORITHM)) {
    throw invalidRequest(`The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`);
  }
  const field = (name: string): string => {
    const value = new RegExp(`[\\s,]${name}=([^,\\s]+)`).exec(header)?.[1];
    if (value !== undefined) return value;
    throw new S3Error(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; missing ${name}.`);
  };
  const payloadHash = headerOf(message, 'x-amz-content-sha256');
  if (payloadHash === undefined) throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  return {
    ...credentialParts(field('Credential')),
    signedHeaders: field('SignedHeaders').split(';'),
    signature: field('Signature'),
    date: requestDate(message),
    sessionToken: headerOf(message, 'x-amz-security-token'),
    payloadHash,
    query,
  };
}

function presignedClaim(target: S3Target): Claim {
  const wrong = (message: string): S3Error => new S3Error(400, 'AuthorizationQueryParametersError', message);
  const need = (name: string): string => {
    const value = queryValue(target, name);
    if (value !== undefined && value !== '') return value;
    throw wrong(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  };
  if (need('X-Amz-Algorithm') !== ALGORITHM) throw wrong(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const expires = need('X-Amz-Expires');
  if (!/^\d{1,9}$/.test(expires)) throw wrong('X-Amz-Expires should be a number');
  if (Number(expires) > LONGEST_PRESIGNED_SECONDS) {
    throw wrong(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const date = need('X-Amz-Date');
  if (Number.isNaN(timeOf(date))) throw wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  return {
    ...credentialParts(need('X-Amz-Credential')),
    signedHeaders: need('X-Amz-SignedHeaders').split(';'),
    signature: need('X-Amz-Signature'),
    date,
    sessionToken: queryValue(target, 'X-Amz-Security-Token'),
    payloadHash: queryValue(target, 'X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    query: target.query.filter(([name]) => name !== 'X-Amz-Signature'),
    expires: Number(expires),
  };
}

function credentialParts(credential: string): { accessKeyId: string; scope: string } {
  const slash = credential.indexOf('/');
  return { accessKeyId: credential.slice(0, Math.max(slash, 0)), scope: credential.slice(slash + 1) };
}

/** `X-Amz-Date`, or the older `Date` in its place. */
function requestDate(message: IncomingMessage): string {
  const amz = headerOf(message, 'x-amz-date');
  const date = amz ?? iso(Date.parse(headerOf(message, 'date') ?? ''));
  if (!Number.isNaN(timeOf(date))) return date;
  throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
}

function iso(time: number): string {
  return Number.isNaN(time) ? '' : new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function timeOf(date: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The values of the signed headers. Every `x-amz-` header and the host must be among them, or anyone could add some. */
function signedHeaderValues(message: IncomingMessage, names: readonly string[]): (readonly [string, string])[] {
  const amz = Object.keys(message.headersDistinct).filter(
    // Its value is part of every signature already.
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256',
  );
  const unsigned = ['host', ...amz].filter((name) => !names.includes(name));
  if (unsigned.length > 0) {
    throw accessDenied('There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
  return names.map((name) => [name, headerOf(message, name) ?? ''] as const);
}

function payloadOf(hash: string): PayloadSignature {
  const known = Object.hasOwn(CHUNKED, hash) ? CHUNKED[hash] : undefined;
  if (known !== undefined) return known;
  if (/^[0-9a-f]{64}$/i.test(hash)) return { kind: 'sha256', hex: hash.toLowerCase() };
  if (hash.startsWith('STREAMING-')) throw notImplemented('x-amz-content-sha256');
  throw new S3Error(
    400,
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: hash },
  );
}
