import { HttpLimits } from '@lakescope/server-http';
import { TestApi } from '../testing/test-api';
import { answersIn, open, rawExchange, readAll, type RawAnswer } from '../testing/raw-http';

const HOST = 'Host: app.example';

/** What a proxy in front and the server behind could read in two ways must be read in one: one answer for each request, none for a ghost. */
describe('bytes that no client sends', () => {
  let api: TestApi;
  let token: string;

  beforeAll(async () => {
    const limits = new HttpLimits({ headersMs: 400, receiveMs: 800, slowCheckMs: 100 });
    api = await TestApi.start({ database: false, limits });
    token = await api.stack.token('analyst');
  });

  afterAll(() => api.stop());

  afterEach(async () => {
    expect((await api.ask('/health')).status).toBe(200);
  });

  it.each([
    ['length and chunks at once', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['chunks and then a length', ['Transfer-Encoding: chunked', 'Content-Length: 6'], '0\r\n\r\n'],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 44'], ''],
    ['a list of lengths', ['Content-Length: 0, 44'], ''],
    ['a signed length', ['Content-Length: +0'], ''],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a coding with a tab before it', ['Transfer-Encoding:\x0bchunked'], '0\r\n\r\n'],
    ['a name that ends in a space', ['Content-Length : 44'], ''],
    ['a folded header', ['X-Folded: a', ' Transfer-Encoding: chunked'], ''],
    ['a chunk size with a sign', ['Transfer-Encoding: chunked'], '-1\r\n\r\n'],
    ['a chunk size beyond all numbers', ['Transfer-Encoding: chunked'], 'fffffffffffffffffffff\r\nx'],
  ])('with %s smuggle no second request', async (_, headers, body) => {
    const ghost = `GET /api/v1/user/me HTTP/1.1\r\n${HOST}\r\nX-Forwarded-Access-Token: ${token}\r\n\r\n`;
    const first = ['PUT /api/v1/preferences HTTP/1.1', HOST, 'Content-Type: application/json', ...headers];

    const answers = await answered(`${first.join('\r\n')}\r\n\r\n${body}${ghost}`);

    expect(answers).toHaveLength(1);
    expect(answers[0]?.status).toBe(400);
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ error_code: 'INVALID_REQUEST' });
    expect(JSON.stringify(answers)).not.toContain(api.stack.workspace.personas.analyst.userName);
  });

  it('asking for HTTP/2 get HTTP/1.1', async () => {
    const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];

    const answers = await answered(`${['GET /api/v1/user/me HTTP/1.1', HOST, ...upgrade].join('\r\n')}\r\n\r\n`);

    expect(answers.map(({ status }) => status)).toEqual([401]);
    expect(answers[0]?.headers).not.toContain('upgrade: h2c');
  });

  it('that speak HTTP/2 from the start are no request', async () => {
    const answers = await answered('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

    expect(answers.map(({ status }) => status)).toEqual([400]);
  });

  it('of several requests in one go get one answer each, in their order, each with its own rights', async () => {
    const ask = (path: string, ...headers: string[]): string =>
      `${[`GET ${path} HTTP/1.1`, HOST, ...headers].join('\r\n')}\r\n\r\n`;
    const signedIn = `X-Forwarded-Access-Token: ${token}`;

    const answers = await answered(
      ask('/api/v1/user/me', signedIn) +
        ask('/api/v1/user/me') +
        ask('/api/v1/admin/scopes', signedIn) +
        ask('/health') +
        ask('/api/v1/user/me', signedIn),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 403, 200, 200]);
    const ids = answers.map(({ headers }) => /x-correlation-id: (\S+)/.exec(headers)?.[1]);
    expect(new Set(ids).size).toBe(5);
  });

  it.each([
    ['a carriage return', '/api/v1/a\rX: 1'],
    ['a line feed', '/api/v1/a\nX: 1'],
    ['a zero byte', '/api/v1/a\0b'],
  ])('with %s in the path are refused and forge no log line', async (_, path) => {
    const before = api.log.length;

    const answers = await answered(`GET ${path} HTTP/1.1\r\n${HOST}\r\n\r\n`);

    expect([400, 404]).toContain(answers[0]?.status);
    expect(answers).toHaveLength(1);
    for (const line of api.log.slice(before)) expect(line.trimEnd().split('\n')).toHaveLength(1);
  });

  it('with an encoded line break in the path stay one line in the log and one header in the answer', async () => {
    const path = '/api/v1/%0d%0aSet-Cookie:%20a=b%0a{"level":"fatal"}';

    const answers = await answered(
      `GET ${path} HTTP/1.1\r\n${HOST}\r\nX-Correlation-ID: forged.1\r\nUser-Agent: a\tb\x9b31m\r\n\r\n`,
    );

    expect(answers[0]?.headers).not.toContain('set-cookie');
    const lines = api.log.filter((line) => line.includes('forged.1'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ correlation_id: 'forged.1' });
    expect(api.log.filter((line) => line.includes('"level":"fatal"'))).toEqual([]);
  });

  it('that come too slowly are cut off: the headers', async () => {
    const socket = open(api.url);
    const trickle = setInterval(() => socket.write('X-Slow: 1\r\n'), 50);
    socket.write(`GET /api/v1/user/me HTTP/1.1\r\n${HOST}\r\n`);

    const answers = answersIn(await readAll(socket, 5_000).finally(() => clearInterval(trickle)));

    expect(answers.map(({ status }) => status)).toEqual([408]);
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ error_code: 'REQUEST_TIMEOUT' });
  });

  it('that come too slowly are cut off: the body', async () => {
    const socket = open(api.url);
    const headers = [HOST, `X-Forwarded-Access-Token: ${token}`, 'Content-Type: application/json'];
    socket.write(`${['PUT /api/v1/preferences HTTP/1.1', ...headers, 'Content-Length: 1000'].join('\r\n')}\r\n\r\n`);
    const trickle = setInterval(() => socket.write(' '), 50);

    const answers = answersIn(await readAll(socket, 5_000).finally(() => clearInterval(trickle)));

    expect(answers.map(({ status }) => status)).toEqual([408]);
  });

  it('that bring a file may take longer than others, as long as something comes', async () => {
    await api.stack.volume('demo.lake.files');
    await api.stack.workspace.grant('VOLUME', 'demo.lake.files', 'engineers', ['WRITE_VOLUME']);
    const engineer = await api.stack.token('engineer');
    const target = '/api/v1/unity-catalog/files/content?path=/Volumes/demo/lake/files/slow.txt';
    const socket = open(api.url);
    const headers = [HOST, `X-Forwarded-Access-Token: ${engineer}`, 'Content-Length: 20', 'Connection: close'];
    socket.write(`${[`PUT ${target} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`);
    let sent = 0;
    const trickle = setInterval(() => void ((sent += 1) <= 20 && socket.write('x')), 80);

    const answers = answersIn(await readAll(socket, 10_000).finally(() => clearInterval(trickle)));

    expect(answers.map(({ status, body }) => [status, body.includes('"size_bytes":20')])).toEqual([[200, true]]);
  });

  it('of a body without a length that never ends are refused at the limit', async () => {
    const socket = open(api.url);
    const headers = [HOST, `X-Forwarded-Access-Token: ${token}`, 'Content-Type: application/json'];
    socket.write(
      `${['PUT /api/v1/preferences HTTP/1.1', ...headers, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n`,
    );
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const flood = setInterval(() => socket.write(chunk.repeat(16)), 5);

    const text = await readAll(socket, 5_000).finally(() => clearInterval(flood));

    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });

  async function answered(bytes: string): Promise<RawAnswer[]> {
    return answersIn(await rawExchange(api.url, bytes, 2_000));
  }
});
