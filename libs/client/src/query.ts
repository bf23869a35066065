import type { QueryColumnDto, QueryDto, QueryErrorDto, RunQueryDto } from '@lakescope/contract';
import { pause } from './call-time';
import type { LakescopeClient } from './create-lakescope-client';

/** A client that has the operations of queries. */
export type QueryingClient = Pick<LakescopeClient, 'runQuery' | 'getQuery' | 'cancelQuery'>;

/** How a query is followed. */
export interface QueryOptions {
  /** Ends waiting and cancels the query on the warehouse; what waits rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The query ended without rows. `code` tells why: of the contract's list, or the status itself when no reason is known. */
export class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
  readonly code: QueryErrorDto['error_code'] | QueryDto['status'];

  constructor(
    readonly queryId: string,
    readonly status: QueryDto['status'],
    readonly error: QueryErrorDto | null,
  ) {
    super(error?.message ?? `The query ended as ${status}`);
    this.code = error?.error_code ?? status;
  }
}

/** Most that one answer waits for, by the contract. */
const WAIT_MS = 10_000;
/** Most rows of one query, by the contract. */
const PAGE_ROWS = 1_000;
const SOONEST_POLL_MS = 100;
/** The server cancels a query that nobody has asked about for 30 s. */
const LATEST_POLL_MS = 1_000;
const CANCEL_MS = 5_000;

/**
 * Submits a query of one table; resolves once the server knows it. A submission whose answer was lost is repeated: it reads only, and
 * the server cancels the query of the first one, since nobody asks about it.
 */
export async function submitQuery(
  client: QueryingClient,
  request: RunQueryDto,
  { signal }: QueryOptions = {},
): Promise<SubmittedQuery> {
  const first = await client.runQuery({ body: { wait_ms: WAIT_MS, ...request } }, { signal, idempotent: true });
  return new SubmittedQuery(client, first.query_id, { signal }, first);
}

/** Takes up a query that was submitted before, also by another process of the same user. */
export function resumeQuery(client: QueryingClient, queryId: string, options: QueryOptions = {}): SubmittedQuery {
  return new SubmittedQuery(client, queryId, options);
}

/** A query on the warehouse. Lost connections are made anew as the client's `retry` says; the query runs on meanwhile. */
export class SubmittedQuery {
  private readonly signal: AbortSignal | undefined;

  /** @internal */
  constructor(
    private readonly client: QueryingClient,
    readonly id: string,
    { signal }: QueryOptions,
    private seen?: QueryDto,
  ) {
    this.signal = signal;
  }

  /** Waits for its end; answers with its first rows. Rejects with a QueryFailed when it has none. */
  async finished(): Promise<QueryDto> {
    try {
      for (let wait = SOONEST_POLL_MS; ; wait = Math.min(2 * wait, LATEST_POLL_MS)) {
        const query = (this.seen ??= await this.look(0));
        if (query.error !== null) throw new QueryFailed(this.id, query.status, query.error);
        if (query.status === 'SUCCEEDED') return query;
        if (query.status !== 'PENDING' && query.status !== 'RUNNING')
          throw new QueryFailed(this.id, query.status, query.error);
        this.seen = undefined;
        await pause(wait, this.signal);
      }
    } catch (error) {
      // Why it was ended is what counts: what cannot be cancelled now the server cancels when nobody asks about it.
      if (this.signal?.aborted === true) await this.cancel().catch(() => undefined);
      throw error;
    }
  }

  async columns(): Promise<QueryColumnDto[]> {
    return (await this.finished()).columns;
  }

  /** Its rows, each a list in the order of the columns, fetched chunk by chunk as they are used up. */
  async *rows(): AsyncGenerator<unknown[], void, undefined> {
    const { chunk_count: count, rows } = await this.finished();
    yield* rows;
    for (let chunk = 1; chunk < (count ?? 1); chunk += 1) {
      const { error, status, rows: more } = await this.look(chunk);
      if (error !== null) throw new QueryFailed(this.id, status, error);
      yield* more;
    }
  }

  /** Its rows as objects by the names of the columns; of two columns of one name the later counts. */
  async *records(): AsyncGenerator<Record<string, unknown>, void, undefined> {
    const columns = await this.columns();
    for await (const row of this.rows()) yield Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]));
  }

  /** Cancels it on the warehouse; one that has ended stays as it is. */
  async cancel(): Promise<QueryDto> {
    return this.client.cancelQuery({ path: { id: this.id } }, { deadlineMs: CANCEL_MS });
  }

  private look(chunk: number): Promise<QueryDto> {
    return this.client.getQuery({ path: { id: this.id }, query: { chunk } }, { signal: this.signal });
  }
}

/**
 * The rows that a table has for a query, as objects, as many as `limit` says or all: one query after the other, of at most 1,000 rows
 * each. They are no snapshot: what is written meanwhile may move rows. Many rows are better had as a file (`exportQuery`).
 */
export async function* queryRecords(
  client: QueryingClient,
  { limit = Number.POSITIVE_INFINITY, offset = 0, ...request }: RunQueryDto,
  options: QueryOptions = {},
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  for (let read = 0; read < limit;) {
    const size = Math.min(PAGE_ROWS, limit - read);
    const query = await submitQuery(client, { ...request, limit: size, offset: offset + read }, options);
    let rows = 0;
    for await (const record of query.records()) {
      rows += 1;
      yield record;
    }
    const { truncated } = await query.finished();
    if (truncated ? rows === 0 : rows < size) return;
    read += rows;
  }
}
