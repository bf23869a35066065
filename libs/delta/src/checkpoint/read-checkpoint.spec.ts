import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../duckdb/sql';
import type { Storage } from '../storage/storage';
import { DeltaTable } from '../table/delta-table';
import type { Snapshot } from '../table/snapshot';
import { added, created, TemporaryLake } from '../testing/temporary-lake';

const ID = 'b5a6a2a4-1d2c-4c63-a5b5-0d0f5f3a8f10';
const SCHEMA = '{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}';
const SIDECAR = 'NULL::STRUCT(path VARCHAR, "sizeInBytes" BIGINT, "modificationTime" BIGINT)';

const HEADER = `{minReaderVersion: 1, minWriterVersion: 2} AS protocol,
  {id: '${ID}', schemaString: '${SCHEMA}', partitionColumns: []::VARCHAR[], configuration: MAP {'note': 'kept'}} AS "metaData"`;

function add(path: string, numRecords: number): string {
  return `{path: '${path}', partitionValues: MAP {}::MAP(VARCHAR, VARCHAR), size: 10::BIGINT, modificationTime: 1::BIGINT,
    stats: '{"numRecords":${numRecords}}'} AS add`;
}

describe('a checkpoint', () => {
  let lake: TemporaryLake;
  let instance: DuckDBInstance;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
    instance = await DuckDBInstance.create();
  });
  afterAll(async () => {
    instance.closeSync();
    await lake.close();
  });

  /** Writes rows as a parquet file of the log. */
  async function parquet(table: string, name: string, rows: readonly string[]): Promise<void> {
    const file = join(lake.directory, table, '_delta_log', name);
    await mkdir(join(file, '..'), { recursive: true });
    const connection = await instance.connect();
    const query = rows.map((row) => `SELECT ${row}`).join(' UNION ALL BY NAME ');
    await connection.run(`COPY (${query}) TO ${literal(file)} (FORMAT parquet)`);
    connection.closeSync();
  }

  /** The table as it is after one more commit that replaces file `a`. */
  async function continued(table: string): Promise<Snapshot> {
    await lake.commit(table, 6, [{ remove: { path: 'a' } }, added('c', { stats: '{"numRecords":100}' })]);
    return (await lake.open(table)).snapshot();
  }

  async function expectContinued(table: string): Promise<void> {
    const snapshot = await continued(table);
    expect((await snapshot.files()).items.map((file) => file.path)).toEqual(['b x', 'c']);
    expect((await snapshot.countRows()).rows).toBe(102n);
    expect(snapshot).toMatchObject({
      version: 6,
      checkpointVersion: 5,
      metadata: { id: ID, properties: { note: 'kept' } },
    });
  }

  it('in one file is where replay starts', async () => {
    await parquet('classic', '00000000000000000005.checkpoint.parquet', [HEADER, add('a', 1), add('b%20x', 2)]);

    await expectContinued('classic');
  });

  it('in parts is used when all parts are there', async () => {
    await parquet('parts', '00000000000000000005.checkpoint.0000000001.0000000002.parquet', [HEADER, add('a', 1)]);
    await parquet('parts', '00000000000000000005.checkpoint.0000000002.0000000002.parquet', [add('b%20x', 2)]);

    await expectContinued('parts');
  });

  it('in parts is ignored when a part is missing', async () => {
    await parquet('half', '00000000000000000005.checkpoint.0000000001.0000000002.parquet', [HEADER, add('a', 1)]);
    for (let version = 0; version < 6; version += 1) {
      await lake.commit('half', version, version === 0 ? created() : [added(`f${version}`)]);
    }

    expect((await continued('half')).numFiles).toBe(6);
  });

  it('of the second version has its files in sidecars, whether its top is JSON or parquet', async () => {
    const name = '00000000000000000005.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11';
    const sidecars = ['_sidecars/one.parquet', '_sidecars/two.parquet'];
    for (const table of ['v2-json', 'v2-parquet', 'v2-classic-name']) {
      await parquet(table, sidecars[0] ?? '', [add('a', 1)]);
      await parquet(table, sidecars[1] ?? '', [add('b%20x', 2)]);
    }
    const [protocol, metadata] = created({ configuration: { note: 'kept' } });
    const top = [
      { checkpointMetadata: { version: 5 } },
      protocol,
      metadata,
      ...sidecars.map((path) => ({
        sidecar: { path: path.slice('_sidecars/'.length), sizeInBytes: 1, modificationTime: 1 },
      })),
    ];
    await lake.write(`v2-json/_delta_log/${name}.json`, top.map((action) => JSON.stringify(action)).join('\n'));
    const rows = [
      `${HEADER}, ${SIDECAR} AS sidecar`,
      ...['one', 'two'].map(
        (path) => `{path: '${path}.parquet', "sizeInBytes": 1::BIGINT, "modificationTime": 1::BIGINT} AS sidecar`,
      ),
    ];
    await parquet('v2-parquet', `${name}.parquet`, rows);
    await parquet('v2-classic-name', '00000000000000000005.checkpoint.parquet', rows);

    for (const table of ['v2-json', 'v2-parquet', 'v2-classic-name']) await expectContinued(table);
  });

  it('may tell its statistics as a struct only, and deletion vectors', async () => {
    const file = `{path: 'a', partitionValues: MAP {}::MAP(VARCHAR, VARCHAR), size: 10::BIGINT, modificationTime: 1::BIGINT,
      stats_parsed: {numRecords: 9::BIGINT, maxValues: {id: 9007199254740993::BIGINT}},
      "deletionVector": {"storageType": 'u', "pathOrInlineDv": '^-aqEH.-t@S}K{vb[*k^', "offset": 4, "sizeInBytes": 40, cardinality: 2::BIGINT}} AS add`;
    await parquet('struct', '00000000000000000003.checkpoint.parquet', [HEADER, file]);

    const snapshot = await (await lake.open('struct')).snapshot();

    expect(await snapshot.countRows()).toEqual({ rows: 7n, exact: true });
    expect((await snapshot.files()).items[0]).toMatchObject({
      stats: { numRecords: 9n, maxValues: { id: '9007199254740993' } },
      deletionVector: { storageType: 'u', offset: 4, sizeInBytes: 40, cardinality: 2n },
    });
  });

  it('keeps the batches of applications and the live domains', async () => {
    await parquet('domains', '00000000000000000005.checkpoint.parquet', [
      HEADER,
      `{"appId": 'load', version: 9007199254740993::BIGINT, "lastUpdated": 1700000000000::BIGINT} AS txn`,
      `{"appId": 'old', version: 1::BIGINT, "lastUpdated": NULL::BIGINT} AS txn`,
      `{domain: 'delta.clustering', configuration: '{"clusteringColumns":[]}', removed: false} AS "domainMetadata"`,
      `{domain: 'gone', configuration: '', removed: true} AS "domainMetadata"`,
    ]);

    const snapshot = await (await lake.open('domains')).snapshot();

    expect([...snapshot.domains]).toEqual([['delta.clustering', '{"clusteringColumns":[]}']]);
    expect(snapshot.transactions).toEqual([
      { appId: 'load', version: 9007199254740993n, lastUpdated: 1700000000000 },
      { appId: 'old', version: 1n },
    ]);
  });

  it.each([
    ['absent', undefined],
    ['stale', '{"version":0,"size":3}'],
    ['ahead of the log', '{"version":99,"size":3,"parts":7}'],
    ['corrupt', '{"version":'],
    ['empty', ''],
  ])('is found whether _last_checkpoint is right or %s', async (name, hint) => {
    await parquet(name, '00000000000000000005.checkpoint.parquet', [HEADER, add('a', 1), add('b%20x', 2)]);
    if (hint !== undefined) await lake.write(`${name}/_delta_log/_last_checkpoint`, hint);

    await expectContinued(name);
  });

  it('that is no parquet file is corrupt, and the message names no path of this machine', async () => {
    await lake.write('garbage/_delta_log/00000000000000000005.checkpoint.parquet', 'garbage garbage garbage');

    const failure = (await lake.open('garbage')).snapshot();

    await expect(failure).rejects.toMatchObject({ code: 'TABLE_CORRUPT' });
    await expect(failure).rejects.not.toThrow(lake.directory);
  });

  it('that cannot be fetched is not called corrupt', async () => {
    await parquet('offline', '00000000000000000005.checkpoint.parquet', [HEADER]);
    const storage = lake.storage('offline');
    const unreachable = new Error('The platform could not be reached');
    const offline: Storage = {
      location: storage.location,
      list: (directory, options) => storage.list(directory, options),
      head: (path, options) => storage.head(path, options),
      putIfAbsent: (path, bytes) => storage.putIfAbsent(path, bytes),
      put: (path, bytes) => storage.put(path, bytes),
      read: () => Promise.reject(unreachable),
    };

    await expect((await DeltaTable.open(lake.engine, offline)).snapshot()).rejects.toBe(unreachable);
  });

  it('whose sidecar is missing is corrupt', async () => {
    await parquet('no-sidecar', '00000000000000000005.checkpoint.parquet', [
      `${HEADER}, {path: 'gone.parquet', "sizeInBytes": 1::BIGINT, "modificationTime": 1::BIGINT} AS sidecar`,
    ]);

    await expect((await lake.open('no-sidecar')).snapshot()).rejects.toMatchObject({ code: 'TABLE_CORRUPT' });
  });
});
