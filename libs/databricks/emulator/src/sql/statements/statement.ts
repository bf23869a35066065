import type { StatementState, StatementStatus } from '@lakescope/databricks-wire';
import type { SqlColumn, SqlRequest, SqlResult } from '../engine/sql-request';
import type { Principal } from '../../identity/directory';
import type { WarehouseCompute } from '../warehouses/warehouse-compute';
import { ResultFile } from './result-file';
import type { ResultMemory } from './result-memory';
import { arrowRows } from './arrow-rows';
import { csvRows, JSON_ROWS, type RowEncoder } from './row-encoder';
import { FAILED_INSIDE, failedStatus } from './statement-failure';
import type { StatementRequest } from './statement-request';
import { storeResult } from './store-result';

/** What runs statements. */
export interface StatementEngine {
  run(request: SqlRequest): Promise<SqlResult>;
}

export interface StatementSurroundings {
  readonly id: string;
  readonly caller: Principal;
  readonly compute: WarehouseCompute;
  readonly engine: StatementEngine;
  /** Where the result is put; nothing is there before. */
  readonly file: string;
  readonly chunkBytes: number;
  readonly resultMemory: ResultMemory;
}

/** A result that is complete. */
export interface StoredResult {
  readonly columns: readonly SqlColumn[];
  readonly file: ResultFile;
  readonly truncated: boolean;
}

/** The caller, or the workspace, wants the statement to end. */
class StatementCanceled extends Error {
  override readonly name = 'StatementCanceled';
}

/** One statement from its acceptance until its result is gone. States only go forward. */
export class Statement {
  readonly id: string;
  readonly owner: string;
  /** How the result is wanted. The text of the statement is not kept: it may be megabytes, and it has run. */
  readonly disposition: StatementRequest['disposition'];
  readonly format: StatementRequest['format'];
  /** Settles when it has succeeded, failed or been canceled; never rejects. */
  readonly ended: Promise<void>;
  /** What went wrong inside of the workspace, for its log; not for the caller. */
  fault: unknown;
  private current: StatementStatus = { state: 'PENDING' };
  private stored: StoredResult | undefined;
  private readonly canceling = new AbortController();

  constructor(
    request: StatementRequest,
    private readonly surroundings: StatementSurroundings,
  ) {
    this.id = surroundings.id;
    this.owner = surroundings.caller.name;
    this.disposition = request.disposition;
    this.format = request.format;
    this.ended = this.run(request);
  }

  get status(): StatementStatus {
    return this.current;
  }

  /** While it has succeeded and its result is kept. */
  get result(): StoredResult | undefined {
    return this.stored;
  }

  get hasEnded(): boolean {
    return this.isIn('SUCCEEDED', 'FAILED', 'CANCELED', 'CLOSED');
  }

  /** Asks it to end; a statement that has ended stays as it is. */
  cancel(): void {
    if (!this.hasEnded) this.canceling.abort(new StatementCanceled('The statement was canceled'));
  }

  /** Its result is dropped: it was kept for long enough, or the workspace ends. */
  async discard(): Promise<void> {
    this.cancel();
    await this.ended;
    const { stored } = this;
    this.stored = undefined;
    if (this.current.state === 'SUCCEEDED') this.current = { state: 'CLOSED' };
    await stored?.file.remove();
  }

  private async run(request: StatementRequest): Promise<void> {
    const { signal } = this.canceling;
    try {
      const leave = await this.surroundings.compute.enter(signal, () => this.cancel());
      try {
        this.current = { state: 'RUNNING' };
        this.stored = await this.execute(request, signal);
        this.current = { state: 'SUCCEEDED' };
      } finally {
        leave();
      }
    } catch (error) {
      // However the engine words it: once it was canceled, it has ended because of that.
      const failed = signal.aborted ? ({ state: 'CANCELED' } as const) : failedStatus(error);
      if (failed === undefined) this.fault = error;
      this.current = failed ?? FAILED_INSIDE;
    }
  }

  private async execute(request: StatementRequest, signal: AbortSignal): Promise<StoredResult> {
    const { engine, caller, file: path, chunkBytes, resultMemory } = this.surroundings;
    const { text, catalog, schema, parameters, rowLimit, format } = request;
    const result = await engine.run({
      text,
      parameters,
      caller,
      signal,
      ...(catalog !== undefined && { catalog }),
      ...(schema !== undefined && { schema }),
      ...(rowLimit !== undefined && { rowLimit }),
    });
    const { columns } = result;
    const file = new ResultFile(path, await encoderOf(format, columns), chunkBytes, resultMemory);
    try {
      const truncated = await storeResult(result, file, request, signal);
      return { columns, file, truncated };
    } catch (error) {
      await file.remove();
      throw error;
    } finally {
      await result.close();
    }
  }

  private isIn(...states: readonly StatementState[]): boolean {
    return states.includes(this.current.state);
  }
}

function encoderOf(
  format: StatementRequest['format'],
  columns: readonly SqlColumn[],
): RowEncoder | Promise<RowEncoder> {
  if (format === 'ARROW_STREAM') return arrowRows(columns);
  return format === 'CSV' ? csvRows(columns) : JSON_ROWS;
}
