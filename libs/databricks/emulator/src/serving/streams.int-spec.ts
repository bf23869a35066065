import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { ChatCompletion, ChatCompletionChunk } from '@lakescope/databricks-wire';
import type { Fault } from '../http/faults';
import { SERVING, ServingWorkspace } from '../testing/given-serving';

const PATH = '/serving-endpoints/chat/invocations';

interface Streamed {
  readonly status: number;
  readonly type: string;
  /** The content of each `data:` line. */
  readonly events: readonly string[];
}

describe('streams of a chat endpoint', () => {
  let given: ServingWorkspace;

  beforeAll(async () => {
    given = await ServingWorkspace.start();
    await given.endpoint('chat');
  });
  afterAll(() => given.stop());
  afterEach(() => given.workspace.faults.clear());

  const open = (content: string, more: object = {}): Promise<{ request: ClientRequest; response: IncomingMessage }> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({
        ...{ host: '127.0.0.1', port: given.workspace.port, path: PATH, method: 'POST', agent: false },
        headers: {
          authorization: `Bearer ${given.workspace.personas.admin.token}`,
          'content-type': 'application/json',
        },
      });
      request.on('error', reject);
      request.on('response', (response) => resolve({ request, response }));
      request.end(JSON.stringify({ messages: [{ role: 'user', content }], stream: true, ...more }));
    });
  const stream = async (content: string, more?: object): Promise<Streamed> => {
    const { response } = await open(content, more);
    let text = '';
    for await (const piece of response as AsyncIterable<Buffer>) text += piece.toString('utf8');
    return streamed(response, text);
  };
  const streamed = ({ statusCode = 0, headers }: IncomingMessage, text: string): Streamed => ({
    status: statusCode,
    type: headers['content-type'] ?? '',
    events: text.split('\n\n').flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : [])),
  });
  const chunksOf = ({ events }: Streamed): ChatCompletionChunk[] =>
    events.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event) as ChatCompletionChunk);
  const plan = (fault: Fault): void => {
    given.workspace.faults.add({ pathPrefix: '/serving-endpoints/', ...fault });
  };

  it('bring what the answer in one piece says, its end, its usage and [DONE]', async () => {
    const whole = (
      await given.invoke('chat', { messages: [{ role: 'user', content: 'Hello' }] })
    ).json<ChatCompletion>();

    const answer = await stream('Hello');

    const chunks = chunksOf(answer);
    expect([answer.status, answer.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks[0]).toMatchObject({ object: 'chat.completion.chunk', choices: [{ delta: { role: 'assistant' } }] });
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: whole.usage });
    expect(answer.events.at(-1)).toBe('[DONE]');
  });

  it('bring several choices beside each other', async () => {
    const chunks = chunksOf(await stream('Hello', { n: 2, max_tokens: 4 }));

    const counts = [0, 1].map((index) => chunks.filter(({ choices }) => choices[0]?.index === index).length);
    expect(counts).toEqual([5, 5]);
  });

  it('may hold an error in the middle of a 200', async () => {
    plan({ stream: 'error', afterEvents: 2 });

    const answer = await stream('Hello');

    expect([answer.status, answer.events.length]).toEqual([200, 3]);
    expect(JSON.parse(answer.events.at(-1) ?? '')).toMatchObject({ error_code: 'INTERNAL_ERROR' });
  });

  it('may break off', async () => {
    plan({ stream: 'cut', afterEvents: 2 });

    await expect(stream('Hello')).rejects.toThrow(/aborted/);
  });

  it('may stall, until the client leaves', async () => {
    plan({ stream: 'stall', afterEvents: 1 });
    const { request, response } = await open('Hello');
    request.on('error', () => undefined);
    response.on('error', () => undefined);

    const first = await new Promise<string>((resolve) =>
      response.once('data', (piece: Buffer) => resolve(String(piece))),
    );
    const more = new Promise<string>((resolve) => response.once('data', () => resolve('more')));
    const silence = new Promise<string>((resolve) => setTimeout(() => resolve('silence'), 100));

    expect(first).toContain('data: ');
    expect(await Promise.race([more, silence])).toBe('silence');
    request.destroy();
  });

  it('end with the client who leaves: nothing more is said', async () => {
    const { request, response } = await open('count to 5000');
    response.on('error', () => undefined);
    await new Promise((resolve) => response.once('data', resolve));

    request.destroy();

    const left = async (): Promise<string> => (await given.send('GET', `${SERVING}/chat/metrics`)).text;
    while (!/request_4xx_count_total\{[^}]*\} [1-9]/.test(await left()))
      await new Promise((next) => setTimeout(next, 10));
    const entry = given.workspace.requestLog
      .entries()
      .filter(({ path }) => path === PATH)
      .at(-1);
    expect(entry).toMatchObject({ status: 200 });
    // Five thousand tokens take five seconds.
    expect(entry?.milliseconds).toBeLessThan(4000);
  });

  it.each<[string, Fault, number, string | undefined]>([
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '3' } }, 429, '3'],
    ['429 without Retry-After', { status: 429 }, 429, undefined],
    ['503', { status: 503 }, 503, undefined],
    ['504', { status: 504, delayMs: 5 }, 504, undefined],
  ])('may be refused with %s', async (_what, fault, status, retryAfter) => {
    plan(fault);

    const { response } = await open('Hello');
    response.resume();

    expect([response.statusCode, response.headers['retry-after']]).toEqual([status, retryAfter]);
  });
});
