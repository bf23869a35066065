import { createHash } from 'node:crypto';
import { isSameSecret } from '../http/constant-time';
import { incompleteBody, invalidRequest, S3Error } from './s3-error';
import { signChunk, signTrailer, type SigningContext } from './signature';

export interface ChunkedFormat {
  /** What the first chunk's signature goes on from; undefined: chunks are not signed. */
  readonly context: SigningContext | undefined;
  readonly trailer: boolean;
  /** Called with the trailers, names in lower case, once all of the body is there. */
  readonly onTrailers: (trailers: ReadonlyMap<string, string>) => void;
}

const LONGEST_LINE = 4096;
const MOST_TRAILERS = 16;

/**
 * Takes `aws-chunked` apart (S3 API reference, "Chunked uploads"): yields the data as it comes and checks each chunk's
 * signature at its end, so a chunk is never held whole. Whoever takes the data keeps it only when this ends without error.
 */
export async function* decodeChunked(source: AsyncIterable<Buffer>, format: ChunkedFormat): AsyncGenerator<Buffer> {
  const reader = new LineReader(source);
  let context = format.context;
  for (;;) {
    const { size, signature } = parseChunkHeader(await reader.line());
    const hash = createHash('sha256');
    for (let left = size; left > 0;) {
      const piece = await reader.some(left);
      left -= piece.length;
      if (context !== undefined) hash.update(piece);
      yield piece;
    }
    if (context !== undefined) {
      const expected = signChunk(context, hash.digest('hex'));
      if (!isSameSecret(signature, expected)) throw badChunkSignature();
      context = { ...context, signature: expected };
    }
    if (size === 0) break;
    if ((await reader.line()) !== '') throw invalidRequest('A chunk is longer than it says');
  }
  format.onTrailers(format.trailer ? await readTrailers(reader, context) : new Map());
}

async function readTrailers(reader: LineReader, context: SigningContext | undefined): Promise<Map<string, string>> {
  const trailers = new Map<string, string>();
  let signature: string | undefined;
  for (let line = await reader.lastLine(); line !== ''; line = await reader.lastLine()) {
    const [, name = '', value = ''] = /^([^:]+):(.*)$/s.exec(line) ?? [];
    if (name === '' || trailers.size >= MOST_TRAILERS) throw invalidRequest('The request has malformed trailers');
    if (name.toLowerCase() === 'x-amz-trailer-signature') signature = value.trim();
    else trailers.set(name.toLowerCase().trim(), value.trim());
  }
  if (context === undefined) return trailers;
  const signed = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('');
  if (signature === undefined || !isSameSecret(signature, signTrailer(context, signed))) throw badChunkSignature();
  return trailers;
}

function parseChunkHeader(line: string): { size: number; signature: string } {
  const [, hex, signature = ''] = /^([0-9a-f]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line) ?? [];
  if (hex === undefined) throw invalidRequest('A chunk has a malformed header');
  return { size: parseInt(hex, 16), signature };
}

function badChunkSignature(): S3Error {
  return new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The signature of a chunk does not match the signature you provided. Check your key and signing method.',
  );
}

/** Lines and counted bytes out of a stream, without ever holding more than one piece of it and one line. */
class LineReader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one. */
  async some(most: number): Promise<Buffer> {
    if (this.rest.length === 0 && !(await this.more())) throw incompleteBody();
    const piece = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }

  async line(): Promise<string> {
    const line = await this.lineOrEnd();
    if (line === undefined) throw incompleteBody();
    return line;
  }

  /** After the last line some clients leave the empty one out. */
  async lastLine(): Promise<string> {
    return (await this.lineOrEnd()) ?? '';
  }

  private async lineOrEnd(): Promise<string | undefined> {
    for (;;) {
      const end = this.rest.indexOf(0x0a);
      if (end >= 0) {
        const line = this.rest.subarray(0, end).toString('latin1');
        this.rest = this.rest.subarray(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (this.rest.length > LONGEST_LINE) throw invalidRequest('A line of the chunked body is too long');
      if (await this.more()) continue;
      if (this.rest.length > 0) throw incompleteBody();
      return undefined;
    }
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }
}
