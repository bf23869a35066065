import { setTimeout as delay } from 'node:timers/promises';
import type { ExecuteStatementRequest, StatementResponse } from '@lakescope/databricks-wire';
import { refused, type ContractClient } from './contract-client';
import { contractTargets, type ContractWorkspace } from './contract-workspace';
import { CLIENTS } from './given-clients';

describe.each(contractTargets(process.env))('a statement on $name', (target) => {
  let workspace: ContractWorkspace;

  beforeAll(async () => {
    workspace = await target.start();
  });
  afterAll(() => workspace.close());

  describe.each(CLIENTS)('by $client', ({ withToken }) => {
    let client: ContractClient;

    beforeAll(async () => {
      client = withToken(workspace.host, workspace.token);
      // A warehouse that sleeps takes minutes to wake, and is no part of any sentence below.
      await settled(await run('SELECT 1'));
    }, 600_000);
    afterAll(() => client.close());

    const run = (statement: string, more: Partial<ExecuteStatementRequest> = {}): Promise<StatementResponse> =>
      client.execute({ warehouse_id: workspace.warehouseId, statement, wait_timeout: '50s', ...more });

    const settled = async (answer: StatementResponse): Promise<StatementResponse> => {
      let latest = answer;
      while (latest.status.state === 'PENDING' || latest.status.state === 'RUNNING') {
        await delay(50);
        latest = await client.statement(latest.statement_id);
      }
      return latest;
    };
    const rows = async (statement: string, more: Partial<ExecuteStatementRequest> = {}): Promise<unknown> =>
      (await settled(await run(statement, more))).result?.data_array;

    it('is answered PENDING with an id when it does not wait, and finds the result later', async () => {
      const handed = await run('SELECT 42 AS answer', { wait_timeout: '0s' });

      expect(handed.status.state).toBe('PENDING');
      expect(handed.result).toBeUndefined();
      expect((await settled(handed)).result?.data_array).toEqual([['42']]);
    });

    it('is answered 200 with the state FAILED, the reason and the SQLSTATE by a statement that fails', async () => {
      const failed = await settled(await run('SELECT * FROM no_such_catalog.no_such_schema.no_such_table'));

      expect(failed.status.state).toBe('FAILED');
      expect(failed.status.error?.message).toContain('[TABLE_OR_VIEW_NOT_FOUND]');
      expect(failed.status.sql_state).toBe('42P01');
    });

    it('tells NULL from an empty text', async () => {
      expect(await rows("SELECT CAST(NULL AS STRING) AS a, '' AS b")).toEqual([[null, '']]);
    });

    it('gets numbers, times and truth as text, with every digit', async () => {
      const statement =
        'SELECT CAST(12345678901234567890.123456789012345678 AS DECIMAL(38,18)) AS d, CAST(9007199254740993 AS BIGINT) AS i, ' +
        "DATE'1969-12-31' AS day, TIMESTAMP'2026-01-31 10:00:00.123' AS t, true AS yes";

      expect(await rows(statement)).toEqual([
        [
          '12345678901234567890.123456789012345678',
          '9007199254740993',
          '1969-12-31',
          expect.stringMatching(/^2026-01-31T10:00:00\.123(Z|\+00:00)$/),
          'true',
        ],
      ]);
    });

    it('describes columns by name, place and type, in upper case', async () => {
      const { manifest } = await settled(await run('SELECT CAST(1 AS DECIMAL(10,2)) AS amt, CAST(1 AS BIGINT) AS id'));

      expect(manifest?.schema.columns).toMatchObject([
        {
          name: 'amt',
          position: 0,
          type_name: 'DECIMAL',
          type_text: 'DECIMAL(10,2)',
          type_precision: 10,
          type_scale: 2,
        },
        { name: 'id', position: 1, type_name: 'LONG', type_text: 'BIGINT' },
      ]);
    });

    it('passes values as named parameters, never as SQL', async () => {
      const parameters = [
        { name: 'text', value: "'; DROP TABLE x; --", type: 'STRING' },
        { name: 'number', value: '7', type: 'INT' },
        { name: 'nothing', type: 'STRING' },
      ];

      expect(await rows('SELECT :text AS a, :number + 1 AS b, :nothing AS c', { parameters })).toEqual([
        ["'; DROP TABLE x; --", '8', null],
      ]);
    });

    it('is refused a wait and a combination that are not offered', async () => {
      expect((await refused(client, run('SELECT 1', { wait_timeout: '3s' }))).status).toBe(400);
      expect((await refused(client, run('SELECT 1', { format: 'CSV', disposition: 'INLINE' }))).status).toBe(400);
      expect((await refused(client, client.statement('01f0aaaa-0000-1000-8000-000000000000'))).status).toBe(404);
    });

    it('fetches every chunk of a large result by links, without its token, and misses no row', async () => {
      const statement = await settled(
        await run(`SELECT id, repeat('x', 1000) AS x FROM range(${workspace.rowsOfThreeChunks})`, {
          disposition: 'EXTERNAL_LINKS',
        }),
      );
      const total = statement.manifest?.total_chunk_count ?? 0;
      const ids: number[] = [];
      let link = statement.result?.external_links?.[0];
      let chunks = 0;
      while (link !== undefined) {
        chunks += 1;
        const answer = await fetch(link.external_link, { headers: { ...link.http_headers } });
        expect(answer.status).toBe(200);
        ids.push(...((await answer.json()) as [string, string][]).map(([id]) => Number(id)));
        const next: number | undefined = link.next_chunk_index;
        link = next === undefined ? undefined : (await client.chunk(statement.statement_id, next)).external_links?.[0];
      }

      expect(total).toBeGreaterThanOrEqual(3);
      expect(chunks).toBe(total);
      expect(ids).toHaveLength(workspace.rowsOfThreeChunks);
      expect(new Set(ids).size).toBe(workspace.rowsOfThreeChunks);
    }, 120_000);

    it('reads a result of several chunks inline, one by one', async () => {
      const statement = await settled(await run("SELECT id, repeat('y', 900) AS y FROM range(9000)"));
      const counts = [statement.result?.row_count ?? 0];
      for (let next = statement.result?.next_chunk_index; next !== undefined;) {
        const chunk = await client.chunk(statement.statement_id, next);
        counts.push(chunk.row_count ?? 0);
        next = chunk.next_chunk_index;
      }

      expect(counts).toHaveLength(statement.manifest?.total_chunk_count ?? 0);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(9000);
    });
  });
});
