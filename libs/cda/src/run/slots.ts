/** Lets so many pieces of work run at once and has the others wait in their order. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(size: number) {
    this.free = size;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}

/** Work that belongs together: when one piece fails, those that have not begun do not, and it has ended when none is under way. */
export class Slotted {
  private readonly begun: Promise<unknown>[] = [];
  private failure: { error: unknown } | undefined;

  constructor(private readonly slots: Slots) {}

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.slots.run(async () => {
      if (this.failure !== undefined) throw this.failure.error;
      return work();
    });
    this.begun.push(done.catch((error: unknown) => void (this.failure ??= { error })));
    return done;
  }

  /** Throws the first failure. */
  async ended(): Promise<void> {
    await Promise.all(this.begun);
    if (this.failure !== undefined) throw this.failure.error;
  }
}
