import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTable, DeltaEngine, DeltaError, DeltaTable, LocalStorage, TableNotFound } from '@lakescope/delta';
import type { ColumnInfo } from '@lakescope/databricks-wire';
import { columnInfosOf, partitionColumnsOf, structFieldsOf } from './column-types';
import { InvalidSecurable } from './metastore-errors';

/** The columns that the newest version of a Delta table has; undefined when there is no table in the folder. */
export async function readColumns(directory: string): Promise<readonly ColumnInfo[] | undefined> {
  return withEngine(directory, async (engine) => {
    try {
      const table = await DeltaTable.open(engine, new LocalStorage(directory));
      const { schema, metadata } = await table.snapshot();
      return columnInfosOf(schema.fields, metadata.partitionColumns);
    } catch (error) {
      if (error instanceof TableNotFound) return undefined;
      throw error;
    }
  });
}

/** Puts a Delta table without rows into an empty folder. Throws InvalidSecurable for columns that cannot be stored. */
export async function writeEmptyTable(
  directory: string,
  columns: readonly ColumnInfo[],
  description: string,
): Promise<void> {
  await withEngine(directory, async (engine) => {
    await createTable(engine, new LocalStorage(directory), {
      schema: { type: 'struct', fields: structFieldsOf(columns) },
      partitionColumns: partitionColumnsOf(columns),
      ...(description !== '' && { description }),
    });
  });
}

/** An engine for one look at a log: its DuckDB starts only where there are checkpoints. */
async function withEngine<Result>(directory: string, work: (engine: DeltaEngine) => Promise<Result>): Promise<Result> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'lakescope-catalog-'));
  try {
    const engine = await DeltaEngine.open({ cacheDirectory });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (error instanceof DeltaError) throw new InvalidSecurable(`${directory}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    await rm(cacheDirectory, { recursive: true, force: true });
  }
}
