import type { ExecuteStatementRequest, StatementResponse, StatementResult } from '@lakescope/databricks-wire';
import { defaults } from './defaults';
import { readStatement, readStatementResult } from './read-statement';
import type { CallOptions, Credential, Transport } from './transport';

const BASE = '/api/2.0/sql/statements';

/**
 * SQL on a warehouse (`/api/2.0/sql/statements`); as a person it takes the scope `sql`. A statement that fails is an answer like any
 * other, with the state FAILED: only what the platform refuses to run at all is thrown.
 */
export class StatementsApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /**
   * Hands a statement over, which starts a warehouse that is stopped. It is sent once, whatever happens: a second try could run it twice.
   * `repeatable`: it only reads, so that it may. The deadline of the call counts from where `wait_timeout` ends.
   */
  async execute(
    request: ExecuteStatementRequest,
    { repeatable = false, ...options }: CallOptions & { repeatable?: boolean } = {},
  ): Promise<StatementResponse> {
    const text = await this.transport.text(this.credential, {
      ...options,
      idempotent: repeatable,
      deadlineMs: (options.deadlineMs ?? defaults.callDeadlineMs) + waitMs(request.wait_timeout),
      method: 'POST',
      path: BASE,
      maximumBytes: defaults.statementBytes,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return readStatement(text, `POST ${BASE}`);
  }

  /** Where it stands; with the first chunk of the result when it has succeeded. `not_found` when it is not, or no longer, known. */
  async get(id: string, options: CallOptions = {}): Promise<StatementResponse> {
    const path = `${BASE}/${encodeURIComponent(id)}`;
    const text = await this.transport.text(this.credential, {
      ...options,
      method: 'GET',
      path,
      maximumBytes: defaults.statementBytes,
    });
    return readStatement(text, `GET ${path}`);
  }

  /** Asks it to end, which may come too late. */
  async cancel(id: string, options: CallOptions = {}): Promise<void> {
    await this.transport.head(this.credential, {
      ...options,
      method: 'POST',
      path: `${BASE}/${encodeURIComponent(id)}/cancel`,
      headers: { 'content-type': 'application/json' },
      body: '{}',
      idempotent: true,
    });
  }

  /** One chunk of a result, or the link to it. */
  async chunk(id: string, index: number, options: CallOptions = {}): Promise<StatementResult> {
    const path = `${BASE}/${encodeURIComponent(id)}/result/chunks/${index}`;
    const text = await this.transport.text(this.credential, {
      ...options,
      method: 'GET',
      path,
      maximumBytes: defaults.statementBytes,
    });
    return readStatementResult(text, `GET ${path}`);
  }
}

function waitMs(timeout: string | undefined): number {
  return timeout === undefined ? 10_000 : Number.parseFloat(timeout) * 1_000;
}
