import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { errorCode } from '../state/error-code';
import type { Authentication } from './authenticate';
import { CHECKSUM_BYTES, CHECKSUM_NAMES, newChecksum, type Checksum, type ChecksumName } from './checksums';
import { decodeChunked } from './chunked-body';
import { entityTooLarge, incompleteBody, invalidRequest, malformedXml, notImplemented, S3Error } from './s3-error';
import { headerOf, queryValue, type S3Request } from './s3-request';

/** What is known of a body once all of it has been read and found to be what was signed and announced. */
export interface ReceivedBody {
  readonly size: number;
  readonly md5: Buffer;
  /** The checksum that came with it, base64. */
  readonly checksum?: { readonly name: ChecksumName; readonly value: string };
}

/** The largest object of one PUT, and of one part. */
const LARGEST_BYTES = 5 * 1024 ** 3;
const LARGEST_DOCUMENT_BYTES = 4 * 1024 ** 2;

/**
 * Reads a body to its end, gives it away piece by piece, and checks it: its length, the signed hash or chunk signatures,
 * `Content-MD5` and `x-amz-checksum-*`. Throws what S3 answers when something does not hold; what was given is then void.
 */
export async function readBody(
  request: S3Request,
  { payload, context }: Authentication,
  take: (piece: Buffer) => void | Promise<void>,
): Promise<ReceivedBody> {
  const { message, response } = request;
  const length = announcedLength(message, payload.kind === 'chunks');
  if (length > LARGEST_BYTES) throw entityTooLarge();
  const expectedMd5 = contentMd5(message);
  // With CompleteMultipartUpload the header speaks of the object and not of this body.
  const checks =
    request.method === 'POST' && queryValue(request, 'uploadId') !== undefined
      ? new Map<ChecksumName, Check>()
      : announcedChecksums(message);
  const trailerChecksum = trailerChecksumName(message);
  if (trailerChecksum !== undefined) checks.set(trailerChecksum, { checksum: newChecksum(trailerChecksum) });
  const md5 = createHash('md5');
  const sha256 = payload.kind === 'sha256' ? createHash('sha256') : undefined;
  let size = 0;

  const raw = piecesOf(message);
  const pieces =
    payload.kind === 'chunks'
      ? decodeChunked(raw, {
          context: payload.signed ? context : undefined,
          trailer: payload.trailer,
          onTrailers: (trailers) => {
            const check = trailerChecksum === undefined ? undefined : checks.get(trailerChecksum);
            if (check !== undefined) check.expected = trailers.get(`x-amz-checksum-${trailerChecksum ?? ''}`);
          },
        })
      : raw;
  if (headerOf(message, 'expect')?.toLowerCase() === '100-continue') response.writeContinue();
  for await (const piece of pieces) {
    size += piece.length;
    if (size > length) throw incompleteBody();
    md5.update(piece);
    sha256?.update(piece);
    for (const { checksum } of checks.values()) checksum.update(piece);
    await take(piece);
  }
  if (size !== length) throw incompleteBody();
  if (payload.kind === 'sha256' && sha256?.digest('hex') !== payload.hex) {
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const digest = md5.digest();
  if (expectedMd5 !== undefined && !expectedMd5.equals(digest)) {
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  return { size, md5: digest, ...checked(checks) };
}

/** Whether an upload comes with what its bytes can be checked by, in a header or behind them; the hash of a signature does not count. */
export function hasChecksum(message: IncomingMessage): boolean {
  return (
    headerOf(message, 'content-md5') !== undefined ||
    trailerChecksumName(message) !== undefined ||
    announcedChecksums(message).size > 0
  );
}

/** A whole small body, such as the XML of DeleteObjects. */
export async function readDocument(request: S3Request, authentication: Authentication): Promise<string> {
  if (announcedLength(request.message, authentication.payload.kind === 'chunks') > LARGEST_DOCUMENT_BYTES) {
    throw malformedXml();
  }
  const pieces: Buffer[] = [];
  await readBody(request, authentication, (piece) => void pieces.push(piece));
  return Buffer.concat(pieces).toString('utf8');
}

interface Check {
  readonly checksum: Checksum;
  /** Unknown until the trailer has come. */
  expected?: string | undefined;
}

function checked(checks: ReadonlyMap<ChecksumName, Check>): Pick<ReceivedBody, 'checksum'> {
  for (const [name, { checksum, expected }] of checks) {
    const value = checksum.digest();
    if (expected === value) return { checksum: { name, value } };
    throw new S3Error(
      400,
      'BadDigest',
      `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  }
  return {};
}

function announcedLength(message: IncomingMessage, chunks: boolean): number {
  const decoded = headerOf(message, 'x-amz-decoded-content-length');
  const text = chunks ? decoded : (headerOf(message, 'content-length') ?? decoded);
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
}

function contentMd5(message: IncomingMessage): Buffer | undefined {
  const header = headerOf(message, 'content-md5');
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, 'base64');
  if (bytes.length === 16) return bytes;
  throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.');
}

function announcedChecksums(message: IncomingMessage): Map<ChecksumName, Check> {
  const checks = new Map<ChecksumName, Check>();
  for (const name of CHECKSUM_NAMES) {
    const expected = headerOf(message, `x-amz-checksum-${name}`);
    if (expected === undefined) continue;
    if (Buffer.from(expected, 'base64').length !== CHECKSUM_BYTES[name]) {
      throw invalidRequest(`Value for x-amz-checksum-${name} header is invalid.`);
    }
    checks.set(name, { checksum: newChecksum(name), expected });
  }
  if (checks.size > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  return checks;
}

function trailerChecksumName(message: IncomingMessage): ChecksumName | undefined {
  const trailer = headerOf(message, 'x-amz-trailer');
  if (trailer === undefined) return undefined;
  const name = CHECKSUM_NAMES.find((known) => trailer.toLowerCase() === `x-amz-checksum-${known}`);
  if (name === undefined) throw notImplemented('x-amz-trailer');
  return name;
}

/** The bytes of a request as they come; the connection stays usable for the answer when reading stops early. */
async function* piecesOf(message: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const piece of message.iterator({ destroyOnReturn: false })) yield piece as Buffer;
  } catch (error) {
    if (errorCode(error) === 'ECONNRESET' || message.destroyed) throw incompleteBody();
    throw error;
  }
}
