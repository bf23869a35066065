import { rm } from 'node:fs/promises';
import { Sandbox } from './sandbox';

/** Statements at once. Each keeps a thread of Node's pool busy, and files are read and written by the same pool. */
const CONCURRENT_STATEMENTS = 2;

/** Gives every statement a sandbox of its own. One more is always ready, because opening one takes longer than a small query. */
export class Sandboxes {
  private ready: Promise<Sandbox> | undefined;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  constructor(private readonly scratchDirectory: string) {}

  async take(): Promise<Sandbox> {
    if (this.closed) throw new Error('The engine is closed');
    const sandbox = this.ready ?? Sandbox.open(this.scratchDirectory);
    this.ready = undefined;
    return sandbox;
  }

  /** Ends a sandbox. The next one is opened now, and not beside a statement that somebody waits for. */
  async release(sandbox: Sandbox): Promise<void> {
    await sandbox.close();
    if (this.closed || this.ready !== undefined) return;
    this.ready = Sandbox.open(this.scratchDirectory);
    // Whoever takes it hears of a failure; until then nobody does.
    this.ready.catch(() => undefined);
  }

  /** Waits for its turn; a statement that only waits uses no thread. */
  async inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.running >= CONCURRENT_STATEMENTS) await this.turn(signal);
    else this.running += 1;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const ready = await this.ready?.catch(() => undefined);
    await ready?.close();
    await rm(this.scratchDirectory, { recursive: true, force: true });
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(start), 1);
        reject(signal.reason);
      };
      this.waiting.push(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
