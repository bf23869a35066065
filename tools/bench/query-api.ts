import { LOOP_DELAY } from './processes';
import { RunningApi } from './running-api';

interface Statement {
  status: { state: string; error?: { message: string } };
}

/** The built API in front of a warehouse that runs, with one table of made-up orders. */
export class QueryApi {
  private constructor(
    readonly api: RunningApi,
    private readonly token: string,
  ) {}

  static async start(rows: number): Promise<QueryApi> {
    const api = await RunningApi.start({ warehouseStartMilliseconds: 0 }, {}, LOOP_DELAY);
    const { workspace } = api.stack;
    await workspace.createCatalog('bench');
    await workspace.createSchema('bench', 'sales');
    await workspace.createVolume('bench', 'sales', 'files');
    const started = new QueryApi(api, await api.stack.token('admin'));
    await started.statement(
      `CREATE TABLE bench.sales.orders AS SELECT id, id * 7 AS customer, concat('item ', id % 1000) AS item,
         CAST(id / 7.0 AS DECIMAL(18,2)) AS price, id % 2 = 0 AS paid, TIMESTAMP '2026-01-01 00:00:00' AS placed
       FROM range(${rows})`,
    );
    return started;
  }

  /** Past the app, as one call that waits. */
  async statement(statement: string): Promise<void> {
    const { workspace } = this.api.stack;
    const answer = await fetch(`${workspace.url}/api/2.0/sql/statements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ warehouse_id: workspace.warehouseId, statement, wait_timeout: '50s' }),
    });
    const { status } = (await answer.json()) as Statement;
    if (status.state !== 'SUCCEEDED') throw new Error(`${statement}: ${status.error?.message ?? status.state}`);
  }

  /** Through the app; answers JSON. */
  async ask<T>(path: string, json?: unknown): Promise<T> {
    const method = json === undefined ? 'GET' : 'POST';
    const { status, text } = await this.api.ask(`/api/v1/unity-catalog${path}`, this.token, { method, json });
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  stop(): Promise<void> {
    return this.api.stop();
  }
}

/** A page of the table. */
export const ORDERS = { catalog: 'bench', schema: 'sales', table: 'orders' };
