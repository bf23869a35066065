import { setTimeout as delay } from 'node:timers/promises';
import type { ExecuteStatementRequest, StatementResponse, StatementState } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { ask, type Answer } from './given-workspace';

export const STATEMENTS = '/api/2.0/sql/statements';

/** SQL over HTTP as a persona. */
export class GivenStatements {
  constructor(private readonly workspace: LocalWorkspace) {}

  ask(persona: PersonaName, path: string, method = 'GET', body?: unknown): Promise<Answer> {
    return ask(this.workspace, `${STATEMENTS}${path}`, {
      method,
      token: this.workspace.personas[persona].token,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** On the starter warehouse, unless said otherwise. */
  post(persona: PersonaName, statement: string, more: Partial<ExecuteStatementRequest> = {}): Promise<Answer> {
    return this.ask(persona, '', 'POST', { warehouse_id: this.workspace.warehouseId, statement, ...more });
  }

  /** Waits for the end; throws with the error's text when the request itself is refused. */
  async run(
    persona: PersonaName,
    statement: string,
    more: Partial<ExecuteStatementRequest> = {},
  ): Promise<StatementResponse> {
    const answer = await this.post(persona, statement, { wait_timeout: '50s', ...more });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json<StatementResponse>();
  }

  /** The rows of a statement that must succeed. */
  async rows(
    persona: PersonaName,
    statement: string,
    more: Partial<ExecuteStatementRequest> = {},
  ): Promise<(string | null)[][]> {
    const { status, result } = await this.run(persona, statement, more);
    if (status.state !== 'SUCCEEDED') {
      const { failure = '' } =
        this.workspace.requestLog.entries().findLast((entry) => entry.failure !== undefined) ?? {};
      throw new Error(`${status.error?.message ?? status.state} ${failure}`);
    }
    return result?.data_array ?? [];
  }

  async get(persona: PersonaName, id: string): Promise<StatementResponse> {
    return (await this.ask(persona, `/${id}`)).json<StatementResponse>();
  }

  /** Polls as clients do, until the statement is in one of these states. */
  async until(persona: PersonaName, id: string, ...states: readonly StatementState[]): Promise<StatementResponse> {
    for (;;) {
      const statement = await this.get(persona, id);
      if (states.includes(statement.status.state)) return statement;
      await delay(10);
    }
  }
}
