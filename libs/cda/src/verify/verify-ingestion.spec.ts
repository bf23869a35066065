import { statSync } from 'node:fs';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpoint } from '@lakescope/delta';
import { CdaLake } from '../testing/cda-lake';
import type { TableVerification } from './verification';
import { verifyIngestion } from './verify-ingestion';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;
/** The manifest vouches for these. */
const FENCE = T(60);

describe('the proof of an ingestion', () => {
  let lake: CdaLake;
  let tables = 0;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  it('finds everything up to the cursors, counts what is still to do, and names what was put aside', async () => {
    const table = await ingested(3);
    await lake.folder(table, 'aaaa', T(4), { files: { 'part-4.parquet': Buffer.from('PAR1 cut off') } });
    await lake.folder(table, 'aaaa', T(5), { files: { 'part-5.parquet': 'SELECT 5::BIGINT AS id' }, written: 7 });
    await lake.folder(table, 'aaaa', T(6), { files: { 'empty.parquet': 'SELECT 1::BIGINT AS id LIMIT 0' } });
    await lake.folder(table, 'aaaa', T(7));
    await lake.run();
    await lake.ids(table, 'aaaa', T(8), [8]);
    await lake.ids(table, 'aaaa', T(61), [9]);

    expect(await proof(table)).toMatchObject({
      verdict: 'intact',
      version: 5,
      folders: 6,
      files: 4,
      rows: 4n,
      cursors: { aaaa: String(T(7)) },
      pendingFolders: 1,
      quarantined: [{ table, fingerprint: 'aaaa', folder: String(T(4)) }],
      reconciliation: { ok: 3, mismatch: 1, missing: 2 },
      findings: [{ severity: 'warning', code: 'METRICS_MISMATCH', folder: `aaaa/${T(5)}` }],
      failure: undefined,
    });
  });

  it('finds a folder that was put aside and ingested later', async () => {
    const table = await ingested(1);
    await lake.folder(table, 'aaaa', T(2), { files: { 'part-2.parquet': Buffer.from('PAR1 cut off') } });
    await lake.ids(table, 'aaaa', T(3), [3]);
    await lake.run();
    await lake.ids(table, 'aaaa', T(2), [2]);
    await lake.run({ retryQuarantined: true });

    expect(await proof(table)).toMatchObject({
      verdict: 'intact',
      folders: 3,
      rows: 3n,
      quarantined: [],
      findings: [],
    });
  });

  it('proves copies as it proves references, and misses those that are gone', async () => {
    const table = await ingested(2, 'copy');
    expect(await proof(table)).toMatchObject({ verdict: 'intact', folders: 2, rows: 2n, findings: [] });

    await rm(join(lake.source.root, table, 'aaaa', String(T(1))), { recursive: true });
    expect(await proof(table)).toMatchObject({ verdict: 'intact', findings: [{ code: 'FOLDER_PRUNED' }] });
    await rm(join(folderOf(table), 'aaaa', String(T(2)), 'part-2.parquet'));
    expect(await codes(table)).toEqual(['FILE_GONE', 'FOLDER_PRUNED']);
  });

  it('says what is absent, and what cannot be looked at', async () => {
    const table = `cc_absent_${(tables += 1)}`;
    await lake.ids(table, 'aaaa', T(1), [1]);
    await lake.entry(table, { fence: FENCE });
    await lake.entry('cc_outside', { fence: FENCE, path: 's3://elsewhere/cc_outside' });

    const found = await all();

    expect(found.find((each) => each.table === table)).toMatchObject({ verdict: 'absent', pendingFolders: 1 });
    expect(found.find((each) => each.table === 'cc_outside')).toMatchObject({
      verdict: 'unverified',
      failure: { code: 'PATH_OUTSIDE_SOURCE', advice: expect.stringContaining('path_rewrite') as string },
    });
  });

  it('starts anew where a table was rebuilt', async () => {
    const table = await ingested(2);
    await lake.entry(table, { fence: T(1) });
    expect(await codes(table)).toEqual(['PAST_FENCE']);
    await lake.run({ resets: { [table]: 'rebuild' } });

    expect(await proof(table)).toMatchObject({
      verdict: 'intact',
      folders: 1,
      rows: 1n,
      pendingFolders: 0,
      findings: [],
    });
  });

  it('tells what others did from damage: rows put together', async () => {
    const table = await ingested(3);
    await writeFile(join(folderOf(table), 'together.parquet'), await lake.rows('SELECT * FROM range(1, 3) r(id)'));
    await commit(table, [removed(table, 1, false), removed(table, 2, false), added('together.parquet', 2, false)]);
    await lake.ids(table, 'aaaa', T(4), [4]);
    await lake.run();

    expect(await proof(table)).toMatchObject({
      verdict: 'intact',
      folders: 4,
      findings: [{ severity: 'change', code: 'ROWS_REARRANGED' }],
    });
    await commit(table, [removed(table, 3, false), added('together.parquet?', 2, false)]);
    expect(await codes(table)).toEqual(['ROWS_DIFFER', 'ROWS_REARRANGED', 'ROWS_REARRANGED']);
  });

  it('tells what others did from damage: rows taken away and added', async () => {
    const table = await ingested(2);
    await commit(table, [removed(table, 1, true)], 'DELETE');
    await commit(table, [added('of-others.parquet', 5, true)]);

    const found = await proof(table);

    expect(found.verdict).toBe('changed_by_others');
    expect(found.findings).toMatchObject([
      { code: 'ROWS_CHANGED', message: expect.stringContaining('DELETE') as string },
      { code: 'ROWS_ADDED' },
    ]);
  });

  it('tells of files of others that lie elsewhere once for each folder, however many they are', async () => {
    const table = await ingested(1);
    const parts = [1, 2, 3].map((part) => added(`s3://of-others/lake/part-${part}.parquet`, 1, true));
    await commit(table, [...parts, added('file:///of-others.parquet', 1, true)]);

    const { findings, findingsTotal } = await proof(table);

    const elsewhere = findings.filter(({ code }) => code === 'FILES_ELSEWHERE').map(({ message }) => message);
    expect(elsewhere).toEqual([
      expect.stringContaining('3 files in s3://of-others/lake, '),
      expect.stringContaining('1 files in /, '),
    ]);
    expect([findings.length, findingsTotal]).toEqual([3, 3]);
  });

  it('does not ask for commits that are gone from the log', async () => {
    const table = await ingested(4);
    await checkpoint(await lake.table(table));
    for (const version of [0, 1, 2]) await rm(logFile(table, version));
    await lake.ids(table, 'aaaa', T(5), [5]);
    await lake.run();

    expect(await proof(table)).toMatchObject({ verdict: 'intact', folders: 5, rows: 5n, findings: [] });
  });

  it('takes a folder for lost that neither a commit nor a file tells of, where nobody else has written', async () => {
    const table = await ingested(4);
    await lake.folder(table, 'aaaa', T(2) + 1, { files: { 'empty.parquet': 'SELECT 1::BIGINT AS id LIMIT 0' } });
    await commit(table, [removed(table, 1, true)], 'DELETE');
    await forgetCommits(table);

    const found = await proof(table);
    expect(found).toMatchObject({ verdict: 'damaged', folders: 3, findings: [{ code: 'FOLDER_MISSING' }] });
    expect(found.findings[0]?.folder).toBe(`aaaa/${T(1)}`);
  });

  it('does not know what files of others hold once the commits are gone, and says no more than that', async () => {
    const table = await ingested(4);
    await writeFile(join(folderOf(table), 'together.parquet'), await lake.rows('SELECT * FROM range(1, 3) r(id)'));
    await commit(table, [removed(table, 1, false), removed(table, 2, false), added('together.parquet', 2, false)]);
    await forgetCommits(table);

    const found = await proof(table);
    expect(found).toMatchObject({ verdict: 'intact', folders: 2, findings: [{ code: 'HISTORY_GONE' }] });
    expect(found.findings[0]?.message).toMatch(/^2 folders .* cannot be told/);
  });

  const DAMAGES: [string, (table: string) => Promise<unknown>, string[]][] = [
    [
      'a folder twice',
      (table) => commit(table, [txn(table, 2), reference(table, 2)]),
      ['FILE_TWICE', 'FOLDER_OUT_OF_ORDER', 'FOLDER_TWICE'],
    ],
    [
      'a cursor that went past a folder',
      async (table) => {
        await lake.ids(table, 'aaaa', T(3), [3]);
        await lake.ids(table, 'aaaa', T(4), [4]);
        await old(table, 3);
        await commit(table, [txn(table, 4), reference(table, 4)]);
      },
      ['FOLDER_MISSING'],
    ],
    [
      'a folder that came too late',
      async (table) => {
        await lake.ids(table, 'aaaa', T(4), [4]);
        await lake.run();
        await lake.ids(table, 'aaaa', T(3), [3]);
      },
      ['FOLDER_LATE'],
    ],
    ['a file of a folder that others added', (table) => unread(table, 3), ['FILE_UNKNOWN', 'ROWS_ADDED']],
    [
      'a commit without one of its files',
      async (table) => {
        await lake.ids(table, 'aaaa', T(3), [3, 33]);
        await commit(table, [txn(table, 3), reference(table, 3)]);
      },
      ['FILE_MISSING'],
    ],
    [
      'a commit with the file of another folder',
      async (table) => {
        await lake.ids(table, 'aaaa', T(3), [3]);
        await commit(table, [txn(table, 3), reference(table, 3), added('stray.parquet', 1, true)]);
      },
      ['FILE_UNKNOWN'],
    ],
    [
      'two folders in one commit',
      async (table) => {
        await lake.ids(table, 'bbbb', T(3), [3]);
        await lake.ids(table, 'aaaa', T(3), [3]);
        await commit(table, [txn(table, 3), txn(table, 3, 'bbbb'), reference(table, 3)]);
        await lake.entry(table, { fence: FENCE, history: { aaaa: '1', bbbb: '2' } });
      },
      ['COMMIT_MALFORMED', 'FOLDER_MISSING'],
    ],
    [
      'other bytes in place of those that were ingested',
      async (table) => {
        const rows = await lake.rows('SELECT 1::BIGINT AS id UNION ALL SELECT 2');
        await lake.write(`${table}/aaaa/${T(2)}/part-2.parquet`, rows);
      },
      ['FILE_CHANGED', 'METRICS_MISMATCH', 'ROWS_DIFFER'],
    ],
    [
      'a file that cannot be read any more',
      (table) => lake.write(`${table}/aaaa/${T(2)}/part-2.parquet`, 'gone'),
      ['FILE_UNREADABLE', 'METRICS_MISMATCH'],
    ],
    [
      'a file that is gone',
      (table) => rm(join(lake.source.root, table, `aaaa/${T(2)}/part-2.parquet`)),
      ['FILE_GONE', 'METRICS_MISMATCH'],
    ],
    [
      'a folder that is gone',
      (table) => rm(join(lake.source.root, table, `aaaa/${T(2)}`), { recursive: true }),
      ['FILE_GONE'],
    ],
    [
      'rows that the log tells wrong',
      (table) => edit(table, 1, (text) => text.replace('\\"numRecords\\":1', '\\"numRecords\\":2')),
      ['ROWS_DIFFER'],
    ],
    [
      'a checkpoint that says something else than the commits',
      async (table) => {
        await checkpoint(await lake.table(table));
        await edit(table, 1, (text) => text.replace('part-2.parquet', 'part-3.parquet'));
      },
      ['FILE_GONE', 'FILE_MISSING', 'LOG_DISAGREES'],
    ],
  ];

  it.each(DAMAGES)('finds %s', async (_, damage, expected) => {
    const table = await ingested(2);
    await damage(table);
    const found = await proof(table);
    expect([...new Set(found.findings.map(({ code }) => code))].sort()).toEqual(expected);
    expect(found.verdict).toBe('damaged');
  });

  it('cannot look at a table whose log is broken, and looks at the others', async () => {
    const broken = await ingested(2);
    const whole = await ingested(1);
    await lake.entry(broken, { fence: FENCE });
    await writeFile(logFile(broken, 1), 'not json');

    const found = await all();

    expect(found.find(({ table }) => table === broken)).toMatchObject({ failure: { code: 'TABLE_CORRUPT' } });
    expect(found.find(({ table }) => table === whole)).toMatchObject({ verdict: 'intact' });
  });

  it('stops when nobody asks any more, and when it is told to', async () => {
    for (let each = 0; each < 5; each += 1) await ingested(1, 'reference', false);
    const options = { ...lake.options(), parallelTables: 1 };
    for await (const { verdict } of verifyIngestion(options)) {
      expect(verdict).toBe('intact');
      break;
    }
    const stop = new AbortController();
    stop.abort();
    await expect(verifyIngestion({ ...options, signal: stop.signal }).next()).rejects.toThrow('abort');
  });

  /** A new table with so many folders of one row, by itself in the manifest. */
  async function ingested(folders: number, mode: 'reference' | 'copy' = 'reference', alone = true): Promise<string> {
    const table = `cc_table_${(tables += 1)}`;
    if (alone) lake.forgetEntries();
    for (let minute = 1; minute <= folders; minute += 1) {
      await lake.ids(table, 'aaaa', T(minute), [minute]);
      await old(table, minute);
    }
    await lake.entry(table, { fence: FENCE });
    await lake.run({ mode });
    return table;
  }

  async function all(): Promise<TableVerification[]> {
    const found: TableVerification[] = [];
    for await (const each of verifyIngestion(lake.options())) found.push(each);
    return found;
  }

  async function proof(table: string): Promise<TableVerification> {
    const found = (await all()).find((each) => each.table === table);
    if (found === undefined) throw new Error(`nothing was said of ${table}`);
    return found;
  }

  async function codes(table: string): Promise<string[]> {
    return (await proof(table)).findings.map(({ code }) => code).sort();
  }

  /** A file of a folder that no run has read, as somebody else adds it. */
  async function unread(table: string, minute: number): Promise<void> {
    await lake.ids(table, 'aaaa', T(minute), [minute]);
    await commit(table, [reference(table, minute)]);
  }

  /** As if the folder had come long ago. */
  async function old(table: string, minute: number): Promise<void> {
    const file = join(lake.source.root, table, 'aaaa', String(T(minute)), `part-${minute}.parquet`);
    await utimes(file, T(minute) / 1_000, T(minute) / 1_000);
  }

  function folderOf(table: string): string {
    return join(lake.directory, 'target', table);
  }

  /** As log clean-up does. */
  async function forgetCommits(table: string): Promise<void> {
    const { version } = await lake.snapshot(table);
    await checkpoint(await lake.table(table));
    for (let each = 0; each <= version; each += 1) await rm(logFile(table, each));
  }

  function logFile(table: string, version: number): string {
    return join(folderOf(table), '_delta_log', `${String(version).padStart(20, '0')}.json`);
  }

  async function edit(table: string, version: number, change: (text: string) => string): Promise<void> {
    const text = await readFile(logFile(table, version), 'utf8');
    expect(change(text)).not.toBe(text);
    await writeFile(logFile(table, version), change(text));
  }

  /** The next version, as any other writer may make it. */
  async function commit(table: string, actions: readonly object[], operation = 'WRITE'): Promise<void> {
    const version = (await lake.snapshot(table)).version + 1;
    const info = { commitInfo: { timestamp: Date.now(), operation } };
    await writeFile(logFile(table, version), [info, ...actions].map((action) => JSON.stringify(action)).join('\n'));
  }

  function txn(table: string, minute: number, fingerprint = 'aaaa'): object {
    return { txn: { appId: `cda:${table}:${fingerprint}`, version: T(minute) } };
  }

  function reference(table: string, minute: number): object {
    const path = `${table}/aaaa/${T(minute)}/part-${minute}.parquet`;
    return added(`${lake.source.uri}/${path}`, 1, true, statSync(join(lake.source.root, path)).size);
  }

  function added(path: string, rows: number, dataChange: boolean, size = 1): object {
    const stats = JSON.stringify({ numRecords: rows });
    return { add: { path, partitionValues: {}, size, modificationTime: 1, dataChange, stats } };
  }

  function removed(table: string, minute: number, dataChange: boolean): object {
    const path = `${lake.source.uri}/${table}/aaaa/${T(minute)}/part-${minute}.parquet`;
    const stats = JSON.stringify({ numRecords: 1 });
    return { remove: { path, deletionTimestamp: Date.now(), dataChange, size: 1, stats } };
  }
});
