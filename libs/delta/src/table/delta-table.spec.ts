import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidRequest, TableCorrupt, TableNotFound, UnsupportedTableFeature, VersionNotFound } from '../errors';
import { added, column, created, TemporaryLake } from '../testing/temporary-lake';

describe('a Delta table', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const versionFile = (table: string, version: number): string =>
    join(lake.directory, `${table}/_delta_log/${String(version).padStart(20, '0')}.json`);

  it('is not there without a commit', async () => {
    await lake.write('empty/_delta_log/_last_checkpoint', '{"version":3}');

    await expect(lake.open('empty')).rejects.toThrow(TableNotFound);
    await expect(lake.open('nothing')).rejects.toThrow(TableNotFound);
  });

  it('is replayed with removes before adds, whatever their order in a commit', async () => {
    await lake.commit('replay', 0, [...created(), added('a'), added('b')]);
    await lake.commit('replay', 1, [added('b', { size: 7 }), { remove: { path: 'b' } }, { remove: { path: 'a' } }]);

    const snapshot = await (await lake.open('replay')).snapshot();

    expect((await snapshot.files()).items.map((file) => [file.path, file.sizeBytes])).toEqual([['b', 7n]]);
  });

  it('tells apart the same file with another deletion vector', async () => {
    const vector = (offset: number): { [key: string]: string | number } => ({
      storageType: 'u',
      pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^',
      offset,
      sizeInBytes: 40,
      cardinality: 2,
    });
    await lake.commit('vectors', 0, [...created(), added('a', { deletionVector: vector(1) })]);
    await lake.commit('vectors', 1, [
      { remove: { path: 'a', deletionVector: vector(1) } },
      added('a', { deletionVector: vector(50) }),
    ]);

    const snapshot = await (await lake.open('vectors')).snapshot();

    expect(snapshot.deletionVectorFiles).toBe(1);
    expect((await snapshot.files()).items[0]?.deletionVector?.offset).toBe(50);
  });

  it('with a gap says which version is missing and which can still be read', async () => {
    await lake.commit('gap', 0, created());
    await lake.commit('gap', 2, [added('a')]);
    const table = await lake.open('gap');

    const failure = table.snapshot();

    await expect(failure).rejects.toThrow(TableCorrupt);
    await expect(failure).rejects.toMatchObject({ missing: 'version 1', earliestVersion: 0 });
    expect((await table.snapshot({ version: 0 })).numFiles).toBe(0);
    expect((await table.history()).items.map((item) => item.version)).toEqual([2, 0]);
  });

  it('with garbage names file and line', async () => {
    await lake.commit('garbage', 0, created());
    await lake.write('garbage/_delta_log/00000000000000000001.json', '{"commitInfo":{}}\n{"add":\n');

    const failure = (await lake.open('garbage')).snapshot();

    await expect(failure).rejects.toThrow('_delta_log/00000000000000000001.json, line 2: not a JSON action');
  });

  it.each([
    ['protocol', [created()[1] ?? null]],
    ['metaData', [created()[0] ?? null]],
  ])('without %s is corrupt', async (missing, actions) => {
    await lake.commit(`no-${missing}`, 0, actions);

    await expect((await lake.open(`no-${missing}`)).snapshot()).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing,
    });
  });

  it.each([
    [['deletionVectors', 'futureFeature'], ['futureFeature']],
    [['catalogManaged'], ['catalogManaged']],
  ])('with reader features %j shows its metadata and refuses its data by name', async (readerFeatures, refused) => {
    const name = `features-${readerFeatures.join('-')}`;
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures: readerFeatures };
    await lake.commit(name, 0, [...created({ protocol }), added('a', { stats: '{"numRecords":3}' })]);

    const snapshot = await (await lake.open(name)).snapshot();

    expect(snapshot.unsupportedReaderFeatures).toEqual(refused);
    expect((await snapshot.countRows()).rows).toBe(3n);
    const preview = snapshot.preview({ limit: 1 });
    await expect(preview).rejects.toThrow(UnsupportedTableFeature);
    await expect(preview).rejects.toMatchObject({ features: refused });
  });

  it('with a type that only JavaScript knows is refused by its name', async () => {
    await lake.commit('constructor', 0, created({ fields: [column('a', 'constructor')] }));

    const snapshot = await (await lake.open('constructor')).snapshot();

    await expect(snapshot.preview({ limit: 1 })).rejects.toMatchObject({ features: ['type constructor'] });
  });

  it('ignores files of the log whose number no writer can reach', async () => {
    await lake.commit('unreachable', 0, created());
    for (const name of ['99999999999999999999.json', '99999999999999999999.checkpoint.parquet']) {
      await lake.write(`unreachable/_delta_log/${name}`, '{}');
    }
    const table = await lake.open('unreachable');

    expect((await table.snapshot()).version).toBe(0);
    expect((await table.history()).items.map(({ version }) => version)).toEqual([0]);
  });

  it('of a newer reader version is refused by that version', async () => {
    await lake.commit('newer', 0, created({ protocol: { minReaderVersion: 4, minWriterVersion: 8 } }));

    const snapshot = await (await lake.open('newer')).snapshot();

    await expect(snapshot.preview({ limit: 1 })).rejects.toThrow('reader version 4');
  });

  it.each([
    ['../outside.parquet', 'TABLE_CORRUPT'],
    ['a/%2E%2E/%2e%2e/outside.parquet', 'TABLE_CORRUPT'],
    ['/etc/hostname', 'UNSUPPORTED_TABLE_FEATURE'],
    ['file:///etc/hostname', 'UNSUPPORTED_TABLE_FEATURE'],
    ['missing.parquet', 'TABLE_CORRUPT'],
  ])('shows the data file %s and does not open it', async (path, code) => {
    await lake.write('outside.parquet', 'secret');
    const name = `escape/${encodeURIComponent(path)}`;
    await lake.commit(name, 0, [...created(), added(path, { stats: '{"numRecords":1}' })]);

    const snapshot = await (await lake.open(name)).snapshot();

    expect((await snapshot.files()).total).toBe(1);
    await expect(snapshot.preview({ limit: 1 })).rejects.toMatchObject({ code });
  });

  it('travels to versions, and says which exist', async () => {
    await lake.commit('travel', 0, [...created(), added('a')]);
    await lake.commit('travel', 1, [added('b')]);
    const table = await lake.open('travel');

    expect((await table.snapshot({ version: 0 })).numFiles).toBe(1);
    expect((await table.snapshot({ version: 1 })).numFiles).toBe(2);
    await expect(table.snapshot({ version: 2 })).rejects.toMatchObject({ requested: 2, earliest: 0, latest: 1 });
    await expect(table.snapshot({ version: -1 })).rejects.toThrow(InvalidRequest);
    await expect(table.snapshot({ version: 1, timestamp: new Date() })).rejects.toThrow(InvalidRequest);
  });

  it('travels by the times of its log files, made monotonic', async () => {
    const at = (seconds: number): Date => new Date(Date.UTC(2024, 0, 1, 0, 0, seconds));
    await lake.commit('times', 0, created(), at(10));
    await lake.commit('times', 1, [added('a')], at(30));
    await lake.commit('times', 2, [added('b')], at(20));
    const table = await lake.open('times');

    const versionAt = async (date: Date): Promise<number> => (await table.snapshot({ timestamp: date })).version;

    expect(await versionAt(at(10))).toBe(0);
    expect(await versionAt(at(29))).toBe(0);
    expect(await versionAt(at(30))).toBe(1);
    expect(await versionAt(new Date(at(30).getTime() + 1))).toBe(2);
    expect(await versionAt(at(59))).toBe(2);
    await expect(versionAt(at(9))).rejects.toThrow(VersionNotFound);
    expect((await table.history()).items.map((item) => item.timestamp.getTime() - at(0).getTime())).toEqual([
      30_001, 30_000, 10_000,
    ]);
  });

  it('splits time travel where in-commit timestamps were switched on', async () => {
    const at = (seconds: number): Date => new Date(Date.UTC(2024, 0, 1, 0, 0, seconds));
    const copied = at(50);
    const configuration = {
      'delta.enableInCommitTimestamps': 'true',
      'delta.inCommitTimestampEnablementVersion': '1',
      'delta.inCommitTimestampEnablementTimestamp': String(at(20).getTime()),
    };
    await lake.commit('in-commit', 0, created(), at(10));
    const info = (seconds: number): { commitInfo: { inCommitTimestamp: number } } => ({
      commitInfo: { inCommitTimestamp: at(seconds).getTime() },
    });
    await lake.commit('in-commit', 1, [info(20), created({ configuration })[1] ?? null], copied);
    await lake.commit('in-commit', 2, [info(30), added('a')], copied);
    const table = await lake.open('in-commit');

    const versionAt = async (date: Date): Promise<number> => (await table.snapshot({ timestamp: date })).version;

    expect(await versionAt(at(19))).toBe(0);
    expect(await versionAt(at(20))).toBe(1);
    expect(await versionAt(at(29))).toBe(1);
    expect(await versionAt(at(30))).toBe(2);
    const latest = await table.snapshot();
    expect(latest.timestampSource).toBe('in-commit');
    expect(latest.timestamp).toEqual(at(30));
  });

  it('is read anew when another was made at its place', async () => {
    await lake.commit('again', 0, [...created(), added('a')]);
    const table = await lake.open('again');
    expect((await table.snapshot()).numFiles).toBe(1);
    await rm(versionFile('again', 0));
    await lake.commit('again', 0, [...created(), added('a'), added('b')]);

    expect((await table.snapshot()).numFiles).toBe(2);
  });

  it('answers nothing from memory once its log cannot be listed any more', async () => {
    await lake.commit('gone', 0, created());
    const table = await lake.open('gone');
    await table.snapshot();
    await rm(join(lake.directory, 'gone'), { recursive: true });

    await expect(table.snapshot()).rejects.toThrow(TableNotFound);
    await expect(table.history()).rejects.toThrow(TableNotFound);
  });

  it('falls back to its commits when a checkpoint is broken, unfinished or only hinted at', async () => {
    await lake.commit('broken', 0, [...created(), added('a')]);
    await lake.commit('broken', 1, [added('b')]);
    await lake.write('broken/_delta_log/00000000000000000001.checkpoint.parquet', 'not parquet');
    await lake.write('broken/_delta_log/00000000000000000001.checkpoint.0000000001.0000000002.parquet', 'half');
    await lake.write('broken/_delta_log/_last_checkpoint', '{"version":7,');

    const snapshot = await (await lake.open('broken')).snapshot();

    expect(snapshot.numFiles).toBe(2);
    expect(snapshot.checkpointVersion).toBeUndefined();
  });

  it('is corrupt when the broken checkpoint is all that is left', async () => {
    await lake.write('lost/_delta_log/00000000000000000001.checkpoint.parquet', 'not parquet');
    await lake.commit('lost', 2, [added('b')]);

    await expect((await lake.open('lost')).snapshot()).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing: '00000000000000000001.checkpoint.parquet',
    });
  });

  it('pages its history from the newest on, and tells when the schema changed', async () => {
    const wider = created({ fields: [column('id', 'long'), column('more', 'string')] })[1] ?? null;
    await lake.commit('history', 0, [{ commitInfo: { operation: 'CREATE TABLE' } }, ...created()]);
    await lake.commit('history', 1, [added('a', { stats: '{"numRecords":5}' })]);
    await lake.commit('history', 2, [wider]);
    await lake.commit('history', 3, [wider, { remove: { path: 'a', size: 100 } }]);
    const table = await lake.open('history');

    const first = await table.history({ limit: 2 });
    const second = await table.history({ limit: 2, before: first.next });

    expect(first.items.map((item) => [item.version, item.schemaChanged])).toEqual([
      [3, false],
      [2, true],
    ]);
    expect(first.items[0]).toMatchObject({ filesRemoved: 1, bytesRemoved: 100n });
    expect(first.items[0]?.rowsRemoved).toBeUndefined();
    expect(second.items[0]).toMatchObject({ version: 1, filesAdded: 1, bytesAdded: 100n, rowsAdded: 5n });
    expect(second.items[1]).toMatchObject({ version: 0, operation: 'CREATE TABLE', schemaChanged: true });
    expect(second.next).toBeUndefined();
  });
});
