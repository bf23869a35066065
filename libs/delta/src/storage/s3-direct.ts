import type { IncomingMessage } from 'node:http';
import type { GetObjectCommandOutput, ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { checksumOf } from './s3-checksum';
import { connectionsOf, exchange, received, type Connections } from './s3-exchange';
import { parseListing } from './s3-listing';
import { encodedKey, encodedQuery, RequestSigner, signatureOf, signingKey } from './s3-signature';

/** What the client's middleware calls a request. */
interface ClientRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** A range of an object, as GetObject asks for it. */
export interface RangeRequest {
  readonly Key: string;
  readonly Range: string;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** What ListObjectsV2 is asked for; keys come percent-encoded. */
export interface ListingRequest {
  readonly Prefix: string;
  readonly StartAfter?: string | undefined;
  readonly ContinuationToken?: string | undefined;
}

/** A page of a flat listing. */
export type ListingPage = Pick<ListObjectsV2CommandOutput, 'Contents' | 'IsTruncated' | 'NextContinuationToken'>;

/** What of an answer a body is read by. */
export type ObjectAnswer = Pick<GetObjectCommandOutput, 'Body' | 'ContentLength' | 'ContentRange' | 'ETag'>;

/** Where the client sends the requests of a bucket, over which connections, and how it signs them. */
interface Route {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number | undefined;
  /** Before the slash of a key. */
  readonly path: string;
  /** Of each request; all but the client's name are signed. */
  readonly headers: { readonly host: string };
  readonly userAgent: string;
  readonly signer: RequestSigner;
  readonly connections: Connections;
}

const SIGNED_BY =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/([^/]+)\/s3\/aws4_request), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
/** An error that is longer says nothing more. */
const LONGEST_ERROR = 64 * 1024;
/** The SDK corrects its clock from this difference on; S3 refuses from 15 minutes on. */
const SKEW_MS = 5 * 60_000;

const known = new WeakMap<S3Client, Map<string, S3Direct>>();

/**
 * The calls that there are thousands of a second of, without the SDK's way through them: ranges of objects, flat listings and small PUTs. Where a request
 * goes, its name and its scope are learned from the first one that the client makes by itself, and only when signing that one again gives the very
 * signature of the client; credentials, clock and connections stay the client's own, so that what guards those guards these. Middleware that
 * somebody added to the client does not see these calls.
 */
export class S3Direct {
  private route: Route | 'none' | undefined;

  private constructor(private readonly client: S3Client) {}

  /** The same for the same client and bucket. */
  static of(client: S3Client, bucket: string): S3Direct {
    const buckets = known.get(client) ?? new Map<string, S3Direct>();
    known.set(client, buckets);
    const direct = buckets.get(bucket) ?? new S3Direct(client);
    buckets.set(bucket, direct);
    return direct;
  }

  /** Whether it is known how requests are made; before, and where they are made in another way, the client makes them. */
  get isReady(): boolean {
    return this.route !== undefined && this.route !== 'none';
  }

  /** Middleware of a command, at its step `deserialize`: has it tell how it was sent. */
  learning(key: string) {
    return <Args extends { request: unknown }, Answer>(next: (args: Args) => Promise<Answer>) =>
      async (args: Args): Promise<Answer> => {
        const answer = await next(args);
        // What was sent has been answered: nothing that goes wrong here may make another outcome of it. The next request teaches then.
        this.learn(args.request as ClientRequest, key).catch(() => undefined);
        return answer;
      };
  }

  /** Fails as the client does: with an error whose `name` is the code of S3, and whose `$metadata` has the status. */
  async get({ Key, Range, IfMatch, IfNoneMatch }: RangeRequest, abortSignal: AbortSignal): Promise<ObjectAnswer> {
    const headers: Record<string, string> = { range: Range };
    if (IfMatch !== undefined) headers['if-match'] = IfMatch;
    if (IfNoneMatch !== undefined) headers['if-none-match'] = IfNoneMatch;
    const answer = await this.send('GET', `/${encodedKey(Key)}`, { headers }, abortSignal);
    return {
      Body: answer as unknown as GetObjectCommandOutput['Body'],
      ContentLength: Number(answer.headers['content-length'] ?? 0),
      ContentRange: answer.headers['content-range'],
      ETag: answer.headers['etag'],
    };
  }

  /** The signature is over the bytes, so that no others can be stored; the checksum is for buckets with Object Lock, which take nothing without. */
  async put(key: string, body: Uint8Array, ifNoneMatch: '*' | undefined, abortSignal: AbortSignal): Promise<void> {
    const headers: Record<string, string> = {
      'content-length': String(body.byteLength),
      'content-type': 'application/octet-stream',
      'x-amz-checksum-crc32': checksumOf(body),
    };
    if (ifNoneMatch !== undefined) headers['if-none-match'] = ifNoneMatch;
    const answer = await this.send('PUT', `/${encodedKey(key)}`, { headers, body }, abortSignal);
    // The connection serves again when the answer is read.
    answer.resume();
  }

  /** A page without folders. `alive` is told of each part of it. Fails with `ECUT` when it is not whole. */
  async list(
    { Prefix, StartAfter, ContinuationToken }: ListingRequest,
    alive: () => void,
    abortSignal: AbortSignal,
  ): Promise<ListingPage> {
    const query: Record<string, string> = { 'encoding-type': 'url', 'list-type': '2', prefix: Prefix };
    if (StartAfter !== undefined) query['start-after'] = StartAfter;
    if (ContinuationToken !== undefined) query['continuation-token'] = ContinuationToken;
    const answer = await this.send('GET', '', { headers: {}, query }, abortSignal);
    const chunks: Uint8Array[] = [];
    await received(answer, (chunk) => {
      alive();
      chunks.push(chunk);
      return undefined;
    });
    return parseListing(Buffer.concat(chunks).toString('utf8'));
  }

  /** `path` is what comes behind the bucket. */
  private async send(
    method: string,
    path: string,
    own: { headers: Record<string, string>; query?: Record<string, string>; body?: Uint8Array },
    abortSignal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { route } = this;
    if (route === undefined || route === 'none') throw new Error('Nothing is known of how requests are sent');
    const { isSecure, host, port, signer, connections, userAgent } = route;
    const { config } = this.client;
    const whole = route.path + path || '/';
    const query = own.query === undefined ? '' : encodedQuery(own.query);
    const unsigned = { method, path: whole, query, ...own, headers: { ...route.headers, ...own.headers } };
    const headers = signer.sign(
      { ...unsigned, query },
      await config.credentials(),
      Date.now() + config.systemClockOffset,
    );
    headers['user-agent'] = userAgent;
    const target = { isSecure, host, port, method, path: query === '' ? whole : `${whole}?${query}` };
    const answer = await exchange({ ...target, headers, body: own.body }, connections, abortSignal);
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    await this.setClock(answer);
    throw await refusal(answer);
  }

  private async learn(request: ClientRequest, key: string): Promise<void> {
    if (this.route !== undefined) return;
    const { config } = this.client;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const end = `/${encodedKey(key)}`;
    const [, accessKeyId, scope, region, names, signature] = SIGNED_BY.exec(headers['authorization'] ?? '') ?? [];
    const { method, path, protocol, hostname, port } = request;
    const isPlain =
      scope !== undefined &&
      path.endsWith(end) &&
      headers['x-amz-s3session-token'] === undefined &&
      config.followRegionRedirects !== true;
    const isSecure = protocol === 'https:';
    const connections = connectionsOf(this.client, isSecure);
    if (!isPlain || connections === undefined) {
      this.route = 'none';
      return;
    }
    const credentials = await config.credentials();
    // They have changed since; the next request tells.
    if (credentials.accessKeyId !== accessKeyId) return;
    const again = signatureOf(
      {
        ...{ method, path, scope, date: headers['x-amz-date'] ?? '' },
        query: encodedQuery(textsOf(request.query)),
        headers: (names ?? '').split(';').map((name) => [name, headers[name] ?? '']),
        payloadHash: headers['x-amz-content-sha256'] ?? '',
      },
      signingKey(credentials.secretAccessKey, scope),
    );
    if (again !== signature) {
      this.route = 'none';
      return;
    }
    this.route = {
      ...{ isSecure, port, connections },
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      path: path.slice(0, -end.length),
      headers: { host: headers['host'] ?? hostname },
      userAgent: headers['user-agent'] ?? '',
      signer: new RequestSigner(region ?? ''),
    };
  }

  /** As the client does it, so that the next signature is of the time that the store believes in. */
  private async setClock({ headers }: IncomingMessage): Promise<void> {
    const { config } = this.client;
    const theirs = Date.parse(headers['date'] ?? '');
    if (Number.isNaN(theirs) || (await config.disableClockSkewCorrection())) return;
    const skew = theirs - Date.now();
    if (Math.abs(skew - config.systemClockOffset) >= SKEW_MS) config.systemClockOffset = skew;
  }
}

/** An answer that is none of success, told as the SDK tells it: by its code and its status. */
class S3Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string | undefined };

  constructor(
    readonly Code: string | undefined,
    { statusCode = 0, headers }: IncomingMessage,
  ) {
    super(`S3 answered ${statusCode}`);
    this.name = Code ?? 'UnknownError';
    const requestId = headers['x-amz-request-id'];
    this.$metadata = { httpStatusCode: statusCode, requestId: typeof requestId === 'string' ? requestId : undefined };
  }
}

async function refusal(answer: IncomingMessage): Promise<S3Refusal> {
  let text = '';
  await received(answer, (chunk) => {
    text += Buffer.from(chunk).toString('latin1');
    return text.length > LONGEST_ERROR ? 'enough' : undefined;
  });
  return new S3Refusal(/<Code>([\w.]+)<\/Code>/.exec(text)?.[1], answer);
}

/** The SDK's parameters of one value, which are all that these calls have. */
function textsOf(query: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value ?? '')]));
}
