import { setTimeout as sleep } from 'node:timers/promises';
import { DatabricksClients, PlatformError, type StatementResponse } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { InvalidQuery, QueryNotFound } from './query.errors';
import { hasEnded, type QueryChange, type QueryFailure, type QueryRecord } from './query-record';
import { QueryLimits } from './query-limits';
import { QueryRecords } from './query-records';
import { wayOf, type WantedResult } from './result-ways';
import { isTooLargeForInline, refusedStatement, statementFailure } from './statement-failure';
import { StatementSender } from './statement-sender';
import { selectNothing, selectPage, type Select } from './table-select';
import { TableColumns } from './table-columns';

/** How a query stands, and what the warehouse has just said about it if it was asked. */
export interface SeenQuery {
  readonly record: QueryRecord;
  readonly response?: StatementResponse;
}

/**
 * Takes a query from one step to the next with the token of whoever asks. What is known of it is in the database, so any replica goes on
 * where another one stopped; of two that look at one moment, the one that notes first goes on, and the other sees what came of it.
 */
@Injectable()
export class QueryProgress {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly records: QueryRecords,
    private readonly sender: StatementSender,
    private readonly columns: TableColumns,
    private readonly limits: QueryLimits,
  ) {}

  /** Hands the first statement over: that for the rows if the columns are known, else that for the columns. */
  begin(caller: UserCaller, record: QueryRecord, select: Select | undefined): Promise<SeenQuery> {
    return this.send(caller, record, select ?? { text: selectNothing(record.request), parameters: [] }, 'any');
  }

  /** Asks the warehouse, and notes what has changed. RUNNING is noted only if `notes` says so: it is no step. */
  async look(caller: UserCaller, record: QueryRecord, notes: boolean): Promise<SeenQuery> {
    if (hasEnded(record)) return { record };
    if (record.statementId === null) return this.lookForStatement(caller, record);
    const response = await this.ask(caller, record.statementId);
    if (response === undefined) return this.end(caller, record, 'INTERRUPTED', LOST);
    switch (response.status.state) {
      case 'PENDING':
      case 'RUNNING':
        return this.still(caller, record, response.status.state, notes);
      case 'SUCCEEDED':
        return record.step === 'columns'
          ? this.askForRows(caller, record, response)
          : this.succeed(caller, record, response);
      case 'FAILED':
        return this.fail(caller, record, response);
      case 'CANCELED':
        return record.cancelRequested
          ? this.end(caller, record, 'CANCELED', null)
          : this.end(caller, record, 'INTERRUPTED', STOPPED);
      case 'CLOSED':
        return this.end(caller, record, 'INTERRUPTED', LOST);
    }
  }

  /** Looks again and again until it has ended, the time is up, or nobody waits any more. */
  async wait(caller: UserCaller, begun: SeenQuery, until: number, signal: AbortSignal): Promise<SeenQuery> {
    const { pollMs } = this.limits;
    let seen = begun;
    for (let turn = 0; !hasEnded(seen.record); turn++) {
      const left = until - performance.now();
      if (left <= 0 || signal.aborted) break;
      await sleep(Math.min(left, pollMs[Math.min(turn, pollMs.length - 1)] ?? left));
      seen = await this.look(caller, seen.record, false);
    }
    return seen;
  }

  /** On the warehouse, too. One that is being handed over is canceled there by who hands it over. */
  async cancel(caller: UserCaller, queryId: string): Promise<QueryRecord> {
    const record = await this.current(caller, queryId);
    if (hasEnded(record)) return record;
    const isSent = record.statementId !== null;
    const requested = await this.records.change(caller, record, {
      cancelRequested: true,
      ...(isSent ? {} : { status: 'CANCELED' }),
    });
    // Somebody else was faster; it stands otherwise now.
    if (requested === undefined) return this.cancel(caller, queryId);
    if (requested.statementId === null) return requested;
    await this.sender.cancel(caller, requested.statementId);
    return this.change(caller, requested, { status: 'CANCELED' });
  }

  /** As it stands now, whoever has changed it. */
  async current(caller: UserCaller, queryId: string): Promise<QueryRecord> {
    const record = await this.records.find(caller, queryId);
    if (record === undefined) throw new QueryNotFound(queryId);
    return record;
  }

  private async ask(caller: UserCaller, statementId: string): Promise<StatementResponse | undefined> {
    try {
      return await this.databricks.asUser(caller).statements.get(statementId);
    } catch (error) {
      if (error instanceof PlatformError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  /** It is being handed over; who did that may have ended in the middle. */
  private async lookForStatement(caller: UserCaller, record: QueryRecord): Promise<SeenQuery> {
    if (Date.now() - record.claimedAt.getTime() < this.limits.claimMs) return { record };
    return this.end(caller, record, 'INTERRUPTED', LOST);
  }

  private async still(
    caller: UserCaller,
    record: QueryRecord,
    state: 'PENDING' | 'RUNNING',
    notes: boolean,
  ): Promise<SeenQuery> {
    // While the columns are asked for, the query itself has not begun.
    const status = record.step === 'columns' ? 'PENDING' : state;
    if (!notes) return { record: { ...record, status } };
    if (status !== record.status) return { record: await this.change(caller, record, { status }) };
    await this.records.notePoll(caller, record);
    return { record };
  }

  private async succeed(caller: UserCaller, record: QueryRecord, response: StatementResponse): Promise<SeenQuery> {
    const { manifest } = response;
    const changed = await this.change(caller, record, {
      status: 'SUCCEEDED',
      columns: (manifest?.schema.columns ?? []).map(({ name, type_text: type }) => ({ name, type })),
      rowCount: manifest?.total_row_count ?? 0,
      chunkCount: manifest?.total_chunk_count ?? 0,
      truncated: manifest?.truncated ?? false,
    });
    return { record: changed, response };
  }

  private async askForRows(caller: UserCaller, record: QueryRecord, response: StatementResponse): Promise<SeenQuery> {
    const columns = (response.manifest?.schema.columns ?? []).map(({ name, type_text: typeText }) => ({
      name,
      typeText,
    }));
    this.columns.remember(caller, record.request, columns);
    let select: Select;
    try {
      select = selectPage(record.request, columns);
    } catch (error) {
      if (!(error instanceof InvalidQuery)) throw error;
      return this.end(caller, record, 'FAILED', {
        error_code: 'INVALID_QUERY',
        message: error.message,
        sql_state: null,
      });
    }
    return this.sendNext(caller, record, select, 'any');
  }

  private async fail(caller: UserCaller, record: QueryRecord, response: StatementResponse): Promise<SeenQuery> {
    if (isTooLargeForInline(response) && wayOf(record.resultWay).disposition === 'INLINE') {
      const { sqlStatement: text, parameters } = record;
      if (text !== null) return this.sendNext(caller, record, { text, parameters: parameters ?? [] }, 'large');
    }
    this.columns.forget(caller, record.request);
    return this.end(caller, record, 'FAILED', statementFailure(response));
  }

  /** Takes the right to send from all others first, so that nothing runs twice. */
  private async sendNext(
    caller: UserCaller,
    record: QueryRecord,
    select: Select,
    wanted: WantedResult,
  ): Promise<SeenQuery> {
    const claimed = await this.records.change(caller, record, { statementId: null });
    if (claimed === undefined) return { record: await this.current(caller, record.queryId) };
    return this.send(caller, { ...claimed, step: 'rows' }, select, wanted);
  }

  private async send(
    caller: UserCaller,
    record: QueryRecord,
    select: Select,
    wanted: WantedResult,
  ): Promise<SeenQuery> {
    const sent = await this.sender.send(caller, record.warehouseId, select, wanted).catch(async (error: unknown) => {
      await this.end(caller, record, 'FAILED', refusedStatement(error));
      throw error;
    });
    const noted = await this.records
      .change(caller, record, {
        step: record.step,
        statementId: sent.statementId,
        resultWay: sent.way.name,
        ...(record.step === 'rows' ? { sqlStatement: select.text, parameters: select.parameters } : {}),
      })
      .catch(async (error: unknown) => {
        // Nobody would find it again, and it would go on at somebody's expense.
        await this.sender.cancel(caller, sent.statementId);
        throw error;
      });
    if (noted !== undefined) return { record: noted };
    // It was canceled in the meantime.
    await this.sender.cancel(caller, sent.statementId);
    return { record: await this.current(caller, record.queryId) };
  }

  private async end(
    caller: UserCaller,
    record: QueryRecord,
    status: 'FAILED' | 'CANCELED' | 'INTERRUPTED',
    error: QueryFailure | null,
  ): Promise<SeenQuery> {
    return { record: await this.change(caller, record, { status, error }) };
  }

  private async change(caller: UserCaller, record: QueryRecord, change: QueryChange): Promise<QueryRecord> {
    return (await this.records.change(caller, record, change)) ?? this.current(caller, record.queryId);
  }
}

const LOST: QueryFailure = {
  error_code: 'INTERRUPTED',
  message: 'The SQL warehouse knows nothing of this query any more. Run it again.',
  sql_state: null,
};
const STOPPED: QueryFailure = {
  error_code: 'INTERRUPTED',
  message: 'The query was ended on the SQL warehouse, which was stopped or whose administrator ended it. Run it again.',
  sql_state: null,
};
