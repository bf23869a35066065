import { PlatformError } from './platform-error';

/** Bytes in memory, a stream that can be read once, or a function that opens the content anew for each try. */
export type UploadSource = Uint8Array | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>);

/** What a call sends: read while it is sent, never held as a whole, and counted. */
export class UploadContent {
  private taken = false;
  private problem: PlatformError | undefined;
  private current: AsyncIterable<Uint8Array> | undefined;

  /** `sizeBytes`: how long the content is, when that is known; content of another length fails the call. */
  constructor(
    private readonly source: UploadSource,
    private readonly declaredBytes?: number,
  ) {}

  get sizeBytes(): number | undefined {
    return this.source instanceof Uint8Array ? this.source.byteLength : this.declaredBytes;
  }

  /** Whether another try can send it from its first byte: always, but for a stream of which something was taken. */
  get canBeSent(): boolean {
    return !this.taken || this.source instanceof Uint8Array || typeof this.source === 'function';
  }

  /** Why reading it failed, which is no failure of the platform. */
  get failure(): PlatformError | undefined {
    return this.problem;
  }

  /** The body of one try. `progress` is told of every chunk. */
  read(progress: () => void): Uint8Array | AsyncIterable<Uint8Array> {
    this.problem = undefined;
    return this.source instanceof Uint8Array ? this.source : this.chunks(this.source, progress);
  }

  /** Ends a content that is still open, so that whoever produces it is not left waiting. */
  close(): void {
    const open = this.current;
    this.current = undefined;
    if (open !== undefined && 'destroy' in open && typeof open.destroy === 'function') open.destroy();
  }

  private async *chunks(source: Exclude<UploadSource, Uint8Array>, progress: () => void): AsyncGenerator<Uint8Array> {
    this.taken = true;
    let sent = 0;
    try {
      this.current = typeof source === 'function' ? source() : source;
      for await (const chunk of this.current) {
        sent += chunk.byteLength;
        if (this.declaredBytes !== undefined && sent > this.declaredBytes) break;
        progress();
        yield chunk;
      }
    } catch (cause) {
      this.problem = new PlatformError('aborted', 'The content to upload could not be read to its end', { cause });
      throw this.problem;
    }
    if (this.declaredBytes !== undefined && sent !== this.declaredBytes) {
      const found = sent > this.declaredBytes ? 'more' : `${sent}`;
      this.problem = new PlatformError('bad_request', `The content has ${found} bytes, not ${this.declaredBytes}`);
      throw this.problem;
    }
  }
}
