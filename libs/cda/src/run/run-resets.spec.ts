import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { planIngestion } from '../plan/plan-ingestion';
import { CdaLake } from '../testing/cda-lake';
import type { TableVerification } from '../verify/verification';
import { verifyIngestion } from '../verify/verify-ingestion';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a source', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  const codes = (warnings: readonly { code: string }[] | undefined): string[] =>
    (warnings ?? []).map(({ code }) => code);
  const proof = async (): Promise<TableVerification | undefined> => {
    let last: TableVerification | undefined;
    for await (const table of verifyIngestion(lake.options())) last = table;
    return last;
  };

  describe('whose history changed', () => {
    it('go on for good once somebody decided to continue without a fingerprint', async () => {
      await lake.ids('cc_gone', 'aaaa', T(1), [1]);
      await lake.entry('cc_gone', {});
      await lake.run();
      await lake.ids('cc_gone', 'bbbb', T(2), [2]);
      await lake.entry('cc_gone', { history: { bbbb: '5' } });
      expect(codes((await proof())?.findings)).toContain('FINGERPRINT_GONE');

      const decided = await lake.run({ resets: { cc_gone: 'continue' } });
      expect(decided.tables).toMatchObject([{ outcome: 'completed', versions: { from: 1, to: 2 } }]);
      await lake.ids('cc_gone', 'bbbb', T(3), [3]);
      expect((await lake.run()).tables).toMatchObject([{ outcome: 'completed', foldersDone: 1, failure: undefined }]);
      expect((await planIngestion(lake.options())).tables).toMatchObject([{ state: 'up_to_date' }]);
      expect(await lake.idsOf('cc_gone')).toEqual([1, 2, 3]);
      expect(await proof()).toMatchObject({ verdict: 'intact', findings: [] });

      // It comes back, is read on, and goes again: that is another reset.
      await lake.ids('cc_gone', 'aaaa', T(4), [4]);
      await lake.entry('cc_gone', { history: { aaaa: '1', bbbb: '5' } });
      await lake.run();
      await lake.entry('cc_gone', { history: { bbbb: '5' } });
      expect((await lake.run()).tables).toMatchObject([{ failure: { code: 'SOURCE_RESET' } }]);
    });

    it('go on for good once somebody decided to continue with an older fence, and no older one', async () => {
      await lake.ids('cc_back', 'aaaa', T(9), [9]);
      await lake.entry('cc_back', {});
      await lake.run();
      const at = async (fence: number): Promise<unknown> => {
        await lake.entry('cc_back', { fence });
        return (await lake.run()).tables[0]?.failure?.code;
      };
      await lake.entry('cc_back', { fence: T(5) });
      await lake.run({ resets: { cc_back: 'continue' } });
      expect(await proof()).toMatchObject({ verdict: 'intact', findings: [] });

      expect(await at(T(5))).toBeUndefined();
      expect(await at(T(6))).toBeUndefined();
      expect(await at(T(4))).toBe('SOURCE_RESET');
      await lake.ids('cc_back', 'aaaa', T(10), [10]);
      expect(await at(T(20))).toBeUndefined();
      expect(await lake.idsOf('cc_back')).toEqual([9, 10]);
      // The source had gone on since: this is another time that it was set back.
      expect(await at(T(6))).toBe('SOURCE_RESET');
    });

    it('go on for good with a fence before which nothing is', async () => {
      await lake.ids('cc_zero', 'aaaa', T(9), [9]);
      await lake.entry('cc_zero', {});
      await lake.run();
      await lake.entry('cc_zero', { fence: 0 });
      await lake.run({ resets: { cc_zero: 'continue' } });

      expect((await lake.run()).tables).toMatchObject([{ outcome: 'unchanged', failure: undefined }]);
      expect(await proof()).toMatchObject({ verdict: 'intact', findings: [] });
    });

    it('tell of folders that are behind where somebody decided to continue without them', async () => {
      await lake.ids('cc_behind', 'aaaa', T(1), [1]);
      await lake.ids('cc_behind', 'bbbb', T(1), [2]);
      await lake.entry('cc_behind', { fence: T(60), history: { aaaa: '1', bbbb: '2' } });
      await lake.run();
      await lake.ids('cc_behind', 'aaaa', T(2), [3]);
      await lake.entry('cc_behind', { fence: T(60), history: { bbbb: '2' } });

      const decided = await lake.run({ resets: { cc_behind: 'continue' } });
      for (const run of [decided, await lake.run()]) {
        expect(run).toMatchObject({ outcome: 'completed_with_errors', manifestEtag: undefined });
        expect(codes(run.tables[0]?.warnings)).toEqual(['FINGERPRINT_UNLISTED']);
      }
      await lake.entry('cc_behind', { fence: T(60), history: { aaaa: '1', bbbb: '2' } });
      expect((await lake.run()).outcome).toBe('completed');
      expect(await lake.idsOf('cc_behind')).toEqual([1, 2, 3]);
    });

    it('tell of folders that the manifest does not name, and read none of them', async () => {
      await lake.ids('cc_named', 'aaaa', T(1), [1]);
      await lake.ids('cc_named', 'bbbb', T(1), [2]);
      await lake.ids('cc_named', 'bbbb', T(2), [3]);
      await lake.ids('cc_named', 'cccc', T(70), [4]);
      await lake.entry('cc_named', { fence: T(60) });

      const [planned] = (await planIngestion(lake.options())).tables;
      expect(planned).toMatchObject({ folders: 1, warnings: [{ code: 'FINGERPRINT_UNLISTED' }] });
      expect(planned?.warnings[0]?.message).toContain('"bbbb" has 2 folders');
      const run = await lake.run();
      expect(run).toMatchObject({ outcome: 'completed', tables: [{ warnings: [{ code: 'FINGERPRINT_UNLISTED' }] }] });
      expect(await proof()).toMatchObject({
        verdict: 'intact',
        pendingFolders: 0,
        findings: [{ code: 'FINGERPRINT_UNLISTED', message: planned?.warnings[0]?.message }],
      });
      await lake.entry('cc_named', { fence: T(60), history: { aaaa: '1', bbbb: '2' } });
      await lake.run();
      expect(await lake.idsOf('cc_named')).toEqual([1, 2, 3]);
    });

    it.each([{}, null])('are left behind where it is %j and there are folders', async (history) => {
      const table = history === null ? 'cc_missing' : 'cc_pruned';
      await lake.ids(table, 'aaaa', T(1), [1]);
      await lake.entry(table, {});
      await lake.run();
      const entry = { lastSuccessfulWriteTimestamp: String(T(9)), dataFilesPath: `${lake.source.uri}/${table}` };
      await lake.writeManifest({ [table]: { ...entry, schemaHistory: history, totalProcessedRecordsCount: 5 } });

      // What was ingested is no news.
      expect((await lake.run()).outcome).toBe('unchanged');
      await lake.ids(table, 'aaaa', T(2), [2]);
      const { outcome, manifestEtag, tables } = await lake.run();
      expect([outcome, manifestEtag, codes(tables[0]?.warnings)]).toEqual([
        'completed_with_errors',
        undefined,
        ['FINGERPRINT_UNLISTED'],
      ]);
      expect((await planIngestion(lake.options())).tables).toMatchObject([
        { warnings: [{ code: 'FINGERPRINT_UNLISTED' }] },
      ]);
      await rm(join(lake.directory, 'target', table), { recursive: true });
      expect(codes((await lake.run()).tables[0]?.warnings)).toEqual(['NOTHING_FOUND', 'FINGERPRINT_UNLISTED']);
    });
  });

  describe('that is rebuilt', () => {
    it('begins with the columns of the first folder there is, whenever that comes', async () => {
      const folder = (fingerprint: string, ms: number, columns: string): Promise<void> =>
        lake.folder('cc_anew', fingerprint, ms, { files: { 'a.parquet': `SELECT ${columns}` } });
      await folder('aaaa', T(1), '1::INTEGER AS id, 1 AS dropped');
      await folder('aaaa', T(2), '2::BIGINT AS id, 2 AS dropped');
      await lake.entry('cc_anew', {});
      await lake.run();
      await lake.folder('cc_anew', 'bbbb', T(1), {});
      await lake.entry('cc_anew', { history: { bbbb: '1' } });
      await lake.run({ resets: { cc_anew: 'rebuild' } });
      await folder('bbbb', T(2), "3::INTEGER AS id, 'x' AS added");
      await folder('bbbb', T(3), '4::INTEGER AS id');
      await lake.run();

      const { schema } = await lake.snapshot('cc_anew');
      expect(schema.fields).toMatchObject([
        { name: 'id', type: 'integer', metadata: {} },
        { name: 'added', type: 'string' },
      ]);
      expect(await lake.idsOf('cc_anew')).toEqual([3, 4]);
      expect(await lake.idsOf('cc_anew', 1)).toEqual([1, 2]);
      const { findings, verdict } = (await proof()) ?? {};
      expect([verdict, codes(findings)]).toEqual(['intact', ['FINGERPRINT_UNLISTED']]);
    });

    it('copies to other places than before, so that older versions stay what they were', async () => {
      await lake.ids('cc_copies', 'aaaa', T(1), [1]);
      await lake.ids('cc_copies', 'aaaa', T(9), [9]);
      await lake.entry('cc_copies', { fence: T(9) });
      await lake.run({ mode: 'copy' });
      const rows = await lake.rows('SELECT 111::BIGINT AS id');
      await lake.write(`cc_copies/aaaa/${T(1)}/part-1.parquet`, rows);
      await lake.entry('cc_copies', { fence: T(2) });
      await lake.run({ mode: 'copy', resets: { cc_copies: 'rebuild' } });

      expect(await lake.idsOf('cc_copies')).toEqual([111]);
      expect(await lake.idsOf('cc_copies', 1)).toEqual([1, 9]);
      const copy = join(lake.directory, 'target/cc_copies/rebuild-1/aaaa', String(T(1)), 'part-1.parquet');
      expect(Buffer.from(rows).equals(await readFile(copy))).toBe(true);
      expect(await proof()).toMatchObject({ verdict: 'intact', folders: 1, findings: [] });
      await rm(copy);
      expect(codes((await proof())?.findings)).toEqual(['FILE_GONE']);
    });

    it('forgets what was decided before', async () => {
      await lake.ids('cc_forget', 'aaaa', T(9), [9]);
      await lake.entry('cc_forget', {});
      await lake.run();
      await lake.entry('cc_forget', { fence: T(5) });
      await lake.run({ resets: { cc_forget: 'continue' } });
      await lake.entry('cc_forget', { fence: T(4) });
      await lake.run({ resets: { cc_forget: 'rebuild' } });
      await lake.entry('cc_forget', { fence: T(9) });
      await lake.run();
      await lake.entry('cc_forget', { fence: T(5) });

      expect((await lake.run()).tables).toMatchObject([{ failure: { code: 'SOURCE_RESET' } }]);
    });
  });
});
