import { execFileSync } from 'node:child_process';
import { readdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TargetStore } from '../target/target-store';
import { LocalSource } from '../source/local-source';
import type { SourceObject } from '../source/source-store';
import { CdaLake } from '../testing/cda-lake';

/** Folders, a minute apart. */
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('a run over a source that moves', () => {
  let lake: CdaLake;
  beforeAll(async () => {
    lake = await CdaLake.open();
  });
  beforeEach(() => lake.forgetEntries());
  afterAll(() => lake.close());

  async function given(table: string): Promise<(path: string) => string> {
    await lake.ids(table, 'aaaa', T(1), [1]);
    await lake.ids(table, 'aaaa', T(2), [2, 3]);
    await lake.ids(table, 'aaaa', T(3), [4]);
    await lake.entry(table, {});
    return (path) => join(lake.source.root, table, 'aaaa', path);
  }

  it.each(['reference', 'copy'] as const)('puts a folder with a link in it aside, with its path (%s)', async (mode) => {
    const table = `cc_link_${mode}`;
    const at = await given(table);
    await rename(at(`${T(2)}/part-2.parquet`), at('elsewhere'));
    await symlink(at('elsewhere'), at(`${T(2)}/part-2.parquet`));

    const { result, events } = await lake.told({ mode });

    expect(result.tables).toMatchObject([{ outcome: 'completed_with_errors', foldersDone: 2, foldersFailed: 1 }]);
    expect(events.find(({ type }) => type === 'folder-failed')).toMatchObject({
      failure: { code: 'SYMBOLIC_LINK', message: expect.stringContaining(`aaaa/${T(2)}/part-2.parquet`) },
    });
    expect(await lake.idsOf(table)).toEqual([1, 4]);

    await rm(at(`${T(2)}/part-2.parquet`));
    await rename(at('elsewhere'), at(`${T(2)}/part-2.parquet`));
    await lake.run({ mode, retryQuarantined: true });
    expect(await lake.idsOf(table)).toEqual([1, 2, 3, 4]);
  });

  it('puts a folder aside whose files are none', async () => {
    const at = await given('cc_pipe');
    execFileSync('mkfifo', [at(`${T(2)}/part-9.parquet`)]);

    const { tables } = await lake.run();

    expect(tables).toMatchObject([{ outcome: 'completed_with_errors', foldersDone: 2, foldersFailed: 1 }]);
  });

  it('stops before a folder that goes away while it is listed, and looks at it again', async () => {
    const at = await given('cc_gone');
    for (const minute of [1, 2, 3]) await rm(at(`${T(minute)}/_SUCCESS`));
    const source = new MovingSource(lake.source.root, {
      listed: ({ path }) => (path.includes(`/${T(1)}/part`) ? rename(at(String(T(2))), at('away')) : undefined),
    });

    const { tables } = await lake.run({ source });

    expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 1, failure: { code: 'STORAGE_CHANGED' } }]);
    expect(await lake.idsOf('cc_gone')).toEqual([1]);
    await rename(at('away'), at(String(T(2))));
    await lake.run();
    expect(await lake.idsOf('cc_gone')).toEqual([1, 2, 3, 4]);
  });

  it.each(['reference', 'copy'] as const)(
    'stops before a file that is another one than was listed (%s)',
    async (mode) => {
      const table = `cc_listed_${mode}`;
      await given(table);
      const path = `${table}/aaaa/${T(2)}/part-3.parquet`;
      const other = await lake.rows('SELECT 33::BIGINT AS id');
      const source = new MovingSource(lake.source.root, {
        listed: (object) => (object.path === path ? lake.write(path, other) : undefined),
      });

      const { tables, manifestEtag } = await lake.run({ mode, source });

      expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 1, failure: { code: 'STORAGE_CHANGED' } }]);
      expect(tables[0]?.failure?.message).toContain('part-3.parquet has changed');
      expect(manifestEtag).toBeUndefined();
      expect(await lake.idsOf(table)).toEqual([1]);
      await lake.run({ mode });
      expect(await lake.idsOf(table)).toEqual([1, 2, 4, 33]);
    },
  );

  it('stops before a file that is another one after its footer was read, and leaves no part of a copy', async () => {
    await given('cc_copied');
    const path = `cc_copied/aaaa/${T(2)}/part-3.parquet`;
    const other = await lake.rows('SELECT 33::BIGINT AS id');
    const source = new MovingSource(lake.source.root, {
      read: async (read) => {
        if (read !== path) return;
        await lake.write(path, other);
        await utimes(join(lake.source.root, path), new Date(), new Date(T(0)));
      },
    });

    const { tables } = await lake.run({ mode: 'copy', source });

    expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 1, failure: { code: 'STORAGE_CHANGED' } }]);
    const left = await readdir(join(lake.directory, 'target/cc_copied/aaaa', String(T(2))));
    expect(left.filter((name) => name !== 'part-2.parquet')).toEqual([]);
    await lake.run({ mode: 'copy' });
    expect(await lake.idsOf('cc_copied')).toEqual([1, 2, 4, 33]);
  });

  it('is taken for no source that was set back where another run has read a newer manifest meanwhile', async () => {
    const newer = ['cc_fence', 'cc_history'];
    await lake.ids('cc_fence', 'aaaa', T(1), [1]);
    await lake.ids('cc_history', 'aaaa', T(1), [1]);
    for (const table of newer) await lake.entry(table, { fence: T(1) });
    let isFirst = true;
    const behind = new MovingSource(lake.source.root, {
      manifest: async () => {
        if (!isFirst) return;
        isFirst = false;
        await lake.ids('cc_fence', 'aaaa', T(2), [2]);
        await lake.ids('cc_history', 'bbbb', T(1), [2]);
        await lake.entry('cc_fence', { fence: T(2) });
        await lake.entry('cc_history', { fence: T(1), history: { aaaa: '1', bbbb: '2' } });
        await lake.run();
      },
    });

    const { tables } = await lake.run({ source: behind });

    expect(tables).toMatchObject([
      { table: 'cc_fence', outcome: 'unchanged', failure: undefined },
      { table: 'cc_history', outcome: 'unchanged', failure: undefined },
    ]);
    for (const table of newer) expect(await lake.idsOf(table)).toEqual([1, 2]);
    // What was set back is so with every manifest.
    for (const table of newer) await lake.entry(table, { fence: T(0) });
    expect((await lake.run()).tables).toMatchObject([
      { failure: { code: 'SOURCE_RESET' } },
      { failure: { code: 'SOURCE_RESET' } },
    ]);
  });

  it('has ended all copies when it has ended, whatever ended it', async () => {
    for (const minute of [1, 2, 3]) {
      await lake.ids(
        'cc_ended',
        'aaaa',
        T(minute),
        [1, 2, 3, 4, 5, 6, 7, 8].map((id) => 10 * minute + id),
      );
    }
    await lake.entry('cc_ended', {});
    let underWay = 0;
    let copies = 0;
    const target: TargetStore = {
      uri: lake.target.uri,
      table: (name) => lake.target.table(name),
      copy: async (...asked) => {
        underWay += 1;
        copies += 1;
        const isFull = copies === 3;
        await delay(isFull ? 1 : 30);
        underWay -= 1;
        if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        await lake.target.copy(...asked);
      },
    };

    const { tables } = await lake.run({ mode: 'copy', target });

    expect(underWay).toBe(0);
    expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 0, failure: { code: 'STORAGE_FULL' } }]);
    expect((await lake.run({ mode: 'copy' })).tables).toMatchObject([
      { outcome: 'completed', foldersDone: 3, rows: 24n },
    ]);
  });
});

/** A folder in which something happens behind the back of whoever lists or reads it. */
class MovingSource extends LocalSource {
  constructor(
    folder: string,
    private readonly happens: {
      listed?: (object: SourceObject) => Promise<void> | undefined;
      read?: (path: string) => Promise<void>;
      /** After a manifest was read, and before whoever has read it works by it. */
      manifest?: () => Promise<void>;
    },
  ) {
    super(folder);
  }

  override async *list(
    folder: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<SourceObject> {
    for await (const object of super.list(folder, options)) {
      await this.happens.listed?.(object);
      yield object;
    }
  }

  override async read(...asked: Parameters<LocalSource['read']>): ReturnType<LocalSource['read']> {
    const read = await super.read(...asked);
    await this.happens.manifest?.();
    return read;
  }

  override async range(...[path, offset, length, options]: Parameters<LocalSource['range']>): Promise<Uint8Array> {
    const bytes = await super.range(path, offset, length, options);
    await this.happens.read?.(path);
    return bytes;
  }
}
