import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Where a workspace that can be killed listens, and with which credentials. */
export interface MortalAddress {
  readonly url: string;
  readonly token: string;
  readonly warehouseId: string;
  readonly s3: {
    readonly url: string;
    readonly region: string;
    readonly keys: { accessKeyId: string; secretAccessKey: string };
  };
}

/**
 * A workspace as a process of its own. Everything that changes a file goes through a few functions of Node; they count, and
 * before the one with the number it was told, the process kills itself.
 */
const PROGRAM = `
import fs from 'node:fs';
import { startWorkspace } from '../workspace/start-workspace';

let count = 0;
let killAt = Infinity;
const counted = (owner, name) => {
  const original = owner[name];
  owner[name] = function (...args) {
    count += 1;
    if (count === killAt) process.kill(process.pid, 'SIGKILL');
    return original.apply(this, args);
  };
};
const promised = ['appendFile', 'link', 'mkdir', 'rename', 'rm', 'rmdir', 'truncate', 'unlink', 'writeFile', 'copyFile'];
for (const name of promised) counted(fs.promises, name);
for (const name of ['write', 'writeSync', 'mkdirSync', 'renameSync', 'writeFileSync']) counted(fs, name);
const handle = await fs.promises.open(process.execPath, 'r');
for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate']) counted(Object.getPrototypeOf(handle), name);
await handle.close();

const [, , stateDirectory] = process.argv;
const workspace = await startWorkspace({ stateDirectory, port: 0, warehouseStartMilliseconds: 1, controlPlaneMilliseconds: 1 });
process.on('message', (message) => {
  if (message === 'count') process.send({ count });
  else { count = 0; killAt = message.killAt; process.send({}); }
});
const { url, warehouseId, personas, s3 } = workspace;
process.send({ url, warehouseId, token: personas.admin.token, s3: { url: s3.url, region: s3.region, keys: s3.rootKeys } });
`;

/** Bundles the program into the folder; answers its path. */
export async function buildMortalWorkspace(folder: string): Promise<string> {
  const program = join(folder, 'workspace.mjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What is native cannot be bundled, and is not found from the folder of a test.
    alias: { '@duckdb/node-api': require.resolve('@duckdb/node-api') },
    external: [require.resolve('@duckdb/node-api')],
    tsconfig: resolve('tsconfig.server.json'),
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
    logLevel: 'error',
  });
  return program;
}

export class MortalWorkspace {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: MortalAddress,
  ) {}

  /** Throws when it does not start. */
  static async start(program: string, stateDirectory: string): Promise<MortalWorkspace> {
    const child = fork(program, [stateDirectory], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`The workspace ended with ${String(code)} instead of starting`);
    });
    const [address] = (await Promise.race([once(child, 'message'), failed])) as [MortalAddress];
    failed.catch(() => undefined);
    return new MortalWorkspace(child, address);
  }

  /** From now on writes count from 1; before this one the process is gone. 0: never. */
  async killBefore(write: number): Promise<void> {
    this.child.send({ killAt: write === 0 ? null : write });
    await once(this.child, 'message');
  }

  /** Writes since `killBefore`. */
  async writes(): Promise<number> {
    this.child.send('count');
    const [{ count }] = (await once(this.child, 'message')) as [{ count: number }];
    return count;
  }

  /** Ends it, if it has not ended itself. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
