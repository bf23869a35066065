import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts what `npm start` starts, on free ports with a state of its own, and tells the tests where it is. */
export default async function startLocalWorkspace(): Promise<() => Promise<void>> {
  const state = await mkdtemp(join(tmpdir(), 'lakescope-e2e-'));
  const corpus = process.env['LAKESCOPE_DELTA_CORPUS'];
  const mounts = corpus ? ['--mount', `corpus=${corpus}`] : [];
  const launcher = spawn(
    process.execPath,
    ['--enable-source-maps', 'dist/apps/local/main.js', '--ports', '0', '--state', state, ...mounts],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  launcher.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  launcher.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => launcher.once('exit', () => resolve()));

  const endpointsFile = join(state, 'endpoints.json');
  for (let waited = 0; !existsSync(endpointsFile); waited += 100) {
    if (launcher.exitCode !== null || waited > 60_000) throw new Error(`The local workspace did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.env['LAKESCOPE_ENDPOINTS'] = readFileSync(endpointsFile, 'utf8');

  return async () => {
    launcher.kill('SIGINT');
    await ended;
    await rm(state, { recursive: true, force: true });
  };
}
