import { inject, Service } from '@angular/core';
import { EventDelivery } from './event-delivery';
import { TrackingLog } from './tracking-log';

/** Above this share of lost events the console says so. */
const NOTICEABLE = 0.001;
const FIRST_CHECK_AFTER_MS = 60_000;
const CHECK_EVERY_MS = 10 * 60_000;
/** More than anybody does between two checks, even while the server cannot be asked. */
const MOST_TIMES = 5000;

/** Holds what the server said it stored against what it counts, adds what never got there, and tells the console. */
@Service()
export class LossCheck {
  private readonly delivery = inject(EventDelivery);
  private readonly log = inject(TrackingLog);
  private times: readonly number[] = [];
  private dropped = 0;
  private refused = 0;
  /** A moment of `performance.now()`. */
  private due = performance.now() + FIRST_CHECK_AFTER_MS;

  /** These times belong to events that the server said it has. */
  noteStored(times: readonly number[]): void {
    this.times = [...this.times, ...times].slice(-MOST_TIMES);
  }

  noteDropped(events: number): void {
    this.dropped += events;
  }

  noteRefused(events: number): void {
    this.refused += events;
  }

  forget(): void {
    this.times = [];
    this.dropped = 0;
    this.refused = 0;
  }

  /**
   * To be asked when nothing is left to be sent; compares now and then. Events of another tab fall into the same time and
   * are counted too: then less is found missing than was, never more.
   */
  async checkWhenDue(now: number): Promise<void> {
    const [times, dropped, refused] = [this.times.filter((time) => time <= now), this.dropped, this.refused];
    if (performance.now() < this.due || times.length + dropped + refused === 0) return;
    this.due = performance.now() + CHECK_EVERY_MS;
    try {
      const stored =
        times.length === 0
          ? 0
          : await this.delivery.count(isoTime(Math.min(...times)), isoTime(Math.max(...times) + 1));
      this.times = this.times.filter((time) => time > now);
      this.dropped -= dropped;
      this.refused -= refused;
      this.report(times.length + dropped + refused, dropped, refused, Math.max(0, times.length - stored));
    } catch (error) {
      this.log.debug(`the events on the server could not be counted: ${String(error)}`);
    }
  }

  private report(events: number, dropped: number, refused: number, missing: number): void {
    const text = `of ${events} events ${dropped} were dropped, ${refused} refused, and ${missing} are missing on the server`;
    if ((dropped + refused + missing) / events > NOTICEABLE) this.log.warn(text);
    else this.log.debug(text);
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
