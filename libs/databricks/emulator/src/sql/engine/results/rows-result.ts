import type { DataType } from '@lakescope/delta';
import type { SqlBatch, SqlColumn, SqlResult, SqlRow } from '../sql-request';
import { resultColumn } from './result-type';

const ROWS_PER_CHUNK = 2_048;

/** Rows that are there already: what SHOW and DESCRIBE answer. */
export class RowsResult implements SqlResult {
  readonly columns: readonly SqlColumn[];
  private cut = false;

  constructor(
    columns: readonly (readonly [name: string, type: DataType])[],
    private readonly rows: readonly SqlRow[],
    private readonly rowLimit = Number.POSITIVE_INFINITY,
  ) {
    this.columns = columns.map(([name, type], position) => resultColumn(name, type, position));
  }

  async *chunks(): AsyncIterable<SqlBatch> {
    const shown = this.rows.slice(0, this.rowLimit);
    this.cut = shown.length < this.rows.length;
    for (let start = 0; start < shown.length; start += ROWS_PER_CHUNK) {
      yield await Promise.resolve(shown.slice(start, start + ROWS_PER_CHUNK));
    }
  }

  truncated(): boolean {
    return this.cut;
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}
