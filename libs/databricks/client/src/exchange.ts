import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { CallClock } from './call-clock';
import { defaults } from './defaults';
import { PlatformError } from './platform-error';

type Controller = Dispatcher.DispatchController;

/** Names are in small letters. */
export interface AnswerHeaders {
  get(name: string): string | undefined;
}

/** An answer that was taken as it was wanted: as a stream, or whole. */
export interface Taken {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly content: Buffer;
  readonly stream: Readable | undefined;
}

/** What is wanted of an answer's body: nothing, all of it up to a size, or a stream of what is longer than `wholeBytes`. */
export type Wanted =
  | { readonly as: 'nothing' }
  | { readonly as: 'bytes'; readonly maximumBytes: number; readonly admit?: ((bytes: number) => boolean) | undefined }
  | { readonly as: 'stream'; readonly wholeBytes: number };

/**
 * One request on the wire, and the answer as it comes in. Most answers are short and wanted whole: they are taken out of the socket
 * without a stream between, which would cost more than the call itself; so does an `AbortSignal`, so an exchange is told by `abort`.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly taken: Promise<Taken>;
  private settle!: (taken: Taken) => void;
  private refuse!: (error: unknown) => void;
  private controller: Controller | undefined;
  private reason: Error | undefined;
  private status = 0;
  private headers: AnswerHeaders = NO_HEADERS;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private limit = 0;
  private isError = false;
  private stream: AnswerStream | undefined;

  /**
   * `isAnswer`: whether a status is an answer and no failure, of which only the begin is read, for its message. `clock` is told when the
   * answer begins, and when a stream that was handed over has ended.
   */
  constructor(
    private readonly wanted: Wanted,
    private readonly clock: Pick<CallClock, 'progressed' | 'stop'>,
    private readonly isAnswer: (status: number) => boolean,
    private readonly sent: unknown,
  ) {
    this.taken = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.refuse = reject;
    });
  }

  /** Ends it wherever it is: while it waits for a connection, for the answer, or while the body is read. */
  abort(reason: Error): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.stream?.fail(reason);
    this.refuse(reason);
    this.controller?.abort(reason);
  }

  onRequestStart(controller: Controller): void {
    if (this.reason !== undefined) controller.abort(this.reason);
    else this.controller = controller;
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Only information, e.g. 103: the answer is still to come.
    if (status < 200) return;
    this.status = status;
    this.headers = new ParsedHeaders(headers);
    this.isError = !this.isAnswer(status);
    if (this.isError) this.limit = defaults.errorBodyBytes;
    else if (this.wanted.as === 'bytes') this.limit = this.wanted.maximumBytes;
    else if (this.wanted.as === 'stream') this.openStream(controller, this.wanted);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.stream !== undefined) {
      if (!this.stream.push(chunk)) controller.pause();
      return;
    }
    if (this.wanted.as === 'nothing' && !this.isError) return;
    if (!this.isError && this.wanted.as === 'bytes' && this.wanted.admit?.(chunk.length) === false) {
      this.abort(new PlatformError('aborted', 'There is no room for the answer'));
      return;
    }
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size <= this.limit) return;
    if (this.isError) {
      this.finish();
      controller.abort(new Error('The rest of the failure is not read'));
    } else this.abort(new PlatformError('upstream', `The platform's answer is larger than ${this.limit} bytes`));
  }

  onResponseEnd(): void {
    if (this.stream === undefined) this.finish();
    else this.stream.finish();
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.sent instanceof Readable) this.sent.on('error', ignore).destroy(error);
    this.stream?.fail(error);
    this.refuse(error);
  }

  private openStream(controller: Controller, { wholeBytes }: Extract<Wanted, { as: 'stream' }>): void {
    this.clock.progressed();
    const length = this.headers.get('content-length');
    this.limit = wholeBytes;
    if (length !== undefined && Number(length) <= wholeBytes) return;
    this.stream = new AnswerStream(controller, this.clock);
    this.settle({ status: this.status, headers: this.headers, content: EMPTY, stream: this.stream });
  }

  private finish(): void {
    const [first = EMPTY, second] = this.chunks;
    const content = second === undefined ? first : Buffer.concat(this.chunks, this.size);
    this.settle({ status: this.status, headers: this.headers, content, stream: undefined });
  }
}

/** A body that is handed over as it comes; a reader who is slow, or leaves, holds the platform back, or ends the connection. */
class AnswerStream extends Readable {
  private isComplete = false;

  constructor(
    private readonly controller: Controller,
    private readonly clock: Pick<CallClock, 'stop'>,
  ) {
    super({ highWaterMark: defaults.streamBufferBytes });
  }

  override _read(): void {
    this.controller.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.clock.stop();
    if (!this.isComplete) this.controller.abort(error ?? new Error('The answer is no longer wanted'));
    callback(error);
  }

  finish(): void {
    this.isComplete = true;
    this.push(null);
  }

  fail(error: Error): void {
    // Told to whoever listens; when nobody does any more, it is no reason to end the process.
    if (!this.isComplete) this.on('error', ignore).destroy(error);
  }
}

class ParsedHeaders implements AnswerHeaders {
  constructor(private readonly headers: Record<string, string | string[] | undefined>) {}

  get(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }
}

const NO_HEADERS: AnswerHeaders = { get: () => undefined };
const EMPTY = Buffer.alloc(0);

function ignore(): void {
  // Somebody else is told.
}
