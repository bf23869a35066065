/** One event of a stream (`text/event-stream`). */
export interface ServerSentEvent {
  /** `message` when the server names none. */
  event: string;
  data: string;
  /** The last id the server has sent, with this event or before; '' when none. */
  id: string;
}

/** What a stream is read with. */
export interface SseParserOptions {
  onEvent: (event: ServerSentEvent) => void;
  /** The pause in ms that the server wants before a lost connection is made anew. */
  onRetry?: (milliseconds: number) => void;
  /** Goes on from a connection before. */
  lastEventId?: string;
}

/** Most characters of one event: what is larger is no event, but a stream of something else. */
const LARGEST_EVENT = 16_777_216;

/**
 * Reads `text/event-stream` as the HTML standard says (9.2.6), from text that may be cut anywhere, also between CR and LF. An event is
 * complete with its empty line; what comes after the last one is no event. Reading is linear in the length of the stream.
 */
export class SseParser {
  private line = '';
  private endedWithCr = false;
  private event = '';
  private data: string[] = [];
  private size = 0;
  /** Of the event that is being read: if it is cut off, it has not been seen. */
  private id: string;
  private seenId: string;

  constructor(private readonly options: SseParserOptions) {
    this.id = options.lastEventId ?? '';
    this.seenId = this.id;
  }

  get lastEventId(): string {
    return this.seenId;
  }

  /** Throws a RangeError for an event that does not end. */
  push(text: string): void {
    if (text === '') return;
    let start = this.endedWithCr && text.startsWith('\n') ? 1 : 0;
    this.endedWithCr = text.endsWith('\r');
    const lineEnd = /\r\n?|\n/g;
    lineEnd.lastIndex = start;
    for (let end = lineEnd.exec(text); end !== null; end = lineEnd.exec(text)) {
      this.grow(end.index - start);
      const line = this.line + text.slice(start, end.index);
      this.line = '';
      start = lineEnd.lastIndex;
      this.take(line);
    }
    this.grow(text.length - start);
    this.line += text.slice(start);
  }

  private grow(length: number): void {
    this.size += length;
    if (this.size > LARGEST_EVENT) throw new RangeError(`An event of more than ${LARGEST_EVENT} characters`);
  }

  private take(line: string): void {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) {
      // A comment is no part of an event, however many come before the next.
      this.size -= line.length;
      return;
    }
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.options.onRetry?.(Number(value));
  }

  private dispatch(): void {
    const { event, data, id } = this;
    this.event = '';
    this.data = [];
    this.size = 0;
    this.seenId = id;
    // An event without data only moves the id.
    if (data.length > 0) this.options.onEvent({ event: event || 'message', data: data.join('\n'), id });
  }
}
