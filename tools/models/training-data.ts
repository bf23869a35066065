import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';

/** The files of the open data the demo lake is made of. */
export function openDataFile(name: string): string {
  return join(dirname(require.resolve('vega-datasets')), '../data', name);
}

/** A value of a column that is what its query says it is. */
export type Row = Readonly<Record<string, DuckDBValue>>;

/** On one thread, so that rows come in the order of the file. */
export async function queryRows(sql: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return await (await connection.runAndReadAll(sql)).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Six digits are enough for a model, and keep its file small. */
export function rounded(value: number, digits = 6): number {
  return Number(value.toPrecision(digits));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
