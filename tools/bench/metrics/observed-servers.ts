import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import type { ServerReport } from './observed-server';

/** A child process with an observed server in it. */
export class ObservedServer {
  private constructor(
    readonly observer: string,
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(
    observer: string,
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<ObservedServer> {
    const child = fork(resolve('dist/bench/observed-server.cjs'), [observer], {
      env: { ...process.env, ...environment },
      execArgv: ['--enable-source-maps'],
    });
    const { port } = (await answerOf(child)) as { port: number };
    return new ObservedServer(observer, child, `http://127.0.0.1:${port}`);
  }

  /** What it has cost since its start, and how its event loop did since the last report. */
  async report(): Promise<ServerReport> {
    this.child.send('report');
    return (await answerOf(this.child)) as ServerReport;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('The observed server has ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
