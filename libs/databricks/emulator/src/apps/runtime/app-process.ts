import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppLog } from '../../app-logs/app-log';
import { pipesClosed } from '../../processes/pipes-closed';

export interface AppProcessOptions {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly directory: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: AppLog;
  /** Whose lines these are. */
  readonly source: 'APP' | 'SYSTEM';
}

const LINES_KEPT = 20;
const LONGEST_LINE = 10_000;
const ASK_EVERY_MS = 50;
const ANSWER_PATIENCE_MS = 5_000;

/** One process of an app, with whatever it starts itself: they live and end together. */
export class AppProcess {
  /** How it ended: `code 1`, `SIGKILL` or why it could not be started. */
  readonly ended: Promise<string>;
  private readonly lines: string[] = [];
  private isOver = false;

  private constructor(
    private readonly child: ChildProcess,
    options: AppProcessOptions,
  ) {
    const read = (stream: Readable | null): void => {
      if (stream === null) return;
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
        const shown = line.slice(0, LONGEST_LINE);
        options.log.write(options.source, shown);
        this.lines.push(shown);
        if (this.lines.length > LINES_KEPT) this.lines.shift();
      });
    };
    read(child.stdout);
    read(child.stderr);
    const killWithUs = (): void => this.signal('SIGKILL');
    process.once('exit', killWithUs);
    // A program that is not there never exits.
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.ended = exited.then(async (how) => {
      // What it started and left behind would hold its port, and keep its output open.
      this.signal('SIGKILL');
      this.isOver = true;
      process.off('exit', killWithUs);
      if (child.pid !== undefined) await pipesClosed(child, closed);
      return how;
    });
  }

  static start(options: AppProcessOptions): AppProcess {
    const [program = '', ...args] = options.command;
    const child = spawn(program, args, {
      cwd: options.directory,
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal is for whoever started the workspace, and all of it can be ended.
      detached: true,
      windowsHide: true,
    });
    return new AppProcess(child, options);
  }

  /** Undefined: it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Tells who keeps a list of processes; when that fails it is ended, for nobody would know of it. */
  async noted(note: (pid: number) => Promise<void>): Promise<void> {
    if (this.pid === undefined) return;
    try {
      await note(this.pid);
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** Resolves with `answers` when something at this port answers a request, whatever it says; else with how it ended or `over`. */
  async answers(port: number, patienceMilliseconds: number, signal: AbortSignal): Promise<string> {
    const asking = new AbortController();
    const answered = (async () => {
      while (!asking.signal.aborted && !(await isAnswering(port))) await delay(ASK_EVERY_MS);
      return 'answers';
    })();
    try {
      return await Promise.race([answered, this.ended, this.over(patienceMilliseconds, signal)]);
    } finally {
      asking.abort();
    }
  }

  /** Resolves when the time is over, or whoever waits is no longer interested. */
  async over(milliseconds: number, signal: AbortSignal): Promise<'over'> {
    const ended = new AbortController();
    void this.ended.then(() => ended.abort());
    await delay(milliseconds, undefined, { signal: AbortSignal.any([signal, ended.signal]) }).catch(() => undefined);
    return 'over';
  }

  /** SIGTERM, and SIGKILL when it has not ended by then. Resolves when nothing of it is left. */
  async stop(patienceMilliseconds: number): Promise<'ended' | 'killed'> {
    if (this.isOver) return 'ended';
    let killed = false;
    const kill = (): void => {
      killed = true;
      this.signal('SIGKILL');
    };
    if (patienceMilliseconds <= 0) kill();
    else this.signal('SIGTERM');
    const patience = setTimeout(kill, patienceMilliseconds);
    await this.ended;
    clearTimeout(patience);
    return killed ? 'killed' : 'ended';
  }

  /** The last lines it wrote, for a message; empty when there are none. */
  lastWords(): string {
    return this.lines.length === 0 ? '' : ` Last lines:\n${this.lines.join('\n')}`;
  }

  private signal(name: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.child;
    if (pid === undefined || this.isOver) return;
    try {
      if (process.platform === 'win32') this.child.kill(name);
      else process.kill(-pid, name);
    } catch {
      // Nobody of the group is left.
    }
  }
}

async function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent: false, timeout: ANSWER_PATIENCE_MS }, (answer) => {
      answer.resume();
      resolve(true);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
