import {
  DatabricksClients,
  PlatformError,
  type StatementResponse,
  type StatementResult,
} from '@lakescope/databricks-client';
import { InvalidRequest, type JsonValue, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { QueryRecord } from './query-record';
import { cellReader } from './typed-cells';
import { cellsOf } from './result-cells';
import { wayOf } from './result-ways';

/** The rows of queries that have succeeded: they stay on the warehouse, and are fetched with the token of who asks for them. */
@Injectable()
export class QueryResults {
  constructor(private readonly databricks: DatabricksClients) {}

  /**
   * The rows of one chunk, typed; undefined when the warehouse does not have the result any more. `response` spares a call when the
   * warehouse has just answered with the first chunk.
   */
  async rows(
    caller: UserCaller,
    record: QueryRecord,
    chunk: number,
    response?: StatementResponse,
  ): Promise<JsonValue[][] | undefined> {
    const chunks = record.chunkCount ?? 0;
    if (chunk >= Math.max(chunks, 1)) {
      throw new InvalidRequest(`The result has ${chunks} chunks, counted from 0.`, [
        { path: 'chunk', message: `must be less than ${Math.max(chunks, 1)}` },
      ]);
    }
    if (chunks === 0) return [];
    const result =
      chunk === 0 && response?.result !== undefined ? response.result : await this.fetch(caller, record, chunk);
    if (result === undefined) return undefined;
    const columns = record.columns ?? [];
    const cells = await cellsOf(result, wayOf(record.resultWay), this.databricks.results);
    const readers = columns.map(({ type }) => cellReader(type));
    return cells.map((row) => readers.map((read, at) => read(row[at] ?? null)));
  }

  private async fetch(
    caller: UserCaller,
    { statementId }: QueryRecord,
    chunk: number,
  ): Promise<StatementResult | undefined> {
    if (statementId === null) return undefined;
    try {
      return await this.databricks.asUser(caller).statements.chunk(statementId, chunk);
    } catch (error) {
      // One whose result was dropped after its hour is not known, or in no state to fetch from.
      const isGone =
        error instanceof PlatformError && (error.kind === 'not_found' || error.errorCode === 'INVALID_STATE');
      if (isGone) return undefined;
      throw error;
    }
  }
}
