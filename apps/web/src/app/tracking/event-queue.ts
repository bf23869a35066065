import { inject, Service } from '@angular/core';
import { KeptEvents, type QueuedEvent } from './kept-events';

const MOST_EVENTS = 500;
/** Browsers refuse more than 64 KiB in requests that outlive the page; this leaves a little for others. */
const MOST_BYTES = 60 * 1024;
const BYTES_AROUND_EVENTS = '{"events":[]}'.length;

const encoder = new TextEncoder();

/**
 * Events that the server has not taken yet. When it is away for too long the oldest are dropped, and counted.
 */
@Service()
export class EventQueue {
  private readonly kept = inject(KeptEvents);
  private events: QueuedEvent[] = [];
  private readonly underway = new Set<string>();
  private owner = '';
  private dropped = 0;

  /** How many neither arrived nor are on their way. */
  get waiting(): number {
    return this.events.length - this.underway.size;
  }

  get isEmpty(): boolean {
    return this.events.length === 0;
  }

  /** Begins with what is kept for this person; what somebody else left in this tab is forgotten. */
  open(owner: string): { readonly clockOffset: number } {
    const kept = this.kept.read();
    const isTheirs = kept?.owner === owner;
    if (kept && !isTheirs) this.kept.forget();
    this.owner = owner;
    this.underway.clear();
    this.events = isTheirs ? [...kept.events] : [];
    this.dropped = isTheirs ? kept.dropped : 0;
    return { clockOffset: isTheirs ? kept.offset : 0 };
  }

  add(event: QueuedEvent): void {
    this.events.push(event);
    if (this.events.length <= MOST_EVENTS) return;
    const oldest = this.events.findIndex(({ event_id }) => !this.underway.has(event_id));
    this.events.splice(oldest, 1);
    this.dropped += 1;
  }

  /** The next ones to send, at most so many and never more than one request may hold; they are under way from here on. */
  take(most: number): readonly QueuedEvent[] {
    const taken: QueuedEvent[] = [];
    let bytes = BYTES_AROUND_EVENTS;
    for (const event of this.events) {
      if (this.underway.has(event.event_id)) continue;
      bytes += encoder.encode(JSON.stringify(event)).length + 1;
      if (taken.length === most || (taken.length > 0 && bytes > MOST_BYTES)) break;
      taken.push(event);
    }
    for (const { event_id } of taken) this.underway.add(event_id);
    return taken;
  }

  /** The server has decided about these, for good. */
  settle(events: readonly QueuedEvent[]): void {
    const ids = new Set(events.map(({ event_id }) => event_id));
    this.events = this.events.filter(({ event_id }) => !ids.has(event_id));
    this.release(events);
  }

  /** These have to be sent again. */
  release(events: readonly QueuedEvent[]): void {
    for (const { event_id } of events) this.underway.delete(event_id);
  }

  /** How many were dropped since this was asked the last time. */
  takeDropped(): number {
    const dropped = this.dropped;
    this.dropped = 0;
    return dropped;
  }

  keep(clockOffset: number): void {
    this.kept.write({ owner: this.owner, offset: clockOffset, dropped: this.dropped, events: this.events });
  }

  forget(): void {
    this.events = [];
    this.underway.clear();
    this.dropped = 0;
    this.kept.forget();
  }
}
