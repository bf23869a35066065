import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { SqlWorkspace } from './sql-workspace';
import type { Scenario } from './scenario';

const ROWS = 1_000;
const WARMUPS = 50;
const ROUNDS = 400;

/** Interleaved, so that a busy machine disturbs both alike. */
export const sqlStatement: Scenario = {
  name: 'sql-statement',
  title: `SELECT of ${ROWS} rows of a Delta table with 100,000 by the Statement Execution API, against DuckDB in process`,
  tell: async () => {
    const sql = await SqlWorkspace.start(100_000);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      const entries = await readdir(join(sql.stateDirectory, 'tables'), { recursive: true });
      const list = entries
        .filter((entry) => entry.endsWith('.parquet'))
        .map((entry) => `'${join(sql.stateDirectory, 'tables', entry)}'`)
        .join(', ');
      const overHttp: number[] = [];
      const inProcess: number[] = [];
      for (let round = -WARMUPS; round < ROUNDS; round += 1) {
        const http = await timed(() => sql.run(`SELECT * FROM bench.sales.orders LIMIT ${ROWS}`));
        const bare = await timed(async () =>
          (await connection.runAndReadAll(`SELECT * FROM read_parquet([${list}]) LIMIT ${ROWS}`)).getRowsJson(),
        );
        if (round < 0) continue;
        overHttp.push(http);
        inProcess.push(bare);
      }
      return [
        { what: 'over HTTP, p50', value: percentile(overHttp, 50), unit: 'ms' },
        { what: 'over HTTP, p95', value: percentile(overHttp, 95), unit: 'ms', atMost: 30 },
        { what: 'DuckDB in process, p50', value: percentile(inProcess, 50), unit: 'ms' },
        { what: 'DuckDB in process, p95', value: percentile(inProcess, 95), unit: 'ms' },
        { what: 'ratio of the p50', value: percentile(overHttp, 50) / percentile(inProcess, 50), unit: 'times' },
      ];
    } finally {
      connection.closeSync();
      instance.closeSync();
      await sql.stop();
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
