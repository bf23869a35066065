export interface CircuitLimits {
  /** So many failures in a row, with no success between them, open the circuit. */
  readonly failures: number;
  /** Failures further apart than this are no row. */
  readonly windowMs: number;
  /** While it is open, one call in this time is let through to see whether things are better. */
  readonly probeEveryMs: number;
}

/**
 * Stops calling what does not answer, so that nobody waits for it in vain. An open circuit needs no closing time: it lets a call through
 * now and then, whether or not the one before has come back, and the first success closes it.
 */
export class Circuit {
  private failures = 0;
  private lastFailureAt = -Infinity;
  private nextProbeAt = 0;

  constructor(private readonly limits: CircuitLimits) {}

  /** Milliseconds until the next call may try; 0 when this one may. A call that is let into an open circuit is its probe. */
  waitMs(now: number): number {
    if (this.failures < this.limits.failures) return 0;
    if (now < this.nextProbeAt) return this.nextProbeAt - now;
    this.nextProbeAt = now + this.limits.probeEveryMs;
    return 0;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(now: number): void {
    const isOpen = this.failures >= this.limits.failures;
    if (!isOpen && now - this.lastFailureAt > this.limits.windowMs) this.failures = 0;
    this.lastFailureAt = now;
    this.failures += 1;
    if (!isOpen && this.failures === this.limits.failures) this.nextProbeAt = now + this.limits.probeEveryMs;
  }
}
