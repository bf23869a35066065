import { ServingApp, type Answer } from '../testing/serving-app';

const MIB = 1024 * 1024;
const LINE = '/endpoints/line/invocations';
const INVOKE_LINE = '/serving-endpoints/line/invocations';

describe('an invocation', () => {
  let app: ServingApp;

  beforeAll(async () => {
    app = await ServingApp.start(
      { retryDelaysMs: [5, 5, 5], largeBodies: 3, largeBodiesPerPerson: 2, largeBodyWaitMs: 300 },
      { heldBytesPerPerson: 3 * MIB },
    );
  });
  afterAll(() => app.stop());
  afterEach(() => app.stack.workspace.faults.clear());

  const raw = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.open('analyst', LINE, { method: 'POST', body, headers });
  const codeOf = ({ status, body }: Answer): unknown[] => [status, body['error_code']];
  const rows = (...miles: unknown[]): object => ({
    inputs: { dataframe_records: miles.map((one) => ({ miles: one })) },
  });

  it('brings the predictions of the model, which of the models it was, and how long it took', async () => {
    const { status, body } = await app.ask('analyst', LINE, rows(2.5, 4));

    expect([status, body]).toEqual([
      200,
      {
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        status: 'SUCCESS',
        execution_time_ms: expect.any(Number) as number,
        served_entity: 'line-1',
        usage: null,
        predictions: [6, 9],
      },
    ]);
  });

  it('brings the whole answer of a language model, and the tokens it counted', async () => {
    const inputs = { messages: [{ role: 'user', content: 'What is here?' }] };
    const { body } = await app.ask('analyst', '/endpoints/chat/invocations', { inputs });

    expect(body).toMatchObject({
      status: 'SUCCESS',
      usage: { total_tokens: expect.any(Number) as number },
      predictions: { object: 'chat.completion', choices: [{ message: { role: 'assistant' } }] },
    });
  });

  it('is refused to who may only see the endpoint, and nobody else learns that it is there', async () => {
    expect(codeOf(await app.ask('engineer', LINE, rows(1)))).toEqual([403, 'PERMISSION_DENIED']);
    expect(codeOf(await app.ask('engineer', '/endpoints/none/invocations', rows(1)))).toEqual([
      404,
      'ENDPOINT_NOT_FOUND',
    ]);
    expect((await app.ask('analyst', LINE, rows(1))).status).toBe(200);
  });

  it.each(['a%2Fb', '%C3%A9%E2%98%83', '..%2Fline', '..%2F..%2Fapi'])(
    'of %s is one of an endpoint that is not there',
    async (name) => {
      expect(codeOf(await app.ask('analyst', `/endpoints/${name}/invocations`, rows(1)))).toEqual([
        404,
        'ENDPOINT_NOT_FOUND',
      ]);
    },
  );

  it('hands on what JavaScript has no number for', async () => {
    const big = await raw('{"inputs":{"dataframe_records":[{"miles":1,"id":9007199254740993}]},"validate":true}');
    const tooBig = await raw('{"inputs":{"dataframe_records":[{"miles":1,"id":9223372036854775808}]}}');
    const notANumber = await raw('{"inputs":{"dataframe_records":[{"miles":NaN}]},"validate":true}');

    expect([big.status, tooBig.status, notANumber.status]).toEqual([200, 400, 200]);
  });

  it.each([
    ['', 400],
    ['[]', 400],
    ['{"inputs":', 400],
    ['{}', 400],
    ['{"inputs":[1]}', 400],
    ['{"inputs":{},"timeout_seconds":0}', 400],
    ['{"inputs":{},"timeout_seconds":101}', 400],
    ['{"inputs":{},"timeout_seconds":NaN}', 400],
    ['{"inputs":{},"validate":"yes"}', 400],
    ['{"inputs":{},"dataframe_records":[]}', 400],
    ['{"inputs":{},"served_entity":""}', 400],
  ])('with the body %s is refused before a model is asked', async (body, status) => {
    const before = app.asked.length;
    const answer = await raw(body);

    expect([answer.status, ((await answer.json()) as { error_code: string }).error_code]).toEqual([
      status,
      'INVALID_REQUEST',
    ]);
    expect(app.asked).toHaveLength(before);
  });

  it('is JSON and nothing else', async () => {
    expect((await raw('miles\n1', { 'content-type': 'text/csv' })).status).toBe(415);
  });

  it('that does not fit the schema says where, and what is expected, when it was to be checked', async () => {
    const before = app.asked.length;
    const { status, body } = await app.ask('analyst', LINE, {
      inputs: {
        dataframe_split: {
          columns: ['carrier', 'miles'],
          data: [
            ['AA', 1],
            [3, 'x'],
          ],
        },
      },
      validate: true,
    });

    expect([status, body['error_code']]).toEqual([400, 'INVALID_MODEL_INPUT']);
    expect(body['technical_details']).toMatchObject({
      problems: [
        { pointer: '/dataframe_split/data/1/1', message: 'must be number' },
        { pointer: '/dataframe_split/data/1/0', message: 'must be string,null' },
      ],
      expected_schema: { required: ['dataframe_records'] },
    });
    expect(app.asked).toHaveLength(before);
  });

  it('that the model refuses is told with the words of the model', async () => {
    const { status, body } = await app.ask('analyst', LINE, { inputs: { dataframe_records: [{ carrier: 'AA' }] } });

    expect([status, body['error_code']]).toEqual([400, 'INVALID_MODEL_INPUT']);
    expect(body['detail']).toMatch(/^The model refuses the input: .*miles/);
  });

  it.each([
    [
      { status: 400, body: { error_code: 'BAD_REQUEST', message: 'Column x does not exist' } },
      400,
      'INVALID_MODEL_INPUT',
      null,
    ],
    [{ status: 429, headers: { 'retry-after': '40' } }, 429, 'RATE_LIMITED', 40],
    [{ status: 429 }, 429, 'RATE_LIMITED', 1],
    [{ status: 409, body: { error_code: 'RESOURCE_CONFLICT', message: 'Busy' } }, 409, 'CONFLICT', null],
    [{ status: 415, body: 'What is this?' }, 400, 'INVALID_MODEL_INPUT', null],
    [{ status: 503, headers: { 'retry-after': '7' } }, 503, 'MODEL_UNAVAILABLE', 7],
    [{ status: 503 }, 503, 'MODEL_UNAVAILABLE', 10],
    [{ status: 504 }, 503, 'MODEL_TIMEOUT', null],
    [{ status: 500, body: { error_code: 'INTERNAL_ERROR', message: 'It broke' } }, 502, 'UPSTREAM_ERROR', null],
    [{ status: 200, body: 'no JSON' }, 502, 'UPSTREAM_ERROR', null],
    [{ status: 200, body: [1] }, 502, 'UPSTREAM_ERROR', null],
  ])('that meets %j is told as %s %s', async (fault, status, code, retryAfter) => {
    app.stack.workspace.faults.add({ path: INVOKE_LINE, ...fault });
    const answer = await app.ask('analyst', LINE, rows(1));

    expect(codeOf(answer)).toEqual([status, code]);
    expect(answer.body['retry_after']).toBe(retryAfter);
  });

  it('is tried three times more when the model breaks, and when it may soon come again', async () => {
    const { faults } = app.stack.workspace;
    faults.add({ path: INVOKE_LINE, status: 500, times: 3 });
    const before = app.asked.length;
    const [broken, tries] = [await app.ask('analyst', LINE, rows(1)), app.asked.length - before];
    faults.add({ path: INVOKE_LINE, status: 429, headers: { 'retry-after': '0' }, times: 1 });

    expect([broken.status, tries]).toEqual([200, 4]);
    expect((await app.ask('analyst', LINE, rows(1))).status).toBe(200);
  });

  it('that broke is told so in time, although it cannot be found out whether to ask again', async () => {
    await app.givenModel('unknown');
    app.stack.workspace.faults.add({ path: '/serving-endpoints/unknown/invocations', status: 500 });
    app.stack.workspace.faults.add({ path: '/api/2.0/serving-endpoints/unknown', delayMs: 5_000 });
    const asked = { ...rows(1), timeout_seconds: 1 };

    expect(codeOf(await app.ask('analyst', '/endpoints/unknown/invocations', asked))).toEqual([502, 'UPSTREAM_ERROR']);
  });

  it('is given up when the time it was given is over', async () => {
    app.stack.workspace.faults.add({ path: INVOKE_LINE, delayMs: 5_000 });
    const began = performance.now();

    expect(codeOf(await app.ask('analyst', LINE, { ...rows(1), timeout_seconds: 1 }))).toEqual([503, 'MODEL_TIMEOUT']);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('of a model that sleeps is told that it wakes up, and when to come again', async () => {
    await app.givenModel('sleepy', { CAN_QUERY: ['analyst'] }, { scale_to_zero_enabled: true });
    const first = await app.ask('analyst', '/endpoints/sleepy/invocations', rows(1));
    let woken = first;
    while (woken.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      woken = await app.ask('analyst', '/endpoints/sleepy/invocations', rows(1));
    }

    expect(codeOf(first)).toEqual([503, 'MODEL_UNAVAILABLE']);
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(woken.body['predictions']).toEqual([3]);
  });

  it('may be large for a model of the workspace, and not for a language model', async () => {
    const large = { dataframe_records: [{ miles: 1, carrier: 'x'.repeat(5 * 1024 * 1024) }] };
    const own = await app.ask('analyst', LINE, { inputs: large });
    const language = await app.ask('analyst', '/endpoints/chat/invocations', { inputs: large });
    const tooLarge = await app.ask('analyst', LINE, { inputs: { text: 'x'.repeat(17 * 1024 * 1024) } });

    expect(own.body['predictions']).toEqual([3]);
    expect([...codeOf(language), language.body['technical_details']]).toEqual([
      413,
      'PAYLOAD_TOO_LARGE',
      expect.objectContaining({ max_size_bytes: 4 * 1024 * 1024 }),
    ]);
    expect(codeOf(tooLarge)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it("that is large and comes slowly is in nobody's way, and who has too many of them is told so soon", async () => {
    const leave = await Promise.all([1, 2].map(() => app.sendSlowly('analyst', LINE, 2 * MIB)));
    const large = { inputs: { dataframe_records: [{ miles: 1, carrier: 'x'.repeat(2 * MIB) }] } };
    const began = performance.now();
    const [refused, streamed, other] = await Promise.all([
      app.ask('analyst', LINE, large),
      app.ask('analyst', '/endpoints/chat/stream', large),
      app.ask('admin', LINE, large),
    ]);

    expect(other.body['predictions']).toEqual([3]);
    expect([codeOf(refused), codeOf(streamed)]).toEqual(Array(2).fill([503, 'SERVICE_UNAVAILABLE']));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body['detail']).toMatch(/most for one person/);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect((await app.ask('analyst', LINE, rows(1))).status).toBe(200);
    leave.forEach((go) => go());
  });

  it('whose answer finds no room is told so, and the room is free again for the next', async () => {
    const answering = (bytes: number): void => {
      const body = { predictions: ['x'.repeat(bytes)] };
      app.stack.workspace.faults.add({ path: INVOKE_LINE, status: 200, body, times: 1 });
    };
    answering(4 * MIB);
    const refused = await app.ask('analyst', LINE, rows(1));
    const answers: number[] = [];
    for (let count = 0; count < 3; count++) {
      answering(2 * MIB);
      answers.push((await app.ask('analyst', LINE, rows(1))).status);
    }

    expect(codeOf(refused)).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(refused.body['detail']).toMatch(/^Your answers of models .* fill 3 MB/);
    expect(answers).toEqual([200, 200, 200]);
  });

  it('is given up in time, too, when it cannot be found out how large it may be', async () => {
    app.stack.workspace.faults.add({ path: '/api/2.0/serving-endpoints/dark', delayMs: 5_000 });
    const inputs = { dataframe_records: [{ miles: 1, carrier: 'x'.repeat(5 * MIB) }] };
    const began = performance.now();

    expect(codeOf(await app.ask('analyst', '/endpoints/dark/invocations', { inputs, timeout_seconds: 1 }))).toEqual([
      503,
      'MODEL_TIMEOUT',
    ]);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('asks one model of the endpoint when it names one', async () => {
    expect((await app.ask('analyst', LINE, { ...rows(1), served_entity: 'line-1' })).body['served_entity']).toBe(
      'line-1',
    );
    const other = { ...rows(1), served_entity: 'other' };
    const missing = await app.ask('analyst', LINE, other);

    expect(codeOf(missing)).toEqual([404, 'NOT_FOUND']);
    expect(missing.body['detail']).toMatch(/"line" serves no model "other"; it serves "line-1"/);
    expect(codeOf(await app.ask('analyst', '/endpoints/line/stream', other))).toEqual([404, 'NOT_FOUND']);
    expect(codeOf(await app.ask('outsider', LINE, other))).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('does not bring a stream', async () => {
    const inputs = { messages: [{ role: 'user', content: 'Hi' }], stream: true };

    expect(codeOf(await app.ask('analyst', '/endpoints/chat/invocations', { inputs }))).toEqual([
      400,
      'INVALID_REQUEST',
    ]);
  });

  it('is answered later only where answers can be kept', async () => {
    expect(codeOf(await app.ask('analyst', LINE, { ...rows(1), async: true }))).toEqual([
      503,
      'LAKEBASE_NOT_CONFIGURED',
    ]);
  });
});
