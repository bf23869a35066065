import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planIngestion } from '../plan/plan-ingestion';
import { CdaLake } from '../testing/cda-lake';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a run, of folders that are still being written or mended,', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  it('waits for _SUCCESS where the source writes it, and lets other fingerprints go on', async () => {
    await lake.ids('cc_wait', 'aaaa', T(0), [0]);
    await lake.folder('cc_wait', 'aaaa', T(1), { files: { 'a.parquet': 'SELECT 1::BIGINT AS id' }, success: false });
    await lake.ids('cc_wait', 'aaaa', T(2), [2]);
    await lake.ids('cc_wait', 'bbbb', T(3), [3]);
    await lake.entry('cc_wait', { history: { aaaa: '1', bbbb: '2' } });

    const waiting = await lake.run();
    expect(waiting).toMatchObject({ outcome: 'completed_with_errors', manifestEtag: undefined });
    expect(waiting.tables[0]?.warnings).toMatchObject([{ code: 'FOLDER_INCOMPLETE' }]);
    expect(await lake.idsOf('cc_wait')).toEqual([0, 3]);

    await lake.write(`cc_wait/aaaa/${T(1)}/_SUCCESS`, '');
    expect((await lake.run()).outcome).toBe('completed');
    expect(await lake.idsOf('cc_wait')).toEqual([0, 1, 2, 3]);
  });

  it('asks for no _SUCCESS of folders from before the source wrote it', async () => {
    const old = (ms: number, id: number): Promise<void> =>
      lake.folder('cc_before', 'aaaa', ms, { files: { 'a.parquet': `SELECT ${id}::BIGINT AS id` }, success: false });
    await old(T(1), 1);
    await old(T(2), 2);
    await lake.ids('cc_before', 'aaaa', T(3), [3]);
    await old(T(4), 4);
    await lake.entry('cc_before', {});

    const plan = await planIngestion(lake.options());
    expect(plan.tables).toMatchObject([{ folders: 3, warnings: [{ code: 'FOLDER_INCOMPLETE' }] }]);
    expect((await lake.run()).outcome).toBe('completed_with_errors');
    expect(await lake.idsOf('cc_before')).toEqual([1, 2, 3]);
  });

  it('remembers that a source writes _SUCCESS from the folder it has read last', async () => {
    await lake.ids('cc_last', 'aaaa', T(1), [1]);
    await lake.entry('cc_last', {});
    await lake.run();
    await lake.folder('cc_last', 'aaaa', T(2), { files: { 'a.parquet': 'SELECT 2::BIGINT AS id' }, success: false });

    expect((await lake.run()).outcome).toBe('completed_with_errors');
    expect(await lake.idsOf('cc_last')).toEqual([1]);
  });

  it('lists on behind a very long folder that must wait', async () => {
    await lake.ids('cc_behind', 'aaaa', T(1), [1]);
    await lake.entry('cc_behind', { history: { aaaa: '1', bbbb: '2' } });
    await lake.run();
    const waiting = join(lake.source.root, 'cc_behind', 'aaaa', String(T(2)));
    await mkdir(waiting);
    for (let file = 0; file < 5_000; file += 1) await writeFile(join(waiting, `${file}.parquet`), 'half');
    await lake.ids('cc_behind', 'bbbb', T(3), [3]);

    expect((await lake.run()).outcome).toBe('completed_with_errors');
    expect(await lake.idsOf('cc_behind')).toEqual([1, 3]);
  });

  it('looks at a folder that is tried again as at any other: its fence, its _SUCCESS and its rows', async () => {
    const broken = { files: { 'bad.parquet': Buffer.from('PAR1 cut'), 'good.parquet': 'SELECT 2::BIGINT AS id' } };
    const mended = { 'bad.parquet': 'SELECT 1::BIGINT AS id' };
    await lake.ids('cc_again', 'aaaa', T(0), [0]);
    await lake.folder('cc_again', 'aaaa', T(1), { ...broken, written: 2 });
    await lake.ids('cc_again', 'aaaa', T(2), [3]);
    await lake.entry('cc_again', {});
    await lake.run();
    const folder = join(lake.source.root, 'cc_again', 'aaaa', String(T(1)));
    const retried = async (): Promise<unknown> => {
      const { result, events } = await lake.told({ retryQuarantined: true });
      const failed = events.flatMap((event) => (event.type === 'folder-failed' ? [event.failure.code] : []));
      return [result.outcome, ...failed, ...(result.tables[0]?.warnings ?? []).map(({ code }) => code)];
    };

    // The file that was cut off is gone: what is left is half of the folder.
    await rm(join(folder, 'bad.parquet'));
    expect(await retried()).toEqual(['completed_with_errors', 'ROWS_MISSING']);
    await rm(join(folder, '_SUCCESS'));
    await lake.folder('cc_again', 'aaaa', T(1), { files: mended, success: false });
    expect(await retried()).toEqual(['completed_with_errors', 'FOLDER_INCOMPLETE']);
    await lake.write(`cc_again/aaaa/${T(1)}/_SUCCESS`, '');
    await lake.entry('cc_again', { fence: T(0) });
    await lake.run({ resets: { cc_again: 'continue' } });
    expect(await retried()).toEqual(['completed_with_errors']);
    expect(await lake.idsOf('cc_again')).toEqual([0, 3]);
    await lake.entry('cc_again', {});
    expect(await retried()).toEqual(['completed']);
    expect(await lake.idsOf('cc_again')).toEqual([0, 1, 2, 3]);
  });
});
