import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { encodeUri } from './s3-request';

/** What a signature is made over, and with which key (AWS, "Signature Version 4 signing process"). */
export interface SignedFacts {
  readonly method: string;
  readonly canonicalPath: string;
  readonly query: readonly (readonly [string, string])[];
  /** Name in lower case and value, in the order of `SignedHeaders`. */
  readonly headers: readonly (readonly [string, string])[];
  readonly payloadHash: string;
}

/** What chunk signatures go on from. */
export interface SigningContext {
  /** `20260101T000000Z` */
  readonly date: string;
  /** `20260101/us-east-1/s3/aws4_request` */
  readonly scope: string;
  readonly key: KeyObject;
  readonly signature: string;
}

export const EMPTY_SHA256 = sha256('');

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

export function signingKey(secret: string, scope: string): KeyObject {
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createSecretKey(key);
}

export function canonicalRequest({ method, canonicalPath, query, headers, payloadHash }: SignedFacts): string {
  const pairs = query.map(([name, value]) => [encodeUri(name), encodeUri(value)] as const);
  pairs.sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)));
  return [
    method,
    canonicalPath,
    pairs.map(([name, value]) => `${name}=${value}`).join('&'),
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    headers.map(([name]) => name).join(';'),
    payloadHash,
  ].join('\n');
}

/** The hex signature of a request; header values come one character per byte, so the bytes are what was sent. */
export function signRequest(facts: SignedFacts, context: Omit<SigningContext, 'signature'>): string {
  const hash = sha256(Buffer.from(canonicalRequest(facts), 'latin1'));
  return hmac(context.key, `AWS4-HMAC-SHA256\n${context.date}\n${context.scope}\n${hash}`);
}

export function signChunk({ date, scope, key, signature }: SigningContext, chunkHash: string): string {
  return hmac(key, `AWS4-HMAC-SHA256-PAYLOAD\n${date}\n${scope}\n${signature}\n${EMPTY_SHA256}\n${chunkHash}`);
}

/** `trailers`: each as `name:value` and a line feed. */
export function signTrailer({ date, scope, key, signature }: SigningContext, trailers: string): string {
  return hmac(key, `AWS4-HMAC-SHA256-TRAILER\n${date}\n${scope}\n${signature}\n${sha256(trailers)}`);
}

function hmac(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
