import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStack } from '@lakescope/server-testing';
import { HistoryLimits } from './history-limits';
import { InferenceWriter } from './inference-writer';
import { HistoryReplica, INVOCATIONS, stackWithChat } from './testing/history-replica';

/** Long enough that whatever happens meanwhile happens meanwhile. */
const SLOW_MS = 60_000;
const OF_MODEL = '/serving-endpoints/chat/served-models/lakescope-local-chat/invocations';
const QUICK = { signEveryMs: 50, silentMs: 10_000 };

describe('an invocation that is answered later', () => {
  let stack: LocalStack;
  let one: HistoryReplica;
  let two: HistoryReplica;

  beforeAll(async () => {
    stack = await stackWithChat();
    [one, two] = await Promise.all([
      HistoryReplica.start(stack, { limits: QUICK }),
      HistoryReplica.start(stack, { limits: QUICK }),
    ]);
  });

  afterEach(async () => {
    stack.workspace.faults.clear();
    // What is on its way into the history would come after it was emptied.
    await Promise.all([one, two].map((replica) => replica.get(InferenceWriter).settled()));
    await one.sql('DELETE FROM model_inference_logs');
  });

  afterAll(async () => {
    await Promise.all([one.stop(), two.stop()]);
    await stack.stop();
  });

  it('that was erased is not waited for any longer', async () => {
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS });
    const requestId = await one.later('analyst');
    const { workspace } = stack;
    const before = workspace.requestLog.count();
    await one.sql('DELETE FROM model_inference_logs WHERE request_id = $1', [requestId]);

    // The line is cut by whoever asked, which is when the workspace has done with the request.
    while (workspace.requestLog.count() === before) await sleep(20);

    expect(workspace.requestLog.entries().at(-1)).toMatchObject({ path: INVOCATIONS });
    expect(await one.sql('SELECT * FROM model_inference_logs')).toEqual([]);
  });

  it.each(['the same', 'another'])(
    'is canceled by its owner alone, on %s replica, and its model is let go',
    async (which) => {
      stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS });
      const requestId = await one.later('analyst');
      await one.until('analyst', requestId, ({ status }) => status === 'RUNNING');
      const before = stack.workspace.requestLog.count();
      const cancel = `/serving/invocations/${requestId}/cancel`;
      const replica = which === 'another' ? two : one;
      const others = await replica.ask('engineer', cancel, { method: 'POST' });
      const stillRuns = await replica.ask('analyst', `/serving/invocations/${requestId}`);
      const own = await replica.ask('analyst', cancel, { method: 'POST' });
      while (stack.workspace.requestLog.count() === before) await sleep(20);
      const again = await replica.ask('analyst', cancel, { method: 'POST' });

      expect(others).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
      expect(stillRuns.body).toMatchObject({ status: 'RUNNING' });
      for (const { status, body } of [own, again]) {
        expect([status, body]).toMatchObject([
          200,
          { status: 'CANCELED', error_code: 'CLIENT_CLOSED', predictions: null, can_rerun: true },
        ]);
      }
      expect(await one.items('analyst', '/serving/logs?status=CANCELED')).toHaveLength(1);
    },
  );

  it('that waits for its turn is canceled, too, and one that has ended stays as it is', async () => {
    const ended = await one.later('analyst');
    await one.ended('analyst', ended);
    const three = await HistoryReplica.start(stack, { limits: { ...QUICK, asyncAtOnce: 1 } });
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS });
    const [first, waiting] = [await three.later('analyst'), await three.later('analyst')];
    const pending = await three.ask('analyst', `/serving/invocations/${waiting}`);
    const canceled = await three.ask('analyst', `/serving/invocations/${waiting}/cancel`, { method: 'POST' });
    const asBefore = await three.ask('analyst', `/serving/invocations/${ended}/cancel`, { method: 'POST' });
    await three.ask('analyst', `/serving/invocations/${first}/cancel`, { method: 'POST' });
    await three.stop();

    expect(pending.body).toMatchObject({ status: 'PENDING' });
    expect(canceled.body).toMatchObject({ status: 'CANCELED', execution_time_ms: null });
    expect(asBefore.body).toMatchObject({ status: 'SUCCESS' });
  });

  it('begins at once, is told of by any replica, and its answer is that of the model', async () => {
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: 300, times: 1 });
    const begun = await one.chat('analyst', { async: true });
    const requestId = String(begun.body['request_id']);

    expect(begun).toMatchObject({ status: 202, body: { status: 'PENDING' } });
    expect((await two.until('analyst', requestId, ({ status }) => status === 'RUNNING')).body).toMatchObject({
      predictions: null,
      execution_time_ms: null,
      completed_at: null,
      can_rerun: false,
    });
    const ended = await two.ended('analyst', requestId);
    const directly = await one.chat('analyst');

    expect(ended.body).toMatchObject({ status: 'SUCCESS', endpoint_name: 'chat', can_rerun: true, error_code: null });
    expect(ended.body['execution_time_ms']).toBeGreaterThanOrEqual(300);
    expect(choices(ended.body['predictions'])).toEqual(choices(directly.body['predictions']));
    expect(ended.body['usage']).toEqual(directly.body['usage']);
    expect(await one.items('analyst', '/serving/logs?status=SUCCESS')).toHaveLength(2);
    expect((await one.ask('engineer', `/serving/invocations/${requestId}`)).status).toBe(404);
  });

  it('is asked again in the way it was asked: of the same model, and for as long', async () => {
    const asked = { timeout_seconds: 1, served_entity: 'lakescope-local-chat' };
    const begun = await one.chat('analyst', { async: true, ...asked });
    const ids = [begun, await one.chat('analyst', asked)].map(({ body }) => String(body['request_id']));
    await one.ended('analyst', ids[0] ?? '');
    stack.workspace.faults.add({ path: OF_MODEL, delayMs: SLOW_MS });

    for (const id of ids) {
      const rerun = await one.ask('analyst', `/serving/logs/${id}/rerun`, { method: 'POST', json: {} });
      expect(rerun).toMatchObject({ status: 503, body: { error_code: 'MODEL_TIMEOUT' } });
    }
  });

  it('fails in the words it would have been answered with', async () => {
    stack.workspace.faults.add({ path: INVOCATIONS, status: 400, body: { error_code: 'BAD_REQUEST', message: 'no' } });
    const refused = await one.ended('analyst', await one.later('analyst'));
    const directly = await one.chat('analyst');
    stack.workspace.faults.clear();
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS });
    const begun = await one.chat('analyst', { async: true, timeout_seconds: 1 });
    const late = await one.ended('analyst', String(begun.body['request_id']));

    expect(refused.body).toMatchObject({ status: 'ERROR', error_code: 'INVALID_MODEL_INPUT', predictions: null });
    expect(refused.body['error_message']).toBe(directly.body['detail']);
    expect(late.body).toMatchObject({ status: 'TIMEOUT', error_code: 'MODEL_TIMEOUT' });
  });

  it('may take 297 seconds, which an answer at once may not', async () => {
    expect((await one.chat('analyst', { async: true, timeout_seconds: 297 })).status).toBe(202);
    for (const asked of [{ async: true, timeout_seconds: 298 }, { timeout_seconds: 101 }]) {
      expect(await one.chat('analyst', asked)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    }
  });

  it('is one of five at most, for each person', async () => {
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: 1_000 });
    const begun = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? one : two).chat('analyst', { async: true })),
    );

    expect(begun.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 202, 429, 429, 429]);
    expect(begun.find(({ status }) => status === 429)?.body).toMatchObject({
      error_code: 'RATE_LIMITED',
      retry_after: 5,
    });
    expect((await one.chat('engineer', { async: true })).status).toBe(202);
    // Whose answers have come may begin others.
    for (const { status, body } of begun) if (status === 202) await one.ended('analyst', String(body['request_id']));
    expect((await one.chat('analyst', { async: true })).status).toBe(202);
  });

  it('is interrupted when its replica is stopped, and runs again on another', async () => {
    const three = await HistoryReplica.start(stack, { limits: QUICK });
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS, times: 1 });
    const requestId = await three.later('analyst', 'What is interrupted?');
    await three.until('analyst', requestId, ({ status }) => status === 'RUNNING');
    await three.stop();

    const [row] = await one.sql(`SELECT status FROM model_inference_logs`);
    const interrupted = await one.ask('analyst', `/serving/invocations/${requestId}`);
    const rerun = await one.ask('analyst', `/serving/logs/${requestId}/rerun`, { method: 'POST', json: {} });

    expect(row).toEqual({ status: 'INTERRUPTED' });
    expect(interrupted.body).toMatchObject({ status: 'INTERRUPTED', predictions: null, can_rerun: true });
    expect(rerun).toMatchObject({ status: 200, body: { status: 'SUCCESS' } });
    expect(JSON.stringify(rerun.body['predictions'])).toContain('What is interrupted?');
  });

  it('is interrupted when no signs of life come any more, and not as long as they do', async () => {
    stack.workspace.faults.add({ path: INVOCATIONS, delayMs: SLOW_MS });
    const alive = await one.later('analyst');
    const dead = '00000000-0000-4000-8000-00000000dead';
    await one.sql(
      `INSERT INTO model_inference_logs (request_id, user_id, endpoint_name, status, inputs, is_async, correlation_id)
       SELECT $1, user_id, 'chat', 'RUNNING', inputs, true, 'c' FROM model_inference_logs`,
      [dead],
    );
    // As if both had begun long ago; who is alive says so again.
    await one.sql(
      `UPDATE model_inference_logs SET seen_at = now() - interval '9 seconds', created_at = now() - interval '1 hour'`,
    );
    const signed = `SELECT 1 FROM model_inference_logs WHERE seen_at > now() - interval '5 seconds'`;
    while ((await one.sql(signed)).length === 0) await sleep(20);
    await one.sql(`UPDATE model_inference_logs SET seen_at = seen_at - interval '2 seconds' WHERE request_id = $1`, [
      dead,
    ]);

    expect((await two.ask('analyst', `/serving/invocations/${dead}`)).body).toMatchObject({ status: 'INTERRUPTED' });
    expect((await two.ask('analyst', `/serving/invocations/${alive}`)).body).toMatchObject({ status: 'RUNNING' });
  });

  it('is kept whole for a day, and as a beginning from then on', async () => {
    const text = 'ä'.repeat(50_000);
    stack.workspace.faults.add({
      path: INVOCATIONS,
      status: 200,
      body: { object: 'chat.completion', choices: [text] },
    });
    const requestId = await one.later('analyst', text);
    const whole = await one.ended('analyst', requestId);
    const inHistory = await one.ask('analyst', `/serving/logs/${requestId}`);

    expect(choices(whole.body['predictions'])).toEqual([text]);
    expect(whole.body).toMatchObject({ predictions_truncated: false, can_rerun: true });
    expect(inHistory.body).toMatchObject({ inputs_truncated: true, predictions_truncated: true, can_rerun: true });
    const rerun = await one.ask('analyst', `/serving/logs/${requestId}/rerun`, { method: 'POST', json: {} });
    expect(choices(rerun.body['predictions'])).toEqual([text]);
    expect(await one.items('analyst')).toMatchObject([
      { inputs_truncated: true, can_rerun: false },
      { can_rerun: true },
    ]);

    // What is answered at once is kept as a beginning from the start.
    const again = await one.ask('analyst', `/serving/logs/${String(rerun.body['request_id'])}/rerun`, {
      method: 'POST',
      json: {},
    });
    expect(again).toMatchObject({ status: 409, body: { error_code: 'CONFLICT' } });
  });

  it('has no more in memory than may be held at once, and says so', async () => {
    const text = 'x'.repeat(150_000);
    const body = { object: 'chat.completion', choices: [text] };
    stack.workspace.faults.add({ path: INVOCATIONS, status: 200, body });
    const kept = await one.later('analyst');
    await one.ended('analyst', kept);
    const limits = one.get(HistoryLimits);
    const { heldBytesPerPerson } = limits;
    Object.assign(limits, { heldBytesPerPerson: 100_000 });
    const refused = await one.ask('analyst', `/serving/invocations/${kept}`);
    const [late, many] = [
      await one.ended('analyst', await one.later('analyst')),
      await one.chat('analyst', { async: true }, text),
    ];
    Object.assign(limits, { heldBytesPerPerson });

    for (const { status, body: problem } of [refused, many]) {
      expect([status, problem['error_code']]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    }
    expect(late.body).toMatchObject({ status: 'ERROR', error_code: 'SERVICE_UNAVAILABLE' });
    expect(choices((await one.ask('analyst', `/serving/invocations/${kept}`)).body['predictions'])).toEqual([text]);
  });

  it('of who wants no history is there as long as they need it, without what was asked', async () => {
    const json = { preference_key: 'inference_history', preference_value: 'off' };
    await one.ask('engineer', '/preferences', { method: 'PUT', json });
    const requestId = await one.later('engineer');
    const ended = await one.ended('engineer', requestId);

    expect(ended.body).toMatchObject({ status: 'SUCCESS', can_rerun: false });
    expect(await one.items('engineer')).toEqual([]);
    expect((await one.ask('engineer', `/serving/logs/${requestId}`)).status).toBe(404);
    expect(await one.sql('SELECT inputs, whole_inputs FROM model_inference_logs')).toEqual([
      { inputs: null, whole_inputs: null },
    ]);
    await one.ask('engineer', '/preferences/inference_history', { method: 'DELETE' });
  });

  it('needs a database, and what is answered at once does not', async () => {
    const alone = await HistoryReplica.start(stack, { env: { PGHOST: undefined } });

    expect(await alone.chat('analyst', { async: true })).toMatchObject({
      status: 503,
      body: { error_code: 'LAKEBASE_NOT_CONFIGURED' },
    });
    expect(await alone.chat('analyst')).toMatchObject({ status: 200, body: { status: 'SUCCESS' } });
    await alone.stop();
  });
});

function choices(predictions: unknown): unknown {
  return (predictions as { choices: unknown }).choices;
}
