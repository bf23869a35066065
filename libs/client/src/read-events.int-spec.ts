import type { ServerResponse } from 'node:http';
import { createClientOf, type ClientOf } from './create-lakescope-client';
import type { Operation } from './operation';
import { readEvents, type StreamOptions } from './read-events';
import { ScriptedServer, gone, page, problem } from './testing/scripted-server';

/** No operation of the contract is resumable yet; this is what one would look like. */
const streamLines = 'GET /api/v1/lines response' as Operation<
  { headers?: { 'Last-Event-ID'?: string }; query?: { of?: string }; url: string },
  Response
>;

describe('a stream of events', () => {
  let server: ScriptedServer;
  let client: ClientOf<{ streamLines: typeof streamLines }>;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    client = createClientOf(
      { streamLines },
      { baseUrl: server.url, token: () => 'token', retry: { attempts: 2, baseMs: 1, maxMs: 2 } },
    );
  });

  afterAll(() => server.stop());

  /** Until the stream is over, or so many events have come. */
  async function read(count = Infinity, options: StreamOptions = {}): Promise<string[]> {
    const seen: string[] = [];
    const stream = readEvents(client.streamLines, { query: { of: 'x' } }, { reconnectMs: 5, ...options });
    for await (const { data } of stream) {
      seen.push(data);
      if (seen.length === count) break;
    }
    return seen;
  }

  const lastIds = (): unknown[] => server.asked.map(({ headers }) => headers['last-event-id']);

  it('goes on where it was when the connection is cut, and ends with 204', async () => {
    server.will(
      (response) => open(response, 'id: 1\ndata: one\n\nid: 2\ndata: two\n\nid: 3\ndata: half').destroySoon(),
      (response) => open(response, 'id: 3\ndata: three\n\n').end(),
      gone,
      (response) => response.writeHead(204).end(),
    );

    expect(await read()).toEqual(['one', 'two', 'three']);
    expect(lastIds()).toEqual([undefined, '2', '3', '3']);
    expect(server.asked.map(({ url }) => url)).toEqual(Array(4).fill('/api/v1/lines?of=x'));
  });

  it('starts after an event that was read elsewhere', async () => {
    server.will((response) => open(response, 'id: 8\ndata: eight\n\n').end());

    expect(await read(1, { lastEventId: '7' })).toEqual(['eight']);
    expect(lastIds()).toEqual(['7']);
  });

  it('waits as long as the server says before it comes back', async () => {
    server.will(
      (response) => open(response, 'retry: 300\nid: 1\ndata: one\n\n').end(),
      (response) => open(response, 'id: 2\ndata: two\n\n').end(),
    );
    const started = performance.now();

    expect(await read(2)).toEqual(['one', 'two']);
    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
  });

  it('takes a connection that is silent for lost, and one with heartbeats for alive', async () => {
    server.will(
      (response) => void open(response, 'id: 1\ndata: one\n\n'),
      (response) => {
        open(response, '');
        const heart = setInterval(() => response.write(': still here\n\n'), 50);
        setTimeout(() => response.write('id: 2\ndata: two\n\n'), 400);
        response.on('close', () => clearInterval(heart));
      },
    );

    expect(await read(2, { silenceMs: 200 })).toEqual(['one', 'two']);
    expect(lastIds()).toEqual([undefined, '1']);
  });

  it('is over when the server ends it, if its events have no ids', async () => {
    server.will((response) => open(response, 'data: a\n\ndata: b\n\n').end());

    expect(await read()).toEqual(['a', 'b']);
    expect(server.asked).toHaveLength(1);
  });

  it('that cannot be taken up rejects when it is cut', async () => {
    server.will((response) => {
      open(response, 'data: a\n\n');
      setTimeout(() => response.destroy(), 20);
    });

    await expect(read()).rejects.toMatchObject({ name: 'ConnectionFailure' });
    expect(server.asked).toHaveLength(1);
  });

  it('is given up when no connection brings an event', async () => {
    server.will(
      (response) => open(response, 'id: 1\ndata: one\n\n').end(),
      (response) => open(response, ': nothing\n\n').end(),
    );

    await expect(read(Infinity, { attempts: 3 })).rejects.toMatchObject({ name: 'ConnectionFailure' });
    expect(server.asked).toHaveLength(4);
  });

  it('goes on for as long as nothing happens, when the server ends it now and then', async () => {
    const quiet = (response: ServerResponse): void => {
      open(response, '');
      const heart = setInterval(() => response.write(': still here\n\n'), 40);
      setTimeout(() => response.end(), 250);
      response.on('close', () => clearInterval(heart));
    };
    server.will(
      (response) => open(response, 'id: 1\ndata: one\n\n').end(),
      quiet,
      quiet,
      quiet,
      (response) => open(response, 'id: 2\ndata: two\n\n').end(),
    );

    expect(await read(2, { silenceMs: 200, attempts: 2 })).toEqual(['one', 'two']);
    expect(lastIds()).toEqual([undefined, '1', '1', '1', '1']);
  });

  it.each([
    ['a refusal', problem('PERMISSION_DENIED', 403), { code: 'PERMISSION_DENIED' }],
    ['a page', page(200), { name: 'UnexpectedAnswer' }],
  ])('rejects with %s, which no connection cures', async (_what, answer, expected) => {
    server.will((response) => open(response, 'id: 1\ndata: one\n\n').end(), answer);

    await expect(read()).rejects.toMatchObject(expected);
    expect(server.asked).toHaveLength(2);
  });

  it('closes the connection when its reader leaves', async () => {
    let closed: Promise<void> | undefined;
    server.will((response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      open(response, 'id: 1\ndata: one\n\n');
    });

    await read(1);
    await closed;
  });

  it('ends with the reason of who aborts it', async () => {
    const controller = new AbortController();
    server.will((response) => void open(response, 'id: 1\ndata: one\n\n'));
    setTimeout(() => controller.abort(new Error('no longer wanted')), 50);

    await expect(read(Infinity, { signal: controller.signal })).rejects.toThrow('no longer wanted');
  });
});

function open(response: ServerResponse, text: string): ServerResponse & { destroySoon: () => void } {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  if (text !== '') response.write(text);
  return Object.assign(response, { destroySoon: () => void setTimeout(() => response.destroy(), 20) });
}
