import { Service } from '@angular/core';
import { type RecordUsageEventsData } from '@lakescope/web-api';

/** An event as the API takes it; its id and time never change, however often it has to be sent. */
export type QueuedEvent = RecordUsageEventsData['body']['events'][number] & {
  readonly event_id: string;
  readonly timestamp: string;
};

/** What this tab remembers of events that the server has not taken yet. */
export interface Kept {
  /** Whose they are: the next person in this tab does not send them. */
  readonly owner: string;
  /** See `EventClock`. */
  readonly offset: number;
  readonly dropped: number;
  readonly events: readonly QueuedEvent[];
}

const KEY = 'lakescope.usage_events';

/** Keeps events in this tab across reloads. It may be forbidden to: then they live as long as the page. */
@Service()
export class KeptEvents {
  read(): Kept | undefined {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
      return isKept(kept) ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  write(kept: Kept): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Forbidden or full. What was kept before is older than what the page knows, and would be sent for nothing.
      this.forget();
    }
  }

  forget(): void {
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // What is forbidden to be read holds nothing either.
    }
  }
}

/** Only the tracker writes there, but a browser's storage is open to everything on the same origin. */
function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { owner, offset, dropped, events } = value as Record<string, unknown>;
  return (
    typeof owner === 'string' &&
    Number.isFinite(offset) &&
    Number.isSafeInteger(dropped) &&
    Array.isArray(events) &&
    events.every(isQueued)
  );
}

function isQueued(value: unknown): value is QueuedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { event_id, event_type, timestamp } = value as Record<string, unknown>;
  return [event_id, event_type, timestamp].every((text) => typeof text === 'string');
}
