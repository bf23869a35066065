import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { createTable, LocalStorage, StorageUnavailable, TableWriter, type StructType } from '@lakescope/delta';
import type { IngestionRefused } from '../errors';
import { refuseOptions } from '../plan/open-ingestion';
import { planIngestion } from '../plan/plan-ingestion';
import { S3Source, type S3Place } from '../source/s3-source';
import { LocalTarget } from '../target/local-target';
import type { TargetStore } from '../target/target-store';
import { S3Target } from '../target/s3-target';
import { CdaLake } from '../testing/cda-lake';
import type { IngestionMode } from './run-options';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a run that meets others, faults and decisions', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  it('stops between folders when it is cancelled, with all that was done whole', async () => {
    for (const name of ['cc_cancel', 'cc_later']) {
      for (let minute = 1; minute <= 5; minute += 1) await lake.ids(name, 'aaaa', T(minute), [minute]);
    }
    await lake.entry('cc_cancel', { records: 2 });
    await lake.entry('cc_later', {});
    const cancel = new AbortController();

    const result = await lake.run({
      signal: cancel.signal,
      parallelTables: 1,
      onEvent: (event) => {
        if (event.type === 'folder-done') cancel.abort();
      },
    });

    expect(result).toMatchObject({ outcome: 'cancelled', manifestEtag: undefined });
    expect(result.tables).toMatchObject([
      { table: 'cc_cancel', outcome: 'cancelled', foldersDone: 1 },
      { table: 'cc_later', outcome: 'cancelled', foldersDone: 0 },
    ]);
    expect(await lake.idsOf('cc_cancel')).toEqual([1]);
    expect((await lake.run()).outcome).toBe('completed');
    expect(await lake.idsOf('cc_cancel')).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends when its listener throws, and hears no more of it', async () => {
    await lake.ids('cc_listener', 'aaaa', T(1), [1]);
    await lake.entry('cc_listener', {});
    let told = 0;
    const onEvent = (): void => {
      told += 1;
      if (told === 3) throw new Error('nobody listens');
    };

    await expect(lake.run({ onEvent })).rejects.toThrow('nobody listens');
    expect(told).toBe(3);
  });

  it('shares a table with another run of the same moment: each folder once, whoever was faster', async () => {
    for (let minute = 1; minute <= 20; minute += 1) await lake.ids('cc_two', 'aaaa', T(minute), [minute]);
    await lake.entry('cc_two', {});

    const results = await Promise.all([lake.run(), lake.run(), lake.run()]);

    expect(await lake.idsOf('cc_two')).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const tables = results.flatMap((result) => result.tables);
    expect(tables.reduce((sum, { foldersDone }) => sum + foldersDone, 0)).toBe(20);
    expect((await lake.snapshot('cc_two')).version).toBe(19);
    expect(results.every(({ outcome }) => outcome === 'completed')).toBe(true);
  });

  it('writes into no table that is not its own, and fails no other for it', async () => {
    await createTable(lake.engine, new LocalStorage(join(lake.directory, 'target/cc_foreign')), {
      source: { files: [await oneRow()], format: 'csv' },
    });
    for (const [name, properties] of [
      ['cc_warehouse', { 'lakescope.cda.engine': 'warehouse' }],
      ['cc_expiring', { 'delta.setTransactionRetentionDuration': 'interval 1 day' }],
    ] as const) {
      const writer = await TableWriter.open(lake.engine, new LocalStorage(join(lake.directory, 'target', name)));
      const schema: StructType = {
        type: 'struct',
        fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }],
      };
      await writer.commit(() => ({ files: [], schema, table: { properties: {} } }));
      await lake.setProperties(name, properties);
    }
    for (const name of ['cc_expiring', 'cc_fine', 'cc_foreign', 'cc_warehouse']) {
      await lake.ids(name, 'aaaa', T(1), [1]);
      await lake.entry(name, {});
    }
    await lake.entry('cc_outside', { path: 's3://elsewhere/cda/cc_outside' });

    const { outcome, tables } = await lake.run();

    expect(outcome).toBe('completed_with_errors');
    expect(tables.map(({ table, failure }) => [table, failure?.code])).toEqual([
      ['cc_expiring', 'CURSORS_EXPIRE'],
      ['cc_fine', undefined],
      ['cc_foreign', 'TARGET_NOT_OURS'],
      ['cc_outside', 'PATH_OUTSIDE_SOURCE'],
      ['cc_warehouse', 'OTHER_ENGINE'],
    ]);
    await lake.ids('cc_outside', 'aaaa', T(1), [1]);
    const rewritten = await lake.run({
      include: ['cc_outside'],
      pathRewrite: { from: 's3a://elsewhere/cda/', to: lake.source.uri },
    });
    expect(rewritten.outcome).toBe('completed');
  });

  async function oneRow(): Promise<string> {
    const file = join(lake.directory, 'row.csv');
    await writeFile(file, 'id\n1\n');
    return file;
  }

  it('asks what to do when the source was set back, and does it', async () => {
    await lake.ids('cc_reset', 'aaaa', T(1), [1]);
    await lake.ids('cc_reset', 'aaaa', T(9), [9]);
    await lake.entry('cc_reset', { fence: T(9) });
    await lake.run({ mode: 'copy' });
    await rm(join(lake.source.root, 'cc_reset'), { recursive: true });
    await lake.ids('cc_reset', 'cccc', T(2), [2]);
    await lake.entry('cc_reset', { fence: T(20), history: { cccc: '1' } });

    expect((await lake.run({ mode: 'copy' })).tables).toMatchObject([{ failure: { code: 'SOURCE_RESET' } }]);
    expect((await planIngestion({ ...lake.options(), mode: 'copy' })).tables).toMatchObject([
      { state: 'blocked', failure: { code: 'SOURCE_RESET' } },
    ]);
    expect(await lake.idsOf('cc_reset')).toEqual([1, 9]);

    const { tables } = await lake.run({ mode: 'copy', resets: { cc_reset: 'rebuild' } });
    expect(tables).toMatchObject([{ outcome: 'completed', foldersDone: 1, versions: { from: 2, to: 3 } }]);
    expect(await lake.idsOf('cc_reset')).toEqual([2]);
    expect(await lake.idsOf('cc_reset', 1)).toEqual([1, 9]);
    // The decision stays with who asks for runs, and there is nothing to rebuild any more.
    expect((await lake.run({ mode: 'copy', resets: { cc_reset: 'rebuild' } })).outcome).toBe('unchanged');
  });

  it('takes no word of every object for a decision about a table of that name', async () => {
    await lake.ids('constructor', 'aaaa', T(1), [1]);
    await lake.entry('constructor', { fence: T(9) });
    await lake.run();
    await lake.entry('constructor', { fence: T(0) });

    const { tables } = await lake.run({ resets: {} });
    expect(tables).toMatchObject([{ outcome: 'failed', failure: { code: 'SOURCE_RESET' } }]);
    expect((await planIngestion({ ...lake.options(), resets: {} })).tables).toMatchObject([{ state: 'blocked' }]);
    expect(await lake.idsOf('constructor')).toEqual([1]);
  });

  it('sees in what others did that a rebuild has come between', async () => {
    for (let minute = 1; minute <= 4; minute += 1) await lake.ids('cc_race', 'aaaa', T(minute), [minute]);
    await lake.entry('cc_race', { fence: T(9) });
    let met = 0;
    const slow = lake.run({
      onEvent: async (event) => {
        if (event.type === 'table-started') {
          await lake.entry('cc_race', { fence: T(3) });
          await lake.run();
        }
        if (event.type !== 'folder-skipped' || met++ > 0) return;
        // Somebody decides for a rebuild now, and has come as far as emptying the table.
        const writer = await TableWriter.open(lake.engine, lake.target.table('cc_race'));
        await writer.commit(() => ({
          files: [],
          removesAll: true,
          transactions: [{ appId: 'cda:cc_race:aaaa', version: 0 }],
          operation: { name: 'WRITE', parameters: { mode: 'Overwrite' } },
        }));
      },
    });

    // What it had skipped is gone: going on from there would lose it for good.
    const { tables } = await slow;
    expect(met).toBeGreaterThan(0);
    expect(await lake.idsOf('cc_race')).toEqual([]);
    expect(tables).toMatchObject([{ foldersDone: 0, failure: { code: 'RESET_MEANWHILE' } }]);
    await lake.entry('cc_race', { fence: T(9) });
    await lake.run();
    expect(await lake.idsOf('cc_race')).toEqual([1, 2, 3, 4]);
  });

  it('does not take an empty place for a source without news', async () => {
    await lake.entry('cc_nowhere', { records: 12 });
    const { tables, manifestEtag } = await lake.run();

    expect(tables).toMatchObject([{ outcome: 'completed_with_errors', warnings: [{ code: 'NOTHING_FOUND' }] }]);
    expect(manifestEtag).toBeUndefined();
  });

  it('says nothing of an entry that cannot be used when it is left out by the name it has', async () => {
    await lake.ids('cc_named', 'aaaa', T(1), [1]);
    const good = { lastSuccessfulWriteTimestamp: String(T(9)), dataFilesPath: `${lake.source.uri}/cc_named` };
    const named = { ...good, schemaHistory: { aaaa: '1' } };
    await lake.writeManifest({ 'CC-Claim (old)': {}, '../cc_claim': {}, cc_named: named });

    expect((await lake.run()).outcome).toBe('completed_with_errors');
    const options = { exclude: ['CC-Claim (old)', '../*'] };
    const { outcome, manifestEtag } = await lake.run(options);
    expect([outcome, manifestEtag]).toEqual(['unchanged', expect.any(String)]);
    expect((await planIngestion({ ...lake.options(), ...options })).tables.map(({ table }) => table)).toEqual([
      'cc_named',
    ]);
  });

  it('tells a full disk and a target it may not write to with what to do, table by table', async () => {
    for (const name of ['cc_denied', 'cc_full', 'cc_room']) {
      await lake.ids(name, 'aaaa', T(1), [1]);
      await lake.entry(name, {});
    }
    const target: TargetStore = {
      uri: lake.target.uri,
      copy: (...args) => lake.target.copy(...args),
      table: (name) => {
        const code = name === 'cc_full' ? 'ENOSPC' : name === 'cc_denied' ? 'EACCES' : undefined;
        return code === undefined ? lake.target.table(name) : new Refusing(lake.target.table(name).location, code);
      },
    };

    const { tables } = await lake.run({ target });

    expect(tables).toMatchObject([
      { table: 'cc_denied', outcome: 'failed', foldersFailed: 1, failure: { code: 'STORAGE_ACCESS_DENIED' } },
      { table: 'cc_full', outcome: 'failed', foldersFailed: 1, failure: { code: 'STORAGE_FULL' } },
      { table: 'cc_room', outcome: 'completed' },
    ]);
    expect(tables[1]?.failure?.advice).toContain('Make room');
    expect((await lake.run()).outcome).toBe('completed');
  });

  it('asks a target again that could not be asked, and fails one table for it', async () => {
    for (const name of ['cc_asked', 'cc_asked_again', 'cc_asked_once']) {
      await lake.ids(name, 'aaaa', T(1), [1]);
      await lake.entry(name, {});
    }
    let asked = 0;
    const target: TargetStore = {
      uri: lake.target.uri,
      copy: (...args) => lake.target.copy(...args),
      table: (name) => lake.target.table(name),
      keepsWritersApart: async () => {
        asked += 1;
        if (asked === 1) throw new StorageUnavailable(lake.target.uri, 'it answered 503');
      },
    };

    const { tables } = await lake.run({ target, parallelTables: 1 });
    expect(tables.map(({ failure }) => failure?.code).sort()).toEqual(['STORAGE_UNAVAILABLE', undefined, undefined]);
    expect(asked).toBe(2);
  });

  it('tells places of one name in two stores apart, and points from none to the files of another', async () => {
    const clients = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'https://s3.eu-west-1.amazonaws.com', undefined].map(
      (endpoint) => new S3Client({ region: 'eu-west-1', ...(endpoint === undefined ? {} : { endpoint }) }),
    );
    const [one, other, byName, aws] = clients.map((client) => ({ client, bucket: 'lake', prefix: 'cda' }));
    if (one === undefined || other === undefined || byName === undefined || aws === undefined) throw new Error('Four');
    const refusalOf = (from: S3Place, to: S3Place, mode: IngestionMode): Promise<string> =>
      refuseOptions({ source: new S3Source(from), target: new S3Target(to), manifestPath: 'm.json', mode }).then(
        () => 'fine',
        (error: IngestionRefused) => error.code,
      );

    expect(await refusalOf(one, other, 'reference')).toBe('INVALID_OPTIONS');
    expect(await refusalOf(one, other, 'copy')).toBe('fine');
    expect(await refusalOf(one, one, 'copy')).toBe('STORES_OVERLAP');
    expect(await refusalOf(byName, aws, 'reference')).toBe('STORES_OVERLAP');
    for (const client of clients) client.destroy();
  });

  it('begins nothing that makes no sense', async () => {
    const inside = new LocalTarget(join(lake.source.root, 'tables'));
    await expect(lake.run({ target: inside })).rejects.toMatchObject({ code: 'STORES_OVERLAP' });
    await symlink(lake.source.root, join(lake.directory, 'link'));
    const linked = new LocalTarget(join(lake.directory, 'link/tables'));
    await expect(lake.run({ target: linked })).rejects.toMatchObject({ code: 'STORES_OVERLAP' });
    await expect(lake.run({ parallelTables: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(lake.run({ manifestPath: 'none.json' })).rejects.toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
    await expect(lake.run({ include: ['cc-*'] })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

/** A disk that takes no commit. */
class Refusing extends LocalStorage {
  constructor(
    folder: string,
    private readonly errno: string,
  ) {
    super(folder);
  }

  override putIfAbsent(path: string): Promise<void> {
    return Promise.reject(Object.assign(new Error(`${this.errno}: refused, open '${path}'`), { code: this.errno }));
  }
}
