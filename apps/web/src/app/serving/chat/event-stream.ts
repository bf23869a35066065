/** One event of a stream of server-sent events. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** Reads a stream that is handed over as all that has come of it so far, and tells each event once, when it is complete. */
export class EventStream {
  private read = 0;

  /** The events that are complete now and were not before. */
  take(text: string): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    for (;;) {
      const end = /\r?\n\r?\n/.exec(text.slice(this.read));
      if (end === null) return events;
      const block = text.slice(this.read, this.read + end.index);
      this.read += end.index + end[0].length;
      const event = eventOf(block);
      if (event !== undefined) events.push(event);
    }
  }
}

function eventOf(block: string): StreamEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
  }
  // Comments alone keep the connection open and say nothing.
  return data.length === 0 ? undefined : { name, data: data.join('\n') };
}
