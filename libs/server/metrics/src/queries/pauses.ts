import { setImmediate as others } from 'node:timers/promises';

const LONGEST_MS = 4;

/** Lets other requests have their turn while many histograms are added up. */
export class Pauses {
  private since = performance.now();

  /** Resolves at once as long as it did not take long. */
  async whenDue(): Promise<void> {
    if (performance.now() - this.since < LONGEST_MS) return;
    await others();
    this.since = performance.now();
  }
}
