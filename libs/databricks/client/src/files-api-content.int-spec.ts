import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabricksClients } from './databricks-clients';
import { Secret } from './secret';

const PATH = '/Volumes/c/s/v/file';

describe('the content of files', () => {
  let server: Server;
  let clients: DatabricksClients;
  let answers: RequestListener[];

  beforeEach(async () => {
    answers = [];
    server = createServer((request, response) => {
      const answer = answers.shift();
      if (answer === undefined) response.writeHead(500).end('asked once too often');
      else answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    clients = new DatabricksClients({
      host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      product: { name: 'lakescope', version: '1.2.3' },
    });
  });

  afterEach(async () => {
    await clients.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('comes whole when it is short, and as a stream when it is not, or does not say', async () => {
    const long = 'x'.repeat(100_000);
    answers = [
      (_, response) => response.writeHead(200, { 'content-length': 5 }).end('short'),
      (_, response) => response.writeHead(206, { 'content-length': 0 }).end(),
      (_, response) => response.writeHead(200, { 'content-length': long.length }).end(long),
      (_, response) => {
        response.writeHead(200).write('chu');
        response.end('nked');
      },
    ];

    expect([await taken(), await taken(), await taken(), await taken()]).toEqual([
      'short',
      '',
      { streamed: long },
      { streamed: 'chunked' },
    ]);
  });

  it('is asked for again when a short one breaks off, and ends with an error when a stream does', async () => {
    const broken: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': 5 }).write('shor');
      setTimeout(() => response.destroy(), 20);
    };
    answers = [broken, (_, response) => response.writeHead(200, { 'content-length': 5 }).end('short'), broken];

    expect(await taken()).toBe('short');
    const { body } = await files().open(PATH);
    await expect(text(body)).rejects.toThrow();
  });

  it('comes unharmed through buffers that grow with it, also to a reader who is slow', async () => {
    const content = Buffer.from(Array.from({ length: 4_000_000 }, (_, index) => (index * 7) % 251));
    answers = [
      (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content),
      (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content),
    ];

    const quick = await buffer((await files().open(PATH)).body);
    const slow: Buffer[] = [];
    for await (const chunk of (await files().open(PATH)).body as AsyncIterable<Buffer>) {
      slow.push(chunk);
      await delay(5);
    }

    expect(quick.equals(content)).toBe(true);
    expect(Buffer.concat(slow).equals(content)).toBe(true);
  });

  it('is no longer fetched when its stream is given up', async () => {
    let isClosed = false;
    answers = [
      (_, response) => {
        response.on('close', () => (isClosed = true));
        response.writeHead(200).write('first');
      },
    ];

    const { body } = await files().open(PATH);
    body.destroy();
    while (!isClosed) await delay(5);

    expect(isClosed).toBe(true);
  });

  it.each(['before it is answered', 'while a short one comes in'])('ends for a caller who leaves %s', async (when) => {
    const left = new AbortController();
    answers = [
      (_, response) => {
        if (when !== 'before it is answered') response.writeHead(200, { 'content-length': 5 }).write('shor');
        setTimeout(() => left.abort(), 20);
      },
    ];

    await expect(files().openOrTake(PATH, { signal: left.signal })).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('ends for a caller who leaves while all connections are taken', async () => {
    const everyConnection = 64;
    const left = new AbortController();
    answers = Array.from({ length: everyConnection }, () => () => undefined);
    const others = Array.from({ length: everyConnection }, () =>
      files().openOrTake(PATH, { deadlineMs: 500, retry: { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false } }),
    );
    const settled = Promise.allSettled(others);
    const call = files().openOrTake(PATH, { signal: left.signal });
    setTimeout(() => left.abort(), 50);

    await expect(call).rejects.toMatchObject({ kind: 'aborted' });
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
  });

  function files(): ReturnType<DatabricksClients['asUser']>['files'] {
    return clients.asUser({ token: new Secret('user-token') }).files;
  }

  async function taken(): Promise<unknown> {
    const { body } = await files().openOrTake(PATH);
    return body instanceof Readable ? { streamed: await text(body) } : body.toString();
  }
});
