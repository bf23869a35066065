import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startWorkspace } from '@lakescope/databricks-emulator';
import { median } from './benchmark';
import type { Scenario } from './scenario';

const ROUNDS = 15;
const WARMUPS = 2;
const SCHEMAS = 10;
const VOLUMES = 10;

/** Milliseconds. */
interface Times {
  readonly start: number;
  /** Of all threads of the process, during the start. */
  readonly startCpu: number;
  readonly withImport: number;
  readonly withProcess: number;
}

/** Each start is the first thing that a process of its own does: nothing is loaded or compiled before. */
export const workspaceStart: Scenario = {
  name: 'workspace-start',
  title: `start of the local workspace in a new process, without Postgres, over a state folder with ${SCHEMAS * VOLUMES} volumes; ${ROUNDS} times`,
  tell: async (log) => {
    const state = await mkdtemp(join(tmpdir(), 'lakescope-bench-start-'));
    try {
      await fill(state);
      const times: Times[] = [];
      for (let round = -WARMUPS; round < ROUNDS; round += 1) {
        const took = await started(state);
        log(`workspace-start: round ${round + 1} of ${ROUNDS}: ${JSON.stringify(took)}`);
        if (round >= 0) times.push(took);
      }
      const starts = times.map(({ start }) => start);
      return [
        { what: 'start, median', value: median(starts), unit: 'ms', atMost: 300 },
        { what: 'start, slowest', value: Math.max(...starts), unit: 'ms' },
        { what: 'CPU of the start, median', value: median(times.map(({ startCpu }) => startCpu)), unit: 'ms' },
        { what: 'start and import, median', value: median(times.map(({ withImport }) => withImport)), unit: 'ms' },
        {
          what: 'from the birth of the process, median',
          value: median(times.map((time) => time.withProcess)),
          unit: 'ms',
        },
      ];
    } finally {
      await rm(state, { recursive: true, force: true });
    }
  },
};

async function fill(stateDirectory: string): Promise<void> {
  const workspace = await startWorkspace({ port: 0, stateDirectory });
  await workspace.createCatalog('bench');
  for (let schema = 0; schema < SCHEMAS; schema += 1) {
    await workspace.createSchema('bench', `schema_${schema}`);
    for (let volume = 0; volume < VOLUMES; volume += 1) {
      await workspace.createVolume('bench', `schema_${schema}`, `volume_${volume}`);
    }
  }
  await workspace.close();
}

async function started(stateDirectory: string): Promise<Times> {
  const program = resolve('dist/bench/workspace-start-process.cjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, stateDirectory]);
  return JSON.parse(stdout) as Times;
}
