import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLauncher } from './local-start';
import type { Outcome, Scenario } from './scenario';

/** What `lakescope deploy --json` says last. */
interface Result {
  readonly result: string;
  readonly reason: string | null;
  readonly seconds: number;
  readonly steps: readonly { readonly step: string; readonly ms: number }[];
}

/** Of a deployment without its build: `build` finds everything built, because the benchmark is run from a build. */
const BAR_SECONDS = 60;

/** A whole deployment to the local workspace: staged, uploaded, its packages installed, started behind its front door, and asked. */
export const deployLocal: Scenario = {
  name: 'deploy-local',
  title: '`lakescope deploy --target local` of the built app, first and again',
  tell: async (log) => {
    const state = await mkdtemp(join(tmpdir(), 'lakescope-bench-'));
    const { launcher, ended } = await startLauncher(state, ['--no-demo']);
    try {
      const outcomes: Outcome[] = [];
      for (const which of ['first', 'second']) {
        const { seconds, steps } = await deploy(state);
        const built = (steps.find(({ step }) => step === 'build')?.ms ?? 0) / 1000;
        log(`deploy-local: ${which} ${steps.map(({ step, ms }) => `${step} ${ms} ms`).join(', ')}`);
        outcomes.push({
          what: `${which} deployment, after the build`,
          value: seconds - built,
          unit: 's',
          atMost: BAR_SECONDS,
        });
      }
      return outcomes;
    } finally {
      launcher.kill('SIGINT');
      await ended;
      await rm(state, { recursive: true, force: true });
    }
  },
};

async function deploy(state: string): Promise<Result> {
  const args = ['tools/lakescope.mjs', 'deploy', '--target', 'local', '--state', state, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  const result = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Result;
  if (result.result !== 'succeeded') throw new Error(`The deployment failed: ${result.reason ?? out}`);
  return result;
}
