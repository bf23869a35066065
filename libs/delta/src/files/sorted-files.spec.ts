import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { FileOrder } from '../table/snapshot';
import { sortedFiles } from './sorted-files';

const FILES = 40_000;

/** Few paths have a file of their own, many sizes are alike, and every fifth file tells none. */
const CANDIDATES = `(SELECT v AS file, 'p' || (hash(v) % 30000)::VARCHAR AS path, CASE WHEN v % 3 = 0 THEN 'u' || v ELSE '' END AS vector,
  CASE WHEN v % 5 <> 0 THEN (hash(v, 1) % 4)::BIGINT END AS value FROM range(${FILES}) AS t(v))`;
const ORDERS: readonly (readonly [FileOrder, boolean, string])[] = [
  ['path', false, 'path, vector, file'],
  ['path', true, 'path DESC, vector DESC, file'],
  ['size', false, 'value NULLS LAST, path, vector, file'],
  ['size', true, 'value DESC NULLS LAST, path, vector, file'],
];

describe('a page of many sorted files', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create();
    connection = await instance.connect();
    await connection.run(`CREATE TABLE given AS SELECT * FROM ${CANDIDATES}`);
    // Two files without a vector may share a path here, which no table has.
    await connection.run(`DELETE FROM given WHERE file NOT IN (SELECT min(file) FROM given GROUP BY path, vector)`);
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  async function sorted(order: string): Promise<number[]> {
    const result = await connection.run(`SELECT file FROM given ORDER BY ${order}`);
    return (await result.getRows()).map(([file]) => Number(file));
  }

  async function page(order: FileOrder, descending: boolean, offset: number, limit?: number): Promise<number[]> {
    const [[total] = []] = await (await connection.run('SELECT count(*) FROM given')).getRows();
    const own = await instance.connect();
    try {
      return await sortedFiles(own, 'given', Number(total), { order, descending, offset, limit });
    } finally {
      own.closeSync();
    }
  }

  it.each(ORDERS)('is where sorting all of them puts it: by %s, descending: %s', async (order, descending, sql) => {
    const all = await sorted(sql);
    for (const offset of [
      0,
      90,
      6_000,
      9_999,
      17_000,
      26_000,
      all.length - 5_050,
      all.length - 4_000,
      all.length - 30,
    ]) {
      expect(await page(order, descending, offset, 100)).toEqual(all.slice(offset, offset + 100));
    }
  });

  it('may be longer than what is picked apart, and has an end', async () => {
    const all = await sorted('path, vector');

    expect(await page('path', false, 7_000, 6_000)).toEqual(all.slice(7_000, 13_000));
    expect(await page('path', false, 39_000 - 20_000)).toEqual(all.slice(19_000));
    expect(await page('path', false, all.length, 10)).toEqual([]);
    expect(await page('path', false, 10, 0)).toEqual([]);
  });
});
