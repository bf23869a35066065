import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ENVIRONMENT = resolve('dist/bench/python');

/** A Python that has `deltalake` of PyPI, installed once below dist; undefined where that cannot be had. */
export function pythonWithDeltalake(log: (line: string) => void): string | undefined {
  const python = resolve(ENVIRONMENT, 'bin/python3');
  const hasIt = (): boolean =>
    existsSync(python) && spawnSync(python, ['-c', 'import deltalake'], { stdio: 'ignore' }).status === 0;
  if (hasIt()) return python;
  log('deltalake of PyPI is being installed');
  spawnSync('python3', ['-m', 'venv', ENVIRONMENT], { stdio: 'ignore' });
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', 'deltalake', 'pyarrow'], { stdio: 'ignore' });
  return hasIt() ? python : undefined;
}

/** Runs a script that prints one JSON object; wall time from the start of the process on is in `ms`. */
export function runPython<T>(
  python: string,
  script: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): T & { ms: number } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8', env });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`Python failed: ${stderr.slice(-1_000)}`);
  return { ms, ...(JSON.parse(stdout) as T) };
}
