import { setTimeout as sleep } from 'node:timers/promises';
import {
  PlatformError,
  type DatabricksClients,
  type PlatformErrorKind,
  type ResultColumn,
  type StatementParameter,
  type StatementResponse,
} from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { NoWayToGetResults } from '../../queries/query.errors';
import type { Cells } from '../../queries/cells';
import { cellsOf } from '../../queries/result-cells';
import type { ResultWay, ResultWays } from '../../queries/result-ways';
import { statementFailure } from '../../queries/statement-failure';
import type { Select } from '../../queries/table-select';

/** The platform waits so long itself, which answers most questions in one call. */
const WAIT_SECONDS = 10;
/** Then it is asked again and again: a warehouse that starts takes seconds to minutes. */
const POLL_MS = 500;

const KIND_BY_FAILURE: Readonly<Record<string, PlatformErrorKind>> = {
  TABLE_NOT_FOUND: 'not_found',
  CATALOG_PERMISSION_DENIED: 'permission_denied',
  RATE_LIMITED: 'rate_limited',
  SERVICE_UNAVAILABLE: 'unavailable',
};

/** Whose questions go to which warehouse. */
export interface StatementPlace {
  readonly databricks: DatabricksClients;
  readonly ways: ResultWays;
  readonly warehouseId: string;
}

/** All of a result, with what its columns are called. */
export interface StatementTable {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Cells[];
}

/** Reads the rows of statements whose text is fixed and whose values are parameters, as one caller. */
export class CatalogStatements {
  constructor(
    private readonly place: StatementPlace,
    private readonly caller: UserCaller,
  ) {}

  /** All rows of a result that is known to be small. */
  async rows(text: string, values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<readonly Cells[]> {
    const rows: Cells[] = [];
    for await (const chunk of this.chunks(text, values, signal)) rows.push(...chunk);
    return rows;
  }

  /** A result that is known to be small, with its columns. */
  async table({ text, parameters }: Select, signal: AbortSignal): Promise<StatementTable> {
    const { response, way } = await this.send(text, parameters, signal);
    const ended = await this.whenEnded(response, signal);
    const rows: Cells[] = [];
    for await (const chunk of this.chunksOf(ended, way, signal)) rows.push(...chunk);
    return { columns: ended.manifest?.schema.columns ?? [], rows };
  }

  /** The rows as they come. Fails with a PlatformError, also when the statement does, which for the platform is a success. */
  async *chunks(
    text: string,
    values: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Cells[], void, undefined> {
    const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
    const { response, way } = await this.send(text, parameters, signal);
    yield* this.chunksOf(await this.whenEnded(response, signal), way, signal);
  }

  private async *chunksOf(
    ended: StatementResponse,
    way: ResultWay,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Cells[], void, undefined> {
    const { statements } = this.place.databricks.asUser(this.caller);
    const chunks = ended.manifest?.total_chunk_count ?? 0;
    for (let index = 0; index < chunks; index++) {
      const result =
        index === 0 && ended.result !== undefined
          ? ended.result
          : await statements.chunk(ended.statement_id, index, { signal });
      yield await cellsOf(result, way, this.place.databricks.results);
    }
  }

  private async send(
    text: string,
    parameters: readonly StatementParameter[],
    signal: AbortSignal,
  ): Promise<{ response: StatementResponse; way: ResultWay }> {
    const { databricks, ways, warehouseId } = this.place;
    let refusal: unknown;
    for (const way of ways.of(warehouseId, 'any')) {
      try {
        const response = await databricks.asUser(this.caller).statements.execute(
          {
            warehouse_id: warehouseId,
            statement: text,
            parameters: [...parameters],
            disposition: way.disposition,
            format: way.format,
            wait_timeout: `${WAIT_SECONDS}s`,
            on_wait_timeout: 'CONTINUE',
          },
          { signal, repeatable: true },
        );
        return { response, way };
      } catch (error) {
        if (!ways.isRefusal(warehouseId, way, error)) throw error;
        refusal = error;
      }
    }
    throw new NoWayToGetResults(warehouseId, refusal);
  }

  private async whenEnded(begun: StatementResponse, signal: AbortSignal): Promise<StatementResponse> {
    const { statements } = this.place.databricks.asUser(this.caller);
    let response = begun;
    try {
      while (response.status.state === 'PENDING' || response.status.state === 'RUNNING') {
        await sleep(POLL_MS, undefined, { signal });
        response = await statements.get(response.statement_id, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      // Nobody waits for it any more; should this fail too, it ends by itself.
      await Promise.allSettled([statements.cancel(response.statement_id)]);
      throw new PlatformError('aborted', 'The call was aborted', { cause: error });
    }
    if (response.status.state === 'SUCCEEDED') return response;
    const { error_code: code, message } = statementFailure(response);
    throw new PlatformError(KIND_BY_FAILURE[code] ?? 'upstream', message, { operation: 'SQL', actingAs: 'user' });
  }
}
