import { FeatureCounters } from '@lakescope/server-http';
import { LocalStack } from '@lakescope/server-testing';
import { HistoryReplica, type Answer } from './testing/history-replica';

const MISSING = '00000000-0000-4000-8000-000000000000';

describe('the history of invocations', () => {
  let stack: LocalStack;
  let replica: HistoryReplica;

  beforeAll(async () => {
    stack = await LocalStack.start();
    replica = await HistoryReplica.start(stack);
  });

  beforeEach(() => replica.sql('DELETE FROM model_inference_logs'));

  afterAll(async () => {
    await replica.stop();
    await stack.stop();
  });

  it('shows what was asked and answered at once, to whom it was', async () => {
    const requestId = await replica.note('analyst', { tokens: { prompt_tokens: 3, total_tokens: 5 } });

    const list = await replica.ask('analyst', '/serving/logs');
    const one = await replica.ask('analyst', `/serving/logs/${requestId}`);

    expect(list).toMatchObject({ status: 200, body: { next_cursor: null, items: [{ request_id: requestId }] } });
    expect(list.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(one).toMatchObject({
      status: 200,
      body: {
        request_id: requestId,
        endpoint_name: 'flight-delay',
        served_entity: 'flight-delay-2',
        status: 'SUCCESS',
        inputs: { dataframe_records: [{ distance: 950 }] },
        inputs_truncated: false,
        predictions: [12.5],
        predictions_truncated: false,
        execution_time_ms: 41.7,
        error_code: null,
        error_message: null,
        tokens: { prompt_tokens: 3, total_tokens: 5 },
        correlation_id: 'correlation-1',
        can_rerun: true,
      },
    });
  });

  it.each(['engineer', 'admin'] as const)('is there for its owner alone: for %s it is not', async (other) => {
    const requestId = await replica.note('analyst');
    await replica.items('analyst');

    expect(await replica.items(other)).toEqual([]);
    for (const path of [`/serving/logs/${requestId}`, `/serving/invocations/${requestId}`]) {
      const [theirs, missing] = [
        await replica.ask(other, path),
        await replica.ask(other, path.replace(requestId, MISSING)),
      ];
      expect(theirs).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
      expect(shapeOf(theirs, requestId)).toEqual(shapeOf(missing, MISSING));
    }
    expect((await replica.ask(other, '/serving/logs', { method: 'DELETE' })).body).toEqual({ erased: 0 });
    expect(await replica.items('analyst')).toHaveLength(1);
  });

  it('is filtered by endpoint, status and time, and paged through without a gap', async () => {
    const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 20, 12, minute));
    for (let minute = 0; minute < 6; minute++) {
      await replica.note('analyst', {
        endpointName: minute % 2 === 0 ? 'flight-delay' : 'wetter/北京?',
        status: minute === 5 ? 'TIMEOUT' : 'SUCCESS',
        createdAt: at(minute),
        completedAt: at(minute),
      });
    }
    const minutes = async (query: string): Promise<number[]> =>
      (await replica.items('analyst', `/serving/logs?${query}`)).map(({ created_at: time }) =>
        new Date(String(time)).getUTCMinutes(),
      );

    expect(await minutes('')).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await minutes('endpoint=flight-delay')).toEqual([4, 2, 0]);
    expect(await minutes(`endpoint=${encodeURIComponent('wetter/北京?')}&status=SUCCESS`)).toEqual([3, 1]);
    expect(await minutes('status=TIMEOUT')).toEqual([5]);
    expect(await minutes('from=2026-11-20T12:02:00Z&to=2026-11-20T14:04:00%2B02:00')).toEqual([3, 2]);

    const first = await replica.ask('analyst', '/serving/logs?limit=4');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    // What comes in between is not taken for what is old.
    await replica.note('analyst');
    expect(await minutes(`limit=4&cursor=${cursor}`)).toEqual([1, 0]);
    for (const [persona, query] of [
      ['analyst', `status=SUCCESS&cursor=${cursor}`],
      ['engineer', `limit=4&cursor=${cursor}`],
    ] as const) {
      expect(await replica.ask(persona, `/serving/logs?${query}`)).toMatchObject({ status: 400 });
    }
  });

  it.each(['status=DONE', 'from=yesterday', 'to=2026-02-30T00:00:00Z', 'limit=0', 'user_id=x', 'endpoint=a%00b'])(
    'is not asked for with %s',
    async (query) => {
      const answer = await replica.ask('analyst', `/serving/logs?${query}`);

      expect(answer).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    },
  );

  it('keeps every digit, escape and oddity of what came', async () => {
    const odd = String.raw`{"int64":9007199254740993,"p":1.10,"big":1e400,"nul":"a\u0000b","half":"\ud800","x":"<script>alert(1)</script>"}`;
    const requestId = await replica.note('analyst', { inputs: Buffer.from(odd), predictions: Buffer.from(odd) });

    const { text } = await replica.ask('analyst', `/serving/logs/${requestId}`);

    expect(text).toContain(`"inputs":${odd}`);
    expect(text).toContain(`"predictions":${odd}`);
    expect((await replica.items('analyst'))[0]).toMatchObject({ inputs_beginning: odd.slice(0, 120) });
  });

  it('takes what is no JSON and no Unicode as a text', async () => {
    const requestId = await replica.note('analyst', {
      inputs: Buffer.from('{"x": NaN}'),
      predictions: Buffer.from([0x22, 0x00, 0xff, 0xc3]),
      endpointName: `odd\u0000${'n'.repeat(400)}`,
      errorMessage: '\ud800\u0000'.repeat(5_000),
    });

    const { body } = await replica.ask('analyst', `/serving/logs/${requestId}`);

    expect(body).toMatchObject({ inputs: '{"x": NaN}', predictions: '"\ufffd\ufffd\ufffd' });
    expect(String(body['endpoint_name'])).toMatch(/^odd\ufffdn{296}$/);
    expect(body['error_message']).toHaveLength(4_096);
  });

  it('keeps 64 KiB of a payload as JSON, says so, and shows less in a list', async () => {
    const rows = (count: number): Buffer =>
      Buffer.from(JSON.stringify({ dataframe_records: Array.from({ length: count }, (_, id) => ({ id, name: 'ä' })) }));
    const [large, small] = [rows(20_000), rows(1_000)];
    const requestId = await replica.note('analyst', { inputs: large, predictions: small });

    const one = await replica.ask('analyst', `/serving/logs/${requestId}`);
    const [listed] = await replica.items('analyst');

    expect(one.body).toMatchObject({ inputs_truncated: true, predictions_truncated: false, can_rerun: false });
    expect(one.text).toContain(`"predictions":${small.toString()}`);
    const inputs = JSON.stringify(one.body['inputs']);
    expect(Buffer.byteLength(inputs)).toBeGreaterThan(65_000);
    expect(Buffer.byteLength(inputs)).toBeLessThanOrEqual(65_536);
    expect((one.body['inputs'] as { dataframe_records: unknown[] }).dataframe_records[1]).toEqual({ id: 1, name: 'ä' });
    expect(listed).toMatchObject({ inputs_truncated: true, predictions_truncated: true });
    expect(JSON.stringify(listed).length).toBeLessThan(10_000);
  });

  it('is erased by its owner, and written down to have been', async () => {
    await replica.note('analyst');
    await replica.note('analyst');
    const others = await replica.note('engineer');

    const erased = await replica.ask('analyst', '/serving/logs', { method: 'DELETE' });

    expect(erased).toMatchObject({ status: 200, body: { erased: 2 } });
    expect(await replica.items('analyst')).toEqual([]);
    expect(await replica.items('engineer')).toMatchObject([{ request_id: others }]);
    expect(await replica.sql(`SELECT action, outcome FROM audit_log ORDER BY id DESC LIMIT 1`)).toEqual([
      { action: 'inference_logs.erase', outcome: 'success' },
    ]);
  });

  it('keeps nothing of who does not want one, and begins again when they do', async () => {
    const want = (value: string): Promise<Answer> =>
      replica.ask('analyst', '/preferences', {
        method: 'PUT',
        json: { preference_key: 'inference_history', preference_value: value },
      });
    await want('off');
    await replica.note('analyst');
    const others = await replica.note('engineer');
    expect(await replica.items('analyst')).toEqual([]);
    expect(await replica.items('engineer')).toMatchObject([{ request_id: others }]);

    await want('on');
    await replica.ask('analyst', '/preferences', {
      method: 'PUT',
      json: { preference_key: 'theme', preference_value: 'dark' },
    });
    await replica.ask('analyst', '/preferences/inference_history', { method: 'DELETE' });
    const requestId = await replica.note('analyst');
    const entries = await replica.sql(
      `SELECT action, target, details->>'value' AS value FROM audit_log WHERE action LIKE 'preference.%' ORDER BY id`,
    );

    expect(entries).toEqual([
      { action: 'preference.set', target: 'inference_history', value: 'off' },
      { action: 'preference.set', target: 'inference_history', value: 'on' },
      { action: 'preference.forget', target: 'inference_history', value: null },
    ]);

    expect(await replica.items('analyst')).toMatchObject([{ request_id: requestId }]);
  });

  it('counts what is lost, for whoever watches the process', async () => {
    const counter = replica.get(FeatureCounters).all.find(({ name }) => name === 'lakescope_history_rows_lost_total');
    const [before] = counter?.read().map(([, value]) => value) ?? [];
    await replica.note('analyst', { correlationId: 'c'.repeat(100) });
    await replica.items('analyst');

    expect(counter?.read()).toEqual([
      [{ table: 'model_inference_logs' }, (before ?? 0) + 1],
      [{ table: 'schema_detection_events' }, 0],
    ]);
  });

  it('is not there without a database, says what to do, and notes cost nothing', async () => {
    const alone = await HistoryReplica.start(stack, { env: { PGHOST: undefined } });
    await alone.note('analyst');

    for (const [method, path] of [
      ['GET', '/serving/logs'],
      ['DELETE', '/serving/logs'],
      ['GET', `/serving/logs/${MISSING}`],
      ['GET', `/serving/invocations/${MISSING}`],
    ] as const) {
      expect(await alone.ask('analyst', path, { method })).toMatchObject({
        status: 503,
        body: { error_code: 'LAKEBASE_NOT_CONFIGURED', technical_details: { error_type: 'ConfigurationError' } },
      });
    }
    await alone.stop();
  });
});

/** What tells one problem from another, besides whom it is about. */
function shapeOf({ status, text }: Answer, id: string): unknown {
  const { correlation_id: _, ...rest } = JSON.parse(text.replaceAll(id, 'ID')) as { correlation_id: unknown };
  return { status, ...rest };
}
