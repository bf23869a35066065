import type { GetObjectCommandOutput, ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';

import { checksumOf } from './s3-checksum';
import { parseListing } from './s3-listing';

type Handler = S3Client['config']['requestHandler'];
type HttpRequest = Parameters<Handler['handle']>[0];
type HttpResponse = Awaited<ReturnType<Handler['handle']>>['response'];
type Signer = Awaited<ReturnType<S3Client['config']['signer']>>;

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

/** Where the client sends the requests of a bucket, and who signs them. */
interface Route {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** Before the slash of a key. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly region: string;
  readonly signer: Signer;
  /** The client's class of requests: its signer and its handler take no other. */
  readonly Request: new (parts: Record<string, unknown>) => HttpRequest;
}

const SIGNED_BY = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/s3\/aws4_request,/;
/** An error that is longer says nothing more. */
const LONGEST_ERROR = 64 * 1024;
/** The SDK corrects its clock from this difference on; S3 refuses from 15 minutes on. */
const SKEW_MS = 5 * 60_000;

const known = new WeakMap<S3Client, Map<string, S3Direct>>();

/**
 * The calls that there are thousands of a second of, without the SDK's way through them: ranges of objects, flat listings and small PUTs. Where a request
 * goes, its name and its scope are learned from the first one that the client makes by itself; signer, credentials, clock and connections stay
 * the client's own, so that what guards those guards these. Middleware that somebody added to the client does not see these calls.
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

  /** Middleware of a command, at its step `deserialize`: has it tell how it is sent. */
  learning(key: string) {
    return <Args extends { request: unknown }, Answer>(next: (args: Args) => Promise<Answer>) =>
      async (args: Args): Promise<Answer> => {
        await this.learn(args.request as HttpRequest, key);
        return next(args);
      };
  }

  /** Fails as the client does: with an error whose `name` is the code of S3, and whose `$metadata` has the status. */
  async get({ Key, Range, IfMatch, IfNoneMatch }: RangeRequest, abortSignal: AbortSignal): Promise<ObjectAnswer> {
    const headers: Record<string, string> = { range: Range };
    if (IfMatch !== undefined) headers['if-match'] = IfMatch;
    if (IfNoneMatch !== undefined) headers['if-none-match'] = IfNoneMatch;
    const answer = await this.send('GET', `/${encodedKey(Key)}`, { headers }, abortSignal);
    return {
      Body: answer.body as GetObjectCommandOutput['Body'],
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
    (answer.body as NodeJS.ReadableStream).resume();
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
    const { body } = await this.send('GET', '', { headers: {}, query }, abortSignal);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      alive();
      chunks.push(chunk);
    }
    return parseListing(Buffer.concat(chunks).toString('utf8'));
  }

  /** `path` is what comes behind the bucket. */
  private async send(
    method: string,
    path: string,
    own: { headers: Record<string, string>; query?: Record<string, string>; body?: Uint8Array },
    abortSignal: AbortSignal,
  ): Promise<HttpResponse> {
    const { route } = this;
    if (route === undefined || route === 'none') throw new Error('Nothing is known of how requests are sent');
    const { protocol, hostname, port, region, signer, Request } = route;
    const { query = {}, body } = own;
    const headers = { ...route.headers, ...own.headers };
    const request = new Request({
      protocol,
      hostname,
      port,
      method,
      path: route.path + path || '/',
      query,
      headers,
      body,
    });
    const signingDate = new Date(Date.now() + this.client.config.systemClockOffset);
    const signed = await signer.sign(request, { signingDate, signingRegion: region, signingService: 's3' });
    const { response } = await this.client.config.requestHandler.handle(signed as HttpRequest, { abortSignal });
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    await this.setClock(response);
    throw await refusal(response);
  }

  private async learn(request: HttpRequest, key: string): Promise<void> {
    if (this.route !== undefined) return;
    const { config } = this.client;
    const { protocol, hostname, port, path, headers } = request;
    const region = SIGNED_BY.exec(headers['authorization'] ?? '')?.[1];
    const end = `/${encodedKey(key)}`;
    const isPlain =
      region !== undefined &&
      path.endsWith(end) &&
      headers['x-amz-s3session-token'] === undefined &&
      config.followRegionRedirects !== true;
    if (!isPlain) {
      this.route = 'none';
      return;
    }
    const scheme = { name: 'sigv4', signingName: 's3', signingRegion: region, properties: {} };
    const signer = await config.signer(scheme);
    const kept = { host: headers['host'] ?? hostname, 'user-agent': headers['user-agent'] ?? '' };
    const Request = request.constructor as Route['Request'];
    const prefix = path.slice(0, -end.length);
    this.route = { protocol, hostname, port, path: prefix, headers: kept, region, signer, Request };
  }

  /** As the client does it, so that the next signature is of the time that the store believes in. */
  private async setClock({ headers }: HttpResponse): Promise<void> {
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
    { statusCode, headers }: HttpResponse,
  ) {
    super(`S3 answered ${statusCode}`);
    this.name = Code ?? 'UnknownError';
    this.$metadata = { httpStatusCode: statusCode, requestId: headers['x-amz-request-id'] };
  }
}

async function refusal(response: HttpResponse): Promise<S3Refusal> {
  let text = '';
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.length > LONGEST_ERROR) break;
  }
  return new S3Refusal(/<Code>([\w.]+)<\/Code>/.exec(text)?.[1], response);
}

/** RFC 3986, as signatures need it. */
function encodedKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : key.split('/').map(encodedName).join('/');
}

const PLAIN_KEY = /^[\w./~-]*$/;

function encodedName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
