import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from './benchmark';

/** A running local workspace with an empty state of its own. */
export async function startAndRead(
  extra: readonly string[] = [],
): Promise<{ app: string; state: string; stop: () => Promise<void> }> {
  const state = await mkdtemp(join(tmpdir(), 'lakescope-bench-'));
  const { launcher, ended } = await startLauncher(state, extra);
  const { app } = JSON.parse(readFileSync(join(state, 'endpoints.json'), 'utf8')) as { app: string };
  return {
    app,
    state,
    stop: async () => {
      launcher.kill('SIGINT');
      await ended;
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** Starts the launcher and waits for `endpoints.json`, which it writes when everything listens and is ready. */
export async function startLauncher(state: string, extra: readonly string[] = []) {
  const endpoints = join(state, 'endpoints.json');
  await rm(endpoints, { force: true });
  const launcher = spawn(process.execPath, ['dist/apps/local/main.js', '--ports', '0', '--state', state, ...extra], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => launcher.once('exit', () => resolve()));
  while (!existsSync(endpoints)) {
    if (launcher.exitCode !== null) throw new Error('The launcher ended before it was ready');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { launcher, ended };
}

/** Seconds from the launcher's start until everything is ready; then a clean stop. */
async function startAndStop(state: string, extra: readonly string[] = []): Promise<number> {
  const began = performance.now();
  const { launcher, ended } = await startLauncher(state, extra);
  const seconds = (performance.now() - began) / 1000;
  launcher.kill('SIGINT');
  await ended;
  return seconds;
}

export const localStart: Benchmark = {
  name: 'local-start',
  title: 'launcher start to ready: warm state folder, against a first start that seeds the demo lake',
  unit: 's',
  warmups: 0,
  rounds: 3,
  bar: 'warm at most 3 s, first with seeding at most 20 s',
  prepare: async () => {
    const state = await mkdtemp(join(tmpdir(), 'lakescope-bench-'));
    await startAndStop(state);
    return {
      variants: [
        { name: 'warm state', measure: () => startAndStop(state) },
        { name: 'first start, seeding', measure: () => startAndStop(state, ['--reset']) },
      ],
      dispose: () => rm(state, { recursive: true, force: true }),
    };
  },
};
