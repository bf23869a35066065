import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { AbandonedQueries } from './abandoned-queries';
import { QueryDto, type QueryWarehouseDto } from './query.dto';
import type { SeenQuery } from './query-progress';
import { hasEnded, type QueryFailure, type QueryRecord } from './query-record';
import { QueryResults } from './query-results';
import { WarehouseState } from './warehouse-state';

/** What the owner of a query is told of it: how it stands, what it waits for, and its rows. */
@Injectable()
export class QueryAnswers {
  constructor(
    private readonly warehouse: WarehouseState,
    private readonly results: QueryResults,
    private readonly abandoned: AbandonedQueries,
  ) {}

  async show(caller: UserCaller, { record, response }: SeenQuery, chunk = 0): Promise<QueryDto> {
    this.abandoned.hold(caller, record);
    const warehouse = await this.warehouseOf(caller, record);
    if (record.status !== 'SUCCEEDED') {
      return QueryDto.from({ record, warehouse, chunk, rows: undefined, error: record.error });
    }
    const rows = await this.results.rows(caller, record, chunk, response);
    return QueryDto.from({ record, warehouse, chunk, rows, error: rows === undefined ? EXPIRED : null });
  }

  /** What runs has a warehouse that runs; what waits may wait for it to start. */
  private async warehouseOf(caller: UserCaller, record: QueryRecord): Promise<QueryWarehouseDto> {
    if (hasEnded(record)) return { state: null, elapsed_ms: null };
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
