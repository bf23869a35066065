import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServedEntity } from '@lakescope/databricks-wire';
import { refusalOf, SERVING, ServingWorkspace } from '../testing/given-serving';

/** What an OpenAI-compatible server was asked. */
interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

describe('external models', () => {
  let given: ServingWorkspace;
  let server: Server;
  let url: string;
  let asked: Asked[];
  let answer: (request: Asked, response: ServerResponse) => void;

  beforeAll(async () => {
    given = await ServingWorkspace.start();
    server = createServer((request: IncomingMessage, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>;
        const one = { url: request.url, authorization: request.headers.authorization, body };
        asked.push(one);
        answer(one, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await given.send('POST', '/api/2.0/secrets/scopes/create', { scope: 'llm' });
    await given.send('POST', '/api/2.0/secrets/put', { scope: 'llm', key: 'key', string_value: 'sk-hush' });
    await given.endpoint('external', [entity('{{secrets/llm/key}}')], { CAN_QUERY: ['analysts'] });
  });
  afterAll(async () => {
    await given.stop();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => (asked = []));

  const entity = (key: string, base = url): ServedEntity => ({
    name: 'peer',
    external_model: {
      ...{ name: 'tiny-model', provider: 'openai', task: 'llm/v1/chat' },
      openai_config: { openai_api_base: base, openai_api_key: key },
    },
  });
  const hello = (more: object = {}) => ({ messages: [{ role: 'user', content: 'hi' }], ...more });
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    answer = (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
  };

  it('are asked by the name their server knows, with the key of the secret, for users who may not read it', async () => {
    // Not even a number that JavaScript has no room for is changed on the way back.
    const text = '{"object":"chat.completion","n":9007199254740993,"choices":[]}';
    answer = (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(text);

    const answered = await given.invoke('external', hello({ temperature: 0.5 }), 'analyst');

    expect(asked).toEqual([
      {
        url: '/v1/chat/completions',
        authorization: 'Bearer sk-hush',
        body: { ...hello({ temperature: 0.5 }), model: 'tiny-model' },
      },
    ]);
    expect([answered.status, answered.headers['served-model-name']]).toEqual([200, 'peer']);
    expect(answered.text).toBe(text);
  });

  it('never show their key, only the reference to it', async () => {
    const details = (await given.send('GET', `${SERVING}/external`)).text;

    expect(details).toContain('{{secrets/llm/key}}');
    expect(details).not.toContain('sk-hush');
  });

  it('stream piece by piece', async () => {
    let rest: (() => void) | undefined;
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"n":1}\n\n');
      rest = () => response.end('data: {"n":2}\n\ndata: [DONE]\n\n');
    };
    const response = await post(hello({ stream: true }));
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();

    const first = decoder.decode((await reader?.read())?.value);
    rest?.();
    let more = '';
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      more += decoder.decode(read.value);
    }

    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect([first, more]).toEqual(['data: {"n":1}\n\n', 'data: {"n":2}\n\ndata: [DONE]\n\n']);
  });

  it('are given up when the client leaves', async () => {
    const gaveUp = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"n":1}\n\n');
      };
    });
    const leaving = new AbortController();
    const response = await post(hello({ stream: true }), leaving.signal);
    await response.body?.getReader().read();

    leaving.abort();

    await expect(gaveUp).resolves.toBeUndefined();
  });

  it('that break off in the middle of a stream say so inside of it', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"n":1}\n\n', () => response.destroy());
    };

    const text = await (await post(hello({ stream: true }))).text();

    expect(text).toMatch(/^data: \{"n":1\}\n\ndata: \{"error_code":"INTERNAL_ERROR",/);
  });

  it.each<[number, number, string]>([
    [400, 400, 'BAD_REQUEST'],
    [401, 502, 'EXTERNAL_MODEL_ERROR'],
    [429, 429, 'REQUEST_LIMIT_EXCEEDED'],
    [500, 502, 'EXTERNAL_MODEL_ERROR'],
  ])('that answer %i are answered for with %i', async (status, answered, code) => {
    json(status, { error: { message: 'no' } }, { 'retry-after': '7' });

    const refused = await given.invoke('external', hello());

    expect(refusalOf(refused)).toEqual([answered, code]);
    expect(refused.headers['retry-after']).toBe('7');
  });

  it('that answer something else than JSON, or cannot be reached, are a bad gateway', async () => {
    answer = (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    const html = await given.invoke('external', hello());
    await given.endpoint('nowhere', [entity('{{secrets/llm/key}}', 'http://127.0.0.1:1/v1')]);
    const nowhere = await given.invoke('nowhere', hello());

    expect([refusalOf(html), refusalOf(nowhere)]).toEqual([
      [502, 'EXTERNAL_MODEL_ERROR'],
      [502, 'EXTERNAL_MODEL_ERROR'],
    ]);
  });

  it('do not follow to where a server sends them: the key stays here', async () => {
    answer = (_request, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();

    expect(refusalOf(await given.invoke('external', hello()))).toEqual([502, 'EXTERNAL_MODEL_ERROR']);
    expect(asked).toHaveLength(1);
  });

  it('are not made with a secret that the caller may not read, or is not there', async () => {
    const make = (key: string, persona: 'admin' | 'engineer') =>
      given.send('POST', SERVING, { name: 'stolen', config: { served_entities: [entity(key)] } }, persona);

    expect(refusalOf(await make('{{secrets/llm/key}}', 'engineer'))).toEqual([403, 'PERMISSION_DENIED']);
    expect(refusalOf(await make('{{secrets/llm/other}}', 'admin'))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(refusalOf(await make('sk-hush', 'admin'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  function post(body: object, signal?: AbortSignal): Promise<Response> {
    return fetch(`${given.workspace.url}/serving-endpoints/external/invocations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${given.workspace.personas.admin.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }
});
