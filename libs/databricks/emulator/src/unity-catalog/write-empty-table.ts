import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTable, DeltaEngine, DeltaError, LocalStorage } from '@lakescope/delta';
import type { ColumnInfo } from '@lakescope/databricks-wire';
import { partitionColumnsOf, structFieldsOf } from './column-types';
import { InvalidSecurable } from './metastore-errors';

/** Puts a Delta table without rows into an empty folder. Throws InvalidSecurable for columns that cannot be stored. */
export async function writeEmptyTable(
  directory: string,
  columns: readonly ColumnInfo[],
  description: string,
): Promise<void> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'lakescope-new-table-'));
  try {
    const engine = await DeltaEngine.open({ cacheDirectory });
    try {
      await createTable(engine, new LocalStorage(directory), {
        schema: { type: 'struct', fields: structFieldsOf(columns) },
        partitionColumns: partitionColumnsOf(columns),
        ...(description !== '' && { description }),
      });
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (error instanceof DeltaError) throw new InvalidSecurable(error.message, { cause: error });
    throw error;
  } finally {
    await rm(cacheDirectory, { recursive: true, force: true });
  }
}
