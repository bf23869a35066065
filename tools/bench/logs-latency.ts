import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { startAndRead } from './local-start';
import type { Scenario } from './scenario';

const LINES = 100;
/** So that no line waits for another one's batch. */
const BETWEEN_MS = 60;
const PATIENCE_MS = 60_000;

/**
 * From the answer to a request, whose line the app then writes, until `npx lakescope logs` has printed that line: through the app's own
 * batching, the launcher, the front door's stream and the command line.
 */
export const logsLatency: Scenario = {
  name: 'logs-latency',
  title: `${LINES} lines of the app, from the answer until \`lakescope logs\` prints them`,
  tell: async (log) => {
    const local = await startAndRead();
    const args = ['tools/lakescope.mjs', 'logs', '--target', 'local', '--app', 'lakescope', '--state', local.state];
    const reader = spawn(process.execPath, [...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((done) => reader.once('exit', done));
    const printed = new Map<string, number>();
    createInterface({ input: reader.stdout }).on('line', (line) => {
      const id = /"correlation_id\\":\\"([\w-]+)/.exec(line)?.[1];
      if (id !== undefined) printed.set(id, performance.now());
    });
    const waits: number[] = [];
    try {
      await until(async () => {
        await ask(local.app);
        return printed.size > 0;
      });
      for (let line = 0; line < LINES; line++) {
        const id = await ask(local.app);
        const answered = performance.now();
        await until(async () => printed.has(id));
        waits.push(Math.max(0, (printed.get(id) ?? Infinity) - answered));
        await delay(BETWEEN_MS);
      }
      log(`logs-latency: ${LINES} lines`);
    } finally {
      reader.kill('SIGINT');
      await ended;
      await local.stop();
    }
    waits.sort((a, b) => a - b);
    const at = (share: number): number => waits[Math.min(Math.floor(waits.length * share), waits.length - 1)] ?? NaN;
    return [
      { what: 'until a line is printed, median', value: at(0.5), unit: 'ms' },
      { what: 'until a line is printed, p95', value: at(0.95), unit: 'ms', atMost: 1_000 },
      { what: 'until a line is printed, longest', value: at(1), unit: 'ms' },
    ];
  },
};

/** One request, whose correlation id its line will have. */
async function ask(app: string): Promise<string> {
  const response = await fetch(`${app}/api/v1/user/me`);
  await response.arrayBuffer();
  const id = response.headers.get('x-correlation-id');
  if (response.status !== 200 || id === null) throw new Error(`The app answered ${response.status}`);
  return id;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Nothing was printed within ${PATIENCE_MS / 1000} s`);
    await delay(5);
  }
}
