import type { CheckpointFiles } from '../checkpoint/checkpoint-files';
import type { CheckpointTables } from '../checkpoint/checkpoint-tables';
import type { DuckDB } from '../duckdb/duckdb';
import type { LogState } from '../log/log-state';
import type { Storage } from '../storage/storage';
import type { Filter } from '../table/snapshot';
import type { TableLayout } from '../table/table-layout';
import { FileFilter } from './file-filter';
import type { FileIndex } from './file-index';
import { MemoryFileIndex } from './memory-file-index';
import { StoredFileIndex } from './stored-file-index';
import { storedVersion, type StoredVersion } from './stored-version';

/** Opens the files of a version wherever they are kept. */
export class FileIndexes {
  /** As long as a state is remembered, so is what was found out about its files. */
  private readonly versions = new WeakMap<LogState, StoredVersion>();

  constructor(
    private readonly duckdb: DuckDB,
    private readonly tables: CheckpointTables,
    /** From how many files on they are kept in tables. */
    private readonly largeFiles: number,
  ) {}

  async open(state: LogState, storage: Storage, layout: TableLayout, signal?: AbortSignal): Promise<FileIndex> {
    if (state.checkpointFiles === undefined && state.files.size < this.largeFiles) {
      return new MemoryFileIndex(state.files, layout, this.duckdb);
    }
    const files = state.checkpointFiles ?? withoutCheckpoint(storage);
    const version = this.versions.get(state) ?? (await storedVersion(this.tables, files, state, storage, signal));
    this.versions.set(state, version);
    return new StoredFileIndex(this.tables, files, version, storage, layout);
  }

  filter(layout: TableLayout, filters: readonly Filter[], signal?: AbortSignal): Promise<FileFilter> {
    return FileFilter.bind(this.duckdb, layout, filters, signal);
  }
}

/** Commits alone may add as many files as a large checkpoint has. */
function withoutCheckpoint({ location }: Storage): CheckpointFiles {
  return { key: location, name: '', parts: [] };
}
