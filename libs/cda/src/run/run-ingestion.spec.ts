import { CdaLake } from '../testing/cda-lake';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a run', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
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
});
