import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { InvalidRequest } from './request.errors';

/** Something that has happened, under an id by which a reader goes on after it. */
export interface StreamedEvent {
  /** Of a sequence in the database, so that it means the same on every replica. */
  readonly id: string;
  /** Left out: an unnamed event, which reaches `EventSource.onmessage`. */
  readonly event?: string | undefined;
  /** One line: JSON as it is written. */
  readonly data: string;
}

/** What has happened since. */
export interface StreamedEvents {
  /** In the order of their ids. */
  readonly events: readonly StreamedEvent[];
  /** Nothing will come after these. */
  readonly isOver: boolean;
}

/** Where the events of a stream are kept, for all replicas alike. */
export interface StreamedHistory {
  /** The next ones after this id, as many as fit into memory; none when there are none yet. */
  readAfter(id: string): Promise<StreamedEvents>;
  /** Resolves when there may be more; early is no harm. Rejects when the signal fires. */
  untilChanged(signal: AbortSignal): Promise<void>;
}

/** Every number of a stream that can be taken up again. */
export class StreamLimits {
  /** The server ends it by itself before the platform's proxy does; the reader comes again with the last id. */
  readonly streamMs: number = 240_000;
  readonly heartbeatMs: number = 15_000;
  /** What a reader may leave waiting here. */
  readonly readerBytes: number = 256 * 1024;
  /** A reader that takes nothing for so long, while so much waits, is cut off. */
  readonly stallMs: number = 10_000;
  /** What readers are told to wait before they come again. */
  readonly retryMs: number = 1_000;

  constructor(overrides: Partial<StreamLimits> = {}) {
    Object.assign(this, overrides);
  }
}

/** Starts of the sequences: no id comes before it. */
export const FROM_THE_START = '0';

/** The id to go on after: the header that browsers send, else what was asked for. Throws `InvalidRequest`. */
export function lastEventId(header: string | undefined, asked: string | undefined): string {
  const id = header ?? asked ?? FROM_THE_START;
  if (/^\d{1,18}$/.test(id)) return id;
  const message = 'must be the id of an event of this stream';
  throw new InvalidRequest(`Last-Event-ID ${message}.`, [{ path: 'Last-Event-ID', message }]);
}

/**
 * Server-sent events that are taken from where they are kept, at the pace of the reader: what the reader does not take is not read, so that
 * no reader costs more memory than `readerBytes`. It ends with the history, after its time, when the history cannot be read, and when
 * nobody reads. Whoever comes again with the last id misses nothing and gets nothing twice.
 */
export class ResumableStream extends Readable {
  private readonly stopped = new AbortController();
  private readonly timers: NodeJS.Timeout[];
  private wake: (() => void) | undefined;
  private isOver = false;

  constructor(
    private readonly history: StreamedHistory,
    private after: string,
    private readonly limits: StreamLimits,
  ) {
    super({ highWaterMark: limits.readerBytes });
    this.timers = [
      setTimeout(() => this.finish(), limits.streamMs),
      setInterval(() => this.beat(), limits.heartbeatMs),
    ];
    this.push(`retry: ${limits.retryMs}\n\n`);
    void this.pump();
  }

  override _read(): void {
    this.wake?.();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.over();
    callback(error);
  }

  /** Never rejects. */
  private async pump(): Promise<void> {
    try {
      while (!this.isOver) {
        const { events, isOver } = await this.history.readAfter(this.after);
        for (const event of events) {
          if (!(await this.hasRoom())) return;
          this.push(textOf(event));
          this.after = event.id;
        }
        if (isOver) return this.finish();
        if (events.length === 0 && !this.isOver) await this.history.untilChanged(this.stopped.signal);
      }
    } catch {
      // Where events are kept is away, which the reader is told when it comes again.
      this.finish();
    }
  }

  /** Waits for the reader; false when the stream has ended meanwhile, of a reader that takes nothing for too long, too. */
  private async hasRoom(): Promise<boolean> {
    while (!this.isOver && this.readableLength >= this.limits.readerBytes) {
      const before = this.readableLength;
      const isAwake = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), this.limits.stallMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      this.wake = undefined;
      if (!isAwake && this.readableLength >= before) this.destroy();
    }
    return !this.isOver;
  }

  /** A comment keeps the line open, and finds out that nobody is there any more. */
  private beat(): void {
    if (!this.isOver && this.readableLength < this.limits.readerBytes) this.push(': still here\n\n');
  }

  /** Ends between two events. */
  private finish(): void {
    if (this.isOver) return;
    this.over();
    this.push(null);
  }

  private over(): void {
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.stopped.abort();
    this.wake?.();
  }
}

/** Answers a request with the stream, or with 204 where its history is over: then nobody comes again. */
export async function sendResumable(
  reply: FastifyReply,
  history: StreamedHistory,
  { after, limits, signal }: { after: string; limits: StreamLimits; signal: AbortSignal },
): Promise<void> {
  const first = await history.readAfter(after);
  if (first.isOver && first.events.length === 0) {
    reply.code(204).send();
    return;
  }
  const stream = new ResumableStream(new BegunHistory(history, after, first), after, limits);
  signal.addEventListener('abort', () => stream.destroy(), { once: true });
  if (signal.aborted) stream.destroy();
  reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    // A proxy that collects the answer would make it one piece.
    .header('x-accel-buffering', 'no')
    .send(stream);
}

/** A history of which the first events were read already. */
class BegunHistory implements StreamedHistory {
  constructor(
    private readonly history: StreamedHistory,
    private readonly start: string,
    private first: StreamedEvents | undefined,
  ) {}

  readAfter(id: string): Promise<StreamedEvents> {
    const { first } = this;
    this.first = undefined;
    return first !== undefined && id === this.start ? Promise.resolve(first) : this.history.readAfter(id);
  }

  untilChanged(signal: AbortSignal): Promise<void> {
    return this.history.untilChanged(signal);
  }
}

function textOf({ id, event, data }: StreamedEvent): string {
  // JSON has no end of a line outside of its texts, where it is escaped; anything else would cut the event in two.
  const line = data.replace(/[\r\n]+/g, ' ');
  return `id: ${id}\n${event === undefined ? '' : `event: ${event}\n`}data: ${line}\n\n`;
}
