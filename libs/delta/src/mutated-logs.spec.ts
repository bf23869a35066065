import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DeltaEngine, DeltaError, DeltaTable } from './index';
import { MemoryStorage } from './testing/memory-storage';
import { mutate, randomFrom } from './testing/mutations';
import { naiveTable } from './testing/naive-table';

const CORPUS = resolve(__dirname, '../corpus');
const TABLES = ['inline-vectors', 'log-compaction', 'nested-mapping', 'in-commit-timestamps'];
const ROUNDS = 300;

/**
 * Tables whose logs were damaged at random, by a fixed seed. Whatever is left of a log, what is read from it is what a
 * plain replay of the same bytes gives, or an error of this library.
 */
describe('a damaged log', () => {
  let directory: string;
  let engine: DeltaEngine;
  const originals = new Map<string, ReadonlyMap<string, Uint8Array>>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'delta-mutated-'));
    engine = await DeltaEngine.open({ cacheDirectory: join(directory, 'cache') });
    for (const table of TABLES) originals.set(table, await filesOf(join(CORPUS, table)));
  });
  afterAll(async () => {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('gives the right answer or an error that names what is wrong', async () => {
    const random = randomFrom(20260101);
    const wrong: string[] = [];
    const outcomes = { answers: 0, errors: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const table = TABLES[round % TABLES.length] ?? '';
      const files = new Map(originals.get(table));
      const done = mutate(files, random);
      const found = await answer(engine, files);
      if (found instanceof Error) {
        outcomes.errors += 1;
        if (!(found instanceof DeltaError)) wrong.push(`${round} ${table} ${done}: ${found.stack ?? found.message}`);
        continue;
      }
      outcomes.answers += 1;
      const expected = naiveTable(files);
      if (expected !== undefined && JSON.stringify(found) !== JSON.stringify(expected)) {
        wrong.push(`${round} ${table} ${done}: ${JSON.stringify(found)} != ${JSON.stringify(expected)}`);
      }
    }

    expect(wrong).toEqual([]);
    expect(outcomes.answers).toBeGreaterThan(ROUNDS / 10);
    expect(outcomes.errors).toBeGreaterThan(ROUNDS / 10);
  }, 60_000);

  it('leaves nothing behind but copies that the cache knows', async () => {
    const left = (await readdir(join(directory, 'cache'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );

    expect(left.filter(({ name, parentPath }) => name.endsWith('.tmp') || !parentPath.includes('/files/'))).toEqual([]);
  });
});

/** What a table says of its newest version, or why it does not. */
async function answer(
  engine: DeltaEngine,
  files: Map<string, Uint8Array>,
): Promise<{ version: number; files: number; bytes: string } | Error> {
  try {
    const table = await DeltaTable.open(engine, new MemoryStorage(files));
    const snapshot = await table.snapshot();
    await table.history({ limit: 10 });
    await snapshot.files({ limit: 10 });
    const { rows: counted } = await snapshot.countRows();
    const { rows } = await snapshot.preview({ limit: 1_000 });
    if (BigInt(rows.length) !== counted) return new Error(`${rows.length} rows are shown and ${counted} are counted`);
    return { version: snapshot.version, files: snapshot.numFiles, bytes: String(snapshot.sizeBytes) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function filesOf(root: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const name of await readdir(root, { recursive: true })) {
    const file = join(root, name);
    if (!name.startsWith('expected') && (await stat(file)).isFile()) found.set(name, await readFile(file));
  }
  return found;
}
