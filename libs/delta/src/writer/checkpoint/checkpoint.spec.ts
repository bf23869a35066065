import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { UnsupportedTableFeature } from '../../errors';
import { asRecord, parseJson, type JsonRecord } from '../../json/lossless-json';
import type { JsonValue } from '../../schema/types';
import { DeltaEngine } from '../../table/delta-engine';
import { DeltaTable } from '../../table/delta-table';
import { added, column, created, TemporaryLake } from '../../testing/temporary-lake';
import { append } from '../append';
import { checkpoint } from '../checkpoint';
import { createTable } from '../create-table';

const DAY = 24 * 3_600_000;

describe('a checkpoint that is written', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const logFile = (table: string, name: string): string => join(lake.directory, table, '_delta_log', name);
  const numbered = (version: number, end: string): string => `${String(version).padStart(20, '0')}.${end}`;
  const removed = (path: string, deletionTimestamp: number, more: JsonRecord = {}): JsonValue => ({
    remove: { path, deletionTimestamp, dataChange: true, extendedFileMetadata: true, size: 100, ...more },
  });

  async function query(sql: string): Promise<JsonValue[][]> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = await (await connection.run(sql)).getRowsJson();
    connection.closeSync();
    instance.closeSync();
    return rows as JsonValue[][];
  }

  /** The actions of a checkpoint, by their names, without what they leave empty. */
  async function actions(table: string, version: number): Promise<JsonRecord[]> {
    const file = logFile(table, numbered(version, 'checkpoint.parquet'));
    const columns = ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata'];
    const json = columns.map((name) => `to_json("${name}")::VARCHAR`).join(', ');
    return (await query(`SELECT ${json} FROM read_parquet('${file}')`)).map((row) => {
      const index = row.findIndex((value) => value !== null);
      return { [columns[index] ?? '']: withoutNulls(parseJson(String(row[index]))) };
    });
  }

  it('holds everything the log says of the version, and nothing that is over', async () => {
    const now = Date.now();
    const vector = {
      storageType: 'u',
      pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
      offset: 4,
      sizeInBytes: 40,
      cardinality: 6,
    };
    const full = {
      tags: { INSERTION_TIME: '1' },
      baseRowId: 7,
      defaultRowCommitVersion: 1,
      clusteringProvider: 'liquid',
      stats: '{"numRecords":2}',
      deletionVector: { ...vector, maxRowIndex: 5 },
    };
    const features = ['deletionVectors', 'rowTracking', 'domainMetadata', 'clustering'];
    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['deletionVectors'],
      writerFeatures: features,
    };
    await lake.commit('full', 0, [...created({ protocol }), added('dead'), added('kept', full), added('moved')]);
    await lake.commit('full', 1, [
      removed('dead', now - 8 * DAY),
      removed('moved', now - DAY),
      added('moved', { deletionVector: vector }),
      { txn: { appId: 'loader', version: 1, lastUpdated: 5 } },
      { domainMetadata: { domain: 'gone', configuration: '{}', removed: false } },
      { domainMetadata: { domain: 'delta.rowTracking', configuration: '{"rowIdHighWaterMark":9}', removed: false } },
    ]);
    await lake.commit('full', 2, [
      { txn: { appId: 'loader', version: 2, lastUpdated: 6 } },
      { domainMetadata: { domain: 'gone', configuration: '{}', removed: true } },
      { cdc: { path: 'cdc', partitionValues: {}, size: 1, dataChange: false } },
      { commitInfo: { operation: 'WRITE' } },
    ]);

    expect(await checkpoint(await lake.open('full'))).toEqual({ version: 2, written: true });

    const found = await actions('full', 2);
    const common = { partitionValues: {}, size: 100, modificationTime: 1, dataChange: false };
    expect(found).toHaveLength(7);
    expect(found).toEqual(
      expect.arrayContaining([
        { protocol },
        {
          metaData: expect.objectContaining({
            id: 'b5a6a2a4-1d2c-4c63-a5b5-0d0f5f3a8f10',
            partitionColumns: [],
            configuration: {},
            format: { provider: 'parquet', options: {} },
          }) as JsonValue,
        },
        { txn: { appId: 'loader', version: 2, lastUpdated: 6 } },
        { domainMetadata: { domain: 'delta.rowTracking', configuration: '{"rowIdHighWaterMark":9}', removed: false } },
        { add: { path: 'kept', ...common, ...full } },
        { add: { path: 'moved', ...common, deletionVector: vector } },
        {
          remove: {
            path: 'moved',
            deletionTimestamp: now - DAY,
            dataChange: false,
            extendedFileMetadata: true,
            size: 100,
          },
        },
      ]),
    );
    const hint = JSON.parse(await readFile(logFile('full', '_last_checkpoint'), 'utf8')) as JsonRecord;
    const { length } = await readFile(logFile('full', numbered(2, 'checkpoint.parquet')));
    expect(hint).toEqual({ version: 2, size: 7, sizeInBytes: length, numOfAddFiles: 2 });
  });

  it('is none when it has fewer applications than the version it is of', async () => {
    const txn = (appId: string): JsonValue => ({ txn: { appId, version: 1 } });
    await lake.commit('fewer', 0, [...created(), added('a'), txn('one'), txn('two')]);
    await lake.commit('fewer', 1, [txn('three')]);
    const table = await lake.open('fewer');
    const { writer } = lake.engine.checkpoints;
    const [whole, newest] = [await table.snapshot({ version: 0 }), await table.snapshot()];
    // What the version has, built from a log in which one of them is missing.
    await lake.commit('less', 0, [...created(), added('a'), txn('one')]);
    const less = await lake.open('less');

    await expect(writer.write(less.storage, whole)).rejects.toThrow('1 transactions in place of 1 of');
    expect((await readdir(join(lake.directory, 'less', '_delta_log'))).filter((name) => /check/.test(name))).toEqual(
      [],
    );
    expect((await writer.write(table.storage, newest)).written).toBe(true);
    await rm(logFile('fewer', numbered(0, 'json')));
    const reader = await DeltaEngine.open({ cacheDirectory: join(lake.directory, 'fresh') });
    const { transactions } = await (await DeltaTable.open(reader, table.storage)).snapshot();
    await reader.close();
    expect(transactions.map(({ appId }) => appId).sort()).toEqual(['one', 'three', 'two']);
  });

  it('has the columns and types other engines write', async () => {
    await lake.commit('types', 0, [...created(), added('a')]);
    await checkpoint(await lake.open('types'));

    const file = logFile('types', numbered(0, 'checkpoint.parquet'));
    const rows = await query(
      `SELECT name, type, repetition_type, converted_type FROM parquet_schema('${file}') WHERE name IN ('txn', 'version', 'path', 'partitionValues', 'key_value', 'key', 'offset', 'size', 'minReaderVersion', 'readerFeatures', 'list', 'element', 'stats', 'removed')`,
    );
    expect(new Set(rows.map((row) => row.map((value) => value ?? '-').join(' ')))).toEqual(
      new Set([
        'txn - OPTIONAL -',
        'version INT64 OPTIONAL INT_64',
        'path BYTE_ARRAY OPTIONAL UTF8',
        'partitionValues - OPTIONAL MAP',
        'key_value - REPEATED -',
        'key BYTE_ARRAY REQUIRED UTF8',
        'offset INT32 OPTIONAL INT_32',
        'size INT64 OPTIONAL INT_64',
        'minReaderVersion INT32 OPTIONAL INT_32',
        'readerFeatures - OPTIONAL LIST',
        'list - REPEATED -',
        'element BYTE_ARRAY OPTIONAL UTF8',
        'stats BYTE_ARRAY OPTIONAL UTF8',
        'removed BOOLEAN OPTIONAL -',
      ]),
    );
  });

  it('knows a file again under another spelling of its path', async () => {
    await lake.commit('spelled', 0, [
      ...created(),
      ...['a%20b', 'plain', 'p=%252F/x', 'dot', 'c%25d', 'stays%20here'].map((path) => added(path)),
    ]);
    const table = await lake.open('spelled');
    await checkpoint(table);
    await rm(logFile('spelled', numbered(0, 'json')));
    const spelled = [`file://${lake.directory}/spelled/a%20b`, 'plain', './p=%252F/x', './dot', 'c%25d'];
    await lake.commit('spelled', 1, [...spelled.map((path) => removed(path, Date.now())), added('plain', { size: 5 })]);

    await checkpoint(table);

    const files = (await actions('spelled', 1)).flatMap((action) => asRecord(action['add'])?.['path'] ?? []);
    expect(files.sort()).toEqual(['plain', 'stays%20here']);
    const removes = (await actions('spelled', 1)).filter((action) => 'remove' in action);
    expect(removes).toHaveLength(4);
  });

  it('is made after every tenth commit, without the commit waiting for it', async () => {
    const failures: unknown[] = [];
    const engine = await DeltaEngine.open({
      cacheDirectory: join(lake.directory, 'cache-of-commits'),
      localRoots: [lake.directory],
      onCheckpointFailure: (failure) => failures.push(failure),
    });
    const source = await lake.rows('SELECT 1 AS id');
    const every = async (name: string, properties: Record<string, string>, commits: number) => {
      const table = await createTable(engine, lake.storage(name), { source, properties });
      for (let commit = 0; commit < commits; commit += 1) await append(engine, table, { source });
      await engine.settled();
      return (await readdir(join(lake.directory, name, '_delta_log'))).filter((file) => file.includes('checkpoint'));
    };

    expect(await every('tenth', {}, 11)).toEqual([numbered(10, 'checkpoint.parquet'), '_last_checkpoint']);
    expect(await every('third', { 'delta.checkpointInterval': '3' }, 4)).toContain(numbered(3, 'checkpoint.parquet'));
    const configuration = { 'delta.checkpointInterval': '1', 'delta.checkpoint.writeStatsAsStruct': 'true' };
    await lake.commit('refused', 0, created({ configuration, fields: [column('id', 'integer')] }));
    expect(await append(engine, await lake.open('refused'), { source })).toBe(1);
    await engine.close();
    expect(failures).toMatchObject([{ version: 1, error: { features: ['delta.checkpoint.writeStatsAsStruct'] } }]);
  });

  it('leaves one that is there alone, and never turns the hint back', async () => {
    for (let version = 0; version < 3; version += 1) {
      await lake.commit('again', version, [...(version === 0 ? created() : []), added(`file-${version}`)]);
    }
    const table = await lake.open('again');

    expect(await checkpoint(table)).toEqual({ version: 2, written: true });
    expect(await checkpoint(table)).toEqual({ version: 2, written: false });
    expect(await checkpoint(table, 1)).toEqual({ version: 1, written: true });

    expect(await readFile(logFile('again', '_last_checkpoint'), 'utf8')).toContain('"version":2');
    expect(await actions('again', 1)).toHaveLength(4);
  });

  it('is built on older files when the newest checkpoint is broken', async () => {
    await lake.commit('broken', 0, [...created(), added('a')]);
    await lake.commit('broken', 1, [added('b')]);
    await lake.commit('broken', 2, [added('c')]);
    await writeFile(logFile('broken', numbered(1, 'checkpoint.parquet')), 'no parquet');

    await checkpoint(await lake.open('broken'));

    expect((await actions('broken', 2)).filter((action) => 'add' in action)).toHaveLength(3);
  });

  it.each([
    [
      'catalogManaged',
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ['catalogManaged'],
          writerFeatures: ['catalogManaged'],
        },
      },
    ],
    ['futureFeature', { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['futureFeature'] } }],
    ['delta.checkpoint.writeStatsAsStruct', { configuration: { 'delta.checkpoint.writeStatsAsStruct': 'true' } }],
  ])('is refused for a table with %s', async (feature, options) => {
    await lake.commit(`no-${feature}`, 0, created(options));

    const failure = checkpoint(await lake.open(`no-${feature}`));

    await expect(failure).rejects.toThrow(UnsupportedTableFeature);
    await expect(failure).rejects.toMatchObject({ features: [feature] });
  });

  it('leaves statistics out where the table says so', async () => {
    const configuration = { 'delta.checkpoint.writeStatsAsJson': 'false' };
    await lake.commit('no-stats', 0, [...created({ configuration }), added('a', { stats: '{"numRecords":2}' })]);

    await checkpoint(await lake.open('no-stats'));

    expect((await actions('no-stats', 0)).find((action) => 'add' in action)?.['add']).not.toHaveProperty('stats');
  });
});

function withoutNulls(value: JsonValue): JsonValue {
  const record = asRecord(value);
  if (record === undefined) return value;
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)] as const])),
  );
}
