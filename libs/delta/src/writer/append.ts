import type { DeltaEngine } from '../table/delta-engine';
import type { DeltaTable } from '../table/delta-table';
import type { AppendOptions } from './write-options';

/** Appends the rows of a source and returns the version that holds them. */
export async function append(engine: DeltaEngine, table: DeltaTable, options: AppendOptions): Promise<number> {
  throw new Error(`Cannot append to ${table.storage.location} ${String(engine)} ${String(options)} yet`);
}
