import { setImmediate as nextTurn } from 'node:timers/promises';

/** So long at a time may one export keep the event loop, in milliseconds. */
const TURN_MS = 4;

/**
 * Lets the event loop go on, now and then: rows that are there already follow each other without it, for as long as storage is faster
 * than whoever takes them.
 */
export class LoopTurn {
  private began = performance.now();

  async end(): Promise<void> {
    if (performance.now() - this.began < TURN_MS) return;
    await nextTurn();
    this.began = performance.now();
  }
}
