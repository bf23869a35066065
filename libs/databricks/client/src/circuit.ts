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

  /** Milliseconds until the next call may try; 0 when one may now. */
  waitMs(now: number): number {
    return this.isOpen ? Math.max(0, this.nextProbeAt - now) : 0;
  }

  /** A call goes ahead: while the circuit is open it is the probe, and the next one has to wait. */
  begun(now: number): void {
    if (this.isOpen) this.nextProbeAt = now + this.limits.probeEveryMs;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(now: number): void {
    const wasOpen = this.isOpen;
    if (!wasOpen && now - this.lastFailureAt > this.limits.windowMs) this.failures = 0;
    this.lastFailureAt = now;
    this.failures += 1;
    if (!wasOpen) this.begun(now);
  }

  private get isOpen(): boolean {
    return this.failures >= this.limits.failures;
  }
}
