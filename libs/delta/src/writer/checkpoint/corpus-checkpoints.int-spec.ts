import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TableCorrupt, UnsupportedTableFeature } from '../../errors';
import { checkpointName } from '../../log/log-listing';
import { parseIndex } from '../../testing/corpus';
import { TemporaryLake } from '../../testing/temporary-lake';
import { append } from '../append';
import { checkpoint } from '../checkpoint';
import { createTable } from '../create-table';
import { rewrite } from '../rewrite';

const root = process.env['LAKESCOPE_DELTA_CORPUS'];

describe('a checkpoint that is written', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  type LeftOut = (name: string, latest: string) => boolean;
  const ofLatest: LeftOut = (name, latest) => name.startsWith(`${latest}.checkpoint`);
  const all: LeftOut = (name) => name.includes('.checkpoint');

  /** Whether a checkpoint of the copy of a log, without the files left out, says alone what the whole log says. */
  async function saysTheSame(name: string, from: string, version: number, isLeftOut: LeftOut): Promise<boolean> {
    const latest = String(version).padStart(20, '0');
    const log = join(lake.directory, name, '_delta_log');
    await cp(from, log, { recursive: true });
    for (const file of await readdir(log)) if (isLeftOut(file, latest)) await rm(join(log, file));
    try {
      const before = await everything(lake, name);
      if (!(await checkpoint(await lake.open(name), version)).written) return false;
      for (const file of await readdir(log)) {
        if (file !== checkpointName(version)) await rm(join(log, file), { recursive: true });
      }
      expect([from, await everything(lake, name)]).toEqual([from, before]);
      return true;
    } catch (error) {
      // What was left out may be the only place where the table was told.
      const isGone = error instanceof TableCorrupt && error.missing.startsWith('version');
      if (isGone || error instanceof UnsupportedTableFeature) return false;
      throw error;
    }
  }

  it('says alone what the whole log of our own writer says', async () => {
    const source = await lake.rows("SELECT range AS id, 'a b/' || range % 3 AS part FROM range(9)");
    const table = await createTable(lake.engine, lake.storage('own'), { source, partitionColumns: ['part'] });
    await append(lake.engine, table, { source, transaction: { appId: 'a', version: 3 } });
    await checkpoint(table);
    const operation = { name: 'UPDATE', parameters: {} };
    await rewrite(lake.engine, table, {
      snapshot: await table.snapshot(),
      files: [0, 3],
      source,
      operation,
      metrics: () => ({}),
    });
    const log = join(lake.directory, 'own/_delta_log');

    expect(await saysTheSame('own-on-checkpoint', log, 2, ofLatest)).toBe(true);
    expect(await saysTheSame('own-from-start', log, 2, all)).toBe(true);
  });

  if (root !== undefined) {
    it('says alone what the whole log of other engines says', async () => {
      const tables = parseIndex(await readFile(join(root, 'INDEX.tsv'), 'utf8'));
      let written = 0;
      for (const [index, { path, expectation, version }] of tables.entries()) {
        if (expectation !== 'ok' && expectation !== 'log-only') continue;
        const log = join(root, path, '_delta_log');
        const hasCheckpoint = (await readdir(log)).some((name) => name.includes('.checkpoint'));
        if (await saysTheSame(`t${index}`, log, version, ofLatest)) written += 1;
        if (hasCheckpoint && (await saysTheSame(`t${index}-from-start`, log, version, all))) written += 1;
      }

      expect(written).toBeGreaterThanOrEqual(90);
    }, 120_000);
  }
});

async function everything(lake: TemporaryLake, name: string): Promise<unknown> {
  const snapshot = await (await lake.open(name)).snapshot();
  const { items } = await snapshot.files({ limit: 1_000 });
  const keepsStats = snapshot.metadata.properties['delta.checkpoint.writeStatsAsJson'] !== 'false';
  return {
    version: snapshot.version,
    protocol: snapshot.protocol,
    metadata: snapshot.metadata,
    domains: [...snapshot.domains].sort(),
    transactions: [...snapshot.transactions].sort((one, other) => (one.appId < other.appId ? -1 : 1)),
    items: items.map((file) => (keepsStats ? file : { ...file, stats: undefined, numRecords: undefined })),
  };
}
