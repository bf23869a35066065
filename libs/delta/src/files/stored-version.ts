import type { CheckpointFiles } from '../checkpoint/checkpoint-files';
import type { CheckpointTables, NamedFile } from '../checkpoint/checkpoint-tables';
import type { LogFile } from '../log/actions';
import type { LogState } from '../log/log-state';
import type { Storage } from '../storage/storage';
import type { FileTotals } from './file-index';
import { inPathOrder } from './memory-file-index';
import { namedFiles } from './named-files';

let versions = 0;

/** What a version has beside its checkpoint. */
export class StoredVersion {
  private sorted: readonly LogFile[] | undefined;

  constructor(
    /** Names the tables that are made for it. */
    readonly number: number,
    /** Files of the checkpoint that are no more. */
    readonly hidden: readonly NamedFile[],
    readonly totals: FileTotals,
    private readonly files: ReadonlyMap<string, LogFile>,
  ) {}

  /** In order. */
  get added(): readonly LogFile[] {
    this.sorted ??= inPathOrder(this.files);
    return this.sorted;
  }
}

/** Finds out what became of the checkpoint's files by a version. */
export async function storedVersion(
  tables: CheckpointTables,
  files: CheckpointFiles,
  state: LogState,
  storage: Storage,
  signal?: AbortSignal,
): Promise<StoredVersion> {
  return tables.leased(files, storage, signal, async (table, context) => {
    const hidden = await namedFiles(table, context, state.touched);
    const totals = { ...table.sums };
    for (const file of hidden) {
      totals.files -= 1;
      totals.bytes -= BigInt(file.sizeBytes);
      if (file.hasDeletionVector) totals.deletionVectors -= 1;
    }
    for (const file of state.files.values()) {
      totals.files += 1;
      totals.bytes += BigInt(file.sizeBytes);
      if (file.deletionVector !== undefined) totals.deletionVectors += 1;
    }
    versions += 1;
    return new StoredVersion(versions, hidden, totals, state.files);
  });
}
