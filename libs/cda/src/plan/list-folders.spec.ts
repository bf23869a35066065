import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalSource } from '../source/local-source';
import { FolderListing, type ListedFolder, type ListedRange } from './list-folders';

const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('the folders of a table', () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'cda-list-')));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function given(...paths: string[]): Promise<void> {
    for (const path of paths) {
      const file = join(root, 'cc', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, path.endsWith('.none.parquet') ? '' : 'x');
    }
  }

  async function list(more: Partial<ListedRange> = {}): Promise<{ folders: ListedFolder[]; listing: FolderListing }> {
    const range: ListedRange = {
      folder: 'cc',
      fingerprints: ['aa'],
      cursorOf: () => 0,
      fence: undefined,
      retried: [],
      isSkipped: () => false,
      ...more,
    };
    const listing = new FolderListing(new LocalSource(root), range, undefined);
    const folders: ListedFolder[] = [];
    for await (const folder of listing.folders()) folders.push(folder);
    return { folders, listing };
  }

  it('have their data files, and none of what lies beside them', async () => {
    await given(
      `aa/${T(1)}/part-1.parquet`,
      `aa/${T(1)}/part-0.parquet`,
      `aa/${T(1)}/x.none.parquet`,
      `aa/${T(1)}/_SUCCESS`,
      `aa/${T(1)}/_temporary/part-9.parquet`,
      `aa/${T(1)}/.part-0.parquet.crc`,
      `aa/${T(1)}/.cda/batch-metrics.json`,
    );

    const { folders, listing } = await list();

    expect(folders).toMatchObject([
      {
        ms: T(1),
        bytes: 2,
        hasSuccess: true,
        metrics: { path: `cc/aa/${T(1)}/.cda/batch-metrics.json` },
        warnings: [{ code: 'EMPTY_FILE' }],
      },
    ]);
    expect(folders[0]?.files.map(({ path }) => path)).toEqual(
      ['part-0.parquet', 'part-1.parquet'].map((name) => `cc/aa/${T(1)}/${name}`),
    );
    expect(listing.warnings).toEqual([]);
  });

  it('are thirteen digits, and what is named otherwise is told and not read', async () => {
    await given(
      `aa/0${T(1)}/a.parquet`,
      'aa/latest/a.parquet',
      'aa/17/a.parquet',
      'aa/stray.parquet',
      `aa/${T(2)}/a.csv`,
    );
    await given(`aa/${T(2)}.bak/a.parquet`, `aa/${T(2)}/sub/a.parquet`);

    const { folders, listing } = await list();

    expect(folders).toMatchObject([{ ms: T(2), files: [] }]);
    expect(listing.warnings).toMatchObject([{ code: 'UNKNOWN_NAMES' }]);
    for (const name of ['aa/17', `aa/${T(2)}.bak`, 'and 2 more']) expect(listing.warnings[0]?.message).toContain(name);
  });

  it('begin behind the cursor of their own fingerprint and end at the fence, which is one of them', async () => {
    for (const fingerprint of ['aa', 'bb']) {
      for (const minute of [1, 2, 3, 4])
        await given(`${fingerprint}/${T(minute)}/a.parquet`, `${fingerprint}/${T(minute)}/_SUCCESS`);
    }

    const { folders, listing } = await list({
      fingerprints: ['bb', 'aa'],
      cursorOf: (fingerprint) => (fingerprint === 'aa' ? T(2) : 0),
      fence: T(3),
      isSkipped: ({ ms }) => ms === T(1),
      retried: [{ fingerprint: 'aa', ms: T(1) }],
    });

    expect(folders.map(({ fingerprint, ms, isRetry }) => [fingerprint, ms, isRetry])).toEqual([
      ['aa', T(1), true],
      ['bb', T(2), false],
      ['bb', T(3), false],
      ['aa', T(3), false],
    ]);
    expect(listing.isIncomplete({ hasSuccess: false, ms: T(9) })).toBe(true);
  });

  it('are there when they are empty, and are none when the fingerprint is not there', async () => {
    await mkdir(join(root, `cc/aa/${T(1)}`), { recursive: true });

    expect((await list()).folders).toMatchObject([{ ms: T(1), files: [] }]);
    expect((await list({ fingerprints: ['gone'] })).folders).toEqual([]);
  });

  it('tell links and never follow them, wherever they lead', async () => {
    await given(`aa/${T(1)}/a.parquet`, `aa/${T(2)}/a.parquet`, `real/${T(3)}/a.parquet`);
    await symlink(join(root, `cc/aa/${T(1)}/a.parquet`), join(root, `cc/aa/${T(1)}/b.parquet`));
    await symlink(join(root, 'nowhere'), join(root, `cc/aa/${T(1)}/c.parquet`));
    await symlink(join(root, `cc/real/${T(3)}`), join(root, `cc/aa/${T(3)}`));
    await symlink(join(root, 'cc/real'), join(root, 'cc/bb'));
    await symlink(join(root, 'cc'), join(root, 'table'));

    const { folders } = await list();

    expect(folders.map(({ ms, files, unfit }) => [ms, files.length, unfit?.unfit, unfit?.path])).toEqual([
      [T(1), 1, 'link', `cc/aa/${T(1)}/b.parquet`],
      [T(2), 1, undefined, undefined],
      [T(3), 0, 'link', `cc/aa/${T(3)}`],
    ]);
    const source = new LocalSource(root);
    const refused = `The way to ${root}/cc/bb leads over a symbolic link`;
    await expect(list({ fingerprints: ['bb'] })).rejects.toThrow(refused);
    await expect(source.read(`table/aa/${T(1)}/a.parquet`)).rejects.toThrow('leads over a symbolic link');
    await expect(source.range(`cc/aa/${T(1)}/b.parquet`, 0, 1)).rejects.toThrow('is a symbolic link');
    await expect(source.read('../outside.parquet')).rejects.toThrow('not a path below');
    // The root itself is what somebody has named.
    expect((await new LocalSource(join(root, 'table')).read(`aa/${T(1)}/a.parquet`)) === 'not-modified').toBe(false);
  });

  it('tell what was gone before it could be looked at', async () => {
    await given(`aa/${T(1)}/a.parquet`, `aa/${T(2)}/a.parquet`, `aa/${T(3)}/a.parquet`);

    const told: unknown[] = [];
    for await (const { path, unfit } of new LocalSource(root).list('cc/aa')) {
      told.push([path, unfit]);
      await rm(join(root, `cc/aa/${T(2)}`), { recursive: true, force: true });
    }

    expect(told).toEqual([
      [`cc/aa/${T(1)}/a.parquet`, undefined],
      [`cc/aa/${T(2)}`, 'gone'],
      [`cc/aa/${T(3)}/a.parquet`, undefined],
    ]);
  });

  it('come in the order of an object store, from any name on', async () => {
    await given('a/x', 'a-b', 'a.b/y', 'ä', 'b/c/d', 'b/c-d');
    const source = new LocalSource(root);
    const after = async (startAfter?: string): Promise<string[]> => {
      const paths: string[] = [];
      for await (const { path } of source.list('cc', startAfter === undefined ? {} : { startAfter }))
        paths.push(path.slice(3));
      return paths;
    };
    const all = await after();

    expect(all).toEqual(['a-b', 'a.b/y', 'a/x', 'b/c-d', 'b/c/d', 'ä']);
    for (const [index, path] of all.entries()) expect(await after(`cc/${path}`)).toEqual(all.slice(index + 1));
    expect(await after('cc/b')).toEqual(['b/c-d', 'b/c/d', 'ä']);
    expect(await after('cc/b/c/')).toEqual(['b/c/d', 'ä']);
  });
});
