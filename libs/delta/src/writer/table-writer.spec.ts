import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommitConflict, InvalidRequest, UnsupportedTableFeature } from '../errors';
import type { JsonValue, StructType } from '../schema/types';
import { LocalStorage } from '../storage/local-storage';
import type { StorageReadOptions } from '../storage/storage';
import { added, column, created, TemporaryLake } from '../testing/temporary-lake';
import { commitName } from '../log/log-listing';
import { append } from './append';
import { checkpoint } from './checkpoint';
import { createTable } from './create-table';
import { rewrite } from './rewrite';
import { TableWriter } from './table-writer';
import type { ExistingFile, FilesCommit } from './write-options';

const IDS: StructType = { type: 'struct', fields: [column('id', 'long')] };

describe('a writer of files that are there', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  async function log(table: string, version: number): Promise<Record<string, Record<string, JsonValue>>[]> {
    const file = join(lake.directory, table, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, Record<string, JsonValue>>);
  }

  async function file(table: string, name: string, query: string, rows = 1n): Promise<ExistingFile> {
    const sizeBytes = await lake.parquet(`${table}/${name}`, query);
    return { path: name, sizeBytes, modifiedAt: 1_700_000_000_000, numRecords: rows, stats: `{"numRecords":${rows}}` };
  }

  const batch = (appId: string, version: number, files: readonly ExistingFile[] = []): FilesCommit => ({
    files,
    transactions: [{ appId, version }],
    schema: IDS,
  });

  it('makes the table with its first files and goes on from what it has committed', async () => {
    const storage = lake.storage('new');
    const writer = await TableWriter.open(lake.engine, storage);
    expect(writer.head).toBeUndefined();
    const one = await file('new', 'one.parquet', 'SELECT 1::BIGINT AS id');

    const first = await writer.commit(() => ({
      ...batch('app', 5, [one]),
      table: { description: 'of files', properties: { 'delta.checkpointInterval': '100', 'cda.mode': 'reference' } },
      info: { cdaFolder: '5' },
      userName: 'ann',
    }));
    const second = await writer.commit((head) => {
      expect(head?.transactions.get('app')).toBe(5n);
      return { files: [], transactions: [{ appId: 'app', version: 6 }] };
    });

    expect([first, second]).toEqual([0, 1]);
    expect((await log('new', 0)).map((action) => Object.keys(action)[0])).toEqual([
      'commitInfo',
      'protocol',
      'metaData',
      'txn',
      'add',
    ]);
    const [info, protocol, metadata, , add] = await log('new', 0);
    expect(info?.['commitInfo']).toMatchObject({ operation: 'WRITE', cdaFolder: '5', userName: 'ann' });
    expect(protocol?.['protocol']).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(metadata?.['metaData']).toMatchObject({
      description: 'of files',
      configuration: { 'delta.checkpointInterval': '100', 'cda.mode': 'reference' },
    });
    expect(add?.['add']).toMatchObject({ path: 'one.parquet', modificationTime: 1_700_000_000_000, dataChange: true });
    const snapshot = await (await lake.open('new')).snapshot();
    expect(snapshot.lastTransaction('app')).toBe(6n);
    expect((await snapshot.preview({ limit: 10 })).rows).toEqual([['1']]);
  });

  it('makes nothing when there is nothing to commit', async () => {
    const writer = await TableWriter.open(lake.engine, lake.storage('nothing'));

    expect(await writer.commit(() => undefined)).toBeUndefined();
    await expect(writer.commit(() => ({ files: [] }))).rejects.toThrow(InvalidRequest);
    expect(await lake.storage('nothing').head('_delta_log')).toBeUndefined();
  });

  it('reads the head from a checkpoint and what came after it, also from the end of the log alone', async () => {
    const storage = lake.storage('head');
    const writer = await TableWriter.open(lake.engine, storage);
    for (const version of [1, 2, 3]) await writer.commit(() => batch(`app-${version}`, version));
    await checkpoint(await lake.open('head'), 1);
    await rm(join(storage.location, '_delta_log', `${'0'.padStart(20, '0')}.json`));

    const { head } = await TableWriter.open(lake.engine, storage);

    expect(head?.version).toBe(2);
    expect(head?.schema).toEqual(IDS);
    expect([...(head?.transactions ?? [])]).toEqual([
      ['app-1', 1n],
      ['app-2', 2n],
      ['app-3', 3n],
    ]);
  });

  it('believes the log, not a hint that is wrong or a checkpoint that cannot be read', async () => {
    const writer = await TableWriter.open(lake.engine, lake.storage('hint'));
    for (const version of [1, 2]) await writer.commit(() => batch('app', version));
    await lake.write('hint/_delta_log/_last_checkpoint', '{"version":7,"size":1}');
    expect((await TableWriter.open(lake.engine, lake.storage('hint'))).head?.version).toBe(1);
    await lake.write('hint/_delta_log/_last_checkpoint', '{"version":1,"size":1}');
    await lake.write(`hint/_delta_log/${'1'.padStart(20, '0')}.checkpoint.parquet`, 'PAR1 nothing of the kind');

    const { head } = await TableWriter.open(lake.engine, lake.storage('hint'));

    expect(head?.version).toBe(1);
    expect(head?.transactions.get('app')).toBe(2n);
  });

  it('asks again with the head that a faster writer left, and takes over columns of others', async () => {
    const one = await TableWriter.open(lake.engine, lake.storage('race'));
    const other = await TableWriter.open(lake.engine, lake.storage('race'));
    await one.commit(() => batch('app', 1));
    const seen: (bigint | undefined)[] = [];

    const version = await other.commit((head) => {
      seen.push(head?.transactions.get('app'));
      return head === undefined ? batch('app', 1) : batch('app', 2);
    });
    await append(lake.engine, await lake.open('race'), {
      source: await lake.rows("SELECT 1::BIGINT AS id, 'x' AS note"),
      mergeSchema: true,
    });
    await one.commit((head) => {
      seen.push(head?.transactions.get('app'));
      return { files: [], transactions: [{ appId: 'app', version: 3 }] };
    });

    expect(version).toBe(1);
    expect(seen).toEqual([undefined, 1n, 1n, 2n]);
    expect(one.head?.version).toBe(3);
    expect(one.head?.schema.fields.map(({ name }) => name)).toEqual(['id', 'note']);
  });

  it('keeps its batches apart from a rewrite of the table by another writer', async () => {
    const writer = await TableWriter.open(lake.engine, lake.storage('optimized'));
    const files = await Promise.all(
      [1, 2].map((id) => file('optimized', `${id}.parquet`, `SELECT ${id}::BIGINT AS id`)),
    );
    for (const [index, each] of files.entries()) await writer.commit(() => batch('app', index, [each]));
    const table = await lake.open('optimized');
    const snapshot = await table.snapshot();
    await rewrite(lake.engine, table, {
      snapshot,
      files: [0, 1],
      source: { files: files.map(({ path }) => join(table.storage.location, path)), format: 'parquet' },
      operation: { name: 'OPTIMIZE', parameters: {} },
      metrics: () => ({}),
    });
    const third = await file('optimized', '3.parquet', 'SELECT 3::BIGINT AS id');

    expect(await writer.commit((head) => batch('app', Number(head?.transactions.get('app')) + 1, [third]))).toBe(3);

    const now = await (await lake.open('optimized')).snapshot();
    expect((await now.countRows()).rows).toBe(3n);
    expect(now.lastTransaction('app')).toBe(2n);
  });

  it('takes all files away in one commit, and says so', async () => {
    const writer = await TableWriter.open(lake.engine, lake.storage('emptied'));
    await writer.commit(() => batch('app', 1, []));
    const one = await file('emptied', '1.parquet', 'SELECT 1::BIGINT AS id');
    await writer.commit(() => batch('app', 2, [one]));

    await writer.commit(() => ({ ...batch('app', 0), removesAll: true }));

    const snapshot = await (await lake.open('emptied')).snapshot();
    expect(snapshot.numFiles).toBe(0);
    expect(snapshot.lastTransaction('app')).toBe(0n);
    expect((await log('emptied', 2))[0]?.['commitInfo']).toMatchObject({ isBlindAppend: false });
  });

  it('raises the protocol with a schema that needs it, and says which features it had before', async () => {
    const writer = await TableWriter.open(lake.engine, lake.storage('widened'));
    await writer.commit(() => batch('app', 1));
    const change = { toType: 'long', fromType: 'integer' };
    const fields = [column('id', 'long', { 'delta.typeChanges': [change] }), column('at', 'timestamp_ntz')];

    await writer.commit(() => ({ files: [], schema: { type: 'struct', fields } }));

    const [, protocol, metadata] = await log('widened', 1);
    expect(protocol?.['protocol']).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz', 'typeWidening'],
      writerFeatures: ['appendOnly', 'invariants', 'timestampNtz', 'typeWidening'],
    });
    expect(metadata?.['metaData']?.['configuration']).toEqual({ 'delta.enableTypeWidening': 'true' });
    // It goes on with the table it has made.
    expect(await writer.commit(() => ({ files: [], transactions: [{ appId: 'app', version: 2 }] }))).toBe(2);
  });

  it('refuses a table that asks more of its writers, before anything is written', async () => {
    await lake.commit('identity', 0, [
      ...created({
        fields: [column('id', 'long', { 'delta.identity.start': 1 })],
        protocol: { minReaderVersion: 1, minWriterVersion: 6 },
      }),
      added('x.parquet'),
    ]);
    const writer = await TableWriter.open(lake.engine, lake.storage('identity'));

    await expect(writer.commit(() => batch('app', 1))).rejects.toThrow(UnsupportedTableFeature);
    expect(await lake.storage('identity').head(`_delta_log/${'1'.padStart(20, '0')}.json`)).toBeUndefined();
  });

  it('refuses files without values of the columns a table is partitioned by', async () => {
    await createTable(lake.engine, lake.storage('parts'), {
      schema: { type: 'struct', fields: [column('id', 'long'), column('day', 'date')] },
      partitionColumns: ['day'],
    });
    const writer = await TableWriter.open(lake.engine, lake.storage('parts'));
    const one = await file('parts', 'one.parquet', 'SELECT 1::BIGINT AS id');

    await expect(writer.commit(() => ({ files: [one] }))).rejects.toThrow('partition column day');
    expect(await writer.commit(() => ({ files: [{ ...one, partitionValues: { day: null } }] }))).toBe(1);
  });

  it('stops when another table has taken the place of its own', async () => {
    const storage = lake.storage('replaced');
    const writer = await TableWriter.open(lake.engine, storage);
    await writer.commit(() => batch('app', 1));
    await rm(storage.location, { recursive: true });
    await lake.commit('replaced', 0, created());
    await lake.commit('replaced', 1, created());

    await expect(writer.commit(() => batch('app', 2))).rejects.toThrow(CommitConflict);
  });

  it('does not take the place of a version that others have cleaned up while it was paused', async () => {
    const storage = lake.storage('paused');
    const writer = await TableWriter.open(lake.engine, storage);
    await writer.commit(() => batch('app', 1));
    const other = await TableWriter.open(lake.engine, storage);
    for (const version of [2, 3, 4]) await other.commit(() => batch('app', version));
    await checkpoint(await lake.open('paused'), 3);
    for (const version of [0, 1, 2]) await rm(join(lake.directory, 'paused/_delta_log', commitName(version)));
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);

    const seen: unknown[] = [];
    const version = await writer.commit((head) => {
      seen.push(head?.transactions.get('app'));
      return batch('app', 5);
    });

    expect([version, seen]).toEqual([4, [4n]]);
    expect((await TableWriter.open(lake.engine, storage)).head?.transactions.get('app')).toBe(5n);
    await rm(join(lake.directory, 'paused'), { recursive: true });
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    await expect(writer.commit(() => batch('app', 6))).rejects.toThrow(CommitConflict);
    jest.restoreAllMocks();
  });

  it('reads nothing to commit, and has checkpoints made when they are due', async () => {
    class Counting extends LocalStorage {
      readonly asked: string[] = [];
      override async read(path: string, options?: StorageReadOptions): Promise<Uint8Array> {
        this.asked.push(`read ${path}`);
        return super.read(path, options);
      }
      override list(...args: Parameters<LocalStorage['list']>): ReturnType<LocalStorage['list']> {
        this.asked.push(`list ${args[0]}`);
        return super.list(...args);
      }
      override async head(...args: Parameters<LocalStorage['head']>): ReturnType<LocalStorage['head']> {
        this.asked.push(`head ${args[0]}`);
        return super.head(...args);
      }
    }
    const storage = new Counting(join(lake.directory, 'counted'));
    const writer = await TableWriter.open(lake.engine, storage);
    storage.asked.length = 0;
    for (let version = 0; version < 8; version += 1) await writer.commit(() => batch('app', version));
    expect(storage.asked).toEqual([]);

    for (let version = 8; version < 12; version += 1) await writer.commit(() => batch('app', version));
    await lake.engine.settled();

    expect(await storage.head(`_delta_log/${'10'.padStart(20, '0')}.checkpoint.parquet`)).toBeDefined();
  });
});
