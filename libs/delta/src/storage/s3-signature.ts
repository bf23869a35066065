import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What a signature is made over (AWS, "Create a signed AWS API request"). */
export interface SignedParts {
  readonly method: string;
  /** Percent-encoded once, as it is sent. */
  readonly path: string;
  /** As `encodedQuery` makes it. */
  readonly query: string;
  /** Names in lower case, in the order of their letters. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What `x-amz-content-sha256` says. */
  readonly payloadHash: string;
  /** `20260101T000000Z` */
  readonly date: string;
  /** `20260101/us-east-1/s3/aws4_request` */
  readonly scope: string;
}

/** Who signs. The secret and the token are credentials: never log them. */
export interface Signatory {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

const EMPTY = createHash('sha256').digest('hex');

/**
 * Signs requests to S3 in one region, Signature Version 4 in the `Authorization` header. The key of a day is derived once: deriving it and asking
 * for its cache by another hash is most of what a signature costs otherwise.
 */
export class RequestSigner {
  /** Not to be seen by what prints objects. */
  #derived: { readonly secret: string; readonly day: string; readonly key: KeyObject } | undefined;

  constructor(private readonly region: string) {}

  /** The headers to send. Those given have names in lower case; all of them are signed. */
  sign(
    request: { method: string; path: string; query: string; headers: Record<string, string>; body?: Uint8Array },
    { accessKeyId, secretAccessKey, sessionToken }: Signatory,
    now: number,
  ): Record<string, string> {
    const date = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const scope = `${date.slice(0, 8)}/${this.region}/s3/aws4_request`;
    const { method, path, query, body } = request;
    const payloadHash = body === undefined ? EMPTY : createHash('sha256').update(body).digest('hex');
    const headers: Record<string, string> = {
      ...request.headers,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': date,
    };
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    const signed = Object.entries(headers).sort(([one], [other]) => (one < other ? -1 : 1));
    const key = this.keyOf(secretAccessKey, scope);
    const signature = signatureOf({ method, path, query, headers: signed, payloadHash, date, scope }, key);
    const names = signed.map(([name]) => name).join(';');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  }

  private keyOf(secret: string, scope: string): KeyObject {
    const day = scope.slice(0, 8);
    if (this.#derived?.day === day && this.#derived.secret === secret) return this.#derived.key;
    const key = signingKey(secret, scope);
    this.#derived = { secret, day, key };
    return key;
  }
}

export function signingKey(secret: string, scope: string): KeyObject {
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createSecretKey(key);
}

/** In hex. */
export function signatureOf(
  { method, path, query, headers, payloadHash, date, scope }: SignedParts,
  key: KeyObject,
): string {
  let lines = '';
  for (const [name, value] of headers) lines += `${name}:${value.trim().replace(/ {2,}/g, ' ')}\n`;
  const names = headers.map(([name]) => name).join(';');
  const canonical = `${method}\n${path}\n${query}\n${lines}\n${names}\n${payloadHash}`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  return createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`).digest('hex');
}

/** Parameters as they are sent and signed: in the order of their names, percent-encoded. */
export function encodedQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodedName(name)}=${encodedName(value)}`)
    .sort()
    .join('&');
}

/** A key as a path, by RFC 3986, as signatures need it. */
export function encodedKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : key.split('/').map(encodedName).join('/');
}

const PLAIN_KEY = /^[\w./~-]*$/;

function encodedName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
