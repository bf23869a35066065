import { randomUUID } from 'node:crypto';
import type { RunEvent } from '@lakescope/cda';
import { LocalStack } from '@lakescope/server-testing';
import { JobsApp, type Json } from '../testing/jobs-app';
import { folderDone, resultOf, stopped, tableResult, type Script } from '../testing/scripted-engine';

describe('what goes wrong in ingestion jobs', () => {
  let stack: LocalStack;
  let app: JobsApp;
  let connection: string;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await JobsApp.start(stack, { silentMs: 1_500 });
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
    [
      'goes on until it is told to stop',
      async (_, { signal }) => {
        await stopped(signal);
        return resultOf('cancelled', []);
      },
    ],
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
});
