import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Endpoint } from '../s3/s3-endpoint';
import { readTarget } from '../s3/s3-request';
import { sha256, signingKey, signRequest, type SigningContext } from '../s3/signature';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they are sent. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Default: the hash of the body. */
  readonly payloadHash?: string;
  /** Makes the body from what its chunks' signatures go on from. */
  readonly bodyOf?: (context: SigningContext) => Buffer;
}

export interface SignedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The code of a refusal. */
  readonly code: string | undefined;
}

/** Signs with root keys what the official client would never send, and sends it as it is. */
export function sendSigned(
  endpoint: Pick<S3Endpoint, 'url' | 'rootKeys'>,
  asked: SignedRequest,
): Promise<SignedAnswer> {
  const { method, url, body = Buffer.alloc(0) } = asked;
  const { host, port } = new URL(endpoint.url);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const payloadHash = asked.payloadHash ?? sha256(body);
  const headers: Record<string, string> = {
    host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': date,
    ...asked.headers,
  };
  const names = Object.keys(headers).sort();
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const context = { date, scope, key: signingKey(endpoint.rootKeys.secretAccessKey, scope) };
  const { canonicalPath, query } = readTarget(url, undefined);
  const signed = names.map((name) => [name, headers[name] ?? ''] as const);
  const signature = signRequest({ method, canonicalPath, query, headers: signed, payloadHash }, context);
  const authorization = `AWS4-HMAC-SHA256 Credential=${endpoint.rootKeys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const sent = asked.bodyOf?.({ ...context, signature }) ?? body;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      path: url,
      method,
      agent: false,
      headers: { ...headers, authorization, 'content-length': sent.length },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code });
      });
    });
    request.end(sent);
  });
}

/** A body in chunks, each signed after the one before it; an empty chunk ends it. */
export function signedChunks(
  context: SigningContext,
  chunks: readonly string[],
  sign: (context: SigningContext, hash: string) => string,
): Buffer {
  let { signature } = context;
  const lines = [...chunks, ''].map((chunk) => {
    signature = sign({ ...context, signature }, sha256(chunk));
    return `${Buffer.byteLength(chunk).toString(16)};chunk-signature=${signature}\r\n${chunk}\r\n`;
  });
  return Buffer.from(lines.join(''));
}
