import { DatabricksClients } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { LakebaseCredentials, openSchema, PoolHistory } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { adviceFor } from './advice';
import { examine, type Check, type Examined } from './examination';
import { ok } from './finding';
import { jobsChecks, type JobsSubject } from './jobs-checks';
import { metricsChecks } from './metrics-checks';

const RULE = `INSERT INTO lakescope.alert_rules (id, name, condition, comparison, window_minutes, hysteresis, for_minutes, enabled, webhook_sealed)
  VALUES (gen_random_uuid(), 'No requests', 'no_data', 'above', 5, 0.1, 0, true, '\\x01')`;

describe('what the doctor says of metrics and of ingestion jobs', () => {
  let stack: LocalStack;
  let clients: DatabricksClients;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    const { host, clientId = '', clientSecret } = stack.config().databricks;
    clients = new DatabricksClients({
      host: host.href,
      product: { name: 'lakescope-test', version: '0' },
      ...(clientSecret === undefined ? {} : { app: { clientId, clientSecret } }),
    });
  });

  afterEach(() =>
    asSuperuser(
      `TRUNCATE lakescope.performance_metrics, lakescope.usage_events, lakescope.metrics_dirty, lakescope.metrics_ingest_log,
         lakescope.alert_rules, lakescope.ingestion_jobs, lakescope.ingestion_schedules CASCADE`,
    ),
  );

  afterAll(async () => {
    await clients.close();
    await stack.stop();
  });

  it('has nothing to look at before there is a schema, and nothing to find in an empty one', async () => {
    const before = await found();
    const schema = await openSchema(stack.config().lakebase, clients, migrations);
    await schema.migrator.migrate();
    await schema.close();

    expect(new Set(before.map(({ state }) => state))).toEqual(new Set(['skipped']));
    expect(new Set((await found()).map(({ state }) => state))).toEqual(new Set(['ok']));
  });

  it.each([
    [
      'requests',
      `performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method) VALUES ('2031-01-01Z', 1, 200, '/x', 'GET')`,
    ],
    [
      'events',
      `usage_events (event_id, "timestamp", user_id, event_type) VALUES (gen_random_uuid(), '2031-01-01Z', 'ana@example.com', 'page_view')`,
    ],
  ])('is that %s lie outside of the partitions of their days', async (_, row) => {
    await asSuperuser(`INSERT INTO lakescope.${row}`);

    expect(await troubles()).toEqual([['metrics_partitions', 'warning', 'npm run aggregate-metrics']]);
  });

  it('is that they wait to be rolled up, counted from when they came', async () => {
    await asSuperuser(
      `INSERT INTO lakescope.metrics_ingest_log (boot_id, seq, kind, entry, rows) VALUES ('00000000-0000-4000-8000-00000000ab1e', 1, 'performance', 'flush', 1);
       INSERT INTO lakescope.metrics_dirty VALUES ('performance', now() - interval '2 days', '00000000-0000-4000-8000-00000000ab1e', 1)`,
    );
    const justCame = await troubles();
    await asSuperuser(
      `UPDATE lakescope.metrics_ingest_log SET committed_at = now() - interval '42 minutes 10 seconds'`,
    );

    expect(justCame).toEqual([]);
    expect(await troubles()).toEqual([['metrics_roll_up', 'warning', 'npm run aggregate-metrics']]);
    expect((await found()).find(({ id }) => id === 'metrics_roll_up')?.detail).toContain('waited for 42 minutes');
  });

  it('is when requests were stored last', async () => {
    await asSuperuser(
      `INSERT INTO lakescope.metrics_ingest_log (boot_id, seq, kind, entry, rows, committed_at) VALUES
         (gen_random_uuid(), 1, 'performance', 'flush', 1, '2026-11-21T08:30:00Z'), (gen_random_uuid(), 1, 'usage', 'events', 1, now())`,
    );

    expect((await found()).find(({ id }) => id === 'metrics_collection')?.detail).toBe(
      'The last ones were at 2026-11-21T08:30:00.000Z.',
    );
  });

  it('is that webhooks of alert rules cannot be opened without the secret that sealed them', async () => {
    await asSuperuser(RULE);

    expect(await troubles()).toEqual([]);
    expect(await troubles(false)).toEqual([
      ['alert_webhooks', 'failed', expect.stringContaining('databricks secrets put-secret lakescope app-secret')],
    ]);
  });

  it('is that a run is silent, and that nobody works on jobs that wait', async () => {
    const job = (status: string, times: string): string =>
      `INSERT INTO lakescope.ingestion_jobs (job_id, user_id, status, request, manifest_uri, target_uri, pair_key, request_hash, correlation_id, created_at, seen_at, lease)
       VALUES (gen_random_uuid(), 'ana@example.com', '${status}', '{}', 'm', 't', gen_random_uuid()::text, 'h', 'c', ${times}, ${status === 'running' ? 'gen_random_uuid()' : 'NULL'});`;
    await asSuperuser(
      job('running', `now() - interval '1 day', now()`) + job('pending', `now() - interval '50 minutes', NULL`),
    );
    const busy = await found();
    await asSuperuser(
      `UPDATE lakescope.ingestion_jobs SET created_at = created_at - interval '1 hour' WHERE status = 'pending'`,
    );
    const crowded = await troubles();
    await asSuperuser(
      `UPDATE lakescope.ingestion_jobs SET seen_at = now() - interval '5 minutes' WHERE status = 'running'`,
    );
    const stuck = await troubles();
    await asSuperuser(`DELETE FROM lakescope.ingestion_jobs WHERE status = 'running'`);

    expect(busy.find(({ id }) => id === 'job_queue')).toMatchObject({
      state: 'ok',
      detail: '1 wait, the oldest for 50 minutes; 1 under way.',
    });
    expect(crowded).toEqual([['job_queue', 'warning', expect.stringContaining('LAKESCOPE_INGESTION_RUNS')]]);
    expect(stuck.map(([id]) => id)).toEqual(['job_runs', 'job_queue']);
    expect(await troubles()).toEqual([['job_queue', 'warning', expect.stringContaining('databricks apps start')]]);
  });

  it('is that a schedule was paused after failures, or that one is due and nobody starts it', async () => {
    const schedule = (name: string, fields: string): string =>
      `INSERT INTO lakescope.ingestion_schedules (schedule_id, user_id, name, cron, time_zone, request, paused, failures, next_run_at, last_checked_at)
       VALUES (gen_random_uuid(), 'ana@example.com', '${name}', '@daily', 'UTC', '{}', ${fields});`;
    await asSuperuser(
      schedule('By hand', `true, 2, NULL, NULL`) +
        schedule('On time', `false, 0, now() + interval '1 hour', '2026-11-21T08:30:00Z'`),
    );
    const before = await found();
    await asSuperuser(
      schedule('Broken', `true, 5, NULL, NULL`) + schedule('Forgotten', `false, 0, now() - interval '3 hours', NULL`),
    );
    const after = await found();

    expect(before.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(before.find(({ id }) => id === 'job_schedule_ticks')?.detail).toContain('2026-11-21T08:30:00.000Z');
    expect(after.filter(({ state }) => state !== 'ok')).toMatchObject([
      { id: 'job_schedules', state: 'warning', detail: expect.stringContaining('failed: Broken.') as string },
      { id: 'job_schedule_ticks', state: 'warning', detail: expect.stringContaining('due for 3 hours') as string },
    ]);
  });

  it('is how much room runs have on the disk of the app', async () => {
    const about = (scratch: string): JobsSubject => ({
      config: stack.config().lakebase,
      credentials: new LakebaseCredentials(stack.config().lakebase, clients, new PoolHistory()),
      place: 'app',
      advice: adviceFor('app', { secretScope: 'lakescope', appName: 'lakescope' }),
      scratch,
    });
    const look = (scratch: string) =>
      jobsChecks(about(scratch))
        .find(({ id }) => id === 'job_scratch')
        ?.examine(new AbortController().signal);

    expect(await look('/')).toMatchObject({ detail: expect.stringMatching(/^\d+ MB are free in \/\./) as string });
    expect(await look('/there/is/none')).toMatchObject({ state: 'failed' });
  });

  async function troubles(hasOwnSecret = true): Promise<unknown[][]> {
    const items = await found(hasOwnSecret);
    return items.filter(({ state }) => state !== 'ok').map(({ id, state, fix }) => [id, state, fix]);
  }

  async function found(hasOwnSecret = true): Promise<Examined[]> {
    const config = stack.config().lakebase;
    const credentials = new LakebaseCredentials(config, clients, new PoolHistory());
    const advice = adviceFor('app', { secretScope: 'lakescope', appName: 'lakescope' });
    const schema: Check = { id: 'schema', title: 'The schema', examine: () => ok('there') };
    try {
      const { items } = await examine([
        schema,
        ...metricsChecks({ config, credentials, hasOwnSecret, advice }),
        ...jobsChecks({ config, credentials, place: 'app', advice }),
      ]);
      return items.filter(({ id }) => id !== 'schema' && id !== 'job_scratch');
    } finally {
      credentials.onApplicationShutdown();
    }
  }

  async function asSuperuser(sql: string): Promise<void> {
    const { port, superuser, password, database } = stack.postgres;
    const client = new Client({ host: '127.0.0.1', port, user: superuser, password, database });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
});
