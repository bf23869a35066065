import { cp, mkdtemp, readdir, readFile, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crossCheck, DeltaEngine, DeltaTable, type JsonValue } from './index';
import { LocalStorage } from './storage/local-storage';
import { parseIndex, parseVersions, type CorpusTable, type CorpusVersion } from './testing/corpus';
import { relocated } from './testing/relocated-storage';

const CORPUS = resolve(__dirname, '../corpus');

/** Made by `node tools/delta-corpus/run.mjs`, which also says what must be found. */
describe('the small tables of this library', () => {
  let directory: string;
  let engine: DeltaEngine;
  let tables: CorpusTable[];
  let versions: CorpusVersion[];

  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'delta-small-')));
    await cp(CORPUS, directory, { recursive: true });
    engine = await DeltaEngine.open({ cacheDirectory: join(directory, 'cache'), localRoots: [directory] });
    tables = parseIndex(await readFile(join(directory, 'INDEX.tsv'), 'utf8'));
    versions = parseVersions(await readFile(join(directory, 'VERSIONS.tsv'), 'utf8'));
    // A checkout does not keep the times of files, which are the times of commits.
    for (const { path, version, fileTime } of versions) {
      const time = new Date(fileTime ?? 0);
      await utimes(join(directory, path, `_delta_log/${String(version).padStart(20, '0')}.json`), time, time);
    }
  });
  afterAll(async () => {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function open({ path, location }: CorpusTable): Promise<DeltaTable> {
    const folder = join(directory, path);
    return DeltaTable.open(engine, location === undefined ? new LocalStorage(folder) : relocated(folder, location));
  }

  /** Calls back for every version of every table that has one. */
  async function eachVersion(
    look: (table: CorpusTable, opened: DeltaTable, version: CorpusVersion) => Promise<unknown[]>,
  ): Promise<string[]> {
    const wrong: string[] = [];
    for (const table of tables) {
      const opened = await open(table);
      for (const version of versions.filter(({ path }) => path === table.path)) {
        const [found, expected] = (await look(table, opened, version)).map((value) => JSON.stringify(value));
        if (found !== expected) wrong.push(`${table.path} ${version.version}: ${found} != ${expected}`);
      }
    }
    return wrong;
  }

  it('are there, with all their versions', () => {
    expect(tables.map(({ path }) => path)).toEqual([
      'inline-vectors',
      'absolute-paths',
      'tall-file',
      'in-commit-timestamps',
      'nested-mapping',
      'log-compaction',
      'variants',
    ]);
    expect(versions.length).toBeGreaterThan(30);
  });

  it('have the files, bytes, rows and time of every version', async () => {
    const wrong = await eachVersion(async (_, opened, version) => {
      const snapshot = await opened.snapshot({ version: version.version });
      const { rows, exact } = await snapshot.countRows();
      return [
        [snapshot.numFiles, String(snapshot.sizeBytes), String(rows), exact, snapshot.timestamp.getTime()],
        [version.files, String(version.bytes), String(version.rows), true, version.commitTime],
      ];
    });

    expect(wrong).toEqual([]);
  });

  it('are found by the time of a version, and just before it at the one before', async () => {
    const wrong = await eachVersion(async (table, opened, version) => {
      const before = versions.filter(({ path, version: other }) => path === table.path && other < version.version);
      const at = async (time: number): Promise<number> =>
        (await opened.snapshot({ timestamp: new Date(time) })).version;
      const time = version.commitTime ?? 0;
      // Of a version that only a compaction has left, no time is known.
      const hasGap = before.length !== version.version;
      const previous = before.length === 0 || hasGap ? undefined : await at(time - 1);
      return [
        [await at(time), previous],
        [version.version, hasGap ? undefined : before.at(-1)?.version],
      ];
    });

    expect(wrong).toEqual([]);
  });

  it('show the rows of every version', async () => {
    const wrong = await eachVersion(async (table, opened, version) => {
      const snapshot = await opened.snapshot({ version: version.version });
      const expected = JSON.parse(
        await readFile(join(directory, table.path, 'expected', `${version.version}.json`), 'utf8'),
      ) as JsonValue[];
      const offset = version.expectedFrom ?? 0;
      const first = await snapshot.preview({ limit: 3, offset });
      const rest = await snapshot.preview({ limit: 1_000, offset: offset + first.rows.length });
      return [sorted([...first.rows, ...rest.rows]), sorted(expected)];
    });

    expect(wrong).toEqual([]);
  });

  it('agree with the checksums beside them', async () => {
    const found: string[] = [];
    for (const table of tables) {
      const names = await readdir(join(directory, table.path, '_delta_log'));
      for (const version of names.filter((name) => name.endsWith('.crc')).map((name) => Number(name.slice(0, 20)))) {
        const opened = await open(table);
        const checksum = await opened.checksum(version);
        const differences = checksum && crossCheck(await opened.snapshot({ version }), checksum);
        found.push(`${table.path} ${version}: ${differences?.join()}`);
      }
    }

    expect(found).toEqual(['log-compaction 3: ', 'log-compaction 6: ']);
  });

  it('answer for a version that is gone with the ones that are not', async () => {
    const table = tables.find(({ path }) => path === 'log-compaction');
    const opened = table && (await open(table));

    await expect(opened?.snapshot({ version: 2 })).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing: 'version 2',
      earliestVersion: 0,
    });
  });
});

function sorted(rows: readonly JsonValue[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
