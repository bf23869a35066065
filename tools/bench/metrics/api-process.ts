import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { API, freePort, LOOP_DELAY, loopDelay, type LoopDelay } from '../processes';
import type { MetricsDatabase } from './metrics-database';

const START_PATIENCE_MS = 60_000;

/** The built production server on a database of the benchmarks, with a look at its event loop. */
export class ApiProcess {
  private constructor(
    readonly url: string,
    readonly child: ChildProcess,
    private readonly ended: Promise<number>,
  ) {}

  static async start(
    database: MetricsDatabase,
    overrides: Readonly<Record<string, string | undefined>> = {},
  ): Promise<ApiProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, [...LOOP_DELAY, ...API], {
      env: {
        ...process.env,
        ...database.environment({
          LOG_LEVEL: 'error',
          // A benchmark asks as one person what a whole team would.
          LAKESCOPE_REQUESTS_PER_SECOND: '1000000',
          ...overrides,
        }),
        DATABRICKS_APP_PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
    const api = new ApiProcess(`http://127.0.0.1:${port}`, child, ended);
    const patience = performance.now() + START_PATIENCE_MS;
    while ((await api.ask('/ready', '')).status !== 200) {
      if (child.exitCode !== null || performance.now() > patience) throw new Error(`The API did not start: ${said}`);
      await delay(20);
    }
    return api;
  }

  /** As the apps proxy would ask; status 0 when there was no answer. */
  async ask(
    path: string,
    token: string,
    init: RequestInit & { headers?: Readonly<Record<string, string>> } = {},
  ): Promise<{ status: number; text: string; ms: number }> {
    const began = performance.now();
    try {
      const response = await fetch(this.url + path, {
        ...init,
        headers: { 'X-Forwarded-Access-Token': token, 'Content-Type': 'application/json', ...init.headers },
      });
      const text = await response.text();
      return { status: response.status, text, ms: performance.now() - began };
    } catch (error) {
      return { status: 0, text: String(error), ms: performance.now() - began };
    }
  }

  /** Milliseconds until the answer; throws when it is another one than 200. */
  async timed(path: string, token: string): Promise<number> {
    const { status, text, ms } = await this.ask(path, token);
    if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 500)}`);
    return ms;
  }

  /** Since the last time it was asked for. */
  loopDelay(): Promise<LoopDelay> {
    return loopDelay(this.child);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number> {
    this.child.kill(signal);
    return this.ended;
  }
}
