import { ORDERS, QueryApi } from './query-api';
import type { Scenario } from './scenario';

const ROWS = 1_000;
const WARMUPS = 30;
const ROUNDS = 200;

/** Interleaved, so that a busy machine disturbs both alike. */
export const queryLatency: Scenario = {
  name: 'query-latency',
  title: `a query of ${ROWS} rows of 100,000 through the app, against the same statement straight at the local warehouse`,
  tell: async () => {
    const query = await QueryApi.start(100_000);
    try {
      const asked = { ...ORDERS, limit: ROWS, wait_ms: 10_000 };
      const { sql_statement: statement } = await query.ask<{ sql_statement: string }>('/query', asked);
      const through: number[] = [];
      const straight: number[] = [];
      for (let round = -WARMUPS; round < ROUNDS; round += 1) {
        const app = await timed(async () => {
          const { status } = await query.ask<{ status: string }>('/query', asked);
          if (status !== 'SUCCEEDED') throw new Error(`The query ended as ${status}`);
        });
        const warehouse = await timed(() => query.statement(statement));
        if (round < 0) continue;
        through.push(app);
        straight.push(warehouse);
      }
      return [
        { what: 'through the app, p50', value: percentile(through, 50), unit: 'ms' },
        { what: 'through the app, p95', value: percentile(through, 95), unit: 'ms' },
        { what: 'straight at the warehouse, p50', value: percentile(straight, 50), unit: 'ms' },
        { what: 'straight at the warehouse, p95', value: percentile(straight, 95), unit: 'ms' },
        {
          what: 'ratio of the p50',
          value: percentile(through, 50) / percentile(straight, 50),
          unit: 'times',
          atMost: 2,
        },
      ];
    } finally {
      await query.stop();
    }
  },
};

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
