import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runToEnd } from './npm';

export interface StagedAppOptions {
  directory: string;
  /** Folder of the Node that the platform would run. */
  nodeFolder: string;
  /** As in app.yaml. */
  command: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
}

/** The platform ends an app that does not go by itself after so long. */
const PATIENCE_WITH_STOP_MS = 15_000;
const PATIENCE_WITH_START_MS = 60_000;

/** The app as a process of its own, with nothing of this process's environment but where commands are found. */
export class StagedApp {
  output = '';
  readyAfterMs = 0;
  stoppedAfterMs = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly surroundings: { directory: string; environment: NodeJS.ProcessEnv },
  ) {}

  static async start({ directory, nodeFolder, command, environment }: StagedAppOptions): Promise<StagedApp> {
    const port = await freePort();
    const [program = '', ...args] = command;
    const env = {
      ...environment,
      PATH: [nodeFolder, process.env['PATH'] ?? ''].join(delimiter),
      HOME: directory,
      DATABRICKS_APP_PORT: String(port),
      DATABRICKS_APP_URL: `http://127.0.0.1:${port}`,
    };
    const child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], env });
    const app = new StagedApp(child, `http://127.0.0.1:${port}`, { directory, environment: env });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (app.output += chunk.toString()));
    }
    await app.becomeReady();
    return app;
  }

  async get(path: string, token: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}${path}`, { headers: { 'X-Forwarded-Access-Token': token } });
    return { status: response.status, text: await response.text() };
  }

  /** Another command beside it, in the same folder and environment. Rejects when it does not end with 0. */
  async run([program = '', ...args]: readonly string[]): Promise<void> {
    const { directory, environment } = this.surroundings;
    await runToEnd(program, args, directory, environment);
  }

  /** From the kernel, in MB (10^6 bytes). Throws where the kernel tells none. */
  residentMegabytes(): number {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
    if (kilobytes === undefined) throw new Error('The kernel tells no resident size of the app');
    return (Number(kilobytes) * 1024) / 1e6;
  }

  /** As the platform does it. Rejects when the process does not end in time, or not with 0. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) throw new Error(`The app had ended with ${this.child.exitCode}\n${this.output}`);
    const began = performance.now();
    const exited = once(this.child, 'exit', { signal: AbortSignal.timeout(PATIENCE_WITH_STOP_MS) });
    this.child.kill('SIGTERM');
    try {
      const [code, signal] = (await exited) as [number | null, string | null];
      if (code !== 0) throw new Error(`The app ended with ${code ?? signal} after SIGTERM\n${this.output}`);
    } finally {
      this.child.kill('SIGKILL');
    }
    this.stoppedAfterMs = Math.round(performance.now() - began);
  }

  private async becomeReady(): Promise<void> {
    const began = performance.now();
    while (!(await this.isReady())) {
      if (this.child.exitCode !== null || performance.now() - began > PATIENCE_WITH_START_MS) {
        this.child.kill('SIGKILL');
        throw new Error(`The app did not become ready\n${this.output}`);
      }
      await delay(20);
    }
    this.readyAfterMs = Math.round(performance.now() - began);
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/ready`)).ok;
    } catch {
      // Nothing listens yet: that is what is waited for.
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
