import { readFile } from 'node:fs/promises';
import { Flusher, RollUp } from '@lakescope/server-metrics';
import { Database } from '@lakescope/server-persistence';
import { parse } from 'yaml';
import { TestApi, type Persona } from './testing/test-api';

type Json = Record<string, unknown>;

const AGGREGATE = '/api/v1/metrics/aggregate';
const MY_DATA = '/api/v1/user/me/data';
const HOUR_MS = 3_600_000;

describe('rolling metrics up by request', () => {
  let api: TestApi;

  beforeAll(async () => (api = await TestApi.start()));
  afterAll(() => api.stop());

  it('is for administrators', async () => {
    const admin = await api.ask(AGGREGATE, { method: 'POST', as: 'admin' });

    expect(admin.status).toBe(202);
    expect(admin.json).toMatchObject({ status: 'done', partitions_dropped: [], kept: [], took_ms: expect.any(Number) });
    for (const as of ['engineer', 'analyst', 'outsider'] as Persona[]) {
      const { status, json } = await api.ask(AGGREGATE, { method: 'POST', as });
      expect([status, json['error_code']]).toEqual([403, 'ADMIN_REQUIRED']);
    }
    expect((await api.ask(AGGREGATE, { method: 'POST' })).status).toBe(401);
  });

  it("is for the app's own service principal, which may do nothing else that administrators may", async () => {
    const token = await ownToken();

    const { status } = await api.ask(AGGREGATE, { method: 'POST', token });
    const elsewhere = await api.ask('/api/v1/admin/overview', { token });
    const entry = await api.ask('/api/v1/admin/audit?action=metrics.aggregate&limit=1', { as: 'admin' });

    expect(status).toBe(202);
    expect([elsewhere.status, elsewhere.json['error_code']]).toEqual([403, 'ADMIN_REQUIRED']);
    expect((entry.json['items'] as Json[])[0]).toMatchObject({
      user_id: api.stack.workspace.servicePrincipal.clientId,
      acting_as: 'system',
      outcome: 'success',
    });
  });

  it('is what the daily job of the bundle does, as the app itself', async () => {
    const { servicePrincipal, personas, url } = api.stack.workspace;
    const asAdmin = async (path: string, body?: object | Buffer): Promise<Json> => {
      const answer = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { Authorization: `Bearer ${personas.admin.token}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return JSON.parse(text) as Json;
    };
    const { resources } = parse(await readFile('databricks.yml', 'utf8')) as {
      resources: { jobs: { metrics_aggregation_job: { tasks: { spark_python_task: { python_file: string } }[] } } };
    };
    const written = resources.jobs.metrics_aggregation_job;
    // What the CLI makes of references and of paths in the folder of the bundle.
    const job = JSON.parse(
      JSON.stringify(written)
        .replaceAll('${resources.apps.lakescope.service_principal_client_id}', servicePrincipal.clientId)
        .replaceAll('${resources.apps.lakescope.url}', await api.stack.frontDoor(api.url))
        .replaceAll('${var.app_name}', 'lakescope-dev')
        .replaceAll('./dist/staged', '/Workspace/Shared'),
    ) as typeof written;
    const path = '/Shared/tools/deploy/aggregate_metrics.py';
    await asAdmin('/api/2.0/workspace/mkdirs', { path: '/Shared/tools/deploy' });
    await asAdmin(`/api/2.0/workspace-files/import-file${path}`, await readFile('tools/deploy/aggregate_metrics.py'));

    const { job_id } = await asAdmin('/api/2.2/jobs/create', job);
    const { run_id } = await asAdmin('/api/2.2/jobs/run-now', { job_id });
    const ended = async (): Promise<Json> => {
      const run = await asAdmin(`/api/2.2/jobs/runs/get?run_id=${String(run_id)}`);
      return Number(run['end_time']) > 0 ? run : ended();
    };
    const run = await ended();
    const { logs } = await asAdmin(`/api/2.2/jobs/runs/get-output?run_id=${String(run_id)}`);

    expect(job.tasks[0]?.spark_python_task.python_file).toBe(`/Workspace${path}`);
    expect(run).toMatchObject({ state: { result_state: 'SUCCESS' }, run_as_user_name: servicePrincipal.clientId });
    expect(logs).toMatch(/^POST http:\S+\/api\/v1\/metrics\/aggregate: 202 \{"status": "done"/);
  });

  it('takes no body and no page of another site', async () => {
    const body = await api.ask(AGGREGATE, { method: 'POST', as: 'admin', json: { all: true } });
    const foreign = await api.ask(AGGREGATE, {
      method: 'POST',
      as: 'admin',
      headers: { Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' },
    });

    expect(body.status).toBe(400);
    expect([foreign.status, foreign.json['error_code']]).toEqual([403, 'CSRF_REJECTED']);
  });

  it('is told of in the overview', async () => {
    await api.ask(AGGREGATE, { method: 'POST', as: 'admin' });

    const { json } = await api.ask('/api/v1/admin/overview', { as: 'admin' });

    const { observed, written, overflow, in_ring, ...metrics } = json['metrics'] as Record<string, number>;
    expect(metrics).toMatchObject({ state: 'ok', dropped_by_reason: {}, last_roll_up_at: expect.stringMatching(/Z$/) });
    expect(observed).toBeGreaterThan(0);
    expect(observed).toBe(Number(written) + Number(overflow) + Number(in_ring));
  });

  it('finds nobody in what is left when people have erased their data, and the books still agree', async () => {
    const { userName } = api.stack.workspace.personas.analyst;
    const other = api.stack.workspace.personas.engineer.userName;
    await api.ask('/api/v1/preferences', { as: 'analyst' });
    await api.ask('/api/v1/preferences', { as: 'engineer' });
    await sql(
      `WITH stored AS (
         INSERT INTO usage_events (event_id, "timestamp", user_id, event_type, page_name)
         SELECT gen_random_uuid(), $1::timestamptz, u, 'page_view', '/catalog' FROM unnest($2::text[]) AS u RETURNING "timestamp"
       ), booked AS (
         INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows)
         SELECT gen_random_uuid(), 1, 'usage', 'events', count(*) FROM stored)
       INSERT INTO metrics_dirty
       SELECT 'usage', date_bin('5 min', "timestamp", timestamptz '2000-01-01Z'), gen_random_uuid(), 1 FROM stored`,
      new Date(Date.now() - HOUR_MS).toISOString(),
      [userName, userName, other],
    );
    await sql(
      `INSERT INTO metric_users (granularity_min, time_bucket, user_id, requests, events)
       VALUES (60, date_trunc('hour', now()) - interval '30 days', $1, 3, 1)`,
      userName,
    );
    await api.app.get(Flusher).flushNow();
    await api.app.get(RollUp).run({ untilNow: true });

    const taken = await api.ask(MY_DATA, { as: 'analyst' });
    const erased = await api.ask(MY_DATA, { method: 'DELETE', as: 'analyst' });
    await api.app.get(Flusher).flushNow();
    await api.app.get(RollUp).run({ untilNow: true });

    const tables: Record<string, Json[]> = Object.fromEntries(
      (taken.json['tables'] as Json[]).map(({ name, rows }) => [name, rows as Json[]]),
    );
    expect(tables['usage_events']).toHaveLength(2);
    expect(tables['performance_metrics']).toContainEqual(expect.objectContaining({ endpoint: '/api/v1/preferences' }));
    expect(tables['metric_users']?.map(({ requests }) => requests)).toContain(3);
    expect(JSON.stringify(taken.json)).not.toContain(other);
    expect(erased.json['erased']).toContainEqual({ table: 'usage_events', rows: 2 });
    for (const table of ['performance_metrics', 'usage_events', 'metric_users']) {
      expect(await sql(`SELECT 1 FROM ${table} WHERE user_id = $1`, userName)).toEqual([]);
      expect(await sql(`SELECT DISTINCT user_id FROM ${table} WHERE user_id = $1`, other)).toHaveLength(1);
    }
    expect(await sql(`SELECT requests, events FROM metric_users WHERE user_id LIKE 'erased:%'`)).toEqual([
      { requests: 3, events: 1 },
    ]);
    expect(await sql(`SELECT rows::int, written::int, dropped FROM metrics_ingest_log WHERE entry = 'erase'`)).toEqual([
      { rows: -2, written: -2, dropped: { erased: 2 } },
    ]);
    expect(
      await sql(
        `SELECT (SELECT sum(rows)::int FROM metrics_ingest_log WHERE kind = 'usage') AS booked,
                (SELECT count(*)::int FROM usage_events) AS stored,
                (SELECT sum(sample_count)::int FROM aggregated_metrics WHERE granularity_min = 60 AND metric_type = 'usage') AS rolled`,
      ),
    ).toEqual([{ booked: 1, stored: 1, rolled: 1 }]);
    expect(
      await sql(
        `SELECT (SELECT sum(rows)::int FROM metrics_ingest_log WHERE kind = 'performance')
              = (SELECT count(*)::int FROM performance_metrics) AS agree`,
      ),
    ).toEqual([{ agree: true }]);
    // The request that asked for it names nobody either, nor what the log names somebody beside.
    const [request] = await sql(
      `SELECT user_id, correlation_id FROM performance_metrics WHERE endpoint = $1 AND method = 'DELETE'`,
      MY_DATA,
    );
    expect(request).toEqual({ user_id: null, correlation_id: null });
  });

  async function ownToken(): Promise<string> {
    const { clientId, clientSecret } = api.stack.workspace.servicePrincipal;
    const answer = await fetch(`${api.stack.workspace.url}/oidc/v1/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  function sql(statement: string, ...parameters: unknown[]): Promise<Json[]> {
    return api.app.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }
});
