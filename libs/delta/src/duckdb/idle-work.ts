import { messageOf } from '../errors';

/** So long nobody may have read before anything else is done. */
const REST_MS = 150;

/** Does its next piece and answers whether there is another one. */
export type IdleStep = (signal: AbortSignal) => Promise<boolean>;

/**
 * Work that makes later reads faster, done piece by piece while nobody reads. Whoever comes to read interrupts the piece, which
 * is begun again later. One that fails for another reason is not begun again: what it would have made is only a shortcut.
 */
export class IdleWork {
  private readonly steps = new Map<object, IdleStep>();
  private readers = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: { controller: AbortController; done: Promise<void> } | undefined;
  private closed = false;

  /** Runs `read` undisturbed. */
  async pausedFor<T>(read: () => Promise<T>): Promise<T> {
    this.readers += 1;
    clearTimeout(this.timer);
    this.running?.controller.abort();
    try {
      return await read();
    } finally {
      this.readers -= 1;
      this.schedule();
    }
  }

  /** Has `step` run until it says that there is no more; once for each `subject`, until it ends or is dropped. */
  add(subject: object, step: IdleStep): void {
    if (!this.steps.has(subject)) this.steps.set(subject, step);
    this.schedule();
  }

  drop(subject: object): void {
    this.steps.delete(subject);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.running?.controller.abort();
    await this.running?.done;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.closed || this.readers > 0 || this.steps.size === 0 || this.running !== undefined) return;
    this.timer = setTimeout(() => this.begin(), REST_MS).unref();
  }

  private begin(): void {
    const controller = new AbortController();
    const done = this.goOn(controller.signal).finally(() => {
      this.running = undefined;
      this.schedule();
    });
    this.running = { controller, done };
  }

  private async goOn(signal: AbortSignal): Promise<void> {
    for (const [subject, step] of this.steps) {
      try {
        while (!signal.aborted && (await step(signal)));
        if (!signal.aborted) this.steps.delete(subject);
      } catch (error) {
        if (signal.aborted) return;
        this.steps.delete(subject);
        process.emitWarning(`Reads stay slower than they could be: ${messageOf(error)}`, { code: 'DELTA_IDLE_WORK' });
      }
    }
  }
}
