import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface StatementAnswer {
  statement_id: string;
  status: { state: string; error?: { message: string } };
  manifest?: { total_row_count: number; total_chunk_count: number };
  result?: { external_links?: { external_link: string }[]; data_array?: unknown[][] };
}

const PATH = '/api/2.0/sql/statements';

interface Address {
  readonly url: string;
  readonly warehouseId: string;
  readonly token: string;
}

/** A local workspace in a process of its own, with one table of made-up orders, asked over HTTP as anybody asks it. */
export class SqlWorkspace {
  private constructor(
    readonly child: ChildProcess,
    readonly stateDirectory: string,
    private readonly address: Address,
  ) {}

  static async start(rows: number): Promise<SqlWorkspace> {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'lakescope-bench-sql-'));
    const program = resolve('dist/bench/sql-workspace-process.cjs');
    // The flag is that of `npm start`.
    const child = spawn(process.execPath, ['--max-semi-space-size=4', program, stateDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const started = new SqlWorkspace(child, stateDirectory, JSON.parse(said.toString()) as Address);
    await started.run(
      `CREATE TABLE bench.sales.orders AS SELECT id, id * 7 AS customer, concat('item ', id % 1000) AS item,
         CAST(id / 7.0 AS DECIMAL(18,2)) AS price, id % 2 = 0 AS paid, TIMESTAMP '2026-01-01 00:00:00' AS placed
       FROM range(${rows})`,
    );
    return started;
  }

  /** Runs a statement to its end; rejects when it fails. */
  async run(statement: string, more: Readonly<Record<string, unknown>> = {}): Promise<StatementAnswer> {
    const body = { warehouse_id: this.address.warehouseId, statement, wait_timeout: '50s', ...more };
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
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
    await rm(this.stateDirectory, { recursive: true, force: true });
  }

  private async ask(path: string, init: RequestInit = {}): Promise<StatementAnswer> {
    const { token, url } = this.address;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as StatementAnswer;
  }
}
