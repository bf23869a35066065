import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  append,
  createTable,
  DeltaEngine,
  LocalStorage,
  type CreateTableOptions,
  type Storage,
} from '@lakescope/delta';

type Row = Record<string, unknown>;

/** What a table for tests is made of: the rows of each of its versions. */
export interface GivenTable extends Pick<
  CreateTableOptions,
  'name' | 'description' | 'partitionColumns' | 'properties'
> {
  versions: readonly (readonly Row[])[];
}

/** Writes a real Delta table into a folder or a storage, one commit for each list of rows; later rows may bring columns of their own. */
export async function givenDeltaTable(place: string | Storage, { versions, ...options }: GivenTable): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'lakescope-rows-'));
  const engine = await DeltaEngine.open({ cacheDirectory: join(scratch, 'cache'), localRoots: [] });
  try {
    const [first = [], ...later] = versions;
    const author = { userName: 'given', engineInfo: 'tests' };
    const storage = typeof place === 'string' ? await inFolder(place) : place;
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

async function inFolder(folder: string): Promise<Storage> {
  await mkdir(folder, { recursive: true });
  return new LocalStorage(folder);
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
