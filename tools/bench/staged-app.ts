import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { LARGEST_INSTALLED_BYTES, PLATFORM_NODE, StagedFolder } from '../deploy/staged-folder';
import { median } from './benchmark';
import type { Outcome, Scenario } from './scenario';

const STARTS = 5;
const IDLE_MS = 5_000;

/** What is deployed as the platform has it: its own folder, its own packages, the platform's Node. */
export const stagedApp: Scenario = {
  name: 'staged-app',
  title: `the staged folder on Node ${PLATFORM_NODE}: its size, from its process to /ready ${STARTS} times with the schema there, and its memory`,
  tell: async (log) => {
    const work = await mkdtemp(join(tmpdir(), 'lakescope-bench-staged-'));
    const stack = await LocalStack.start();
    try {
      const folder = await StagedFolder.make(process.cwd(), work, []);
      log(`staged-app: installed ${folder.installedBytes} bytes`);
      const starts = await measureStarts(folder, stack, log);
      const [first, ...later] = starts.map(({ readyAfterMs }) => readyAfterMs);
      const megabytes = (bytes: number): number => bytes / 1e6;
      return [
        { what: 'uploaded', value: megabytes(folder.bytes), unit: 'MB' },
        {
          what: 'installed',
          value: megabytes(folder.installedBytes),
          unit: 'MB',
          atMost: megabytes(LARGEST_INSTALLED_BYTES),
        },
        // Makes the schema, and nothing of its code is compiled yet.
        { what: 'to ready, the first time ever', value: first ?? 0, unit: 'ms', atMost: 3_000 },
        { what: 'to ready after that, median', value: median(later), unit: 'ms', atMost: 3_000 },
        { what: 'to ready after that, slowest', value: Math.max(...later), unit: 'ms' },
        {
          what: `resident memory, ${IDLE_MS / 1000} s idle, median`,
          value: median(starts.map(({ resident }) => resident)),
          unit: 'MB',
          atMost: 220,
        },
        {
          what: 'from SIGTERM to the end, slowest',
          value: Math.max(...starts.map(({ endMs }) => endMs)),
          unit: 'ms',
          atMost: 15_000,
        },
      ] satisfies Outcome[];
    } finally {
      await stack.stop();
      await rm(work, { recursive: true, force: true });
    }
  },
};

interface Start {
  readonly readyAfterMs: number;
  /** MB. */
  readonly resident: number;
  readonly endMs: number;
}

async function measureStarts(folder: StagedFolder, stack: LocalStack, log: (line: string) => void): Promise<Start[]> {
  const starts: Start[] = [];
  for (let round = 0; round <= STARTS; round++) {
    const app = await folder.start(stack);
    await delay(IDLE_MS);
    const resident = app.residentMegabytes();
    await app.stop();
    starts.push({ readyAfterMs: app.readyAfterMs, resident, endMs: app.stoppedAfterMs });
    log(`staged-app: start ${round} of ${STARTS}: ${JSON.stringify(starts.at(-1))}`);
  }
  return starts;
}
