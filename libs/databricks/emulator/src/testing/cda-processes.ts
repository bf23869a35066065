import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** How a process of the command line ended. */
export interface CdaEnd {
  readonly killed: boolean;
  /** Folders it said to have done, as `table/fingerprint/folder`. */
  readonly done: readonly string[];
  /** Tables that failed, by what it said last of them. */
  readonly failures: readonly string[];
}

interface Line {
  readonly type: string;
  readonly result?: {
    readonly table: string;
    readonly fingerprint: string;
    readonly folder: string;
    readonly failure?: { readonly code: string; readonly message: string };
  };
}

/** `lakescope-cda run` in processes of their own, which may be killed as any process is. */
export class CdaProcesses {
  private constructor(
    private readonly program: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Builds the command line into a folder. */
  static async open(folder: string, env: Readonly<Record<string, string>>): Promise<CdaProcesses> {
    const root = join(__dirname, '../../../../..');
    const program = join(folder, 'lakescope-cda.cjs');
    await build({
      entryPoints: [join(root, 'libs/cda/src/cli/main.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      tsconfig: join(root, 'tsconfig.server.json'),
      plugins: [
        {
          name: 'packages',
          setup: ({ onResolve }) =>
            onResolve({ filter: /^@(duckdb|aws-sdk)\// }, ({ path }) => ({
              path: require.resolve(path),
              external: true,
            })),
        },
      ],
      logLevel: 'error',
    });
    return new CdaProcesses(program, env);
  }

  /** One run; with `killAfter` it is killed as soon as it says that so many folders are done. */
  async run(args: readonly string[], killAfter?: number): Promise<CdaEnd> {
    const child = spawn(process.execPath, [this.program, 'run', ...args, '--json'], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<[number | null, string | null]>((resolve) =>
      child.once('close', (code, signal) => resolve([code, signal])),
    );
    const done: string[] = [];
    const failures: string[] = [];
    for await (const text of createInterface({ input: child.stdout })) {
      const line = text.endsWith('}') ? (JSON.parse(text) as Line) : undefined;
      const { table, fingerprint, folder, failure } = line?.result ?? {};
      if (line?.type === 'folder-done') done.push(`${table}/${fingerprint}/${folder}`);
      if (line?.type === 'table-done' && failure !== undefined) failures.push(`${table}: ${failure.message}`);
      if (done.length === killAfter) child.kill('SIGKILL');
    }
    const [code, signal] = await ended;
    if (signal !== 'SIGKILL' && code !== 0 && code !== 1)
      throw new Error(`The command line ended with ${code ?? signal}`);
    return { killed: signal === 'SIGKILL', done, failures };
  }
}
