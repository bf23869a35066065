import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, createTable, DeltaEngine, LocalStorage, type CreateTableOptions } from '@lakescope/delta';

type Row = Record<string, unknown>;

/** What a table for tests is made of: the rows of each of its versions. */
export interface GivenTable extends Pick<
  CreateTableOptions,
  'name' | 'description' | 'partitionColumns' | 'properties'
> {
  versions: readonly (readonly Row[])[];
}

/** Writes a real Delta table into a folder, one commit for each list of rows; later rows may bring columns of their own. */
export async function givenDeltaTable(folder: string, { versions, ...options }: GivenTable): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'lakescope-rows-'));
  const engine = await DeltaEngine.open({ cacheDirectory: join(scratch, 'cache'), localRoots: [] });
  try {
    await mkdir(folder, { recursive: true });
    const [first = [], ...later] = versions;
    const author = { userName: 'given', engineInfo: 'tests' };
    const storage = new LocalStorage(folder);
    const table = await createTable(engine, storage, {
      ...options,
      ...author,
      source: await source(scratch, 0, first),
    });
    for (const [index, rows] of later.entries()) {
      await append(engine, table, { ...author, mergeSchema: true, source: await source(scratch, index + 1, rows) });
    }
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function source(
  folder: string,
  version: number,
  rows: readonly Row[],
): Promise<{ files: string[]; format: 'json' }> {
  const file = join(folder, `${version}.json`);
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  return { files: [file], format: 'json' };
}
