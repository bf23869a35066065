import { randomUUID } from 'node:crypto';
import type { RunEvent } from '@lakescope/cda';
import { readEvents, type ServerSentEvent } from '@lakescope/client';
import { LocalStack } from '@lakescope/server-testing';
import { EntityManager } from 'typeorm';
import { JobQueue } from '../queue/job-queue';
import { JobsRetention } from '../queue/jobs-retention';
import { QueueRunner } from '../queue/queue-runner';
import { GROUP, JobsApp, type Json } from '../testing/jobs-app';
import { folderDone, resultOf, stopped, tableResult, type Script } from '../testing/scripted-engine';

/** Kept of each job. */
const EVENTS = 10;

/** Works until it is told to stop. */
const UNTIL_STOPPED: Script = async (_, { signal }) => {
  await stopped(signal);
  return resultOf('cancelled', []);
};

describe('what goes wrong in ingestion jobs', () => {
  let stack: LocalStack;
  let app: JobsApp;
  let connection: string;

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true });
    app = await JobsApp.start(stack, {
      lookMs: 1_000,
      lookAtOthersMs: 5_000,
      jobEvents: EVENTS,
      retentionRows: 7,
    });
    connection = await app.connect('analyst');
  });

  afterEach(() => app.sql(`DELETE FROM ingestion_jobs`));

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  const start = (script: Script): Promise<string> => {
    app.engine.orders.length = 0;
    app.engine.script = script;
    return app.start('analyst', connection, randomUUID());
  };

  it('in what a source calls things and counts stops no run: it is told as far as it can be kept', async () => {
    const odd = 'odd \u0000 \ud800';
    const folder = { table: odd, fingerprint: 'f'.repeat(400), folder: '1700000000001' };
    const done = folderDone(odd, 0);
    if (done.type !== 'folder-done') throw new Error('It is one');
    const jobId = await start(async (_, { onEvents }) => {
      const events: RunEvent[] = [
        { type: 'manifest', etag: 'e'.repeat(600), tables: [odd], unchanged: false },
        { type: 'table-started', table: odd, folders: 3, files: 1e300, bytes: 2 ** 60 },
        {
          type: 'folder-done',
          result: {
            ...done.result,
            rows: 2n ** 62n,
            expectedRows: 10n ** 19n - 1n,
            files: Infinity,
            schemaChanges: [{ column: odd, kind: 'added', to: 'x'.repeat(5_000) }],
            warnings: [{ code: odd, message: odd.repeat(1_000) }],
          },
        },
        { type: 'folder-done', result: { ...done.result, folder: '1700000000002', rows: 2n ** 63n } },
        { type: 'folder-failed', folder, failure: { code: odd, message: odd.repeat(1_000), advice: odd } },
        { type: 'warning', table: undefined, warning: { code: odd, message: odd } },
        { type: 'table-done', result: tableResult(odd, 'completed_with_errors') },
      ];
      await onEvents(events);
      return resultOf('completed', [tableResult(odd, 'completed')], 'e'.repeat(600));
    });
    const job = await app.until('analyst', jobId, 'completed');

    const legible = 'odd \ufffd \ufffd';
    expect(app.engine.orders).toHaveLength(1);
    expect(job).toMatchObject({
      progress: { rows: String(2n ** 63n - 1n), folders: { done: 2, failed: 1 } },
      warnings: [{ code: legible, message: legible }],
      tables: [{ table: legible, schema_changes: [{ column: legible, kind: 'added' }] }],
    });
    const { body } = await app.ask('analyst', 'GET', `/jobs/${jobId}/tables/${encodeURIComponent(legible)}/folders`);
    expect(body['items']).toMatchObject([
      { status: 'done', expected_rows: String(2n ** 63n - 1n) },
      { status: 'failed', failure: { code: legible } },
      { status: 'done' },
    ]);
    expect(await app.sql('SELECT etag FROM ingestion_manifests')).toEqual([]);
  });

  it.each<[string, Script]>([
    ['ends', () => Promise.resolve(resultOf('completed', []))],
    ['goes on until it is told to stop', UNTIL_STOPPED],
  ])('in what the database refuses ends the run with the reason, also where the engine %s', async (_, rest) => {
    const jobId = await start(async (order, controls) => {
      const { onEvents } = controls;
      await onEvents([{ type: 'table-started', table: 'cc_claim', folders: 1, files: 1, bytes: 1 }]);
      await onEvents([
        {
          type: 'folder-skipped',
          folder: { table: 'cc_claim', fingerprint: 'f1', folder: 'no number' },
          reason: 'done',
        },
      ]);
      return rest(order, controls);
    });
    const job = await app.until('analyst', jobId, 'failed');

    expect(job).toMatchObject({
      attempts: 1,
      failure: { code: 'NOT_STORABLE', message: expect.stringContaining('invalid input syntax') as string },
    });
    expect(app.engine.orders).toHaveLength(1);
    const lines = await app.open('analyst', `/jobs/${jobId}/logs/download`);
    expect(await lines.text()).toContain('SQLSTATE 22P02');
  });

  /** How often the queue is looked at in so many seconds from `from` on. */
  const looksIn = async (seconds: number, from: number): Promise<number> => {
    const looks = jest.spyOn(app.http.nest.get(JobQueue), 'look');
    const runner = app.http.nest.get(QueueRunner);
    for (let second = 1; second <= seconds; second++) await runner.tick(from + second * 1_000);
    const { length } = looks.mock.calls;
    looks.mockRestore();
    return length;
  };

  it('is looked for every five seconds while a job is under way, and every second while one waits', async () => {
    const place = randomUUID();
    app.engine.script = UNTIL_STOPPED;
    const jobId = await app.start('analyst', connection, place);
    await app.until('analyst', jobId, 'running');
    const base = performance.now() + 10_000;
    await app.http.nest.get(QueueRunner).tick(base);
    const whileUnderway = await looksIn(20, base);
    const waiting = await app.start('analyst', connection, place);
    await app.http.nest.get(QueueRunner).tick(base + 30_000);
    const whileOneWaits = await looksIn(20, base + 30_000);

    expect([whileUnderway, whileOneWaits]).toEqual([4, 20]);
    for (const id of [waiting, jobId]) await app.ask('analyst', 'POST', `/jobs/${id}/cancel`);
    await app.until('analyst', jobId, 'cancelled');
  });

  it('is looked for less and less often while there is no database, and at once when somebody starts a job', async () => {
    stack.network.refuse();
    stack.network.reset();
    const base = performance.now() + 300_000;
    await app.http.nest.get(QueueRunner).tick(base);
    const looks = await looksIn(108, base);
    await stack.network.heal();

    expect(looks).toBe(6);
    const jobId = await start(() => Promise.resolve(resultOf('completed', [])));
    await app.until('analyst', jobId, 'completed');
  });

  it('counts attempts in a row: a version that is written begins the count anew', async () => {
    let go = (): void => undefined;
    const told = new Promise<void>((resolve) => (go = resolve));
    const jobId = await start(async (_, { signal, onEvents }) => {
      await onEvents([{ type: 'table-started', table: 'cc_claim', folders: 1, files: 1, bytes: 1 }]);
      await told;
      await onEvents([folderDone('cc_claim', 0)]);
      await stopped(signal);
      return resultOf('cancelled', []);
    });
    await app.until('analyst', jobId, 'running');
    await app.sql('UPDATE ingestion_jobs SET attempts = 5 WHERE job_id = $1', [jobId]);
    go();
    let job: Json = {};
    while (Number(job['attempts'] ?? 5) === 5) job = await app.job('analyst', jobId);

    expect(job).toMatchObject({ attempts: 1, progress: { folders: { done: 1 } } });
    await app.ask('analyst', 'POST', `/jobs/${jobId}/cancel`);
    await app.until('analyst', jobId, 'cancelled');
  });

  /** Does a folder each time `next` is called, and ends when `end` is. */
  const stepwise = () => {
    const steps: (() => void)[] = [];
    let folders = 0;
    let onEvents: (events: RunEvent[]) => Promise<void> = () => Promise.resolve();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const script: Script = async (_, controls) => {
      onEvents = controls.onEvents;
      await onEvents([{ type: 'table-started', table: 'cc_claim', folders: 40, files: 40, bytes: 1 }]);
      steps.forEach((step) => step());
      await ended;
      return resultOf('completed', [tableResult('cc_claim', 'completed')]);
    };
    const begun = new Promise<void>((resolve) => steps.push(resolve));
    /** Resolves when it is written down. */
    const next = async (jobId: string): Promise<void> => {
      await begun;
      folders++;
      await onEvents([folderDone('cc_claim', folders)]);
      for (;;) {
        const { progress } = (await app.job('analyst', jobId)) as { progress: { folders: { done: number } } };
        if (progress.folders.done === folders) return;
      }
    };
    return { script, next, end };
  };

  const follow = async (jobId: string, lastEventId: string, until?: string): Promise<ServerSentEvent[]> => {
    const seen: ServerSentEvent[] = [];
    const open = ({ headers = {} }: { headers?: Record<string, string> }): Promise<Response> =>
      app.open('analyst', `/jobs/${jobId}/events`, { headers });
    for await (const event of readEvents(open, {}, { reconnectMs: 1, lastEventId })) {
      seen.push(event);
      if (until !== undefined && event.data.includes(until)) break;
    }
    return seen;
  };

  it('keeps the newest events of a job alone, and tells whoever has missed some how it stands before it goes on', async () => {
    const { script, next, end } = stepwise();
    const jobId = await start(script);
    await next(jobId);
    const begin = await follow(jobId, '0', '"done":1');
    for (let folder = 1; folder < EVENTS + 5; folder++) await next(jobId);
    const kept = await app.sql('SELECT event_id FROM ingestion_job_events WHERE job_id = $1', [jobId]);
    const behind = follow(jobId, begin.at(-1)?.id ?? '');
    const fromStart = follow(jobId, '0');
    await next(jobId);
    end();

    expect(begin[0]).toMatchObject({ data: expect.stringContaining('"pending"') as string });
    expect(kept.length).toBe(EVENTS);
    for (const events of [await behind, await fromStart]) {
      // How it stands, at once; then what happens.
      expect(events[0]).toMatchObject({
        event: 'progress',
        data: expect.stringContaining(`"folders_done":${EVENTS + 5}`) as string,
      });
      expect(events[1]).toMatchObject({ event: 'status', data: '{"status":"running","failure":null}' });
      expect(events.some(({ data }) => data.includes(`"folders_done":${EVENTS + 6}`))).toBe(true);
      expect(events.at(-1)).toMatchObject({ data: expect.stringContaining('"completed"') as string });
      expect(events.length).toBeLessThan(EVENTS);
    }
  });

  it('tells a browser that has slept until its events were let go how the job stands, and goes on or is over', async () => {
    const { script, next, end } = stepwise();
    const jobId = await start(script);
    await next(jobId);
    const before = await follow(jobId, '0', '"done":1');
    await next(jobId);
    const sleep = async (): Promise<void> => {
      await app.sql(`UPDATE ingestion_job_events SET told_at = now() - interval '31 days' WHERE job_id = $1`, [jobId]);
      await app.http.nest.get(JobsRetention).run();
    };
    await sleep();
    const awake = await follow(jobId, before.at(-1)?.id ?? '', '"status":"running","failure"');
    const going = follow(jobId, awake.at(-1)?.id ?? '');
    end();
    const rest = await going;
    await sleep();
    const late = await follow(jobId, before.at(-1)?.id ?? '');

    expect(awake[0]).toMatchObject({ data: expect.stringContaining('"folders_done":2') as string });
    expect(rest.at(-1)).toMatchObject({ data: expect.stringContaining('"completed"') as string });
    expect(late.map(({ event }) => event)).toEqual(['progress', 'status']);
    expect(late.at(-1)).toEqual({ ...rest.at(-1), data: '{"status":"completed","failure":null}' });
    const headers = { 'Last-Event-ID': late.at(-1)?.id ?? '' };
    expect((await app.open('analyst', `/jobs/${jobId}/events`, { headers })).status).toBe(204);
  });

  it('lets go of old jobs some rows at once, and of manifests that nobody has found unchanged for long', async () => {
    const place = randomUUID();
    const folders = Array.from({ length: 20 }, (_, folder) => folderDone('cc_claim', folder));
    app.engine.script = async (_, { onEvents }) => {
      await onEvents(folders);
      return resultOf('completed', [tableResult('cc_claim', 'completed')], '"v1"');
    };
    const jobId = await app.start('analyst', connection, place);
    await app.until('analyst', jobId, 'completed');
    await app.sql(
      `UPDATE ingestion_jobs SET created_at = now() - interval '366 days', ended_at = now() - interval '366 days'`,
    );
    const young = await app.start('analyst', connection, randomUUID());
    await app.until('analyst', young, 'completed');
    await app.sql(
      `UPDATE ingestion_manifests SET noted_at = now() - interval '91 days'
        WHERE noted_at = (SELECT min(noted_at) FROM ingestion_manifests)`,
    );
    const most = jest.spyOn(EntityManager.prototype, 'query');
    await app.http.nest.get(JobsRetention).run();
    const statements = most.mock.calls.filter(([sql]) => sql.includes('DELETE FROM ingestion_job_folders'));
    most.mockRestore();

    expect(statements).toHaveLength(3);
    expect(await app.sql('SELECT DISTINCT job_id FROM ingestion_job_folders')).toEqual([{ job_id: young }]);
    expect(await app.sql('SELECT job_id FROM ingestion_jobs')).toEqual([{ job_id: young }]);
    expect(await app.sql('SELECT etag FROM ingestion_manifests')).toHaveLength(1);
  });

  it('works with the connection of the environment for those alone whom it names when the work begins or is tried again', async () => {
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = stack.workspace.s3.rootKeys;
    const named = (LAKESCOPE_S3_DEFAULT_USERS: string): Promise<JobsApp> =>
      JobsApp.start(stack, {}, {}, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, LAKESCOPE_S3_DEFAULT_USERS });
    const first = await named(`somebody, ${GROUP}`);
    const failed = tableResult('cc_claim', 'failed');
    const told: RunEvent[] = [
      { type: 'manifest', etag: '"1"', tables: ['cc_claim'], unchanged: false },
      { type: 'table-done', result: failed },
    ];
    first.engine.script = async (_, { onEvents }) => {
      await onEvents(told);
      return resultOf('completed_with_errors', [failed]);
    };
    const place = randomUUID();
    const ended = await first.start('analyst', 'default', place);
    await first.until('analyst', ended, 'failed');
    first.engine.manifests.set(`${place}/cda/manifest.json`, () => Promise.resolve('not-modified'));
    const looked = await first.ask('analyst', 'POST', '/jobs/freshness/check', { job_id: ended });
    first.engine.script = UNTIL_STOPPED;
    const going = await first.start('analyst', 'default', randomUUID());
    const taken = await first.start('analyst', 'default', randomUUID());
    for (const jobId of [going, taken]) await first.until('analyst', jobId, 'running');
    const { config } = await first.job('analyst', going);
    await first.stop();
    await app.sql(`UPDATE ingestion_jobs SET status = 'pending' WHERE job_id = $1`, [going]);
    await app.sql(`UPDATE ingestion_jobs SET status = 'cancelled', ended_at = now() WHERE job_id = $1`, [taken]);
    const still = await named(GROUP);
    await still.until('analyst', going, 'completed');
    const again = await still.ask('analyst', 'POST', `/jobs/${ended}/retry`, {});
    await still.until('analyst', String(again.body['job_id']), 'completed');
    await still.stop();
    await app.sql(`UPDATE ingestion_jobs SET status = 'interrupted', ended_at = NULL WHERE job_id = $1`, [taken]);
    const removed = await named('somebody');
    const refused = await removed.until('analyst', taken, 'failed');
    const refusals = [
      await removed.ask('analyst', 'POST', `/jobs/${ended}/retry`, {}),
      await removed.ask('admin', 'POST', `/jobs/${ended}/retry`, {}),
    ];
    await removed.stop();

    expect(looked.body).toMatchObject({ items: [{ not_modified: true, failure: null }] });
    expect(config).not.toHaveProperty('admitted_as');
    expect(refused).toMatchObject({
      failure: {
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining('LAKESCOPE_S3_DEFAULT_USERS') as string,
      },
    });
    expect(removed.engine.orders).toEqual([]);
    expect(refusals.map(({ status, body }) => [status, body['error_code']])).toEqual([
      [403, 'PERMISSION_DENIED'],
      [403, 'PERMISSION_DENIED'],
    ]);
  });
});
