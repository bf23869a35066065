import { setTimeout as sleep } from 'node:timers/promises';
import { PreferenceKeys } from '@lakescope/server-lakebase';
import { UserOwnedTables } from '@lakescope/server-persistence';
import type { LocalStack } from '@lakescope/server-testing';
import { DetectionEvents, InferenceLog } from '../inference-log';
import { DetectionWriter } from './detection-writer';
import { HistoryRetention } from './history-retention';
import { InferenceWriter } from './inference-writer';
import { HistoryReplica, inferenceOf, INVOCATIONS, stackWithChat } from './testing/history-replica';

const QUICK = { settledMs: 20_000, lingerMs: 1, awayMs: [50], outcomeRetryMs: [50], signEveryMs: 50, silentMs: 300 };

describe('the history', () => {
  let stack: LocalStack;
  let replica: HistoryReplica;

  beforeAll(async () => {
    stack = await stackWithChat({ faultProxies: true });
    replica = await HistoryReplica.start(stack, { limits: QUICK });
  });

  afterEach(async () => {
    await stack.network.heal();
    stack.workspace.faults.clear();
    await replica.sql('DELETE FROM model_inference_logs');
  });

  afterAll(async () => {
    await replica.stop();
    await stack.stop();
  });

  it('is written when the database is back, and models answer meanwhile', async () => {
    stack.network.reset();
    stack.network.refuse();
    const answers = await Promise.all([replica.chat('analyst'), replica.chat('engineer'), replica.chat('analyst')]);
    const away = await replica.ask('analyst', '/serving/logs');
    await stack.network.heal();

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(away).toMatchObject({ status: 503, body: { error_code: 'DATABASE_UNAVAILABLE' } });
    await until(async () => (await rows()).length === 3);
    expect(await replica.items('analyst')).toHaveLength(2);
    expect(await replica.items('engineer')).toHaveLength(1);
  });

  it.each(['before-sent', 'after-sent', 'before-acknowledged'] as const)(
    'has each invocation once when the line is cut around its end: %s',
    async (moment) => {
      stack.databaseLine.cutAt(moment, { statement: /^COMMIT/i, times: 1 });
      await replica.note('analyst');
      await replica.get(InferenceWriter).settled();

      expect(await rows()).toHaveLength(1);
    },
  );

  it('gets an answer that came while the database was away, although it was given up for lost', async () => {
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: 500, times: 1 });
    const requestId = await replica.later('analyst');
    await replica.until('analyst', requestId, ({ status }) => status === 'RUNNING');
    stack.network.reset();
    stack.network.refuse();
    await sleep(900);
    await stack.network.heal();

    await until(async () => (await rows())[0]?.['status'] === 'SUCCESS');
    expect((await replica.ended('analyst', requestId)).body).toMatchObject({ status: 'SUCCESS', error_message: null });
  });

  it('begins nothing for later while the database is away', async () => {
    stack.network.reset();
    stack.network.refuse();
    const before = stack.workspace.requestLog.count();

    const refused = await replica.chat('analyst', { async: true });

    expect(refused).toMatchObject({ status: 503, body: { error_code: 'DATABASE_UNAVAILABLE' } });
    expect(
      stack.workspace.requestLog
        .entries()
        .slice(before)
        .map(({ path }) => path),
    ).not.toContain(INVOCATIONS);
  });

  it('lets go of what is 90 days old, of payloads kept whole for a day, and of what nobody works on', async () => {
    await replica.sql(
      `INSERT INTO model_inference_logs (request_id, user_id, endpoint_name, status, is_async, in_history, whole_inputs,
         correlation_id, created_at, seen_at, completed_at)
       SELECT gen_random_uuid(), 'ana@example.com', name, status, is_async, in_history, whole, 'c', now() - age, now() - age,
         CASE WHEN status = 'RUNNING' THEN NULL ELSE now() - age END
       FROM (VALUES ('old', 'SUCCESS', false, true, NULL, interval '91 days'), ('kept', 'SUCCESS', false, true, NULL, '89 days'),
         ('whole', 'SUCCESS', true, true, '{}', '25 hours'), ('fresh', 'SUCCESS', true, true, '{}', '23 hours'),
         ('unlisted', 'SUCCESS', true, false, NULL, '25 hours'), ('wanted', 'SUCCESS', true, false, NULL, '23 hours'),
         ('lost', 'RUNNING', true, true, NULL, '1 hour')) AS given(name, status, is_async, in_history, whole, age)`,
    );
    await replica.sql(
      `INSERT INTO schema_detection_events (id, user_id, endpoint_name, detected_type, status, latency_ms, correlation_id, detected_at)
       SELECT gen_random_uuid(), 'ana@example.com', 'e', 'UNKNOWN', 'FAILURE', 1, 'c', now() - age
       FROM unnest(ARRAY[interval '91 days', interval '89 days']) AS age`,
    );

    const gone = await replica.get(HistoryRetention).run();

    expect(gone).toBe(3);
    expect(
      await replica.sql(
        'SELECT endpoint_name AS name, status, whole_inputs AS whole FROM model_inference_logs ORDER BY 1',
      ),
    ).toEqual([
      { name: 'fresh', status: 'SUCCESS', whole: '{}' },
      { name: 'kept', status: 'SUCCESS', whole: null },
      { name: 'lost', status: 'INTERRUPTED', whole: null },
      { name: 'wanted', status: 'SUCCESS', whole: null },
      { name: 'whole', status: 'SUCCESS', whole: null },
    ]);
    expect(await replica.sql('SELECT 1 FROM schema_detection_events')).toHaveLength(1);
  });

  it('is kept as long as the environment says', async () => {
    const brief = await HistoryReplica.start(stack, { env: { MODEL_SERVING_HISTORY_DAYS: '1' } });
    await brief.note('analyst', { createdAt: new Date(Date.now() - 25 * 3_600_000) });
    await brief.note('analyst');
    expect(await brief.items('analyst')).toHaveLength(2);

    await brief.get(HistoryRetention).tick();

    expect(await brief.items('analyst')).toHaveLength(1);
    await brief.stop();
  });

  it('is made of an answer that has gone out already, also by a replica that stops meanwhile', async () => {
    const stopping = await HistoryReplica.start(stack, { limits: { lingerMs: 60_000 } });
    let looks = 0;
    const inference = inferenceOf();
    const watched = new Proxy(inference, {
      get: (target, name) => {
        looks++;
        return Reflect.get(target, name) as unknown;
      },
    });
    const caller = await stopping.caller('analyst');

    stopping.get(InferenceLog).record(caller, watched);
    const looksBeforeTheAnswer = looks;
    await stopping.stop();

    expect(looksBeforeTheAnswer).toBe(0);
    expect(await replica.sql('SELECT request_id FROM model_inference_logs')).toEqual([
      { request_id: inference.requestId },
    ]);
  });

  it('tells of detections too, in the rows of the person they were made for', async () => {
    await replica.sql('DELETE FROM schema_detection_events');
    const caller = await replica.caller('analyst');
    replica.get(DetectionEvents).record(caller, {
      endpointName: 'flight-delay',
      detectedType: 'MLFLOW_MODEL',
      status: 'SUCCESS',
      source: 'mlmodel',
      latencyMs: 12.5,
      errorMessage: null,
      detectedAt: new Date(),
      correlationId: 'c',
    });
    await replica.get(DetectionWriter).settled();

    expect(await replica.sql('SELECT user_id, endpoint_name, source, latency_ms FROM schema_detection_events')).toEqual(
      [{ user_id: caller.userId, endpoint_name: 'flight-delay', source: 'mlmodel', latency_ms: 12.5 }],
    );
  });

  it('is known to export and erasure, and switched off by a preference', () => {
    const tables = replica.get(UserOwnedTables).all.map(({ name }) => name);

    expect(tables).toEqual(expect.arrayContaining(['model_inference_logs', 'schema_detection_events']));
    expect(replica.get(PreferenceKeys).problemsOf('inference_history', 'off')).toEqual([]);
    expect(replica.get(PreferenceKeys).problemsOf('inference_history', 'maybe')).not.toEqual([]);
  });

  function rows(): Promise<Record<string, unknown>[]> {
    return replica.sql('SELECT status FROM model_inference_logs');
  }
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
