import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import {
  AlreadyExists,
  append,
  createTable,
  DeltaEngine,
  DeltaTable,
  LocalStorage,
  TableNotFound,
} from '@lakescope/delta';
import { DATA_SOURCES } from './data-sources';
import { demoFiles, demoTables, type DemoTable } from './demo-tables';

/** Names the seeding in the tables' own transaction log, so that no batch is written twice. */
const APPLICATION = 'lakescope-demo-lake';
const AUTHOR = { userName: 'engineer@lakescope.local', engineInfo: 'Lakescope demo lake' };

/**
 * Fills the catalog `demo` with tables and files of real open data. What is already there stays: an interrupted seeding
 * goes on where it ended.
 *
 * @param report told about each table that is begun
 */
export async function seedDemoLake(
  workspace: LocalWorkspace,
  cacheDirectory: string,
  report: (line: string) => void,
): Promise<void> {
  const data = join(dirname(createRequire(__filename).resolve('vega-datasets')), '../data');
  await workspace.createCatalog('demo', { comment: 'Real open data to try things on' });
  await workspace.createSchema('demo', 'lake', { comment: 'Delta tables and files, seeded at the first start' });
  const tables = await workspace.createVolume('demo', 'lake', 'tables', { comment: 'Delta tables with history' });
  const files = await workspace.createVolume('demo', 'lake', 'files', { comment: 'Files as they were published' });

  await copyFiles(data, files);
  const engine = await DeltaEngine.open({ cacheDirectory, localRoots: [tables] });
  try {
    for (const table of demoTables) {
      report(`Demo lake: ${table.name} (${table.batches.length} commits)`);
      await seedTable(engine, join(tables, table.name), join(data, table.file), table);
    }
  } finally {
    await engine.close();
  }
}

async function seedTable(engine: DeltaEngine, folder: string, file: string, demo: DemoTable): Promise<void> {
  await mkdir(folder, { recursive: true });
  const storage = new LocalStorage(folder);
  if (await hasAllCommits(engine, storage, demo)) return;
  for (const [index, { query, addsColumns }] of demo.batches.entries()) {
    const source = { files: [file], format: demo.format, query };
    if (index === 0) {
      await createTable(engine, storage, {
        ...AUTHOR,
        name: demo.name,
        description: demo.description,
        partitionColumns: [...(demo.partitionColumns ?? [])],
        source,
      }).catch(unlessAlreadyThere);
      continue;
    }
    const table = await DeltaTable.open(engine, storage);
    await append(engine, table, {
      ...AUTHOR,
      source,
      mergeSchema: addsColumns ?? false,
      transaction: { appId: APPLICATION, version: index },
    });
  }
}

async function hasAllCommits(engine: DeltaEngine, storage: LocalStorage, demo: DemoTable): Promise<boolean> {
  try {
    const { version } = await (await DeltaTable.open(engine, storage)).snapshot();
    return version >= demo.batches.length - 1;
  } catch (error) {
    if (error instanceof TableNotFound) return false;
    throw error;
  }
}

async function copyFiles(data: string, volume: string): Promise<void> {
  for (const [folder, names] of Object.entries(demoFiles)) {
    await mkdir(join(volume, folder), { recursive: true });
    for (const name of names) {
      const target = join(volume, folder, name);
      if ((await sizeOf(target)) !== (await sizeOf(join(data, name)))) await copyFile(join(data, name), target);
    }
  }
  await writeFile(join(volume, 'DATA-SOURCES.md'), DATA_SOURCES);
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return found?.size;
}

function unlessAlreadyThere(error: unknown): void {
  if (!(error instanceof AlreadyExists)) throw error;
}
