import { spawn } from 'node:child_process';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Runs npm in a folder. Rejects with what it printed when it fails. */
export async function npm(args: readonly string[], directory: string): Promise<void> {
  await runToEnd('npm', args, directory);
}

/** Standard output of a command; rejects with everything it printed when it ends with something else than 0. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  directory: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const child = spawn(command, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((done, reject) => child.once('error', reject).once('close', done));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${out}${complaint}`);
  return out;
}

export async function installedBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await lstat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
