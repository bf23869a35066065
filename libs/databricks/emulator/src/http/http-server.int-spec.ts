import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { LoggedRequest } from './request-log';

const ME = '/api/2.0/preview/scim/v2/Me';

describe('the HTTP server of the workspace', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let token: string;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace({ requestLogSize: 5 }));
    token = workspace.personas.analyst.token;
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    const volume = await workspace.createVolume('demo', 'lake', 'files');
    await mkdir(volume, { recursive: true });
    await writeFile(join(volume, 'big.bin'), Buffer.alloc(5_000_000, 7));
  });
  afterAll(() => stop());
  beforeEach(() => workspace.faults.clear());

  it('listens on loopback only', () => {
    expect(new URL(workspace.url).hostname).toBe('127.0.0.1');
  });

  it.each([
    ['GET', '/api/2.0/x'],
    ['POST', '/api/2.1/clusters/create'],
    ['PUT', '/'],
  ])('names the API that is missing: %s %s', async (method, path) => {
    const body = method === 'GET' ? undefined : '{ not json';
    const answer = await ask(workspace, `${path}?q=1`, { method, token, ...(body === undefined ? {} : { body }) });

    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      error_code: 'ENDPOINT_NOT_FOUND',
      message: `No API found for '${method} ${path}'`,
      details: [{ '@type': 'type.googleapis.com/google.rpc.RequestInfo', request_id: answer.headers['x-request-id'] }],
    });
  });

  it.each([
    ['{ not json', 'application/json', 400],
    ['', 'application/json', 400],
    [`{"a":"${'x'.repeat(2_000_000)}"}`, 'application/json', 413],
    ['{"__proto__":{"admin":true}}', 'application/json', 400],
  ])('answers a body it cannot take with its envelope', async (body, type, status) => {
    const answer = await ask(workspace, '/api/2.0/database/credentials', {
      method: 'POST',
      token,
      body,
      headers: { 'content-type': type },
    });

    expect([answer.status, answer.json()['error_code']]).toEqual([status, 'MALFORMED_REQUEST']);
  });

  it('answers a path that is not percent-encoded UTF-8 with its envelope', async () => {
    const answer = await ask(workspace, '/api/2.1/unity-catalog/volumes/%zz', { token });

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'MALFORMED_REQUEST']);
  });

  it('survives what is no HTTP', async () => {
    await new Promise<void>((resolve) => {
      const socket = createConnection(workspace.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
    });

    expect((await ask(workspace, ME, { token })).status).toBe(200);
  });

  describe('the request log', () => {
    it('remembers the last requests with route, status and caller, and never a query or a token', async () => {
      workspace.requestLog.clear();
      await ask(workspace, `/api/2.1/unity-catalog/volumes/demo.lake.files?secret=${token}`, { token });
      await ask(workspace, `/api/2.0/unknown?secret=${token}`, { token });

      const answer = await ask(workspace, '/.local/requests');
      const gaps = await ask(workspace, '/.local/gaps');

      const { requests } = answer.json<{ requests: LoggedRequest[] }>();
      expect(requests).toMatchObject([
        {
          method: 'GET',
          path: '/api/2.1/unity-catalog/volumes/demo.lake.files',
          route: '/api/2.1/unity-catalog/volumes/:name',
          status: 200,
          principal: workspace.personas.analyst.userName,
        },
        { path: '/api/2.0/unknown', status: 404 },
      ]);
      expect(requests[1]?.route).toBeUndefined();
      expect(answer.text).not.toContain(token);
      expect(gaps.json()).toEqual({ gaps: [{ method: 'GET', path: '/api/2.0/unknown', count: 1 }] });
    });

    it('forgets the oldest', async () => {
      for (let index = 0; index < 8; index += 1) await ask(workspace, ME, { token });

      const { requests } = (await ask(workspace, '/.local/requests')).json<{ requests: LoggedRequest[] }>();

      expect(requests).toHaveLength(5);
    });

    it.each<Record<string, string>>([{ host: 'evil.example' }, { origin: 'https://evil.example' }])(
      'is not for pages with %j',
      async (headers) => {
        const answer = await ask(workspace, '/.local/requests', { headers });

        expect(answer.status).toBe(403);
      },
    );
  });

  describe('a planned fault', () => {
    it('answers with its status so many times, then is over', async () => {
      workspace.faults.add({ pathPrefix: ME, status: 429, headers: { 'retry-after': '2' }, times: 2 });

      const answers = [];
      for (let index = 0; index < 3; index += 1) answers.push(await ask(workspace, ME, { token }));

      expect(answers.map((answer) => answer.status)).toEqual([429, 429, 200]);
      expect(answers[0]?.headers['retry-after']).toBe('2');
      expect(answers[0]?.json()['error_code']).toBe('REQUEST_LIMIT_EXCEEDED');
    });

    it('hits only the method and path it names', async () => {
      workspace.faults.add({ method: 'post', pathPrefix: '/api/2.0/database', status: 503 });

      const credential = await ask(workspace, '/api/2.0/database/credentials', { method: 'POST', token, body: '{}' });
      const instances = await ask(workspace, '/api/2.0/database/instances', { token });

      expect([credential.status, instances.status]).toEqual([503, 200]);
    });

    it('delays, and then the request is handled', async () => {
      workspace.faults.add({ pathPrefix: ME, delayMs: 150, times: 1 });

      const before = performance.now();
      const answer = await ask(workspace, ME, { token });

      expect(answer.status).toBe(200);
      expect(performance.now() - before).toBeGreaterThanOrEqual(140);
    });

    it('cuts the connection before an answer', async () => {
      workspace.faults.add({ pathPrefix: ME, cut: 'connection', times: 1 });

      await expect(ask(workspace, ME, { token })).rejects.toMatchObject({ code: 'ECONNRESET' });
      await expect(ask(workspace, ME, { token })).resolves.toMatchObject({ status: 200 });
    });

    it.each(['/api/2.0/fs/files/Volumes/demo/lake/files/big.bin', ME])(
      'cuts the body of %s in the middle',
      async (path) => {
        workspace.faults.add({ pathPrefix: path, cut: 'body', times: 1 });

        await expect(ask(workspace, path, { token })).rejects.toMatchObject({ code: 'ECONNRESET' });
        await expect(ask(workspace, path, { token })).resolves.toMatchObject({ status: 200 });
      },
    );

    it('answers with any body', async () => {
      workspace.faults.add({ pathPrefix: ME, status: 502, body: '<pre>bad gateway</pre>' });

      const answer = await ask(workspace, ME, { token });

      expect([answer.status, answer.text]).toEqual([502, '<pre>bad gateway</pre>']);
    });

    it('comes and goes over HTTP', async () => {
      const added = await ask(workspace, '/.local/faults', {
        method: 'POST',
        body: JSON.stringify({ pathPrefix: ME, status: 500 }),
      });
      const during = await ask(workspace, ME, { token });
      await ask(workspace, `/.local/faults/${String(added.json()['id'])}`, { method: 'DELETE' });
      const after = await ask(workspace, ME, { token });

      expect([added.status, during.status, after.status]).toEqual([201, 500, 200]);
    });

    it.each([{ status: 'x' }, { status: 42 }, { cut: 'cable' }, { headers: { a: 'b\r\nc: d' } }, []])(
      'is refused over HTTP when it is %j',
      async (fault) => {
        const answer = await ask(workspace, '/.local/faults', { method: 'POST', body: JSON.stringify(fault) });

        expect(answer.status).toBe(400);
        expect(workspace.faults.list()).toEqual([]);
      },
    );
  });
});
