import type { Readable } from 'node:stream';
import type { ObjectAnswer } from './s3-direct';
import { received } from './s3-exchange';
import type { ByteRange } from './storage';

/** A failed try that brought so much does not count as one. */
const PROGRESS_BYTES = 1024 * 1024;

/** The body ended before its last byte, or is not what its checksum says. Named like errors of sockets, where it comes from. */
class BodyFault extends Error {
  constructor(
    readonly code: 'ECUT' | 'ECHECKSUM',
    options?: { cause?: unknown },
  ) {
    super('The answer is not whole', options);
  }
}

/**
 * The bytes of an object, or of a range of it, which may come in several pieces when connections are cut: each further request asks for what
 * is missing, of the same object.
 */
export class S3Body {
  etag: string | undefined;
  private chunks: Uint8Array[] = [];
  private received = 0;
  /** `received` when the last failed try was looked at. */
  private known = 0;
  /** First byte and byte after the last in the object, known with the first answer. */
  private window: { start: number; end: number } | undefined;

  constructor(private readonly range: ByteRange | undefined) {}

  /** Whether nothing has to be asked for. */
  get isEmpty(): boolean {
    return this.range !== undefined && ('last' in this.range ? this.range.last : this.range.length) <= 0;
  }

  get isFresh(): boolean {
    return this.window === undefined;
  }

  /** The Range header for what is not there yet. */
  missingRange(): string | undefined {
    if (this.window !== undefined) return `bytes=${this.window.start + this.received}-${this.window.end - 1}`;
    if (this.range === undefined) return undefined;
    if ('last' in this.range) return `bytes=-${this.range.last}`;
    return `bytes=${this.range.offset}-${this.range.offset + this.range.length - 1}`;
  }

  async take(answer: ObjectAnswer, alive: () => void, signal: AbortSignal): Promise<void> {
    const content = contentRange(answer);
    this.window ??= this.windowOf(content);
    this.etag ??= answer.ETag;
    // A store that knows no ranges sends everything: what was not asked for is passed over.
    let skip = this.window.start + this.received - content.start;
    if (skip < 0) throw new BodyFault('ECUT');
    const sendsMore = content.end > this.window.end;
    const body = answer.Body as unknown as (Readable & { destroy?: () => void }) | undefined;
    const stop = (): void => void body?.destroy?.();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const take = (chunk: Uint8Array): 'enough' | undefined => {
        alive();
        const wanted = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - wanted.length;
        this.keep(wanted);
        // The end of a whole answer is waited for: the client checks it, and the connection serves again.
        return this.isComplete && sendsMore ? 'enough' : undefined;
      };
      if (body !== undefined) await received(body, take);
    } catch (cause) {
      if (!this.isComplete) throw new BodyFault('ECUT', { cause });
      this.forget();
      throw new BodyFault('ECHECKSUM', { cause });
    } finally {
      signal.removeEventListener('abort', stop);
    }
    if (!this.isComplete) throw new BodyFault('ECUT');
  }

  hasProgressed(): boolean {
    const brought = this.received - this.known;
    this.known = this.received;
    return brought >= PROGRESS_BYTES;
  }

  forget(): void {
    this.chunks = [];
    this.received = 0;
    this.known = 0;
    this.window = undefined;
    this.etag = undefined;
  }

  bytes(): Uint8Array {
    const [only] = this.chunks;
    return only !== undefined && this.chunks.length === 1 ? only : Buffer.concat(this.chunks, this.received);
  }

  private get isComplete(): boolean {
    return this.window !== undefined && this.received >= this.window.end - this.window.start;
  }

  private keep(chunk: Uint8Array): void {
    const { start, end } = this.window ?? { start: 0, end: 0 };
    const wanted = chunk.subarray(0, end - start - this.received);
    if (wanted.length === 0) return;
    this.chunks.push(wanted);
    this.received += wanted.length;
  }

  private windowOf({ start, end, total }: ContentRange): { start: number; end: number } {
    if (this.range === undefined) return { start: 0, end: total };
    if ('last' in this.range) return { start: Math.max(0, total - this.range.last), end: total };
    const last = Math.min(total, this.range.offset + this.range.length);
    return { start: Math.max(start, Math.min(this.range.offset, total)), end: Math.max(Math.min(end, last), 0) };
  }
}

interface ContentRange {
  start: number;
  end: number;
  total: number;
}

/** What part of the object an answer holds: RFC 9110, 14.4, or all of it. */
function contentRange({ ContentRange, ContentLength = 0 }: ObjectAnswer): ContentRange {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(ContentRange ?? '');
  if (match === null) return { start: 0, end: ContentLength, total: ContentLength };
  return { start: Number(match[1]), end: Number(match[2]) + 1, total: Number(match[3]) };
}
