/** Something that waits and must not wait for ever. */
export interface Waiting {
  /** Called once, at most `granularityMs` after its time is up. */
  expired(): void;
}

/**
 * One timer for everybody who waits equally long. They come in the order in which their time runs out, so only the first one needs to be
 * looked at; a timer of its own for each request would cost more than the request's own code.
 */
export class Deadlines {
  /** In the order of arrival; the value is the moment the time is up, on the clock of `performance.now()`. */
  private readonly waiting = new Map<Waiting, number>();
  private timer: NodeJS.Timeout | undefined;
  private readonly granularityMs: number;

  constructor(private readonly lengthMs: number) {
    this.granularityMs = Math.max(1, Math.min(1_000, lengthMs / 10));
  }

  add(one: Waiting): void {
    this.waiting.set(one, performance.now() + this.lengthMs);
    // Nobody's deadline keeps a process alive that has nothing else to do.
    this.timer ??= setTimeout(() => this.look(), this.granularityMs).unref();
  }

  remove(one: Waiting): void {
    this.waiting.delete(one);
  }

  private look(): void {
    this.timer = undefined;
    const now = performance.now();
    for (const [one, until] of this.waiting) {
      if (until > now) break;
      this.waiting.delete(one);
      one.expired();
    }
    if (this.waiting.size > 0) this.timer ??= setTimeout(() => this.look(), this.granularityMs).unref();
  }
}
