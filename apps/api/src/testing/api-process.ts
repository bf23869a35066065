import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

type LogLine = Record<string, unknown>;

/** Under the repository, so that the bundle finds the packages that are installed there. */
const BUNDLES = 'dist/.test';
const START_DEADLINE_MS = 60_000;

/** The server's code as a file that Node can run; made once for all processes of a suite. */
export class ApiBundle {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<ApiBundle> {
    await mkdir(BUNDLES, { recursive: true });
    const folder = await mkdtemp(join(BUNDLES, 'api-'));
    const file = join(folder, 'main.js');
    await promisify(execFile)(process.execPath, ['apps/api/build-for-tests.mjs', file]);
    await copyFile('libs/contract/openapi.json', join(folder, 'openapi.json'));
    return new ApiBundle(folder);
  }

  get file(): string {
    return join(this.folder, 'main.js');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The production entry point as a process, with nothing but the environment it is given; its log can be read. */
export class ApiProcess {
  readonly log: LogLine[] = [];
  /** What was written that is no log line. */
  readonly noise: string[] = [];
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'close').then(([code]) => code as number | null);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.keep(line));
    }
  }

  static start(bundle: ApiBundle, environment: Readonly<Record<string, string | undefined>>): ApiProcess {
    return new ApiProcess(
      spawn(process.execPath, [bundle.file], {
        env: { DATABRICKS_APP_PORT: '0', LAKESCOPE_BIND_ADDRESS: '127.0.0.1', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Answers when the log says so; fails when the process ends first. */
  async says(text: string): Promise<LogLine> {
    const startedAt = performance.now();
    for (;;) {
      const line = this.log.find(({ msg }) => typeof msg === 'string' && msg.includes(text));
      if (line !== undefined) return line;
      if (this.child.exitCode !== null || performance.now() - startedAt > START_DEADLINE_MS) {
        throw new Error(
          `The server never said "${text}": ${JSON.stringify(this.log.slice(-5))} ${this.noise.join('\n')}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Where it listens, once it does. */
  async url(): Promise<string> {
    const { port } = await this.says('HTTP listening');
    return `http://127.0.0.1:${String(port)}`;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code. */
  end(): Promise<number | null> {
    return this.ended;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private keep(line: string): void {
    try {
      this.log.push(JSON.parse(line) as LogLine);
    } catch {
      this.noise.push(line);
    }
  }
}
