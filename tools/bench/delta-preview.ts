import { DuckDBInstance } from '@duckdb/node-api';
import { createTable, DeltaEngine, DeltaTable, LocalStorage } from '@lakescope/delta';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Benchmark } from './benchmark';
import { startAndRead } from './local-start';

const FLIGHTS = resolve('node_modules/vega-datasets/data/flights-3m.parquet');
const ROWS = 100;
const OFFSET = 1_500_000;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** DuckDB on the bare list of files: no log, no versions, no deletion vectors. */
async function bareDuckDb(files: readonly string[]): Promise<() => Promise<void>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  return async () => {
    await connection.runAndReadAll(`SELECT * FROM read_parquet([${list}]) LIMIT ${ROWS} OFFSET ${OFFSET}`);
  };
}

export const deltaOpenAndPreview: Benchmark = {
  name: 'delta-preview',
  title:
    'open a local table of 3 million flights and read 100 rows from its middle, against DuckDB on the bare file list',
  unit: 'ms',
  warmups: 2,
  rounds: 15,
  bar: 'ratio to the bare list reported; preview of a demo table at most 100 ms',
  prepare: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lakescope-bench-delta-'));
    const root = join(folder, 'flights');
    await mkdir(root);
    const engine = await DeltaEngine.open({ cacheDirectory: join(folder, 'cache'), localRoots: [root] });
    const storage = new LocalStorage(root);
    await createTable(engine, storage, { source: { files: [FLIGHTS], format: 'parquet' } });
    const table = await DeltaTable.open(engine, storage);
    const files = (await (await table.snapshot()).files()).items.map((file) =>
      join(root, decodeURIComponent(file.path)),
    );
    const bare = await bareDuckDb(files);
    const open = async () => (await DeltaTable.open(engine, storage)).snapshot();
    return {
      variants: [
        {
          name: 'open and preview',
          measure: () => timed(async () => (await open()).preview({ limit: ROWS, offset: OFFSET })),
        },
        { name: 'DuckDB on the bare file list', measure: () => timed(bare) },
        { name: 'open alone', measure: () => timed(open) },
      ],
      dispose: async () => {
        await engine.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

export const previewAtTheApi: Benchmark = {
  name: 'api-preview',
  title: 'preview of a demo table at the API, first page, as a user, through proxy and Files API',
  unit: 'ms',
  warmups: 3,
  rounds: 20,
  bar: 'at most 100 ms',
  prepare: async () => {
    const local = await startAndRead();
    const headers = { 'x-local-persona': 'analyst' };
    const fetchJson = async (path: string) => {
      const response = await fetch(local.app + path, { headers });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json() as Promise<{ items: { path: string }[] }>;
    };
    const { items } = await fetchJson(`/api/v1/delta/tables?path=/Volumes/demo/lake/tables`);
    const preview = (path: string) =>
      fetchJson(`/api/v1/delta/tables/preview?limit=50&path=${encodeURIComponent(path)}`);
    return {
      variants: [
        ...items.map(({ path }) => ({ name: path, measure: () => timed(() => preview(path)) })),
        { name: 'GET /api/v1/user/me', measure: () => timed(() => fetchJson('/api/v1/user/me')) },
      ],
      dispose: local.stop,
    };
  },
};
