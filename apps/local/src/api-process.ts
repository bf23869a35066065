import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiCommand } from './api-command';
import type { ApiLog } from './api-log';
import { LaunchError } from './launch-error';

export interface ApiProcessOptions extends ApiCommand {
  readonly environment: Record<string, string>;
  readonly url: string;
  readonly log: ApiLog;
  readonly say: (line: string) => void;
  readonly onStarted: (pid: number) => void;
  /** How long it may take to stop before it is killed. */
  readonly stopPatienceMilliseconds?: number;
  readonly backoff?: { readonly firstMilliseconds: number; readonly longestMilliseconds: number };
}

const defaultBackoff = { firstMilliseconds: 500, longestMilliseconds: 30_000 };
/** A run this long was a good one: the next failure starts counting anew. */
const goodRun = 60_000;
const failuresBeforeReady = 3;
const readyPatience = 60_000;
// The platform kills after 15 s; three of them are Postgres's here, so that everything is gone by then.
const defaultStopPatience = 12_000;

/** The API as the platform runs it: its own process, told to stop by SIGTERM, started again when it dies. */
export class ApiProcess {
  private child: ChildProcess | undefined;
  private leaving: ChildProcess | undefined;
  private failures = 0;
  private stopping = false;
  private readonly ending = new AbortController();

  constructor(private readonly options: ApiProcessOptions) {}

  start(): void {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [...this.options.nodeArguments, this.options.program], {
      env: this.options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal is for the launcher, which then stops the API in its turn.
      detached: true,
      windowsHide: true,
    });
    this.child = child;
    if (child.pid !== undefined) this.options.onStarted(child.pid);
    this.options.log.read(child.stdout);
    this.options.log.read(child.stderr);
    const killWithUs = (): boolean => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    child.once('error', (error) => this.options.say(`The API could not be started: ${error.message}`));
    // 'close' comes after the last line of its log.
    child.once('close', (code, signal) => {
      process.off('exit', killWithUs);
      if (this.child !== child) return;
      this.child = undefined;
      if (!this.stopping) void this.startAgain(signal ?? `code ${code}`, Date.now() - startedAt);
    });
  }

  /** Resolves when the API says it is ready; gives up when it cannot be. */
  async ready(): Promise<void> {
    const end = Date.now() + readyPatience;
    await this.options.log.startup(500);
    while (!(await this.isReady())) {
      if (this.stopping) return;
      if (this.failures >= failuresBeforeReady)
        throw new LaunchError(`The API does not start: ${this.options.log.lastError}`);
      if (Date.now() > end) {
        const { lastError } = this.options.log;
        throw new LaunchError(
          `The API is not ready after ${readyPatience / 1000} s${lastError ? `: ${lastError}` : ''}`,
        );
      }
      // Its log tells first; the question is only asked again in case the line is not logged.
      await this.options.log.startup(500);
    }
    this.failures = 0;
    this.options.log.watch();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.ending.abort();
    await this.end();
  }

  /** For a new build: the old process ends in order before the new one takes its port. */
  async restart(): Promise<void> {
    await this.end();
    this.failures = 0;
    if (!this.stopping && this.child === undefined) this.start();
  }

  private async end(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    this.child = undefined;
    this.leaving = child;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    const { stopPatienceMilliseconds = defaultStopPatience } = this.options;
    const patience = setTimeout(() => child.kill('SIGKILL'), stopPatienceMilliseconds);
    await closed;
    clearTimeout(patience);
  }

  /** For whoever does not want to wait for the requests that still run. */
  kill(): void {
    this.leaving?.kill('SIGKILL');
  }

  private async isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.options.url}/ready`, { signal: AbortSignal.timeout(2_000) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Not listening yet.
      return false;
    }
  }

  private async startAgain(reason: string, ranFor: number): Promise<void> {
    this.failures = ranFor > goodRun ? 1 : this.failures + 1;
    const { firstMilliseconds, longestMilliseconds } = this.options.backoff ?? defaultBackoff;
    const wait = Math.min(firstMilliseconds * 2 ** (this.failures - 1), longestMilliseconds);
    this.options.say(
      `The API ended (${reason}); starting it again in ${wait / 1000} s.${this.options.log.lastError ? ` Its last error: ${this.options.log.lastError}` : ''}`,
    );
    try {
      await delay(wait, undefined, { signal: this.ending.signal });
    } catch {
      return;
    }
    // A restart may have come first.
    if (this.child === undefined) this.start();
  }
}
