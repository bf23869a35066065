/**
 * Work that several callers wait for. One that gives up leaves the others waiting; when the last one has given up, the
 * work itself is aborted.
 */
export class SharedWork<T> {
  private readonly controller = new AbortController();
  private readonly result: Promise<T>;
  private waiting = 0;
  private settled = false;
  private failed = false;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.result = work(this.controller.signal).finally(() => {
      this.settled = true;
    });
    // Each caller sees the failure; without callers it is nobody's.
    this.result.catch(() => {
      this.failed = true;
    });
  }

  /** Whether the work goes on or has ended well, so that another caller may wait for it. */
  get isUsable(): boolean {
    return !this.failed && !this.controller.signal.aborted;
  }

  async wait(signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    this.waiting += 1;
    try {
      return await this.unlessAborted(signal);
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0 && !this.settled) this.controller.abort();
    }
  }

  private unlessAborted(signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) return this.result;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', giveUp, { once: true });
      const stay = (): void => signal.removeEventListener('abort', giveUp);
      this.result.then(resolve, reject).finally(stay);
    });
  }
}
