import type { RunEvent, RunOptions } from './run-options';

/** Tells a listener what happens, one event after another; whoever tells waits until it is heard. */
export class EventStream {
  private last: Promise<unknown> = Promise.resolve();
  private fault: { error: unknown } | undefined;

  /** `failed` is told when the listener throws; nothing is told to it any more, and who tells more gets that error. */
  constructor(
    private readonly listener: RunOptions['onEvent'],
    private readonly failed: (error: unknown) => void,
  ) {}

  async tell(event: RunEvent): Promise<void> {
    const { listener } = this;
    if (listener === undefined) return;
    const told = this.last.then(async () => {
      if (this.fault !== undefined) throw this.fault.error;
      try {
        await listener(event);
      } catch (error) {
        this.fault = { error };
        this.failed(error);
        throw error;
      }
    });
    this.last = told.catch(() => undefined);
    await told;
  }
}
