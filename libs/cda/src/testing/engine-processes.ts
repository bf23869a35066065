import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import type { EngineOrder } from './engine-main';

/** How a process with a run in it ended. */
export interface EngineEnd {
  readonly killed: boolean;
  /** Folders it was told to be done, as `table/fingerprint/folder`, with their versions. */
  readonly done: ReadonlyMap<string, number>;
  readonly outcome: string | undefined;
  readonly failures: readonly { readonly table: string; readonly code: string; readonly message: string }[];
}

/** Runs of the engine that may be killed as a process is. */
export class EngineProcesses {
  private constructor(private readonly program: string) {}

  /** Builds the program into a folder. */
  static async open(folder: string): Promise<EngineProcesses> {
    const program = join(folder, 'engine.cjs');
    await build({
      entryPoints: [join(__dirname, 'engine-main.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      // The package says that its modules do nothing by themselves, and one of these does.
      ignoreAnnotations: true,
      tsconfig: join(__dirname, '../../../../tsconfig.server.json'),
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
    return new EngineProcesses(program);
  }

  /**
   * Resolves when the process is gone; `killAfterMs` is from its start. It dies by itself in the middle of a write, before the file that is
   * the `dieNaming`th to be finished gets its name. `scratch` is its temporary folder.
   */
  async run(
    order: EngineOrder,
    killAfterMs?: number,
    { dieNaming, scratch = tmpdir() }: { dieNaming?: number; scratch?: string } = {},
  ): Promise<EngineEnd> {
    const args = [this.program, JSON.stringify(order), ...(dieNaming === undefined ? [] : [String(dieNaming)])];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { TMPDIR: scratch },
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = once(child, 'close') as Promise<[number | null, string | null]>;
    if (killAfterMs !== undefined) {
      await Promise.race([closed, delay(killAfterMs)]);
      child.kill('SIGKILL');
    }
    const [code, signal] = await closed;
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`The engine ended with ${code ?? signal}`);
    const lines = Buffer.concat(chunks)
      .toString()
      .split('\n')
      .filter((line) => line.endsWith('}'));
    return ended(signal === 'SIGKILL', lines);
  }
}

function ended(killed: boolean, lines: readonly string[]): EngineEnd {
  const told = lines.map((line) => JSON.parse(line) as { done?: string; version?: number } & Partial<EngineEnd>);
  const done = told.flatMap(({ done: folder, version }) =>
    typeof folder === 'string' ? [[folder, version ?? -1] as const] : [],
  );
  const last = told.find(({ outcome }) => outcome !== undefined);
  return { killed, done: new Map(done), outcome: last?.outcome, failures: last?.failures ?? [] };
}
