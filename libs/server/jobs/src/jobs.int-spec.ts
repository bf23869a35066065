import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '@lakescope/cda';
import { readEvents, type ServerSentEvent } from '@lakescope/client';
import { LocalStack } from '@lakescope/server-testing';
import { JobsRetention } from './queue/jobs-retention';
import { BUCKET, JobsApp, jobRequest, type Json } from './testing/jobs-app';
import { doneWith, folderDone, resultOf, stopped, tableResult, type Script } from './testing/scripted-engine';

/** Works until it is told to stop. */
const UNTIL_STOPPED: Script = async (_, { signal }) => {
  await stopped(signal);
  return resultOf('cancelled', []);
};

describe('ingestion jobs', () => {
  let stack: LocalStack;
  let one: JobsApp;
  let other: JobsApp;
  let connection: string;
  let place: string;

  beforeAll(async () => {
    stack = await LocalStack.start();
    one = await JobsApp.start(stack, { silentMs: 1_500 }, { heartbeatMs: 50, streamMs: 400 });
    // It looks at the queue by itself as seldom as an idle replica does.
    other = await JobsApp.start(stack, { silentMs: 1_500, lookAtOthersMs: 50 });
    connection = await one.connect('analyst');
  });

  beforeEach(() => {
    place = randomUUID();
    for (const { engine } of [one, other]) engine.script = () => Promise.resolve(resultOf('completed', []));
  });

  afterEach(() => one.sql(`DELETE FROM ingestion_jobs`));

  afterAll(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await stack.stop();
  });

  /** What both replicas do from now on. */
  const given = (script: Script): void => {
    for (const { engine } of [one, other]) engine.script = script;
  };

  it('runs what is started, and tells table by table and folder by folder what became of it', async () => {
    given(async (_, { onEvents }) => {
      const events: RunEvent[] = [
        { type: 'manifest', etag: '"1"', tables: ['cc_claim'], unchanged: false },
        { type: 'table-started', table: 'cc_claim', folders: 3, files: 6, bytes: 3_072 },
        folderDone('cc_claim', 0),
        folderDone('cc_claim', 1),
        {
          type: 'folder-failed',
          folder: { table: 'cc_claim', fingerprint: 'f1', folder: '1700000000002' },
          failure: { code: 'BAD_FILE', message: 'no footer', advice: 'deliver again' },
        },
        { type: 'table-done', result: tableResult('cc_claim', 'completed_with_errors') },
      ];
      await onEvents(events);
      return resultOf('completed_with_errors', [tableResult('cc_claim', 'completed_with_errors')]);
    });
    const answer = await one.ask('analyst', 'POST', '/jobs', jobRequest(connection, place));
    const jobId = String(answer.body['job_id']);

    expect(answer).toMatchObject({ status: 202, body: { status: 'pending' } });
    expect(answer.headers.get('location')).toBe(`/api/v1/jobs/${jobId}`);
    const job = await one.until('analyst', jobId, 'completed_with_errors');
    expect(job).toMatchObject({
      progress: { tables: { done: 1, total: 1 }, folders: { done: 2, failed: 1, total: 3 }, rows: '32', percent: 100 },
      tables: [
        { table: 'cc_claim', status: 'completed_with_errors', versions: { from: '0', to: '1' }, reconciliation: 'OK' },
      ],
    });
    const { body } = await one.ask('analyst', 'GET', `/jobs/${jobId}/tables/cc_claim/folders?limit=2`);
    expect(body['items']).toMatchObject([
      { status: 'done', version: '0' },
      { status: 'done', version: '1' },
    ]);
    const rest = await one.ask(
      'analyst',
      'GET',
      `/jobs/${jobId}/tables/cc_claim/folders?limit=2&cursor=${String(body['next_cursor'])}`,
    );
    expect(rest.body).toMatchObject({
      items: [{ status: 'failed', failure: { code: 'BAD_FILE' } }],
      next_cursor: null,
    });
  });

  it('is its owner’s and the administrators’; to others there is no such job', async () => {
    const jobId = await one.start('analyst', connection, place);
    await one.until('analyst', jobId, 'completed');

    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/tables/cc_claim/folders'],
      ['GET', '/events'],
      ['GET', '/logs'],
      ['GET', '/logs/download'],
      ['POST', '/cancel'],
      ['DELETE', ''],
      ['POST', '/retry'],
    ] as const) {
      const refused = await one.ask('engineer', method, `/jobs/${jobId}${path}`, path === '/retry' ? {} : undefined);
      expect([path, refused.status, refused.body['error_code']]).toEqual([path, 404, 'JOB_NOT_FOUND']);
    }
    expect((await one.ask('admin', 'GET', `/jobs/${jobId}`)).status).toBe(200);
    expect((await one.ask('engineer', 'GET', '/jobs')).body['items']).toEqual([]);
    expect(await one.ask('engineer', 'GET', '/jobs?scope=all')).toMatchObject({ status: 403 });
    expect((await one.ask('admin', 'GET', '/jobs?scope=all')).body['items']).toMatchObject([{ job_id: jobId }]);
  });

  it('starts once for one Idempotency-Key, and refuses the key for anything else', async () => {
    const key = { 'Idempotency-Key': randomUUID() };
    const asked = jobRequest(connection, place);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => [one, other][index % 2]?.ask('analyst', 'POST', '/jobs', asked, key)),
    );

    expect(new Set(answers.map((answer) => answer?.body['job_id'])).size).toBe(1);
    const reused = await one.ask('analyst', 'POST', '/jobs', { ...asked, mode: 'copy' }, key);
    expect([reused.status, reused.body['error_code']]).toEqual([409, 'CONFLICT']);
  });

  it.each<[string, Json, string]>([
    ['other engines', { engine: 'ray' }, 'engine'],
    ['tables of the current state', { merged: true }, 'merged'],
    ['a local folder', { target: { uri: 'file:///tmp/raw' } }, 'target.uri'],
    ['a volume', { target: { uri: '/Volumes/demo/lake/raw' } }, 'target.uri'],
    ['a schema', { target: { uri: 'demo.lake' } }, 'target.uri'],
    ['a manifest without a name', { source: { manifest_uri: 's3://lakescope-lake/cda' } }, 'source.manifest_uri'],
  ])('refuses %s with the reason', async (_, fields, path) => {
    const { status, body } = await one.ask('analyst', 'POST', '/jobs', { ...jobRequest(connection, place), ...fields });

    expect(status).toBe(400);
    expect(body).toMatchObject({ error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path }] } });
  });

  it('refuses tables that would point to files in another storage, and copies them', async () => {
    const elsewhere = await one.connect('analyst', { endpoint: null, region: 'eu-west-1' });
    const byName = await one.connect('analyst', {
      endpoint: 'https://s3.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
    });
    const ask = (from: string, to: string, mode: string) =>
      one.ask('analyst', 'POST', '/jobs', {
        source: { connection_id: from, manifest_uri: `s3://${BUCKET}/${place}/cda/manifest.json` },
        target: { connection_id: to, uri: `s3://${BUCKET}/${place}/raw` },
        mode,
      });
    const answers = [
      await ask(elsewhere, connection, 'reference'),
      await ask(elsewhere, connection, 'copy'),
      await ask(elsewhere, byName, 'reference'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 202, 202]);
    const message = expect.stringContaining('must be copy') as string;
    expect(answers[0]?.body).toMatchObject({ technical_details: { fields: [{ path: 'mode', message }] } });
    for (const { body } of answers.slice(1)) await one.until('analyst', String(body['job_id']), 'completed');
  });

  it('hands each option of a request to the engine, of a plan as well as of a run', async () => {
    const options = {
      parallel_tables: 9,
      enforce_fence: false,
      path_rewrite: { from: 's3://guidewire-prod/cda', to: `s3://${BUCKET}/cda` },
      on_poison: 'stop',
      mode: 'copy',
    };
    const asked = { ...jobRequest(connection, place), ...options, ignore_unchanged_manifest: true };
    const plan = await one.ask('analyst', 'POST', '/jobs/plan', asked);
    const jobId = await one.start('analyst', connection, place, { ...options, ignore_unchanged_manifest: true });
    const job = await one.until('analyst', jobId, 'completed');
    const usual = await one.until('analyst', await one.start('analyst', connection, place), 'completed');

    expect(plan.status).toBe(200);
    expect(one.engine.planned.at(-1)?.request).toMatchObject(options);
    const orders = [...one.engine.orders, ...other.engine.orders];
    expect(orders.find((order) => order.jobId === jobId)?.request).toMatchObject(options);
    expect(job['config']).toMatchObject({ ...options, ignore_unchanged_manifest: true });
    expect(usual['config']).toMatchObject({
      parallel_tables: 4,
      enforce_fence: true,
      path_rewrite: null,
      on_poison: 'continue',
      ignore_unchanged_manifest: false,
    });
    for (const [wrong, path] of [
      [{ parallel_tables: 0 }, 'parallel_tables'],
      [{ parallel_tables: 2.5 }, 'parallel_tables'],
      [{ parallel_tables: 17 }, 'parallel_tables'],
      [{ enforce_fence: 'no' }, 'enforce_fence'],
      [{ path_rewrite: { from: 's3://a' } }, 'path_rewrite.to'],
      [{ ignore_unchanged_manifest: 1 }, 'ignore_unchanged_manifest'],
    ] as const) {
      for (const route of ['/jobs', '/jobs/plan']) {
        const { status, body } = await one.ask('analyst', 'POST', route, {
          ...jobRequest(connection, place),
          ...wrong,
        });
        expect([status, body]).toMatchObject([400, { technical_details: { fields: [{ path }] } }]);
      }
    }
  });

  it('refuses another person’s connection, and a bucket that the connection is not for', async () => {
    const theirs = await one.ask('engineer', 'POST', '/jobs', jobRequest(connection, place));
    const bound = await one.connect('analyst', { bucket: 'another-bucket' });
    const outside = await one.ask('analyst', 'POST', '/jobs', jobRequest(bound, place));

    expect([theirs.status, theirs.body['error_code']]).toEqual([404, 'NOT_FOUND']);
    expect([outside.status, outside.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('never works on one source and target twice at once, nor on more than may be, over all replicas', async () => {
    let [most, running] = [0, 0];
    const pairs = new Set<string>();
    let clashes = 0;
    given(async ({ target }) => {
      most = Math.max(most, ++running);
      if (pairs.has(target.path)) clashes++;
      pairs.add(target.path);
      // Room for two is used: the first waits for the second.
      for (let waited = 0; most < 2 && waited < 10_000; waited += 10) await delay(10);
      await delay(10);
      pairs.delete(target.path);
      running--;
      return resultOf('completed', []);
    });
    const jobs = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        ([one, other][index % 2] ?? one).start('analyst', connection, `${place}/${index % 3}`),
      ),
    );
    for (const jobId of jobs) await one.until('analyst', jobId, 'completed');

    expect({ most, clashes }).toEqual({ most: 2, clashes: 0 });
    expect(one.engine.orders.length + other.engine.orders.length).toBeGreaterThanOrEqual(8);
  });

  it('stops from any replica, and stays cancelled although it came to its end', async () => {
    one.engine.script = async (_, { signal }) => {
      await stopped(signal);
      return resultOf('completed', [], '"etag"');
    };
    other.engine.script = one.engine.script;
    const jobId = await one.start('analyst', connection, place);
    await one.until('analyst', jobId, 'running');
    const asked = await other.ask('analyst', 'POST', `/jobs/${jobId}/cancel`);

    expect(asked.body).toMatchObject({ status: 'running', cancel_requested: true });
    await one.until('analyst', jobId, 'cancelled');
    const again = await one.ask('analyst', 'DELETE', `/jobs/${jobId}`);
    expect([again.status, again.body['error_code']]).toEqual([409, 'JOB_NOT_ACTIVE']);
    expect(await one.sql(`SELECT action FROM audit_log WHERE target = $1 ORDER BY id`, [jobId])).toMatchObject([
      { action: 'ingestion_job.start' },
      { action: 'ingestion_job.cancel' },
      { action: 'ingestion_job.cancel' },
    ]);
  });

  it('is failed when all of its tables are, and a retry is of what was left behind alone', async () => {
    const failed = tableResult('cc_claim', 'failed');
    const nameless = tableResult('"CC_Claim"', 'failed');
    given(async (_, { onEvents }) => {
      await onEvents([failed, nameless].map((result) => ({ type: 'table-done', result })));
      return resultOf('completed_with_errors', [failed, nameless]);
    });
    const jobId = await one.start('analyst', connection, place);
    expect(await one.until('analyst', jobId, 'failed')).toMatchObject({ failure: { code: 'ALL_TABLES_FAILED' } });

    await one.sql(`UPDATE ingestion_jobs SET failure = NULL, status = 'completed_with_errors' WHERE job_id = $1`, [
      jobId,
    ]);
    given(() => Promise.resolve(resultOf('completed', [])));
    const { status, body } = await one.ask('analyst', 'POST', `/jobs/${jobId}/retry`, {});
    expect(status).toBe(202);
    expect(await one.until('analyst', String(body['job_id']), 'completed')).toMatchObject({
      retry_of: jobId,
      config: { include: ['cc_claim'], retry_quarantined: true },
    });
    const nothing = await one.ask('analyst', 'POST', `/jobs/${String(body['job_id'])}/retry`, {});
    expect([nothing.status, nothing.body['error_code']]).toEqual([409, 'CONFLICT']);
  });

  it('is taken up by another replica when the one that works on it stops', async () => {
    const third = await JobsApp.start(stack);
    // The others know by then that nothing waits, and do not look by themselves any more.
    await delay(400);
    third.engine.script = async (order, controls) => {
      await controls.onEvents([
        { type: 'table-started', table: 'cc_claim', folders: 1, files: 2, bytes: 1_024 },
        folderDone('cc_claim', 0),
        { type: 'table-done', result: tableResult('cc_claim', 'completed') },
      ]);
      return UNTIL_STOPPED(order, controls);
    };
    one.engine.script = UNTIL_STOPPED;
    other.engine.script = UNTIL_STOPPED;
    const jobId = await third.start('analyst', connection, place);
    await third.until('analyst', jobId, 'running');
    while (third.engine.orders.length + one.engine.orders.filter((order) => order.jobId === jobId).length === 0)
      await delay(20);
    const holder = [third, one, other].find(({ engine }) => engine.orders.some((order) => order.jobId === jobId));
    given(async (_, { onEvents }) => {
      await onEvents([{ type: 'table-done', result: tableResult('cc_claim', 'unchanged') }]);
      return resultOf('completed', [tableResult('cc_claim', 'unchanged')]);
    });
    if (holder !== third) throw new Error('Who has started a job is the first to look for it');
    await third.stop();
    // Whoever looks at it uses the queue.
    await one.start('analyst', connection, randomUUID());

    expect(await one.until('analyst', jobId, 'completed')).toMatchObject({
      attempts: 1,
      // What was there before counts: nobody does it again.
      progress: { tables: { done: 1, skipped: 0 }, folders: { done: 1 }, rows: '16' },
      tables: [{ table: 'cc_claim', status: 'completed', rows: '16', versions: { from: '0', to: '0' } }],
    });
  });

  it('stays cancelled when the replica that works on it is stopped before it hears of that', async () => {
    const third = await JobsApp.start(stack, { flushMs: 60_000, signMs: 60_000 });
    for (const { engine } of [third, one, other]) engine.script = UNTIL_STOPPED;
    const jobId = await third.start('analyst', connection, place);
    while (!third.engine.orders.some((order) => order.jobId === jobId)) await delay(20);
    await one.ask('analyst', 'POST', `/jobs/${jobId}/cancel`);
    await third.stop();

    expect(await one.job('analyst', jobId)).toMatchObject({ status: 'cancelled' });
  });

  it('is not taken away from this very process when the database was silent for long', async () => {
    const third = await JobsApp.start(stack, { flushMs: 60_000, signMs: 60_000, silentMs: 300 });
    let runs = 0;
    const once: Script = async (order, controls) => {
      runs++;
      return UNTIL_STOPPED(order, controls);
    };
    for (const { engine } of [third, one, other]) engine.script = once;
    const jobId = await third.start('analyst', connection, place);
    while (!third.engine.orders.some((order) => order.jobId === jobId)) await delay(20);
    await delay(700);
    const before = runs;
    await third.stop();

    expect(before).toBe(1);
  });

  it('is taken up when the replica that works on it was killed, and what that one still says is not heard', async () => {
    const jobId = await one.start('analyst', connection, place);
    await one.until('analyst', jobId, 'completed');
    const lease = randomUUID();
    await one.sql(
      `UPDATE ingestion_jobs SET status = 'running', lease = $2, ended_at = NULL, attempts = 1,
              seen_at = clock_timestamp() - interval '1 minute' WHERE job_id = $1`,
      [jobId, lease],
    );
    await one.start('analyst', connection, randomUUID());

    expect(await one.until('analyst', jobId, 'completed')).toMatchObject({ attempts: 2 });
    expect(
      await one.sql(
        `SELECT data ->> 'status' AS status FROM ingestion_job_events WHERE job_id = $1 AND event = 'status' ORDER BY event_id`,
        [jobId],
      ),
    ).toMatchObject(
      ['pending', 'running', 'completed', 'interrupted', 'running', 'completed'].map((status) => ({ status })),
    );
  });

  it('remembers the manifest of a run that left nothing behind, for the same request alone', async () => {
    given(doneWith('"v1"'));
    await one.until('analyst', await one.start('analyst', connection, place), 'completed');
    const etags: (string | undefined)[] = [];
    given((order) => {
      etags.push(order.manifestEtag);
      return Promise.resolve(resultOf('completed', []));
    });
    for (const fields of [
      {},
      { include: ['cc_*'], exclude: ['Not a table!'] },
      { mode: 'copy' },
      { ignore_unchanged_manifest: true },
    ]) {
      await one.until('analyst', await one.start('analyst', connection, place, fields), 'completed');
    }

    expect(etags).toEqual(['"v1"', undefined, undefined, undefined]);
  });

  it('keeps lines and events for 30 days, and jobs for a year', async () => {
    const jobId = await one.start('analyst', connection, place);
    await one.until('analyst', jobId, 'completed');
    const young = await one.start('analyst', connection, randomUUID());
    await one.until('analyst', young, 'completed');
    for (const table of ['ingestion_job_logs', 'ingestion_job_events'])
      await one.sql(`UPDATE ${table} SET told_at = now() - interval '31 days' WHERE job_id = $1`, [jobId]);
    const retention = one.http.nest.get(JobsRetention);
    await retention.run();
    const left = await one.sql(
      `SELECT DISTINCT job_id FROM ingestion_job_logs UNION SELECT job_id FROM ingestion_job_events WHERE event <> 'status'
       UNION SELECT job_id FROM ingestion_job_events GROUP BY job_id HAVING count(*) > 1`,
    );
    await one.sql(
      `UPDATE ingestion_jobs SET created_at = now() - interval '367 days', ended_at = now() - interval '366 days' WHERE job_id = $1`,
      [jobId],
    );
    await retention.run();

    expect(left).toEqual([{ job_id: young }]);
    expect((await one.ask('analyst', 'GET', '/jobs')).body['items']).toMatchObject([{ job_id: young }]);
  });

  it('is followed through ends of streams and on another replica, without a loss or a repetition', async () => {
    const folders = 60;
    given(async (_, { onEvents }) => {
      await onEvents([{ type: 'table-started', table: 'cc_claim', folders, files: folders, bytes: 1 }]);
      for (let folder = 0; folder < folders; folder++) {
        await onEvents([folderDone('cc_claim', folder)]);
        await delay(25);
      }
      return resultOf('completed', [tableResult('cc_claim', 'completed')]);
    });
    const jobId = await one.start('analyst', connection, place);
    let connections = 0;
    const follow = async (path: string): Promise<ServerSentEvent[]> => {
      const seen: ServerSentEvent[] = [];
      const stream = ({ headers = {} }: { headers?: Record<string, string> }): Promise<Response> =>
        ([one, other][connections++ % 2] ?? one).open('analyst', `/jobs/${jobId}/${path}`, { headers });
      for await (const event of readEvents(stream, {}, { reconnectMs: 1, lastEventId: '0' })) seen.push(event);
      return seen;
    };
    const [events, lines] = await Promise.all([follow('events'), follow('logs?table=cc_claim')]);

    expect(connections).toBeGreaterThan(4);
    expect(events.map(({ id }) => id)).toEqual(
      (
        await one.sql<{ id: string }>(`SELECT event_id AS id FROM ingestion_job_events WHERE job_id = $1 ORDER BY 1`, [
          jobId,
        ])
      ).map(({ id }) => id),
    );
    expect(events.at(-1)).toMatchObject({ event: 'status', data: expect.stringContaining('"completed"') as string });
    expect(lines.filter(({ data }) => data.includes('is version'))).toHaveLength(folders);
    const whole = await (await one.open('analyst', `/jobs/${jobId}/logs/download?table=cc_claim`)).text();
    expect(
      whole
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Json)['id']),
    ).toEqual(lines.map(({ id }) => id));
    const over = await other.open('analyst', `/jobs/${jobId}/events`, {
      headers: { 'Last-Event-ID': events.at(-1)?.id ?? '' },
    });
    expect(over.status).toBe(204);
  });
});
