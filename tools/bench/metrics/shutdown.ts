import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Goal, Size } from './goal';
import { MetricsDatabase } from './metrics-database';
import { createObviousDesign } from './obvious-design';

/** Between SIGTERM and SIGKILL on the platform. */
const PATIENCE_MS = 15_000;

interface Stopped {
  readonly seconds: number;
  readonly stored: number;
  readonly queued: number;
}

/** A server is told to stop while a million requests wait to be stored. */
export const metricsShutdown: Goal = {
  name: 'metrics-shutdown',
  title: (size) =>
    `SIGTERM with ${queued(size)} requests that are not stored yet, SIGKILL after ${PATIENCE_MS / 1_000} s`,
  measure: async ({ size, log }) => {
    const database = await MetricsDatabase.start();
    try {
      await database.asApp(createObviousDesign);
      const ours: Stopped[] = [];
      for (let round = 0; round < size.rounds(3); round++) {
        ours.push(await stop(database, 'ours', queued(size)));
        log(`  ours: ${ours.at(-1)?.seconds.toFixed(2)} s, ${ours.at(-1)?.stored} stored`);
      }
      const obvious = await stop(database, 'obvious', queued(size));
      const slowest = Math.max(...ours.map(({ seconds }) => seconds));
      const missing = Math.max(...ours.map((one) => Math.abs(one.queued - one.stored)));
      return {
        tables: [
          {
            title: 'From SIGTERM to the end:',
            columns: ['design', 'seconds', 'stored', 'missing'],
            rows: [
              ...ours.map((one) => ['ours', one.seconds, one.stored, one.queued - one.stored]),
              ['obvious design', obvious.seconds, obvious.stored, obvious.queued - obvious.stored],
            ],
          },
        ],
        outcomes: [
          { what: 'slowest end', value: slowest, unit: 's', atMost: 12 },
          { what: 'requests that are not stored, or twice', value: missing, unit: 'requests', atMost: 0 },
        ],
      };
    } finally {
      await database.stop();
    }
  },
};

function queued({ full }: Size): number {
  return full ? 1_000_000 : 50_000;
}

async function stop(database: MetricsDatabase, design: 'ours' | 'obvious', count: number): Promise<Stopped> {
  const table = design === 'ours' ? 'lakescope.performance_metrics' : 'obvious.performance_metrics';
  const rows = (): Promise<number> =>
    database.asSuperuser(async (client) => {
      const found = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${table}`);
      return Number(found.rows[0]?.rows);
    });
  const before = await rows();
  const child = fork(resolve('dist/bench/stopping-server.cjs'), [design, String(count)], {
    env: { ...process.env, ...database.environment() },
    execArgv: ['--enable-source-maps', '--max-old-space-size=8192'],
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error('The server ended before it was told to');
    }),
  ]);
  const began = performance.now();
  child.kill('SIGTERM');
  const patience = new AbortController();
  const cut = delay(PATIENCE_MS, undefined, { signal: patience.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  const seconds = (performance.now() - began) / 1_000;
  patience.abort();
  await cut;
  return { seconds, stored: (await rows()) - before, queued: count };
}
