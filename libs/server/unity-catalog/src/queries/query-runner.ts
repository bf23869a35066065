import { randomUUID } from 'node:crypto';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { AbandonedQueries } from './abandoned-queries';
import type { QueryDto } from './query.dto';
import { QueryAnswers } from './query-answers';
import { QueryProgress } from './query-progress';
import { QueryRecords } from './query-records';
import type { RunQueryDto } from './run-query.dto';
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
    private readonly answers: QueryAnswers,
    private readonly abandoned: AbandonedQueries,
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
    return this.answers.show(caller, await this.progress.wait(caller, begun, until, signal));
  }

  async read(caller: UserCaller, queryId: string, chunk: number): Promise<QueryDto> {
    await this.abandoned.cancelOf(caller);
    const record = await this.progress.current(caller, queryId);
    return this.answers.show(caller, await this.progress.look(caller, record, true), chunk);
  }

  /** On the warehouse; a query that has ended stays as it is. */
  async cancel(caller: UserCaller, queryId: string): Promise<QueryDto> {
    await this.abandoned.cancelOf(caller);
    return this.answers.show(caller, { record: await this.progress.cancel(caller, queryId) });
  }
}
