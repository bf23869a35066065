import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabricksClients } from './databricks-clients';
import { PlatformError } from './platform-error';
import { Secret } from './secret';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const USER = { token: new Secret('user-token') };
const DIRECTORY = '/api/2.0/fs/directories/Volumes/c/s/v';

/** A platform that answers whatever the test wants next: the emulator would not misbehave like that. */
describe('the clients of the platform', () => {
  let server: Server;
  let clients: DatabricksClients;
  let seen: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  let answers: Handler[];

  beforeEach(async () => {
    seen = [];
    answers = [];
    server = createServer((request, response) => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      (answers.shift() ?? json(200, {}))(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    clients = new DatabricksClients({
      host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      app: { clientId: 'app', clientSecret: new Secret('hush') },
      product: { name: 'lakescope', version: '1.2.3' },
      correlationId: () => 'corr-1',
    });
  });

  afterEach(async () => {
    await clients.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('send the token, the product and the correlation id', async () => {
    await clients.asUser(USER).currentUser.me();

    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer user-token',
      'user-agent': expect.stringMatching(/^lakescope\/1\.2\.3 /) as string,
      'x-request-id': 'corr-1',
    });
  });

  it('keep two people apart on one connection', async () => {
    await clients.asUser({ token: new Secret('a') }).currentUser.me();
    await clients.asUser({ token: new Secret('b') }).currentUser.me();

    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer a', 'Bearer b']);
  });

  it.each([502, 503, 504])('try a read again after a %s', async (status) => {
    answers = [json(status, {}), json(200, { userName: 'ana' })];

    await expect(clients.asUser(USER).currentUser.me()).resolves.toEqual({ userName: 'ana' });
  });

  it('try again when the connection breaks', async () => {
    answers = [(request) => request.socket.destroy(), json(200, { userName: 'ana' })];

    await expect(clients.asUser(USER).currentUser.me()).resolves.toEqual({ userName: 'ana' });
  });

  it('wait as long as a limit asks for', async () => {
    answers = [
      json(429, { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'slow down' }, { 'retry-after': '1' }),
      json(200, {}),
    ];
    const startedAt = performance.now();

    await clients.asUser(USER).currentUser.me();

    expect(performance.now() - startedAt).toBeGreaterThan(950);
  });

  it('give up when the wait is longer than the budget', async () => {
    answers = [json(429, {}, { 'retry-after': '600' })];

    await expect(clients.asUser(USER).currentUser.me()).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterSeconds: 600,
    });
    expect(seen).toHaveLength(1);
  });

  it('do not try again what will not get better', async () => {
    answers = [json(403, { error_code: 'PERMISSION_DENIED', message: 'no' })];

    await expect(clients.asUser(USER).currentUser.me()).rejects.toMatchObject({
      kind: 'permission_denied',
      actingAs: 'user',
      status: 403,
    });
    expect(seen).toHaveLength(1);
  });

  it('end at the deadline', async () => {
    answers = [() => undefined];

    const failure = await clients
      .asUser(USER)
      .currentUser.me({ deadlineMs: 100 })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(PlatformError);
    expect(failure).toMatchObject({ kind: 'timeout' });
  });

  it('end when the caller leaves', async () => {
    const left = new AbortController();
    answers = [() => left.abort()];

    await expect(clients.asUser(USER).currentUser.me({ signal: left.signal })).rejects.toMatchObject({
      kind: 'aborted',
    });
  });

  it('do not follow a redirect, which could carry the token elsewhere', async () => {
    answers = [(_, response) => response.writeHead(302, { location: '/elsewhere' }).end()];

    await expect(clients.asUser(USER).currentUser.me()).rejects.toMatchObject({ kind: 'upstream', status: 302 });
    expect(seen).toHaveLength(1);
  });

  it('do not take a sign-in page for an answer', async () => {
    answers = [(_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>')];

    await expect(clients.asUser(USER).currentUser.me()).rejects.toMatchObject({ kind: 'upstream' });
  });

  describe('lists', () => {
    it('are followed over empty pages to the end', async () => {
      answers = [
        json(200, { contents: [{ name: 'a' }], next_page_token: '1' }),
        json(200, { next_page_token: '2' }),
        json(200, { contents: [{ name: 'b' }] }),
      ];

      const names = [];
      for await (const { name } of clients.asUser(USER).files.listDirectory('/Volumes/c/s/v')) names.push(name);

      expect(names).toEqual(['a', 'b']);
      expect(seen.map(({ url }) => url)).toEqual([DIRECTORY, `${DIRECTORY}?page_token=1`, `${DIRECTORY}?page_token=2`]);
    });

    it('end when a page token comes twice', async () => {
      answers = [json(200, { next_page_token: '1' }), json(200, { next_page_token: '1' })];

      const listing = clients.asUser(USER).files.listDirectory('/Volumes/c/s/v')[Symbol.asyncIterator]();

      await expect(listing.next()).rejects.toMatchObject({ kind: 'upstream' });
    });
  });

  describe('files', () => {
    it('are asked for by encoded paths and byte ranges', async () => {
      answers = [(_, response) => response.writeHead(206).end('cde')];

      const bytes = await clients
        .asUser(USER)
        .files.readBytes('/Volumes/c/s/v/ä #1/%41.txt', { range: { offset: 2, length: 3 } });

      expect(Buffer.from(bytes).toString()).toBe('cde');
      expect(seen[0]).toMatchObject({
        url: '/api/2.0/fs/files/Volumes/c/s/v/%C3%A4%20%231/%2541.txt',
        headers: { range: 'bytes=2-4' },
      });
    });

    it('that are not there have no head', async () => {
      answers = [(_, response) => response.writeHead(404).end()];

      await expect(clients.asUser(USER).files.head('/Volumes/c/s/v/none')).resolves.toBeUndefined();
    });

    it('stop flowing when the reader leaves', async () => {
      const left = new AbortController();
      let closed = false;
      answers = [
        (_, response) => {
          response.writeHead(200).write('first');
          response.on('close', () => (closed = true));
        },
      ];
      const { body } = await clients
        .asUser(USER)
        .files.open('/Volumes/c/s/v/big', { signal: left.signal, deadlineMs: 200 });

      await new Promise((resolve) => body.once('data', resolve));
      left.abort();
      await new Promise((resolve) => body.once('close', resolve).once('error', resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));

      expect(closed).toBe(true);
    });
  });

  describe('the app', () => {
    it('asks for its token once for all who wait, and keeps it', async () => {
      answers = [
        json(200, { token_endpoint: '/oidc/v1/token' }),
        token('app-1', 3600),
        json(200, {}),
        json(200, {}),
        json(200, {}),
      ];

      await Promise.all([clients.asApp().currentUser.me(), clients.asApp().currentUser.me()]);
      await clients.asApp().currentUser.me();

      expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
      expect(seen[1]?.headers.authorization).toBe(`Basic ${Buffer.from('app:hush').toString('base64')}`);
      expect(seen.at(-1)?.headers.authorization).toBe('Bearer app-1');
    });

    it('never sends its secret to another host that a document names', async () => {
      answers = [json(200, { token_endpoint: 'https://elsewhere.example/token' }), token('app-1', 3600)];

      await clients.asApp().currentUser.me();

      expect(seen.map(({ url }) => url)).toContain('/oidc/v1/token');
    });

    it('asks for another token after one was refused', async () => {
      answers = [
        json(404, {}),
        token('old', 3600),
        json(401, { message: 'Invalid access token' }),
        token('new', 3600),
        json(200, {}),
      ];

      await expect(clients.asApp().currentUser.me()).rejects.toMatchObject({
        kind: 'unauthenticated',
        actingAs: 'app',
      });
      await clients.asApp().currentUser.me();

      expect(seen.at(-1)?.headers.authorization).toBe('Bearer new');
    });

    it('is told when its own secret is wrong', async () => {
      answers = [
        json(404, {}),
        json(401, { error: 'invalid_client', error_description: 'Client authentication failed' }),
      ];

      await expect(clients.asApp().currentUser.me()).rejects.toMatchObject({
        kind: 'unauthenticated',
        actingAs: 'app',
      });
    });
  });
});

function json(status: number, body: object, headers: Record<string, string> = {}): Handler {
  return (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function token(value: string, seconds: number): Handler {
  return json(200, { access_token: value, token_type: 'Bearer', expires_in: seconds });
}
