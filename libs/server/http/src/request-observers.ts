import { Injectable, Logger } from '@nestjs/common';

/** A request that has come to its end, however it ended. */
export interface ObservedRequest {
  /** Template of the matched route, e.g. `/api/v1/preferences/:key`; `(unmatched)` when no route has the path. Never the path itself. */
  readonly endpoint: string;
  readonly method: string;
  /** What was answered; 499 when the client left before the answer was complete. */
  readonly status: number;
  /** From the arrival of the request to the close of its response, by the monotonic clock. */
  readonly durationMs: number;
  /** Absent when nobody was signed in. */
  readonly userId: string | undefined;
  /** Code of the problem that was answered. */
  readonly errorType: string | undefined;
  readonly correlationId: string;
}

export type RequestObserver = (request: ObservedRequest) => void;

const COMPLAINT_PAUSE_MS = 60_000;

/**
 * Who is told of every request to the API's own paths once it has ended: also of those that no route, no guard or no parser let in. Never
 * of the files of the SPA. Observers are called at once and in the request's way, so they must be quick; one that throws is logged and
 * changes nothing for anybody.
 */
@Injectable()
export class RequestObservers {
  private readonly logger = new Logger('request');
  private readonly observers: RequestObserver[] = [];
  private complainedAt = -Infinity;

  add(observer: RequestObserver): void {
    this.observers.push(observer);
  }

  notify(request: ObservedRequest): void {
    for (const observer of this.observers) {
      try {
        observer(request);
      } catch (error) {
        this.complain(error);
      }
    }
  }

  /** Once a minute: what breaks for one request breaks for all. */
  private complain(error: unknown): void {
    const now = performance.now();
    if (now - this.complainedAt < COMPLAINT_PAUSE_MS) return;
    this.complainedAt = now;
    this.logger.error({ err: error, msg: 'An observer of requests failed' });
  }
}
