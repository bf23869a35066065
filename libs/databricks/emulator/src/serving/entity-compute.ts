// What setTimeout can hold; longer than any local run.
const LONGEST_TIMER = 2 ** 31 - 1;

export interface EntityComputeTimes {
  /** How long it takes from zero to the first answer. */
  readonly wakeMilliseconds: number;
  /** Without a request for so long it goes to zero. */
  readonly idleMilliseconds: number;
}

/**
 * What runs behind a served entity that scales to zero. It wakes by the first request, which is refused until it is there,
 * and goes back to zero when nobody has asked for a while.
 */
export class EntityCompute {
  private phase: 'zero' | 'waking' | 'running' = 'zero';
  private readyAt = 0;
  private requests = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly times: EntityComputeTimes,
    private readonly changed: (phase: 'zero' | 'waking' | 'running') => void,
  ) {}

  get state(): 'zero' | 'waking' | 'running' {
    return this.phase;
  }

  /** Milliseconds until it runs; 0 when it does, and the request counts as under way. Wakes it. */
  enter(): number {
    if (this.phase === 'running') {
      this.requests += 1;
      clearTimeout(this.timer);
      return 0;
    }
    if (this.phase === 'zero') {
      this.readyAt = Date.now() + this.times.wakeMilliseconds;
      this.pass('waking');
      this.timer = setTimeout(() => {
        this.pass('running');
        this.watchIdleness();
      }, this.times.wakeMilliseconds).unref();
    }
    return Math.max(1, this.readyAt - Date.now());
  }

  /** A request that has entered is over. */
  leave(): void {
    this.requests -= 1;
    this.watchIdleness();
  }

  close(): void {
    clearTimeout(this.timer);
    this.phase = 'zero';
  }

  private watchIdleness(): void {
    clearTimeout(this.timer);
    if (this.phase !== 'running' || this.requests > 0) return;
    this.timer = setTimeout(() => this.pass('zero'), Math.min(this.times.idleMilliseconds, LONGEST_TIMER)).unref();
  }

  private pass(phase: 'zero' | 'waking' | 'running'): void {
    this.phase = phase;
    this.changed(phase);
  }
}
