/** Between two answers of the server only its network delay tells them apart: less than this is no difference. */
const SMALLEST_CORRECTION_MS = 50;
/** The page's own clock stands still while the device sleeps; then it is set anew by the system's. */
const LARGEST_DRIFT_MS = 1000;

/** The server's time as well as this page can know it: its own clock, which never jumps, and how far that is off. */
export class EventClock {
  private origin = Date.now() - performance.now();
  /** What has to be added to this device's time, in milliseconds. */
  offset = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return this.at(performance.now());
  }

  /** The same of a moment of `performance.now()`. */
  at(moment: number): number {
    const drift = Date.now() - performance.now() - this.origin;
    if (Math.abs(drift) > LARGEST_DRIFT_MS) this.origin += drift;
    return this.origin + moment + this.offset;
  }

  /**
   * Sets the clock by an answer of the server, which it wrote at some time between asking and answering. Answers by how
   * much it was wrong.
   */
  learn(serverTime: string, askedAt: number, answeredAt: number): number {
    const server = Date.parse(serverTime);
    if (Number.isNaN(server)) return 0;
    const delay = (answeredAt - askedAt) / 2;
    const error = server - this.at(askedAt + delay);
    if (Math.abs(error) <= Math.max(delay, SMALLEST_CORRECTION_MS)) return 0;
    this.offset += error;
    return error;
  }
}
