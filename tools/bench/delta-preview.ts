import { DuckDBInstance } from '@duckdb/node-api';
import { createTable, DeltaEngine, DeltaTable, LocalStorage } from '@lakescope/delta';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median, type Benchmark } from './benchmark';
import { TALL_ROWS, tenMillionRows, tenMillionWithVectors } from './delta-tall-tables';
import { startAndRead } from './local-start';
import type { Scenario } from './scenario';

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

const ANYWHERE_RUNS = 60;

/** A hundred rows anywhere in ten million, beside DuckDB reading the whole list of files at the same place. */
export const deltaPreviewAnywhere: Scenario = {
  name: 'delta-preview-anywhere',
  title: '100 rows anywhere in a local table of 10,000,000 rows in ten files, with and without deletion vectors',
  tell: async (log) => {
    const plain = await tenMillionRows(log);
    const withVectors = await tenMillionWithVectors(log);
    const folder = await mkdtemp(join(tmpdir(), 'lakescope-bench-anywhere-'));
    const engine = await DeltaEngine.open({ cacheDirectory: join(folder, 'cache'), localRoots: [plain, withVectors] });
    try {
      const open = async (root: string) => (await DeltaTable.open(engine, new LocalStorage(root))).snapshot();
      const files = (await (await open(plain)).files()).items.map((file) => join(plain, file.path));
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
      const times = { plain: [] as number[], vectors: [] as number[], bare: [] as number[], filtered: [] as number[] };
      for (let run = -5; run < ANYWHERE_RUNS; run += 1) {
        const offset = Math.abs(run * 7_919 * 9_973) % (TALL_ROWS - 200_000);
        const one = await timed(async () => (await open(plain)).preview({ limit: ROWS, offset }));
        const other = await timed(async () => (await open(withVectors)).preview({ limit: ROWS, offset }));
        const bare = await timed(() =>
          connection.runAndReadAll(`SELECT * FROM read_parquet([${list}]) LIMIT ${ROWS} OFFSET ${offset}`),
        );
        const filters = [{ column: 'id', op: 'between' as const, value: [offset, offset + 99] }];
        const filtered = await timed(async () => (await open(plain)).preview({ limit: ROWS, filters }));
        if (run < 0) continue;
        times.plain.push(one);
        times.vectors.push(other);
        times.bare.push(bare);
        times.filtered.push(filtered);
      }
      return [
        { what: 'open and preview, p95', value: percentile(times.plain, 95), unit: 'ms', atMost: 50 },
        { what: 'open and preview, median', value: median(times.plain), unit: 'ms' },
        { what: 'with deletion vectors, p95', value: percentile(times.vectors, 95), unit: 'ms', atMost: 60 },
        { what: 'with deletion vectors, median', value: median(times.vectors), unit: 'ms' },
        {
          what: '100 rows found by a filter that one file can hold, median',
          value: median(times.filtered),
          unit: 'ms',
        },
        { what: 'DuckDB on the bare file list, p95', value: percentile(times.bare, 95), unit: 'ms' },
        { what: 'DuckDB on the bare file list, median', value: median(times.bare), unit: 'ms' },
        {
          what: 'open and preview / DuckDB on the bare list, medians',
          value: median(times.plain) / median(times.bare),
          unit: 'times',
        },
      ];
    } finally {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

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
