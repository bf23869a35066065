import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiProcess } from './api-process';
import type { Goal } from './goal';
import { MetricsDatabase } from './metrics-database';
import { quantile, spread } from './rounds';
import { median } from '../benchmark';

const PROBES = 100;
const PATIENCE_MS = 15_000;
const POLL_MS = 20;

/** How long after its end a request is in what the API tells. */
export const metricsVisibility: Goal = {
  name: 'metrics-visibility',
  title: (size) => `from the end of a request until the API tells of it, ${probes(size)} requests`,
  measure: async ({ size, log }) => {
    const database = await MetricsDatabase.start();
    const api = await ApiProcess.start(database);
    try {
      const token = await database.stack.token('admin');
      const seen: number[] = [];
      for (let probe = 0; probe < probes(size); probe++) {
        seen.push(await untilSeen(api, token));
        // Not in step with the flush.
        await delay(((probe * 377) % 1_000) / 2);
      }
      log(`  slowest ${Math.max(...seen).toFixed(0)} ms`);
      return {
        tables: [
          {
            title: 'Milliseconds:',
            columns: ['requests', 'median', 'middle half', 'p99', 'slowest'],
            rows: [[seen.length, median(seen), spread(seen), quantile(seen, 0.99), Math.max(...seen)]],
          },
        ],
        outcomes: [{ what: 'visible, p99', value: quantile(seen, 0.99) / 1_000, unit: 's', atMost: 2 }],
      };
    } finally {
      await api.stop();
      await database.stop();
    }
  },
};

function probes({ full }: { full: boolean }): number {
  return full ? PROBES : 5;
}

async function untilSeen(api: ApiProcess, token: string): Promise<number> {
  const id = randomUUID();
  const before = Date.now();
  await api.ask('/api/v1/user/me', token, { headers: { 'X-Correlation-ID': id } });
  const ended = performance.now();
  while (performance.now() - ended < PATIENCE_MS) {
    const [start, end] = [before - 1_000, Date.now()].map((ms) => new Date(ms).toISOString());
    const endpoint = encodeURIComponent('/api/v1/user/me');
    const { status, text } = await api.ask(
      `/api/v1/metrics/requests?start=${start}&end=${end}&endpoint=${endpoint}&limit=100`,
      token,
    );
    if (status !== 200) throw new Error(`${status} ${text.slice(0, 300)}`);
    if (text.includes(id)) return performance.now() - ended;
    await delay(POLL_MS);
  }
  throw new Error(`A request was not seen within ${PATIENCE_MS} ms`);
}
