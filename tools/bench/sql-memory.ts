import { setTimeout as delay } from 'node:timers/promises';
import { residentMegabytes } from './processes';
import type { Outcome, Scenario } from './scenario';
import { SqlWorkspace } from './sql-workspace';

const ROWS = 1_000_000;
const FORMATS = ['JSON_ARRAY', 'ARROW_STREAM'] as const;
const SAMPLE_MILLISECONDS = 10;

/** How much more memory the process takes at most while it computes, stores and sends a large result. */
export const sqlMemory: Scenario = {
  name: 'sql-memory',
  title: `SELECT of ${ROWS} rows with EXTERNAL_LINKS, every chunk fetched: resident memory over that after a small one`,
  tell: async (log) => {
    const outcomes: Outcome[] = [];
    for (const format of FORMATS) {
      const sql = await SqlWorkspace.start(ROWS);
      try {
        const select = (rest: string) =>
          sql.run(`SELECT * FROM bench.sales.orders ${rest}`, { disposition: 'EXTERNAL_LINKS', format });
        for (let round = 0; round < 20; round += 1) await sql.fetchAll(await select('LIMIT 1000'));
        await delay(500);
        const before = residentMegabytes(sql.child);
        let most = before;
        const sampler = setInterval(() => (most = Math.max(most, residentMegabytes(sql.child))), SAMPLE_MILLISECONDS);
        const began = performance.now();
        const bytes = await sql.fetchAll(await select(''));
        clearInterval(sampler);
        log(`${format}: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most, ${bytes} bytes fetched`);
        outcomes.push(
          { what: `${format}: resident memory added at most`, value: most - before, unit: 'MB', atMost: 100 },
          { what: `${format}: time until every chunk was there`, value: (performance.now() - began) / 1000, unit: 's' },
        );
      } finally {
        await sql.stop();
      }
    }
    return outcomes;
  },
};
