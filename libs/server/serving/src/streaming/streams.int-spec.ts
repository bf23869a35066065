import { ServingApp, type Json } from '../testing/serving-app';
import { EventParser } from './event-parser';

const CHAT = '/endpoints/chat/stream';
const UPSTREAM = '/serving-endpoints/chat/invocations';
const INPUTS = { messages: [{ role: 'user', content: 'Tell me of lakes.' }], max_tokens: 40 };

interface Event {
  name: string;
  data: Json;
}

describe('a stream', () => {
  let app: ServingApp;

  beforeAll(async () => {
    app = await ServingApp.start({ stallMs: 400, streamMs: 1_500, heartbeatMs: 100, readerBytes: 4 * 1024 });
    // The first request of a process takes longer than all that follow, and these are given little time.
    await (await open()).text();
  });
  afterAll(() => app.stop());
  afterEach(() => app.stack.workspace.faults.clear());

  const open = (inputs: object = INPUTS, init: RequestInit = {}): Promise<Response> =>
    app.open('analyst', CHAT, { ...init, method: 'POST', body: JSON.stringify({ inputs }) });
  const read = async (inputs?: object): Promise<{ text: string; events: Event[] }> => {
    const text = await (await open(inputs)).text();
    const events = new EventParser()
      .push(Buffer.from(text))
      .map(({ name, data }) => ({ name, data: JSON.parse(data) as Json }));
    return { text, events };
  };
  const textOf = (events: readonly Event[]): string =>
    events
      .filter(({ name }) => name === 'chunk')
      .map(({ data }) => (data['choices'] as { delta: { content?: string } }[])[0]?.delta.content ?? '')
      .join('');

  it('is the answer piece by piece', async () => {
    const { events } = await read();
    const whole = await app.ask('analyst', '/endpoints/chat/invocations', { inputs: INPUTS });
    const [choice] = (whole.body['predictions'] as { choices: { message: { content: string } }[] }).choices;

    expect(textOf(events)).toBe(choice?.message.content);
    expect(events.length).toBeGreaterThan(5);
    expect(events[0]).toEqual({
      name: 'start',
      data: { request_id: expect.any(String) as string, served_entity: 'lakescope-local-chat' },
    });
    expect(events.at(-1)).toMatchObject({ name: 'done', data: { request_id: events[0]?.data['request_id'] } });
  });

  it('of an agent is its events, item by item', async () => {
    await app.givenAgent();
    const text = await (
      await app.open('analyst', '/endpoints/agent/stream', {
        method: 'POST',
        body: JSON.stringify({ inputs: { input: 'Which lake?', max_output_tokens: 5 } }),
      })
    ).text();
    const types = new EventParser()
      .push(Buffer.from(text))
      .map(({ name, data }) => (JSON.parse(data) as Json)['type'] ?? name);

    expect(types).toEqual([
      'start',
      'response.output_item.done',
      'response.output_item.done',
      ...Array<string>(5).fill('response.output_text.delta'),
      'response.output_item.done',
      'done',
    ]);
  });

  it('is no page, and is kept in no cache and by no proxy', async () => {
    const answer = await open();
    await answer.text();

    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
  });

  it('that the model refuses, or may not be asked for, is a problem', async () => {
    const refused = await app.ask('analyst', CHAT, { inputs: { messages: [] } });
    const engineer = await app.ask('engineer', '/endpoints/line/stream', { inputs: INPUTS });
    const line = await app.ask('analyst', '/endpoints/line/stream', { inputs: { dataframe_records: [{ miles: 1 }] } });
    app.stack.workspace.faults.add({ path: UPSTREAM, status: 503, headers: { 'retry-after': '3' } });
    const waking = await app.ask('analyst', CHAT, { inputs: INPUTS });

    expect([refused.status, refused.body['error_code']]).toEqual([400, 'INVALID_MODEL_INPUT']);
    expect([engineer.status, engineer.body['error_code']]).toEqual([403, 'PERMISSION_DENIED']);
    expect([line.status, line.body['error_code']]).toEqual([400, expect.stringMatching(/^INVALID/)]);
    expect([waking.status, waking.body['error_code'], waking.body['retry_after']]).toEqual([
      503,
      'MODEL_UNAVAILABLE',
      3,
    ]);
  });

  it.each([
    ['error', 'UPSTREAM_ERROR'],
    ['cut', 'UPSTREAM_ERROR'],
    ['stall', 'MODEL_TIMEOUT'],
  ] as const)('that goes wrong in the middle (%s) ends with an error event', async (stream, code) => {
    app.stack.workspace.faults.add({ path: UPSTREAM, stream, afterEvents: 4 });
    const { text, events } = await read();

    expect(events.map(({ name }) => name)).toEqual(['start', 'chunk', 'chunk', 'chunk', 'chunk', 'error']);
    expect(events.at(-1)?.data).toMatchObject({ error_code: code, instance: '/api/v1/serving/endpoints/chat/stream' });
    if (stream === 'stall') expect(text).toContain(': still here');
  });

  it('ends for the model, too, when its reader leaves', async () => {
    app.stack.workspace.faults.add({ path: UPSTREAM, stream: 'stall', afterEvents: 2 });
    const before = app.asked.length;
    const leaving = new AbortController();
    const answer = await open(INPUTS, { signal: leaving.signal });
    await answer.body?.getReader().read();
    const began = performance.now();
    leaving.abort();
    while (app.asked.length === before && performance.now() - began < 300)
      await new Promise((resolve) => setTimeout(resolve, 5));

    expect(app.asked.length - before).toBe(1);
  });
});
