import type { DeltaTable } from '../table/delta-table';
import type { CheckpointResult } from './checkpoint/checkpoint-writer';

/**
 * Writes a checkpoint of a version, the latest if none is named, so that readers need not replay the log from its start. One that is there
 * already stays. UnsupportedTableFeature for tables whose checkpoints would lose something.
 */
export async function checkpoint(
  table: DeltaTable,
  version?: number,
  options: { signal?: AbortSignal } = {},
): Promise<CheckpointResult> {
  const snapshot = await table.snapshot(version === undefined ? {} : { version }, options);
  return table.engine.checkpoints.writer.write(table.storage, snapshot, options.signal);
}
