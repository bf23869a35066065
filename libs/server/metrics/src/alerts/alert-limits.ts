/** Every number of how messages about alerts are sent; tests make them smaller. */
export class AlertLimits {
  /** Connecting to a receiver, and all of its answer. */
  timeoutMs = 5_000;
  /** Waits before the second attempt and those after it; then a message is given up. */
  retrySeconds: readonly number[] = [5, 30, 120, 600, 3_600];
  /** A replica that took a message and ended leaves it to the others after so long. */
  leaseSeconds = 60;
  /** Messages under way at once. */
  atOnce = 10;
  /** Looks again at least so often while messages wait, and so late at the earliest. */
  longestWaitMs = 60_000;
  shortestWaitMs = 50;
  pauseAfterFailureMs = 5_000;

  constructor(numbers: Partial<AlertLimits> = {}) {
    Object.assign(this, numbers);
  }
}
