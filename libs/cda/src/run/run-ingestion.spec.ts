import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CdaLake } from '../testing/cda-lake';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a run', () => {
  let lake: CdaLake;
  let row: Uint8Array;
  beforeAll(async () => {
    lake = await CdaLake.open();
    row = await lake.rows('SELECT 1::BIGINT AS id');
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  it('makes one version of each folder, in the order of fingerprints and times, with its cursor in it', async () => {
    await lake.ids('cc_claim', 'ffff', T(1), [1, 2]);
    await lake.ids('cc_claim', 'ffff', T(3), [3]);
    // Its folder is older than the last one of the fingerprint before it.
    await lake.ids('cc_claim', 'aaaa', T(2), [4]);
    await lake.entry('cc_claim', { history: { aaaa: '1700000000500', ffff: '1700000000100' }, fence: T(3) });

    const { result, events } = await lake.told();

    expect(result.outcome).toBe('completed');
    expect(result.tables).toMatchObject([
      {
        table: 'cc_claim',
        outcome: 'completed',
        foldersDone: 3,
        foldersTotal: 3,
        rows: 4n,
        files: 4,
        versions: { from: 0, to: 2 },
        watermarks: { ffff: String(T(3)), aaaa: String(T(2)) },
        reconciliation: 'OK',
        failure: undefined,
      },
    ]);
    expect(result.manifestEtag).toBeDefined();
    expect(await lake.idsOf('cc_claim', 0)).toEqual([1, 2]);
    expect(await lake.idsOf('cc_claim', 1)).toEqual([1, 2, 3]);
    expect(await lake.idsOf('cc_claim', 2)).toEqual([1, 2, 3, 4]);
    expect(events.map(({ type }) => type)).toEqual([
      'manifest',
      'warning',
      'table-started',
      'folder-done',
      'folder-done',
      'folder-done',
      'table-done',
    ]);
    const [info, protocol, , txn, add] = await lake.log('cc_claim', 0);
    expect(info?.['commitInfo']).toMatchObject({
      operation: 'WRITE',
      isBlindAppend: true,
      cdaFolder: String(T(1)),
      cdaFingerprint: 'ffff',
      manifestHwm: String(T(3)),
      runId: 'run-1',
    });
    expect(protocol?.['protocol']).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect(txn?.['txn']).toMatchObject({ appId: 'cda:cc_claim:ffff', version: T(1) });
    expect(add?.['add']).toMatchObject({
      path: `${lake.source.uri}/cc_claim/ffff/${T(1)}/part-1.parquet`,
      partitionValues: {},
      dataChange: true,
    });
    expect(String(add?.['add']?.['stats'])).toContain('"numRecords":1');
    expect(String(add?.['add']?.['modificationTime'])).toMatch(/^\d{13}$/);
  });

  it('goes on behind its cursors, and finds what came into an older fingerprint since', async () => {
    await lake.ids('cc_exposure', 'aaaa', T(1), [1]);
    await lake.ids('cc_exposure', 'bbbb', T(5), [2]);
    const history = { aaaa: '1', bbbb: '2' };
    await lake.entry('cc_exposure', { history });
    await lake.run();
    await lake.ids('cc_exposure', 'aaaa', T(2), [3]);

    expect((await lake.run()).tables).toMatchObject([{ foldersDone: 1, versions: { from: 2, to: 2 } }]);
    expect((await lake.run()).outcome).toBe('unchanged');
    expect(await lake.idsOf('cc_exposure')).toEqual([1, 2, 3]);
  });

  it('reads nothing after the fence, unless it is told to', async () => {
    await lake.ids('cc_fence', 'aaaa', T(1), [1]);
    await lake.ids('cc_fence', 'aaaa', T(2), [2]);
    await lake.entry('cc_fence', { fence: T(1) });

    expect((await lake.run()).tables).toMatchObject([{ foldersTotal: 1, watermarks: { aaaa: String(T(1)) } }]);
    expect((await lake.run({ enforceFence: false })).tables).toMatchObject([{ foldersTotal: 1 }]);
    expect(await lake.idsOf('cc_fence')).toEqual([1, 2]);
    // Now it is ahead of the fence, which looks as if the source had been set back.
    expect((await lake.run()).tables).toMatchObject([{ outcome: 'failed', failure: { code: 'SOURCE_RESET' } }]);
  });

  it('does nothing while the manifest is the same, but not where the manifest does not decide', async () => {
    await lake.ids('cc_same', 'aaaa', T(1), [1]);
    await lake.entry('cc_same', {});
    const { manifestEtag } = await lake.run();
    expect(manifestEtag).toBeDefined();
    await lake.ids('cc_same', 'aaaa', T(2), [2]);

    const { result, events } = await lake.told({ manifestEtag });
    expect(result).toMatchObject({ outcome: 'unchanged', tables: [], manifestEtag });
    expect(events).toEqual([{ type: 'manifest', etag: manifestEtag, tables: [], unchanged: true }]);
    expect((await lake.run({ manifestEtag, retryQuarantined: true })).outcome).toBe('completed');
  });

  it('commits an empty folder as its cursor alone, and names no file without rows', async () => {
    await lake.folder('cc_empty', 'aaaa', T(1), {
      files: {
        'part-0.parquet': 'SELECT 1::BIGINT AS id, NULL::VARCHAR AS note WHERE false',
        'part-1.parquet': 'SELECT 1::BIGINT AS id',
      },
      written: 1,
    });
    await lake.folder('cc_empty', 'aaaa', T(2), {});
    await lake.folder('cc_empty', 'aaaa', T(3), { success: false });
    await lake.write(`cc_empty/aaaa/${T(3)}/_SUCCESS`, '');
    await lake.write(`cc_empty/aaaa/${T(3)}/part-0.parquet`, '');
    await lake.entry('cc_empty', {});

    const { tables } = await lake.run();

    expect(tables).toMatchObject([{ outcome: 'completed', foldersDone: 3, versions: { from: 0, to: 2 } }]);
    expect(tables[0]?.warnings.map(({ code }) => code)).toEqual(['EMPTY_FOLDER', 'EMPTY_FILE', 'EMPTY_FOLDER']);
    expect((await lake.log('cc_empty', 1)).map((action) => Object.keys(action)[0])).toEqual(['commitInfo', 'txn']);
    const snapshot = await lake.snapshot('cc_empty');
    expect(snapshot.numFiles).toBe(1);
    expect(snapshot.schema.fields.map(({ name }) => name)).toEqual(['id', 'note']);
  });

  it('makes no table of a folder that has no columns, and passes it with the next one', async () => {
    await lake.folder('cc_bare', 'aaaa', T(1), {});
    await lake.entry('cc_bare', { fence: T(1) });
    expect((await lake.run()).tables).toMatchObject([{ outcome: 'completed', versions: undefined, foldersDone: 1 }]);
    await lake.ids('cc_bare', 'aaaa', T(2), [1]);
    await lake.entry('cc_bare', { fence: T(2) });

    expect((await lake.run()).tables).toMatchObject([
      { versions: { from: 0, to: 0 }, watermarks: { aaaa: String(T(2)) } },
    ]);
  });

  it('adds columns in the commit that needs them, and widens types with what readers must know', async () => {
    const folder = (ms: number, columns: string): Promise<void> =>
      lake.folder('cc_schema', 'aaaa', ms, { files: { 'a.parquet': `SELECT ${columns}` } });
    await folder(T(1), '1::BIGINT AS id, 2::INTEGER AS amount');
    await folder(T(2), "2::BIGINT AS id, 3::BIGINT AS amount, 'x' AS note");
    await folder(T(3), '3::BIGINT AS id');
    await lake.entry('cc_schema', {});

    const { tables } = await lake.run();

    expect(tables[0]?.schemaChanges).toEqual([
      { column: 'amount', kind: 'widened', from: 'integer', to: 'long' },
      { column: 'note', kind: 'added', to: 'string' },
    ]);
    const before = await lake.snapshot('cc_schema', 0);
    const after = await lake.snapshot('cc_schema');
    expect(after.metadata.id).toBe(before.metadata.id);
    expect(after.metadata.properties['delta.enableTypeWidening']).toBe('true');
    expect(after.protocol.readerFeatures).toEqual(['typeWidening']);
    const { rows } = await after.preview({ limit: 10 });
    expect(rows.sort()).toEqual([
      ['1', '2', null],
      ['2', '3', 'x'],
      ['3', null, null],
    ]);
  });

  it('puts a folder aside that cannot be read, says so in the log, and takes it in when it was mended', async () => {
    await lake.ids('cc_poison', 'aaaa', T(1), [1]);
    await lake.folder('cc_poison', 'aaaa', T(2), {
      files: { 'good.parquet': 'SELECT 9::BIGINT AS id', 'bad.parquet': Buffer.from('PAR1 cut') },
    });
    await lake.ids('cc_poison', 'aaaa', T(3), [3]);
    await lake.entry('cc_poison', {});

    const { result, events } = await lake.told();

    expect(result).toMatchObject({ outcome: 'completed_with_errors', manifestEtag: undefined });
    expect(result.tables).toMatchObject([{ foldersDone: 2, foldersFailed: 1, watermarks: { aaaa: String(T(3)) } }]);
    const failed = events.find((event) => event.type === 'folder-failed');
    expect(failed).toMatchObject({ folder: { folder: String(T(2)) }, failure: { code: 'TRUNCATED' } });
    expect(JSON.stringify(failed)).toContain('bad.parquet');
    const aside = { appId: `cda-skip:cc_poison:aaaa:${T(2)}`, version: 0 };
    expect((await lake.log('cc_poison', 1)).map(({ txn }) => txn)).toContainEqual(expect.objectContaining(aside));
    expect(await lake.idsOf('cc_poison')).toEqual([1, 3]);
    expect((await lake.run()).outcome).toBe('completed_with_errors');

    await lake.write(`cc_poison/aaaa/${T(2)}/bad.parquet`, await lake.rows('SELECT 2::BIGINT AS id'));
    expect((await lake.run({ retryQuarantined: true })).tables).toMatchObject([
      { outcome: 'completed', foldersDone: 1 },
    ]);
    expect(await lake.idsOf('cc_poison')).toEqual([1, 2, 3, 9]);
    const last = await lake.run({ retryQuarantined: true });
    expect(last.tables).toMatchObject([{ outcome: 'unchanged', watermarks: { aaaa: String(T(3)) } }]);
  });

  it('stops at a folder that cannot be read when it is told to', async () => {
    await lake.folder('cc_stop', 'aaaa', T(1), { files: { 'bad.parquet': Buffer.from('no parquet at all') } });
    await lake.ids('cc_stop', 'aaaa', T(2), [2]);
    await lake.entry('cc_stop', {});

    expect(await lake.run({ onPoison: 'stop' })).toMatchObject({
      outcome: 'failed',
      tables: [{ outcome: 'failed', foldersDone: 0, failure: { code: 'NOT_PARQUET' } }],
    });
  });

  it('tells rows that are not as many as the batch says', async () => {
    await lake.folder('cc_count', 'aaaa', T(1), { files: { 'a.parquet': 'SELECT 1::BIGINT AS id' }, written: '2' });
    await lake.folder('cc_count', 'aaaa', T(2), { files: { 'a.parquet': 'SELECT 2::BIGINT AS id' } });
    await lake.entry('cc_count', {});

    const { result, events } = await lake.told();

    const done = events.flatMap((event) => (event.type === 'folder-done' ? [event.result] : []));
    expect(done).toMatchObject([
      { reconciliation: 'MISMATCH', rows: 1n, expectedRows: 2n, warnings: [{ code: 'ROWS_MISMATCH' }] },
      { reconciliation: 'METRICS_MISSING', expectedRows: undefined },
    ]);
    expect(result.tables).toMatchObject([{ outcome: 'completed', reconciliation: 'MISMATCH' }]);
  });

  it('copies files beside the table and names them by their place in it', async () => {
    await lake.ids('cc_copy', 'aaaa', T(1), [1, 2]);
    await lake.entry('cc_copy', {});

    await lake.run({ mode: 'copy' });

    const [, , , , add] = await lake.log('cc_copy', 0);
    expect(add?.['add']?.['path']).toBe(`aaaa/${T(1)}/part-1.parquet`);
    await rm(join(lake.source.root, 'cc_copy'), { recursive: true });
    expect(await lake.idsOf('cc_copy')).toEqual([1, 2]);
  });

  it('makes checkpoints of a long table, and reads its cursors from one', async () => {
    for (let minute = 1; minute <= 105; minute += 1) {
      await lake.folder('cc_long', 'aaaa', T(minute), { files: { 'a.parquet': row } });
    }
    await lake.entry('cc_long', { fence: T(104) });
    const { events } = await lake.told();
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ warning: { code: 'REFERENCED_FILES' } }]);
    expect((await lake.snapshot('cc_long')).checkpointVersion).toBe(100);
    await lake.entry('cc_long', { fence: T(105) });

    expect((await lake.run()).tables).toMatchObject([{ foldersDone: 1, versions: { from: 104, to: 104 } }]);
    expect((await (await lake.snapshot('cc_long')).countRows()).rows).toBe(105n);
  });
});
