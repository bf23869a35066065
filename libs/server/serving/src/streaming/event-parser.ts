import { StringDecoder } from 'node:string_decoder';

/** One event of a stream. */
export interface ServerSentEvent {
  /** `message` when the stream names none. */
  readonly name: string;
  readonly data: string;
}

/** No event of a model is longer; whoever sends one never ends it. */
const LONGEST_EVENT = 1024 * 1024;

/** Of the order of bytes, which a text may begin with. */
const MARK = '\ufeff';

/** An event that does not end. */
export class EventTooLong extends Error {
  constructor() {
    super(`An event is longer than ${LONGEST_EVENT} characters`);
    this.name = 'EventTooLong';
  }
}

/** Takes server-sent events out of bytes that come in pieces of any size (WHATWG HTML, 9.2.6). */
export class EventParser {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private name = '';
  private data: string | undefined;
  private isFirst = true;
  /** The text so far ended with a carriage return, to which a line feed may belong that has not come yet. */
  private endedByReturn = false;

  /** The events that are whole with these bytes. Throws EventTooLong. */
  push(bytes: Buffer): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    const text = this.rest + this.decoder.write(bytes);
    if (text === '') return events;
    let from = this.isFirst && text.startsWith(MARK) ? 1 : 0;
    this.isFirst = false;
    if (this.endedByReturn && text.startsWith('\n')) from = 1;
    let feed = text.indexOf('\n', from);
    let back = text.indexOf('\r', from);
    for (let end = firstOf(feed, back); end !== -1; end = firstOf(feed, back)) {
      const line = text.slice(from, end);
      from = end === back && feed === back + 1 ? end + 2 : end + 1;
      if (line === '') this.dispatch(events);
      else this.field(line);
      if (feed !== -1 && feed < from) feed = text.indexOf('\n', from);
      if (back !== -1 && back < from) back = text.indexOf('\r', from);
    }
    this.endedByReturn = text.endsWith('\r');
    this.rest = text.slice(from);
    if (this.rest.length + (this.data?.length ?? 0) > LONGEST_EVENT) throw new EventTooLong();
    return events;
  }

  private dispatch(events: ServerSentEvent[]): void {
    if (this.data !== undefined) events.push({ name: this.name === '' ? 'message' : this.name, data: this.data });
    this.name = '';
    this.data = undefined;
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    else if (field === 'event') this.name = value;
  }
}

/** The smaller of two places, either of which may be nowhere (-1). */
function firstOf(one: number, other: number): number {
  if (one === -1 || other === -1) return Math.max(one, other);
  return Math.min(one, other);
}
