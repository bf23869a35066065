import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTable, LocalStorage, type Storage } from '@lakescope/delta';
import { planIngestion } from '../plan/plan-ingestion';
import { LocalTarget } from '../target/local-target';
import type { TargetStore } from '../target/target-store';
import { CdaLake } from '../testing/cda-lake';
import type { TableVerification } from '../verify/verification';
import { verifyIngestion } from '../verify/verify-ingestion';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a table and its source', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  const codes = (warnings: readonly { code: string }[] | undefined): string[] =>
    (warnings ?? []).map(({ code }) => code);
  const proof = async (options: object = {}): Promise<TableVerification | undefined> => {
    let last: TableVerification | undefined;
    for await (const table of verifyIngestion({ ...lake.options(), ...options })) last = table;
    return last;
  };
  const properties = async (table: string): Promise<Readonly<Record<string, string>>> =>
    (await lake.snapshot(table)).metadata.properties;

  it('are written down with the first folder, as the manifest calls the source before any rewrite', async () => {
    await lake.ids('cc_bound', 'aaaa', T(1), [1]);
    await lake.entry('cc_bound', { path: 's3a://prod-cda/cda/cc_bound/' });
    await lake.run({ pathRewrite: { from: 's3://prod-cda/cda', to: lake.source.uri } });

    expect(await properties('cc_bound')).toMatchObject({
      'lakescope.cda.engine': 'embedded',
      'lakescope.cda.mode': 'reference',
      'lakescope.cda.source': 's3://prod-cda/cda/cc_bound',
    });
  });

  it('stay together when data is copied elsewhere and read with a rewrite', async () => {
    await lake.ids('cc_moved', 'aaaa', T(1), [1]);
    await lake.entry('cc_moved', { path: 's3://prod-cda/cda/cc_moved' });
    const rewrite = (to: string): object => ({ pathRewrite: { from: 's3://prod-cda/cda/cc_moved', to } });
    await lake.run(rewrite(`${lake.source.uri}/cc_moved`));
    await cp(join(lake.source.root, 'cc_moved'), join(lake.source.root, 'copied/cc_moved'), { recursive: true });
    await lake.ids('copied/cc_moved', 'aaaa', T(2), [2]);

    const { tables } = await lake.run(rewrite(`${lake.source.uri}/copied/cc_moved`));
    expect(tables).toMatchObject([{ outcome: 'completed', foldersDone: 1 }]);
    const proved = await proof(rewrite(`${lake.source.uri}/copied/cc_moved`));
    expect(proved).toMatchObject({ verdict: 'intact', folders: 2, rows: 2n, findings: [{ code: 'FILES_ELSEWHERE' }] });
    // The version from before goes on referring to where the data was, and nobody looks there.
    expect(proved?.findings[0]?.message).toContain(`1 files in ${lake.source.root}/cc_moved,`);
  });

  it('are proved where the table was moved, by what its log says of its files: copies beside it, references where they are', async () => {
    for (const mode of ['copy', 'reference'] as const) {
      const table = `cc_${mode}_moved`;
      lake.forgetEntries();
      await lake.ids(table, 'aaaa', T(1), [1]);
      await lake.entry(table, {});
      await lake.run({ mode });
      const moved = join(lake.directory, `${mode}-moved`);
      await rename(join(lake.directory, 'target', table), await made(join(moved, table)));
      const options = { target: new LocalTarget(moved), mode };

      expect(await proof(options)).toMatchObject({ verdict: 'intact', folders: 1, rows: 1n, findings: [] });
      await lake.ids(table, 'aaaa', T(2), [2]);
      expect(await lake.run(options)).toMatchObject({ tables: [{ outcome: 'completed', foldersDone: 1 }] });
      expect(await proof(options)).toMatchObject({ verdict: 'intact', folders: 2, rows: 2n, findings: [] });
      const gone = mode === 'copy' ? join(moved, table) : join(lake.source.root, table);
      await rm(join(gone, 'aaaa', String(T(1))), { recursive: true });
      expect(codes((await proof(options))?.findings)).toEqual(['FILE_GONE']);
    }
  });

  it('are not proved whole where a copied table refers to the files of the one it is a copy of', async () => {
    await lake.ids('cc_clone', 'aaaa', T(1), [1]);
    await lake.entry('cc_clone', {});
    await lake.run({ mode: 'copy' });
    const clone = join(lake.directory, 'clones/cc_clone');
    const log = '_delta_log/00000000000000000000.json';
    await made(join(clone, log));
    const text = await readFile(join(lake.directory, 'target/cc_clone', log), 'utf8');
    const absolute = text.replaceAll('"path":"aaaa/', `"path":"${lake.target.uri}/cc_clone/aaaa/`);
    await writeFile(join(clone, log), absolute);

    const proved = await proof({ target: new LocalTarget(join(lake.directory, 'clones')) });
    expect([absolute === text, codes(proved?.findings)]).toEqual([false, ['FILES_ELSEWHERE']]);
    expect(proved?.findings[0]?.message).toContain(`${lake.directory}/target/cc_clone,`);
  });

  it('are proved where the same data has another name now', async () => {
    await lake.ids('cc_renamed', 'aaaa', T(1), [1]);
    await lake.entry('cc_renamed', {});
    await lake.run();
    await cp(join(lake.source.root, 'cc_renamed'), join(lake.source.root, 'cc_renamed_since'), { recursive: true });
    await lake.ids('cc_renamed_since', 'aaaa', T(2), [2]);
    await lake.entry('cc_renamed', { path: `${lake.source.uri}/cc_renamed_since` });
    await lake.run({ resets: { cc_renamed: 'continue' } });

    expect(await proof()).toMatchObject({
      verdict: 'intact',
      folders: 2,
      rows: 2n,
      findings: [{ code: 'FILES_ELSEWHERE' }],
    });
    // What is not in the source any more is no less damage for that.
    await rm(join(lake.source.root, 'cc_renamed_since/aaaa', String(T(1))), { recursive: true });
    expect(codes((await proof())?.findings)).toEqual(['FILE_GONE', 'FILES_ELSEWHERE']);
  });

  it('are not mixed with another environment that has the same fingerprints, until somebody decides', async () => {
    await lake.ids('cc_prod', 'aaaa', T(1), [1]);
    await lake.entry('cc_prod', {});
    await lake.run();
    await lake.ids('test/cc_prod', 'aaaa', T(1), [100]);
    await lake.ids('test/cc_prod', 'aaaa', T(2), [200]);
    await lake.entry('cc_prod', { path: `${lake.source.uri}/test/cc_prod` });

    const { tables } = await lake.run();
    expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 0, failure: { code: 'OTHER_SOURCE' } }]);
    expect(tables[0]?.failure?.message).toContain(`${lake.source.uri}/cc_prod`);
    expect(tables[0]?.failure?.message).toContain(`${lake.source.uri}/test/cc_prod`);
    expect((await planIngestion(lake.options())).tables).toMatchObject([
      { state: 'blocked', failure: { code: 'OTHER_SOURCE' } },
    ]);
    expect(codes((await proof())?.findings)).toContain('OTHER_SOURCE');
    expect(await lake.idsOf('cc_prod')).toEqual([1]);

    await lake.run({ resets: { cc_prod: 'rebuild' } });
    expect(await lake.idsOf('cc_prod')).toEqual([100, 200]);
    // The same data under its old name again: nothing is lost and nobody is asked twice.
    await lake.entry('cc_prod', {});
    await lake.run({ resets: { cc_prod: 'continue' } });
    expect((await lake.run()).outcome).toBe('unchanged');
    expect(await properties('cc_prod')).toMatchObject({ 'lakescope.cda.source': `${lake.source.uri}/cc_prod` });
  });

  it('are not torn apart by a rebuild from a place where nothing is', async () => {
    await lake.ids('cc_empty', 'aaaa', T(1), [1]);
    await lake.entry('cc_empty', {});
    await lake.run();
    await lake.entry('cc_empty', { path: 's3://prod-cda/cda/cc_empty' });
    const options = {
      pathRewrite: { from: 's3://prod-cda/cda', to: `${lake.source.uri}/nowhere` },
      resets: { cc_empty: 'rebuild' as const },
    };

    expect((await planIngestion({ ...lake.options(), ...options })).tables).toMatchObject([
      { state: 'blocked', failure: { code: 'NOTHING_FOUND' } },
    ]);
    const { manifestEtag, tables } = await lake.run(options);
    expect(manifestEtag).toBeUndefined();
    expect(tables).toMatchObject([{ outcome: 'failed', versions: undefined, failure: { code: 'NOTHING_FOUND' } }]);
    expect(await lake.idsOf('cc_empty')).toEqual([1]);

    // With the right rewrite the decision is carried out.
    await lake.ids('there/cc_empty', 'aaaa', T(2), [2]);
    const right = { from: 's3://prod-cda/cda', to: `${lake.source.uri}/there` };
    expect((await lake.run({ ...options, pathRewrite: right })).outcome).toBe('completed');
    expect(await lake.idsOf('cc_empty')).toEqual([2]);
  });

  it('are told apart when the rewrite of a later run leads to where nothing is', async () => {
    await lake.ids('cc_astray', 'aaaa', T(1), [1]);
    await lake.entry('cc_astray', { path: 's3://prod-cda/cda/cc_astray' });
    const rewrite = (to: string): object => ({ pathRewrite: { from: 's3://prod-cda/cda', to } });
    await lake.run(rewrite(lake.source.uri));

    const astray = rewrite(`${lake.source.uri}/nowhere`);
    const { manifestEtag, tables } = await lake.run(astray);
    expect([manifestEtag, codes(tables[0]?.warnings)]).toEqual([undefined, ['NOTHING_FOUND']]);
    expect((await planIngestion({ ...lake.options(), ...astray })).tables).toMatchObject([
      { warnings: [{ code: 'NOTHING_FOUND' }] },
    ]);
    // Where the manifest says that nothing was written since, an old folder may have been cleared away.
    await lake.entry('cc_astray', { path: 's3://prod-cda/cda/cc_astray', fence: T(1) });
    expect(await lake.run(astray)).toMatchObject({ outcome: 'unchanged', manifestEtag: expect.any(String) as string });
  });

  it('are written down once for a table from before that', async () => {
    await lake.ids('cc_older', 'aaaa', T(1), [1]);
    await lake.entry('cc_older', {});
    await lake.run();
    await lake.setProperties('cc_older', {});
    await lake.ids('cc_older', 'aaaa', T(2), [2]);
    await lake.ids('cc_older', 'aaaa', T(3), [3]);
    await lake.run();

    expect(Object.keys(await properties('cc_older')).sort()).toEqual(
      ['engine', 'mode', 'source'].map((name) => `lakescope.cda.${name}`),
    );
    expect((await lake.log('cc_older', 1)).some(({ metaData }) => metaData !== undefined)).toBe(true);
    expect((await lake.log('cc_older', 2)).some(({ metaData }) => metaData !== undefined)).toBe(false);
    expect(await lake.idsOf('cc_older')).toEqual([1, 2, 3]);
  });

  it('keep to one mode', async () => {
    await lake.ids('cc_mode', 'aaaa', T(1), [1]);
    await lake.entry('cc_mode', {});
    await lake.run({ mode: 'copy' });
    await lake.ids('cc_mode', 'aaaa', T(2), [2]);

    const { tables } = await lake.run({ mode: 'reference' });
    expect(tables).toMatchObject([{ foldersDone: 0, failure: { code: 'OTHER_MODE' } }]);
    expect(tables[0]?.failure?.advice).toBe('Go on with the mode copy, or ingest into another target.');
    expect((await planIngestion(lake.options())).tables).toMatchObject([
      { state: 'blocked', failure: { code: 'OTHER_MODE' } },
    ]);
    expect((await lake.run({ mode: 'copy' })).outcome).toBe('completed');
  });

  it('are looked at again when somebody else was faster: a table that came between is not written to', async () => {
    await lake.ids('cc_between', 'aaaa', T(1), [1]);
    await lake.entry('cc_between', {});
    const place = new LocalStorage(join(lake.directory, 'target/cc_between'));
    const foreign = new Meanwhile(place.location, async () => {
      const source = {
        files: [join(lake.source.root, `cc_between/aaaa/${T(1)}/part-1.parquet`)],
        format: 'parquet' as const,
      };
      await createTable(lake.engine, place, { source });
    });

    const { tables } = await lake.run({ target: target(foreign) });
    expect(tables).toMatchObject([{ foldersDone: 0, failure: { code: 'TARGET_CHANGED' } }]);
    expect((await lake.snapshot('cc_between')).version).toBe(0);
    expect((await lake.run()).tables).toMatchObject([{ failure: { code: 'TARGET_NOT_OURS' } }]);
  });

  it('are looked at again when another run was faster: what it binds the table to holds', async () => {
    await lake.ids('cc_faster', 'aaaa', T(1), [1]);
    await lake.ids('cc_faster', 'aaaa', T(2), [2]);
    await lake.entry('cc_faster', {});
    const other = new Meanwhile(join(lake.directory, 'target/cc_faster'), async () => {
      await lake.entry('cc_faster', { fence: T(1) });
      await lake.run({ mode: 'copy' });
    });

    const { tables } = await lake.run({ target: target(other) });
    expect(tables).toMatchObject([{ foldersDone: 0, failure: { code: 'OTHER_MODE' } }]);
    expect(await lake.idsOf('cc_faster')).toEqual([1]);
  });

  function target(storage: Storage): TargetStore {
    return { uri: lake.target.uri, copy: (...args) => lake.target.copy(...args), table: () => storage };
  }
});

/** The path, once there is a folder for it. */
async function made(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return path;
}

/** A place where somebody else is faster by one commit. */
class Meanwhile extends LocalStorage {
  private isFirst = true;

  constructor(
    folder: string,
    private readonly happens: () => Promise<void>,
  ) {
    super(folder);
  }

  override async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    if (this.isFirst && path.startsWith('_delta_log/')) {
      this.isFirst = false;
      await this.happens();
    }
    return super.putIfAbsent(path, bytes);
  }
}
