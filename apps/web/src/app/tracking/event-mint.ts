import { Service } from '@angular/core';
import { EventClock } from './event-clock';
import { EventIds } from './event-ids';
import { type QueuedEvent } from './kept-events';
import { type NotedEvent } from './usage-events';

/** Makes what was noted into what is sent: with an id, and the time by the server's clock. */
@Service()
export class EventMint {
  readonly clock = new EventClock();
  private readonly ids = new EventIds();

  mint({ type, page, at, elementId, success, metadata }: NotedEvent): QueuedEvent {
    return {
      ...this.identityAt(this.clock.at(at)),
      event_type: type,
      ...(page === undefined ? {} : { page_name: page }),
      ...(elementId === undefined ? {} : { element_id: elementId }),
      ...(success === undefined ? {} : { success }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  }

  /** The same event as it would have been with a clock that was not wrong by so many milliseconds. */
  mintAgain(event: QueuedEvent, error: number): QueuedEvent {
    return { ...event, ...this.identityAt(Date.parse(event.timestamp) + error) };
  }

  private identityAt(now: number): { event_id: string; timestamp: string } {
    const { id, time } = this.ids.next(now);
    return { event_id: id, timestamp: new Date(time).toISOString() };
  }
}
