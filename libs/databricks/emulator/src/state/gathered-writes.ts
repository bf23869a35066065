/** Writes that come one after the other. Whoever asks while one is under way shares the next one with all others who do. */
export class GatheredWrites {
  private last: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;

  /** `writeOut` writes everything that waits when it is called. */
  constructor(private readonly writeOut: () => Promise<void>) {}

  /** Settles when what waits now is written; rejects when that failed. */
  request(): Promise<void> {
    this.waiting ??= this.last.then(() => {
      this.waiting = undefined;
      const write = this.writeOut();
      // A failed write is reported to its own callers and must not fail the next one.
      this.last = write.catch(() => undefined);
      return write;
    });
    return this.waiting;
  }

  /** Waits for writes under way. */
  async settle(): Promise<void> {
    await this.waiting?.catch(() => undefined);
    await this.last;
  }
}
