import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from './database';
import { Sandbox } from './sandbox';

/** Statements at once. Each keeps a thread of Node's pool busy, and files are read and written by the same pool. */
const CONCURRENT_STATEMENTS = 2;

export interface SandboxesOptions {
  /** The folders tables lie in. */
  readonly tableRoots: readonly string[];
  readonly scratchDirectory: string;
}

/** Gives every statement a sandbox of its own. */
export class Sandboxes {
  private database: Promise<Database> | undefined;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  constructor(private readonly options: SandboxesOptions) {}

  async take(): Promise<Sandbox> {
    if (this.closed) throw new Error('The engine is closed');
    this.database ??= this.open().catch((error: unknown) => {
      // The next statement tries again: what was in the way (a full disk) may be gone by then.
      this.database = undefined;
      throw error;
    });
    return Sandbox.open(await this.database, join(this.options.scratchDirectory, randomUUID()));
  }

  async release(sandbox: Sandbox): Promise<void> {
    await sandbox.close();
  }

  /** After a fault inside of DuckDB it refuses whatever comes, so the statements from now on get another one. */
  async replaceDatabase(): Promise<void> {
    const broken = this.database;
    this.database = undefined;
    (await broken)?.retire();
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
    const database = await this.database?.catch(() => undefined);
    database?.retire();
    await rm(this.options.scratchDirectory, { recursive: true, force: true });
  }

  private async open(): Promise<Database> {
    const { scratchDirectory, tableRoots } = this.options;
    await mkdir(scratchDirectory, { recursive: true });
    return Database.open({
      directories: await Promise.all(tableRoots.map((root) => realpath(root))),
      temporaryDirectory: await realpath(scratchDirectory),
    });
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
