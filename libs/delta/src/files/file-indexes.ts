import type { DuckDB } from '../duckdb/duckdb';
import type { LogState } from '../log/log-state';
import type { Filter } from '../table/snapshot';
import type { TableLayout } from '../table/table-layout';
import { FileFilter } from './file-filter';
import type { FileIndex } from './file-index';
import { MemoryFileIndex } from './memory-file-index';

/** Opens the files of a version wherever they are kept. */
export class FileIndexes {
  constructor(private readonly duckdb: DuckDB) {}

  open(state: LogState, layout: TableLayout): FileIndex {
    return new MemoryFileIndex(state.files, layout, this.duckdb);
  }

  filter(layout: TableLayout, filters: readonly Filter[], signal?: AbortSignal): Promise<FileFilter> {
    return FileFilter.bind(this.duckdb, layout, filters, signal);
  }
}
