import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../duckdb/sql';
import type { JsonValue } from '../schema/types';
import { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import type { Snapshot } from '../table/snapshot';
import { added, created, TemporaryLake } from '../testing/temporary-lake';

const CHECKPOINT = '00000000000000000005.checkpoint';
const HEADER = `SELECT {minReaderVersion: 1, minWriterVersion: 2} AS protocol, {id: 'b5a6a2a4-1d2c-4c63-a5b5-0d0f5f3a8f10',
  schemaString: '{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}',
  partitionColumns: []::VARCHAR[], configuration: MAP {'a': 'b'}} AS "metaData"`;

/** Files `f000`, `f001`, ... of ten rows each; every third tells no row count. */
const adds = (path: string, from: number, to: number): string =>
  `SELECT {path: ${path}, "partitionValues": MAP {}::MAP(VARCHAR, VARCHAR), size: (100 + v)::BIGINT, "modificationTime": v::BIGINT,
     stats: CASE WHEN v % 3 <> 0 THEN '{"numRecords":10,"minValues":{"id":' || v * 10 || '},"maxValues":{"id":' || (v * 10 + 9) || '}}' END} AS add
   FROM range(${from}, ${to}) AS t(v)`;
const NUMBERED = `'f' || lpad(v::VARCHAR, 3, '0')`;

describe('the files of a large checkpoint', () => {
  let lake: TemporaryLake;
  let instance: DuckDBInstance;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ largeFiles: 50 });
    instance = await DuckDBInstance.create();
  });
  afterAll(async () => {
    instance.closeSync();
    await lake.close();
  });

  async function parquet(table: string, name: string, queries: readonly string[]): Promise<void> {
    const file = join(lake.directory, table, '_delta_log', name);
    await mkdir(join(file, '..'), { recursive: true });
    const connection = await instance.connect();
    await connection.run(`COPY (${queries.join(' UNION ALL BY NAME ')}) TO ${literal(file)} (FORMAT parquet)`);
    connection.closeSync();
  }

  async function paths(snapshot: Snapshot): Promise<string[]> {
    return (await snapshot.files()).items.map(({ path }) => path);
  }

  const removal = (path: string, more: { [key: string]: JsonValue } = {}): JsonValue => ({
    remove: { path, dataChange: true, ...more },
  });

  it('are those of the checkpoint without what commits since have removed, and with what they have added', async () => {
    await parquet('classic', `${CHECKPOINT}.parquet`, [HEADER, adds(NUMBERED, 0, 100)]);
    await lake.commit('classic', 6, [removal('f001'), removal('f099'), removal('gone'), added('f0005'), added('a')]);
    await lake.commit('classic', 7, [
      removal('a'),
      added('f050', { size: 7 }),
      added('z', { stats: '{"numRecords":3}' }),
    ]);
    const table = await lake.open('classic');
    const six = await table.snapshot({ version: 6 });
    const seven = await table.snapshot();

    expect([six.numFiles, seven.numFiles]).toEqual([100, 100]);
    expect(seven.sizeBytes).toBe(six.sizeBytes - 100n - 150n + 7n + 100n);
    expect((await paths(six)).slice(0, 4)).toEqual(['a', 'f000', 'f0005', 'f002']);
    expect((await seven.files({ offset: 48, limit: 3 })).items.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual(
      [
        ['f048', 148n],
        ['f049', 149n],
        ['f050', 7n],
      ],
    );
    expect((await paths(seven)).slice(-2)).toEqual(['f098', 'z']);
    expect((await seven.files({ sort: { by: 'size' }, limit: 1 })).items[0]?.path).toBe('f050');
    expect((await seven.files({ where: [{ column: 'id', op: '=', value: 985 }] })).total).toBe(4 + 33);
  });

  it('are compared by what the commits between two versions name, whatever is in the checkpoint', async () => {
    await parquet('compared', `${CHECKPOINT}.parquet`, [HEADER, adds(NUMBERED, 0, 100)]);
    await lake.commit('compared', 6, [
      removal('f001'),
      removal('never'),
      added('f002', { size: 102 }),
      added('a', { size: 7 }),
    ]);
    await lake.commit('compared', 7, [
      removal('a'),
      removal('f003'),
      added('f001', { size: 101 }),
      added('b', { size: 9 }),
    ]);
    const table = await lake.open('compared');

    expect((await table.diff(5, 7)).files).toEqual({ added: 1, removed: 1, addedBytes: 9n, removedBytes: 103n });
    expect((await table.diff(6, 7)).files).toEqual({ added: 2, removed: 2, addedBytes: 110n, removedBytes: 110n });
    expect((await table.diff(7, 5)).files).toEqual({ added: 1, removed: 1, addedBytes: 103n, removedBytes: 9n });
  });

  it('are compared one by one where the commits between two versions are gone', async () => {
    const later = '00000000000000000008.checkpoint';
    await parquet('gone', `${CHECKPOINT}.parquet`, [HEADER, adds(NUMBERED, 0, 100)]);
    await parquet('gone', `${later}.parquet`, [HEADER, adds(NUMBERED, 40, 110)]);

    expect((await (await lake.open('gone')).diff(5, 8)).files).toEqual({
      added: 10,
      removed: 40,
      addedBytes: 2_045n,
      removedBytes: 4_780n,
    });
  });

  it('come from parts and sidecars, each path in its one form', async () => {
    await parquet('parts', `${CHECKPOINT}.0000000001.0000000002.parquet`, [HEADER, adds(NUMBERED, 0, 40)]);
    await parquet('parts', `${CHECKPOINT}.0000000002.0000000002.parquet`, [adds(`'g%20' || v`, 40, 80)]);
    await lake.commit('parts', 6, [removal('g 40'), removal('g%2041')]);
    await parquet('sidecars', '_sidecars/one.parquet', [
      adds(NUMBERED, 0, 40),
      adds(`'file:${lake.directory}/sidecars/' || ${NUMBERED}`, 30, 60),
      adds(`'./%zz%20' || v`, 60, 62),
    ]);
    await parquet('sidecars', `${CHECKPOINT}.parquet`, [
      HEADER,
      `SELECT {path: 'one.parquet', "sizeInBytes": 1::BIGINT, "modificationTime": 1::BIGINT} AS sidecar`,
    ]);

    const parts = await (await lake.open('parts')).snapshot();
    const sidecars = await (await lake.open('sidecars')).snapshot();

    expect([parts.numFiles, sidecars.numFiles]).toEqual([78, 62]);
    expect((await paths(parts)).at(-1)).toBe('g 79');
    expect((await paths(sidecars)).slice(0, 3)).toEqual(['%zz%2060', '%zz%2061', 'f000']);
    expect((await sidecars.files({ limit: 1, offset: 2 + 30 })).items[0]).toMatchObject({ path: 'f030' });
  });

  it('of which nothing can be read give way to an older checkpoint, or are corrupt', async () => {
    await parquet('broken', `${CHECKPOINT}.parquet`, [
      HEADER,
      `SELECT {path: 'f' || v, size: 'no number'} AS add FROM range(60) AS t(v)`,
    ]);
    await lake.commit('broken', 6, [added('z')]);
    await expect((await lake.open('broken')).snapshot()).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing: `${CHECKPOINT}.parquet`,
    });
    for (const version of [0, 1, 2, 3, 4, 5]) await lake.commit('broken', version, version === 0 ? created() : []);

    expect(await paths(await (await lake.open('broken')).snapshot())).toEqual(['z']);
  });

  it('are made once for all who ask at the same time, and made again after they had to go', async () => {
    const storage = lake.storage('classic');
    const cacheDirectory = join(lake.directory, 'small cache');
    // Too little for even one table, so that every one goes as soon as nobody reads it.
    const engine = await DeltaEngine.open({
      cacheDirectory,
      localRoots: [lake.directory],
      largeFiles: 50,
      memoryLimitBytes: 64 * 1024 ** 2,
    });
    const snapshots = await Promise.all(
      [5, 6, 7, 6, 5, 7].map(async (version) => (await DeltaTable.open(engine, storage)).snapshot({ version })),
    );
    await Promise.all(
      [6, 7].map(async (version) =>
        (await DeltaTable.open(engine, lake.storage('parts'))).snapshot({ version: version - 1 }),
      ),
    );

    const listed = await Promise.all(
      snapshots.map(async (snapshot) => (await snapshot.files({ limit: 2 })).items.length),
    );
    expect(listed).toEqual([2, 2, 2, 2, 2, 2]);
    await engine.close();
  });

  it('stay for the others when one of those who wait gives up', async () => {
    await parquet('waited', `${CHECKPOINT}.parquet`, [HEADER, adds(NUMBERED, 0, 1_000)]);
    const table = await lake.open('waited');
    const stopping = new AbortController();
    const asked = Promise.allSettled([table.snapshot({}, { signal: stopping.signal }), table.snapshot()]);
    setImmediate(() => stopping.abort(new Error('enough')));
    const [stopped, going] = await asked;

    // The one that gave up may have been served before it did.
    if (stopped.status === 'rejected') expect(stopped.reason).toEqual(new Error('enough'));
    if (going.status === 'rejected') throw going.reason;
    expect(going.value.numFiles).toBe(1_000);
    const late = AbortSignal.abort(new Error('too late'));
    await expect(going.value.files({ signal: late })).rejects.toThrow('too late');
  });

  it('say the same once their statistics were copied and their paths put in order, and the copies go with the engine', async () => {
    await parquet('prepared', `${CHECKPOINT}.parquet`, [HEADER, adds(NUMBERED, 0, 400)]);
    await lake.commit('prepared', 6, [removal('f002'), added('f0015', { stats: '{"numRecords":3}' })]);
    const cacheDirectory = join(lake.directory, 'prepared cache');
    const engine = await DeltaEngine.open({ cacheDirectory, localRoots: [lake.directory], largeFiles: 50 });
    const pages = async (): Promise<unknown[]> => {
      const snapshot = await (await DeltaTable.open(engine, lake.storage('prepared'))).snapshot();
      return [
        await snapshot.files(),
        await snapshot.files({ offset: 150, limit: 9, sort: { by: 'path', descending: true } }),
      ];
    };
    const before = await pages();
    const copies = async (): Promise<string[]> =>
      (await readdir(cacheDirectory, { recursive: true })).filter((name) => name.endsWith('.parquet'));
    while ((await copies()).length === 0) await sleep(50);

    expect(await pages()).toEqual(before);
    await sleep(400);
    expect(await pages()).toEqual(before);
    await engine.close();
    expect(await copies()).toEqual([]);
  });

  it('tell what is removed but kept, without what was added again', async () => {
    const removed = `SELECT {path: 'r%20' || v, "deletionTimestamp": (v * 1000)::BIGINT, "dataChange": true, size: 10::BIGINT} AS remove
      FROM range(1, 61) AS t(v)`;
    await parquet('removed', `${CHECKPOINT}.parquet`, [HEADER, removed]);
    await lake.commit('removed', 6, [added('r 60'), removal('r 59', { deletionTimestamp: 99_000, size: 5 })]);
    const week = 7 * 24 * 3_600_000;

    expect(await (await (await lake.open('removed')).snapshot()).tombstones({ now: new Date(week + 50_000) })).toEqual({
      count: 9,
      bytes: 85n,
      oldest: new Date(51_000),
      expired: { count: 50, bytes: 500n },
    });
  });
});
