import { setTimeout as delay } from 'node:timers/promises';
import { loopDelay, residentMegabytes } from './processes';
import { ORDERS, QueryApi } from './query-api';
import type { Outcome, Scenario } from './scenario';

const ROWS = 1_000_000;
const FORMATS = ['csv', 'json', 'parquet'] as const;
const SAMPLE_MILLISECONDS = 20;

interface Export {
  export_id: string;
  status: string;
  row_count: number | null;
  size_bytes: number | null;
}

/** How much more memory the app takes, and how late it is for others, while rows flow through it from the warehouse into a volume. */
export const queryExport: Scenario = {
  name: 'query-export',
  title: `an export of ${ROWS} rows to a volume: resident memory of the app over that after some small queries`,
  tell: async (log) => {
    const outcomes: Outcome[] = [];
    for (const format of FORMATS) {
      const query = await QueryApi.start(ROWS);
      try {
        const asked = { ...ORDERS, limit: 1_000, wait_ms: 10_000 };
        for (let round = 0; round < 20; round += 1) await query.ask('/query', asked);
        const { query_id: id } = await query.ask<{ query_id: string }>('/query', asked);
        await delay(500);
        const { child } = query.api.process;
        const before = residentMegabytes(child);
        let most = before;
        const sampler = setInterval(() => (most = Math.max(most, residentMegabytes(child))), SAMPLE_MILLISECONDS);
        const { cpuMicroseconds } = await loopDelay(child);
        const began = performance.now();
        let seen = await query.ask<Export>(`/query/${id}/export`, {
          format,
          destination: '/Volumes/bench/sales/files',
        });
        while (seen.status === 'PENDING' || seen.status === 'RUNNING') {
          await delay(100);
          seen = await query.ask<Export>(`/query/${id}/exports/${seen.export_id}`);
        }
        clearInterval(sampler);
        const loop = await loopDelay(child);
        if (seen.status !== 'SUCCEEDED' || seen.row_count !== ROWS) throw new Error(JSON.stringify(seen));
        const seconds = (performance.now() - began) / 1000;
        log(`${format}: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most, ${seen.size_bytes} bytes`);
        outcomes.push(
          { what: `${format}: resident memory added at most`, value: most - before, unit: 'MB', atMost: 100 },
          { what: `${format}: time until the file was there`, value: seconds, unit: 's' },
          { what: `${format}: time of a processor`, value: (loop.cpuMicroseconds - cpuMicroseconds) / 1e6, unit: 's' },
          { what: `${format}: delay of the event loop meanwhile, p99`, value: loop.p99, unit: 'ms' },
          { what: `${format}: longest delay of the event loop`, value: loop.max, unit: 'ms' },
        );
      } finally {
        await query.stop();
      }
    }
    return outcomes;
  },
};
