import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatementResponse } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { AbandonedQueries } from './abandoned-queries';
import { QueryDto, type QueryWarehouseDto } from './query.dto';
import { QueryLimits } from './query-limits';
import { QueryProgress, type SeenQuery } from './query-progress';
import { hasEnded, type QueryFailure, type QueryRecord } from './query-record';
import { QueryRecords } from './query-records';
import { QueryResults } from './query-results';
import type { RunQueryDto } from './run-query.dto';
import { StatementSender } from './statement-sender';
import { TableColumns } from './table-columns';
import { selectPage, type TableQuery } from './table-select';
import { WarehouseState } from './warehouse-state';

/** Runs queries of people on the SQL warehouse, with their own rights, and tells how they stand. */
@Injectable()
export class QueryRunner {
  constructor(
    private readonly warehouse: WarehouseState,
    private readonly columns: TableColumns,
    private readonly records: QueryRecords,
    private readonly progress: QueryProgress,
    private readonly results: QueryResults,
    private readonly abandoned: AbandonedQueries,
    private readonly sender: StatementSender,
    private readonly limits: QueryLimits,
  ) {}

  /** Waits for the result as long as the body or the caller's `waitMs` says, whichever is longer. */
  async run(caller: UserCaller, asked: RunQueryDto, waitMs: number, signal: AbortSignal): Promise<QueryDto> {
    const { wait_ms: bodyWaitMs, start_warehouse: start, ...query } = asked;
    const until = performance.now() + Math.max(waitMs, bodyWaitMs);
    await this.warehouse.permit(caller, start);
    const request: TableQuery = { ...query };
    const columns = await this.columns.ask(caller, request, signal);
    const select = columns === undefined ? undefined : selectPage(request, columns);
    await this.abandoned.cancelOf(caller);
    const queryId = randomUUID();
    const noted = await this.records.create(caller, { queryId, request, warehouseId: this.warehouse.id, select });
    const begun = await this.progress.begin(caller, noted, select);
    return this.show(caller, await this.wait(caller, begun, until, signal), 0);
  }

  async read(caller: UserCaller, queryId: string, chunk: number): Promise<QueryDto> {
    await this.abandoned.cancelOf(caller);
    const record = await this.progress.current(caller, queryId);
    return this.show(caller, await this.progress.look(caller, record, true), chunk);
  }

  /** On the warehouse; a query that has ended stays as it is. */
  async cancel(caller: UserCaller, queryId: string): Promise<QueryDto> {
    await this.abandoned.cancelOf(caller);
    const record = await this.progress.current(caller, queryId);
    if (hasEnded(record)) return this.show(caller, { record }, 0);
    const requested = await this.records.change(caller, record, {
      cancelRequested: true,
      // One that is being handed over is canceled by who hands it over.
      ...(record.statementId === null ? { status: 'CANCELED' } : {}),
    });
    if (requested === undefined) return this.cancel(caller, queryId);
    if (requested.statementId === null) return this.show(caller, { record: requested }, 0);
    await this.sender.cancel(caller, requested.statementId);
    const canceled = await this.records.change(caller, requested, { status: 'CANCELED' });
    return this.show(caller, { record: canceled ?? (await this.progress.current(caller, queryId)) }, 0);
  }

  private async wait(caller: UserCaller, begun: SeenQuery, until: number, signal: AbortSignal): Promise<SeenQuery> {
    const { pollMs } = this.limits;
    let seen = begun;
    for (let turn = 0; !hasEnded(seen.record); turn++) {
      const left = until - performance.now();
      if (left <= 0 || signal.aborted) break;
      await sleep(Math.min(left, pollMs[Math.min(turn, pollMs.length - 1)] ?? left));
      const known = seen.record;
      seen = await this.progress.look(caller, known, false);
    }
    return seen;
  }

  private async show(caller: UserCaller, { record, response }: SeenQuery, chunk: number): Promise<QueryDto> {
    this.abandoned.hold(caller, record);
    const warehouse = await this.warehouseOf(caller, record);
    if (record.status !== 'SUCCEEDED') {
      return QueryDto.from({ record, warehouse, chunk, rows: undefined, error: record.error });
    }
    const rows = await this.rowsOf(caller, record, chunk, response);
    return QueryDto.from({ record, warehouse, chunk, rows, error: rows === undefined ? EXPIRED : null });
  }

  private rowsOf(
    caller: UserCaller,
    record: QueryRecord,
    chunk: number,
    response: StatementResponse | undefined,
  ): ReturnType<QueryResults['rows']> {
    return this.results.rows(caller, record, chunk, response);
  }

  /** What runs has a warehouse that runs; what waits may wait for it to start. */
  private async warehouseOf(caller: UserCaller, record: QueryRecord): Promise<QueryWarehouseDto> {
    if (hasEnded(record)) return { state: record.finishedAt === null ? 'RUNNING' : null, elapsed_ms: null };
    if (record.status === 'RUNNING') return { state: 'RUNNING', elapsed_ms: null };
    const { state } = await this.warehouse.read(caller);
    return { state, elapsed_ms: Math.max(0, Date.now() - record.submittedAt.getTime()) };
  }
}

const EXPIRED: QueryFailure = {
  error_code: 'RESULT_EXPIRED',
  message: 'The SQL warehouse has dropped the rows, as it does an hour after a success. Run the query again.',
  sql_state: null,
};
