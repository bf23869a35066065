import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planIngestion } from '../plan/plan-ingestion';
import { CdaLake } from '../testing/cda-lake';
import { verifyIngestion } from '../verify/verify-ingestion';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a run over bad input', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterEach(() => jest.useRealTimers());
  afterAll(() => lake.close());

  it('reads no manifest that is larger than manifests are, whoever asks', async () => {
    await lake.write('huge.json', '{');
    await truncate(join(lake.source.root, 'huge.json'), 65 * 2 ** 20);
    const options = { ...lake.options(), manifestPath: 'huge.json' };
    const refusal = { code: 'MANIFEST_UNREADABLE', advice: 'Name the manifest.json that CDA writes.' };

    await expect(lake.run(options)).rejects.toMatchObject(refusal);
    await expect(planIngestion(options)).rejects.toMatchObject(refusal);
    await expect(verifyIngestion(options).next()).rejects.toMatchObject(refusal);
    await expect(lake.run(options)).rejects.toThrow(/huge\.json.*68157440 bytes/);
  });

  it('takes a folder whose metrics cannot be read, and says that nobody knows its rows', async () => {
    for (const [minute, metrics] of ['{', '{"numRecordsWritten":"many"}', ' '.repeat(2 ** 20 + 1)].entries()) {
      await lake.ids('cc_metrics', 'aaaa', T(minute), [minute]);
      await lake.write(`cc_metrics/aaaa/${T(minute)}/.cda/batch-metrics.json`, metrics);
    }
    await lake.entry('cc_metrics', {});

    const { tables } = await lake.run();
    expect(tables).toMatchObject([{ outcome: 'completed', foldersDone: 3, reconciliation: 'METRICS_MISSING' }]);
    expect(tables[0]?.warnings.map(({ code }) => code)).toEqual(Array(3).fill('METRICS_UNREADABLE'));
    expect(await lake.idsOf('cc_metrics')).toEqual([0, 1, 2]);
  });

  it('goes by the numbers of folders and by no clock: whether its own is late or early', async () => {
    await lake.ids('cc_clock', 'aaaa', T(1), [1]);
    await lake.entry('cc_clock', { fence: T(3) });
    const at = async (date: string): Promise<string> => {
      jest.useFakeTimers({ now: new Date(date), advanceTimers: true, doNotFake: NOT_THE_DATE });
      const { outcome } = await lake.run();
      jest.useRealTimers();
      return outcome;
    };

    expect(await at('2035-01-01')).toBe('completed');
    await lake.ids('cc_clock', 'aaaa', T(2), [2]);
    expect(await at('2001-01-01')).toBe('completed');
    await lake.ids('cc_clock', 'aaaa', T(3), [3]);
    expect(await at('2020-01-01')).toBe('completed');
    expect(await lake.idsOf('cc_clock')).toEqual([1, 2, 3]);
    for await (const { verdict, findings } of verifyIngestion(lake.options())) {
      expect([verdict, findings]).toEqual(['intact', []]);
    }
  });

  it('stops before a table that others gave a feature it does not know, and writes nothing', async () => {
    await lake.ids('cc_feature', 'aaaa', T(1), [1]);
    await lake.entry('cc_feature', {});
    await lake.run();
    await others('cc_feature', 1, {
      protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [], writerFeatures: ['fromTheFuture'] },
    });
    await lake.ids('cc_feature', 'aaaa', T(2), [2]);

    const { tables } = await lake.run();
    expect(tables).toMatchObject([{ foldersDone: 0, failure: { code: 'UNSUPPORTED_TABLE_FEATURE' } }]);
    expect(tables[0]?.failure?.message).toContain('fromTheFuture');
    expect((await lake.snapshot('cc_feature')).version).toBe(1);
  });

  it('takes over columns that others added, and stops where they gave one another type', async () => {
    await lake.ids('cc_altered', 'aaaa', T(1), [1]);
    await lake.entry('cc_altered', {});
    await lake.run();
    await alter('cc_altered', 1, [long('id'), long('theirs')]);
    await lake.ids('cc_altered', 'aaaa', T(2), [2]);
    expect((await lake.run()).outcome).toBe('completed');
    expect((await lake.snapshot('cc_altered')).schema.fields.map(({ name }) => name)).toEqual(['id', 'theirs']);

    await lake.folder('cc_altered', 'aaaa', T(3), { files: { 'a.parquet': "SELECT 3::BIGINT AS id, 'x' AS theirs" } });
    const { tables } = await lake.run();
    expect(tables).toMatchObject([{ foldersDone: 0, failure: { code: 'TYPE_CANNOT_WIDEN' } }]);
    expect(tables[0]?.failure?.message).toMatch(/theirs.*long.*string/);
  });

  /** A commit of somebody else. */
  async function others(table: string, version: number, action: object): Promise<void> {
    const file = join(lake.directory, 'target', table, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    const info = { commitInfo: { timestamp: Date.now(), operation: 'SET TBLPROPERTIES' } };
    await writeFile(file, `${JSON.stringify(info)}\n${JSON.stringify(action)}\n`);
  }

  async function alter(table: string, version: number, fields: readonly object[]): Promise<void> {
    const metaData = (await lake.log(table, 0)).find((action) => action['metaData'] !== undefined)?.['metaData'];
    const schemaString = JSON.stringify({ type: 'struct', fields });
    await others(table, version, { metaData: { ...metaData, schemaString } });
  }
});

type TimerConfig = Extract<Parameters<typeof jest.useFakeTimers>[0], { doNotFake?: unknown }>;

const NOT_THE_DATE: TimerConfig['doNotFake'] = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'cancelIdleCallback',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
];

function long(name: string): object {
  return { name, type: 'long', nullable: true, metadata: {} };
}
