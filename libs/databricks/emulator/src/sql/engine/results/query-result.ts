import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { DataType } from '@lakescope/delta';
import { isFatal, toSqlFailure } from '../failures/duckdb-failure';
import type { Sandbox } from '../sandbox/sandbox';
import type { Sandboxes } from '../sandbox/sandboxes';
import type { SqlBatch, SqlColumn, SqlResult } from '../sql-request';
import { toCell } from './cells';
import { resultColumn, resultType } from './result-type';

/** The rows of a query, computed while they are read. The sandbox ends with it. */
export class QueryResult implements SqlResult {
  readonly columns: readonly SqlColumn[];
  private readonly types: readonly DataType[];
  private cut = false;
  private closed = false;
  private busy: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly result: DuckDBResult,
    private readonly sandbox: Sandbox,
    private readonly sandboxes: Sandboxes,
    private readonly signal: AbortSignal,
    private readonly rowLimit: number,
    private readonly interrupt: () => void,
  ) {
    this.types = result.columnTypes().map(resultType);
    this.columns = result.columnNames().map((name, index) => resultColumn(name, this.types[index] ?? 'string', index));
  }

  /** Computes the first rows, because a statement that fails at once should fail here. */
  static async start(
    sql: string,
    of: { sandbox: Sandbox; sandboxes: Sandboxes; signal: AbortSignal; rowLimit: number; interrupt: () => void },
  ): Promise<QueryResult> {
    const { sandbox, sandboxes, signal, rowLimit, interrupt } = of;
    const result = new QueryResult(await sandbox.stream(sql), sandbox, sandboxes, signal, rowLimit, interrupt);
    result.first = await result.fetch();
    return result;
  }

  private first: DuckDBDataChunk | undefined;

  async *chunks(): AsyncIterable<SqlBatch> {
    let left = this.rowLimit;
    let rows = this.first;
    this.first = undefined;
    while (rows !== undefined) {
      if (rows.rowCount > left) {
        this.cut = true;
        if (left > 0) yield this.batch(rows, left);
        return;
      }
      left -= rows.rowCount;
      yield this.batch(rows, rows.rowCount);
      rows = await this.sandboxes.inTurn(this.signal, () => this.fetch());
    }
  }

  truncated(): boolean {
    return this.cut;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.sandbox.interrupt();
    // A connection must not be taken away from under a statement that runs on it.
    await this.busy.catch(() => undefined);
    this.signal.removeEventListener('abort', this.interrupt);
    await this.sandboxes.release(this.sandbox);
  }

  /** Row by row: what nobody holds any more is cheap to clear away, a batch of rows is not. */
  private batch(chunk: DuckDBDataChunk, length: number): SqlBatch {
    const { types } = this;
    return {
      length,
      *[Symbol.iterator]() {
        const columns = types.map((type, index) => ({ type, vector: chunk.getColumnVector(index) }));
        for (let row = 0; row < length; row += 1) {
          yield columns.map(({ type, vector }) => toCell(vector.getItem(row), type));
        }
      },
    };
  }

  private async fetch(): Promise<DuckDBDataChunk | undefined> {
    this.signal.throwIfAborted();
    if (this.closed) throw new Error('The result is closed');
    const fetching = this.result.fetchChunk();
    this.busy = fetching;
    try {
      const chunk = await fetching;
      return chunk === null || chunk.rowCount === 0 ? undefined : chunk;
    } catch (error) {
      if (isFatal(error)) await this.sandboxes.replaceDatabase();
      this.signal.throwIfAborted();
      throw toSqlFailure(error);
    }
  }
}
