import { startWorkspace, type LocalWorkspace } from '@lakescope/databricks-emulator';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface StatementAnswer {
  statement_id: string;
  status: { state: string; error?: { message: string } };
  manifest?: { total_row_count: number; total_chunk_count: number };
  result?: { external_links?: { external_link: string }[]; data_array?: unknown[][] };
}

const PATH = '/api/2.0/sql/statements';

/** A local workspace in this process, with one table of made-up orders, asked over HTTP as anybody asks it. */
export class SqlWorkspace {
  private constructor(
    readonly workspace: LocalWorkspace,
    readonly stateDirectory: string,
  ) {}

  static async start(rows: number): Promise<SqlWorkspace> {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'lakescope-bench-sql-'));
    const workspace = await startWorkspace({ port: 0, stateDirectory, warehouseStartMilliseconds: 0 });
    const started = new SqlWorkspace(workspace, stateDirectory);
    await workspace.createCatalog('bench', { readers: [] });
    await workspace.createSchema('bench', 'sales');
    await started.run(
      `CREATE TABLE bench.sales.orders AS SELECT id, id * 7 AS customer, concat('item ', id % 1000) AS item,
         CAST(id / 7.0 AS DECIMAL(18,2)) AS price, id % 2 = 0 AS paid, TIMESTAMP '2026-01-01 00:00:00' AS placed
       FROM range(${rows})`,
    );
    return started;
  }

  /** Runs a statement to its end; rejects when it fails. */
  async run(statement: string, more: Readonly<Record<string, unknown>> = {}): Promise<StatementAnswer> {
    const body = { warehouse_id: this.workspace.warehouseId, statement, wait_timeout: '50s', ...more };
    const answer = await this.ask(PATH, { method: 'POST', body: JSON.stringify(body) });
    if (answer.status.state === 'SUCCEEDED') return answer;
    throw new Error(`${statement}: ${answer.status.state} ${answer.status.error?.message ?? ''}`);
  }

  /** Fetches every chunk of an EXTERNAL_LINKS result as a client does, keeping none; answers the bytes. */
  async fetchAll({ statement_id, manifest }: StatementAnswer): Promise<number> {
    let bytes = 0;
    for (let chunk = 0; chunk < (manifest?.total_chunk_count ?? 0); chunk += 1) {
      const { external_links = [] } = (await this.ask(
        `${PATH}/${statement_id}/result/chunks/${chunk}`,
      )) as unknown as NonNullable<StatementAnswer['result']>;
      for (const { external_link } of external_links) {
        const { body } = await fetch(external_link);
        if (body === null) throw new Error('A chunk has no body');
        for await (const piece of body) bytes += (piece as Uint8Array).length;
      }
    }
    return bytes;
  }

  async stop(): Promise<void> {
    await this.workspace.close();
    await rm(this.stateDirectory, { recursive: true, force: true });
  }

  private async ask(path: string, init: RequestInit = {}): Promise<StatementAnswer> {
    const { token } = this.workspace.personas.admin;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(this.workspace.url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as StatementAnswer;
  }
}
