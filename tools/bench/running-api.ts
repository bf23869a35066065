import { LocalStack, type LocalStackOptions } from '@lakescope/server-testing';
import { API, freePort, startNode, type RunningProcess } from './processes';

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

/** The built production server in front of a local workspace and a real Postgres. */
export class RunningApi {
  private constructor(
    readonly stack: LocalStack,
    readonly process: RunningProcess,
    readonly url: string,
  ) {}

  static async start(
    options: LocalStackOptions = {},
    env: Readonly<Record<string, string | undefined>> = {},
    nodeArguments: readonly string[] = [],
  ): Promise<RunningApi> {
    const stack = await LocalStack.start(options);
    const url = `http://127.0.0.1:${await freePort()}`;
    const process_ = await startNode(
      [...nodeArguments, ...API],
      {
        ...process.env,
        ...stack.environment(),
        LOG_LEVEL: 'error',
        // A benchmark asks as one person what a whole team would.
        LAKESCOPE_REQUESTS_PER_SECOND: '1000000',
        ...env,
        DATABRICKS_APP_PORT: new URL(url).port,
      },
      `${url}/ready`,
    );
    return new RunningApi(stack, process_, url);
  }

  /** A request as the apps proxy would forward it. A broken connection is an answer with status 0. */
  async ask(path: string, token: string, init: { method?: string; json?: unknown } = {}): Promise<Answered> {
    const began = performance.now();
    try {
      const response = await fetch(`${this.url}${path}`, {
        method: init.method ?? 'GET',
        headers: { 'X-Forwarded-Access-Token': token, 'Content-Type': 'application/json' },
        ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
      });
      const text = await response.text();
      return { status: response.status, text, ms: performance.now() - began };
    } catch (error) {
      return { status: 0, text: String(error), ms: performance.now() - began };
    }
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await this.stack.stop();
  }
}
