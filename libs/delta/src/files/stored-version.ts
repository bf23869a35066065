import type { CheckpointFiles } from '../checkpoint/checkpoint-files';
import type { CheckpointTables, NamedFile } from '../checkpoint/checkpoint-tables';
import type { LogFile } from '../log/actions';
import type { FileIdentity, LogState } from '../log/log-state';
import type { Storage } from '../storage/storage';
import type { FileSummary } from '../table/snapshot';
import type { FileTotals } from './file-index';
import { inPathOrder } from './memory-file-index';
import { namedFiles } from './named-files';

let versions = 0;

/** What a version has beside its checkpoint. */
export class StoredVersion {
  /** Once somebody has asked for it: it is the same for everybody who may see the version. */
  summary: FileSummary | undefined;
  private sorted: readonly LogFile[] | undefined;

  constructor(
    /** Names the tables that are made for it. */
    readonly number: number,
    /** Files of the checkpoint that are no more. */
    readonly hidden: readonly NamedFile[],
    readonly totals: FileTotals,
    private readonly files: ReadonlyMap<string, LogFile>,
    private readonly touched: ReadonlyMap<string, FileIdentity>,
  ) {}

  /** What commits since the checkpoint made of a file; undefined where they say nothing of it. */
  since(key: string): LogFile | 'gone' | undefined {
    return this.files.get(key) ?? (this.touched.has(key) ? 'gone' : undefined);
  }

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
    return new StoredVersion(versions, hidden, totals, state.files, state.touched);
  });
}
