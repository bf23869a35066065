import { ServingApp, type Json } from '../testing/serving-app';

const ENDPOINTS = '/api/2.0/serving-endpoints';

describe('what an endpoint takes', () => {
  let app: ServingApp;

  beforeAll(async () => {
    app = await ServingApp.start({ detectionMs: 800, detectionBackOffMs: [50, 100, 200] });
    // The first request of a process takes longer than all that follow, and these are given little time.
    await detect('chat');
  });
  afterAll(() => app.stop());
  afterEach(() => app.stack.workspace.faults.clear());

  const detect = async (
    name: string,
    persona: 'admin' | 'analyst' | 'engineer' | 'outsider' = 'analyst',
  ): Promise<Json> => (await app.ask(persona, `/endpoints/${name}/schema?refresh=true`)).body;

  it('is known from its task, and the example is an answer away', async () => {
    const detected = await detect('chat');
    const answer = await app.ask('analyst', '/endpoints/chat/invocations', {
      inputs: detected['example_json'],
      validate: true,
    });

    expect(detected).toMatchObject({
      endpoint_name: 'chat',
      detected_type: 'FOUNDATION_MODEL',
      status: 'SUCCESS',
      source: 'task',
      required: ['messages'],
      error_message: null,
    });
    expect(answer.status).toBe(200);
  });

  it('of an agent is known from its task, and so is its answer', async () => {
    await app.givenAgent();
    const detected = await detect('agent');
    const answer = await app.ask('analyst', '/endpoints/agent/invocations', {
      inputs: detected['example_json'],
      validate: true,
    });

    expect(detected).toMatchObject({ status: 'SUCCESS', source: 'task', required: ['input'] });
    expect(answer.body).toMatchObject({
      usage: { prompt_tokens: 4, total_tokens: expect.any(Number) as number },
      predictions: {
        object: 'response',
        output: [
          { type: 'function_call' },
          { type: 'function_call_output', output: '{"words":4}' },
          { type: 'message' },
        ],
      },
    });
  });

  it('is known from the files of its model to who may read them, and from its OpenAPI document to others', async () => {
    const { faults } = app.stack.workspace;
    faults.add({ pathPrefix: '/api/2.0/fs/files/Models', status: 403, principal: 'analyst' });
    const own = await detect('line', 'admin');
    const others = await detect('line', 'analyst');

    expect([own['source'], others['source']]).toEqual(['mlmodel', 'openapi']);
    for (const detected of [own, others]) {
      expect(detected).toMatchObject({
        detected_type: 'MLFLOW_MODEL',
        status: 'SUCCESS',
        required: ['miles'],
        optional: ['id', 'carrier'],
      });
      const answer = await app.ask('analyst', '/endpoints/line/invocations', {
        inputs: detected['example_json'],
        validate: true,
      });
      expect(answer.status).toBe(200);
    }
  });

  it('is not told to who may not ask it, and nothing is told of one that is not there', async () => {
    expect(await detect('line', 'engineer')).toMatchObject({
      status: 'PERMISSION_DENIED',
      schema: null,
      example_json: null,
    });
    expect(await detect('line', 'outsider')).toMatchObject({ status: 'PERMISSION_DENIED', detected_type: 'UNKNOWN' });
    expect((await app.ask('analyst', '/endpoints/none/schema')).body['error_code']).toBe('ENDPOINT_NOT_FOUND');
  });

  it('is guessed by the name, or not known at all, when the platform says nothing', async () => {
    app.stack.workspace.faults.add({ pathPrefix: '/api/2.0/fs/files/Models', status: 500 });
    app.stack.workspace.faults.add({ path: `${ENDPOINTS}/line/openapi`, status: 500 });
    app.stack.workspace.faults.add({ path: `${ENDPOINTS}/my-llama/openapi`, status: 500 });
    await app.givenModel('my-llama');

    expect(await detect('my-llama')).toMatchObject({ status: 'SUCCESS', source: 'heuristic', required: ['messages'] });
    expect(await detect('line')).toMatchObject({
      status: 'FAILURE',
      source: 'fallback',
      detected_type: 'MLFLOW_MODEL',
      error_message: expect.stringContaining('The OpenAPI document could not be read') as string,
    });
  });

  it('is left to the model when nothing is known, also where it was to be checked', async () => {
    await app.givenModel('nameless');
    app.stack.workspace.faults.add({ path: `${ENDPOINTS}/nameless`, status: 500 });
    const inputs = { dataframe_records: [{ miles: 1 }], prompt: ['no text'] };
    const detected = await detect('nameless');
    const answer = await app.ask('analyst', '/endpoints/nameless/invocations', { inputs, validate: true });

    expect(detected['source']).toBe('fallback');
    expect(JSON.stringify(answer.body)).not.toContain('expected_schema');
  });

  it('is asked for again when the platform is asked too often, while there is time', async () => {
    const { faults } = app.stack.workspace;
    faults.add({ path: `${ENDPOINTS}/chat`, status: 429, times: 2 });
    const patient = await detect('chat');
    faults.add({ path: `${ENDPOINTS}/chat`, status: 429 });

    expect(patient).toMatchObject({ status: 'SUCCESS', source: 'task' });
    expect(await detect('chat')).toMatchObject({ status: 'TIMEOUT', source: 'fallback' });
  });

  it('is not known in time when the platform is slow', async () => {
    app.stack.workspace.faults.add({ path: `${ENDPOINTS}/chat`, delayMs: 2_000 });

    expect(await detect('chat')).toMatchObject({ status: 'TIMEOUT', detected_type: 'UNKNOWN', source: 'fallback' });
  });

  it('is remembered for a while, for this person', async () => {
    const first = await detect('chat');
    app.stack.workspace.faults.add({ path: `${ENDPOINTS}/chat`, status: 500 });

    expect((await app.ask('analyst', '/endpoints/chat/schema')).body).toEqual(first);
    expect((await app.ask('admin', '/endpoints/chat/schema')).body['status']).toBe('FAILURE');
  });

  it('is a problem when the token is no good for it', async () => {
    const { status, body } = await app.ask('analyst', '/endpoints/chat/schema?refresh=maybe');
    app.stack.workspace.faults.add({ path: `${ENDPOINTS}/chat`, token: 'expired' });
    const expired = await app.ask('analyst', '/endpoints/chat/schema?refresh=true');

    expect([status, body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect([expired.status, expired.body['error_code']]).toEqual([401, 'AUTH_EXPIRED']);
  });
});
