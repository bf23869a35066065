import { HttpErrorResponse } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { BackgroundApi, countMyUsageEvents, problemFrom, recordUsageEvents } from '@lakescope/web-api';
import { type QueuedEvent } from './kept-events';

/** What became of a batch. */
export type Verdict =
  | {
      readonly kind: 'taken';
      readonly stored: number;
      readonly refused: readonly { readonly index: number; readonly reason: string }[];
      readonly serverTime: string;
    }
  /** To be sent again, not before this time if the server named one. */
  | { readonly kind: 'later'; readonly code: string; readonly afterSeconds: number | undefined }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'too-large' }
  /** The app has no database and will have none as long as this page lives. */
  | { readonly kind: 'never' }
  | { readonly kind: 'refused'; readonly code: string };

const TRIED_AGAIN = new Set([0, 408, 425, 429]);

/** The way of usage events to the server, past everything that watches the connection: a page shows nothing of it. */
@Service()
export class EventDelivery {
  private readonly api = inject(BackgroundApi);

  async send(events: readonly QueuedEvent[]): Promise<Verdict> {
    try {
      const answer = await this.api.invoke(recordUsageEvents, { body: { events: [...events] } });
      const { inserted, duplicates, rejected, server_time } = answer;
      return { kind: 'taken', stored: inserted + duplicates, refused: rejected, serverTime: server_time };
    } catch (error) {
      return verdictOf(error);
    }
  }

  /** For browsers whose requests end with the page. Whether it arrives nobody learns, so the events stay queued. */
  sendBeacon(events: readonly QueuedEvent[]): void {
    const body = new Blob([JSON.stringify({ events })], { type: 'text/plain' });
    navigator.sendBeacon(this.api.urlOf(recordUsageEvents, { body: { events: [...events] } }), body);
  }

  async count(start: string, end: string): Promise<number> {
    const { count } = await this.api.invoke(countMyUsageEvents, { query: { start, end } });
    return count;
  }
}

function verdictOf(error: unknown): Verdict {
  const { status, code, retryAfterSeconds } = problemFrom(error);
  if (!(error instanceof HttpErrorResponse)) return { kind: 'later', code, afterSeconds: undefined };
  if (status === 401) return { kind: 'signed-out' };
  if (status === 413) return { kind: 'too-large' };
  if (code === 'LAKEBASE_NOT_CONFIGURED' || status === 404) return { kind: 'never' };
  if (TRIED_AGAIN.has(status) || status >= 500) {
    const header = Number(error.headers.get('Retry-After') ?? Number.NaN);
    return { kind: 'later', code, afterSeconds: retryAfterSeconds ?? (Number.isFinite(header) ? header : undefined) };
  }
  return { kind: 'refused', code };
}
