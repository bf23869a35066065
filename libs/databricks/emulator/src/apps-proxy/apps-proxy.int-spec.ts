import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';
import { startAppsProxy } from './apps-proxy';
import type { FrontDoor } from './front-door';

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the app saw of a request, as it echoes it. */
interface Seen {
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  body: string;
}

const idleMilliseconds = 300;
const absoluteMilliseconds = 900;

describe('the apps proxy', () => {
  let state: string;
  let workspace: LocalWorkspace;
  let proxy: FrontDoor;
  let now = Date.now();
  let behave: (request: IncomingMessage, response: ServerResponse) => void;
  const app = createServer((incoming, response) => behave(incoming, response));

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'lakescope-proxy-'));
    workspace = await startWorkspace({ stateDirectory: state, port: 0 });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const target = new URL(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    proxy = await startAppsProxy({
      port: 0,
      target,
      workspace,
      idleMilliseconds,
      absoluteMilliseconds,
      now: () => now,
    });
  });

  beforeEach(() => {
    now = Date.now();
    behave = (incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        const { method, url, headers } = incoming;
        response.setHeader('set-cookie', ['a=1', 'b=2']).end(JSON.stringify({ method, url, headers, body }));
      });
    };
  });

  afterAll(async () => {
    await proxy.close();
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  async function call(path: string, options: RequestOptions & { body?: string } = {}): Promise<Answer> {
    const outgoing = request({ host: '127.0.0.1', port: proxy.port, path, ...options });
    outgoing.end(options.body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    let body = '';
    for await (const chunk of answer as AsyncIterable<Buffer>) body += chunk.toString();
    return { status: answer.statusCode ?? 0, headers: answer.headers, body };
  }

  async function seen(headers: RequestOptions['headers'] = {}): Promise<Seen['headers']> {
    const answer = await call('/', { headers });
    expect(answer.status).toBe(200);
    return (JSON.parse(answer.body) as Seen).headers;
  }

  describe('says who is calling', () => {
    it('signs everybody in as the admin unless told otherwise', async () => {
      const { admin } = workspace.personas;

      const headers = await seen();

      expect(headers).toMatchObject({
        'x-forwarded-email': admin.userName,
        'x-forwarded-user': `${admin.userId}@${workspace.workspaceId}`,
        'x-forwarded-preferred-username': admin.displayName,
        'x-forwarded-host': `127.0.0.1:${proxy.port}`,
        'x-real-ip': '127.0.0.1',
      });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      const claims = await workspace.verify(headers['x-forwarded-access-token'] ?? '');
      expect(claims).toMatchObject({ subject: admin.userName, kind: 'oauth', principal: 'user' });
      expect(claims?.scopes).toEqual(expect.arrayContaining([...workspace.app.userApiScopes]));
    });

    it('believes nothing that the client says about itself, and drops what is not its own to say', async () => {
      const headers = await seen({
        'X-Forwarded-Access-Token': 'forged',
        'X-Forwarded-Email': ['eve@example.com', 'mallory@example.com'],
        'X-Forwarded-User': '1@2',
        'X-Forwarded-Preferred-Username': 'eve',
        'X-Forwarded-Groups': 'admins',
        'X-Forwarded-For': '10.0.0.1',
        'X-Forwarded-Host': 'evil.example.com',
        'X-Real-Ip': '10.0.0.1',
        'X-Request-Id': 'mine',
        Forwarded: 'for=10.0.0.1',
        'X-Local-Persona': 'analyst',
        'X-Custom': 'passes',
      });

      expect(JSON.stringify(headers)).not.toMatch(
        /forged|eve|mallory|10\.0\.0\.1|evil|mine|x-local-persona|forwarded-groups/,
      );
      expect(headers['x-forwarded-email']).toBe(workspace.personas.analyst.userName);
      expect(headers['x-custom']).toBe('passes');
    });

    it.each(['x_forwarded_email', 'X-Forwarded_User', 'x_real_ip', 'X_Request_Id', 'X_Local_Persona'])(
      'drops %s, which some servers read as the name with hyphens',
      async (name) => {
        expect(JSON.stringify(await seen({ [name]: 'mallory' }))).not.toContain('mallory');
      },
    );

    it('shows people the workspace knows by their name, and not only its personas', async () => {
      const userName = await workspace.createUser({ userName: 'nora@lakescope.example', displayName: 'Nora Lind' });
      const { token } = await workspace.issueUserToken(userName, ['files']);

      const headers = await seen({ Authorization: `Bearer ${token}` });

      expect(headers).toMatchObject({
        'x-forwarded-email': 'nora@lakescope.example',
        'x-forwarded-preferred-username': 'Nora Lind',
      });
      expect(headers['x-forwarded-user']).toMatch(new RegExp(`^\\d+@${workspace.workspaceId}$`));
    });

    it('refuses a persona that does not exist', async () => {
      const answer = await call('/', { headers: { 'X-Local-Persona': 'root' } });

      expect(answer.status).toBe(400);
      expect(answer.body).toContain('admin, engineer, analyst, outsider');
    });

    it('keeps one token per persona for its session and renews it five minutes before it ends', async () => {
      const first = (await seen())['x-forwarded-access-token'];
      const again = (await seen())['x-forwarded-access-token'];
      const other = (await seen({ 'X-Local-Persona': 'engineer' }))['x-forwarded-access-token'];
      now += 54 * 60_000;
      const shortlyBefore = (await seen())['x-forwarded-access-token'];
      now += 2 * 60_000;
      const renewed = (await seen())['x-forwarded-access-token'];

      expect([again, shortlyBefore]).toEqual([first, first]);
      expect(new Set([first, other, renewed]).size).toBe(3);
    });

    it.each([600, -600])('renews in time when the workspace’s clock is off by %i s', async (seconds) => {
      workspace.setClockSkew(seconds);
      // A session of its own: nobody asked for this persona before.
      const persona = seconds > 0 ? 'outsider' : 'analyst';
      now += 3_600_000;
      const first = (await seen({ 'X-Local-Persona': persona }))['x-forwarded-access-token'];
      now += 54 * 60_000;
      const shortlyBefore = (await seen({ 'X-Local-Persona': persona }))['x-forwarded-access-token'];
      now += 2 * 60_000;
      const renewed = (await seen({ 'X-Local-Persona': persona }))['x-forwarded-access-token'];
      workspace.setClockSkew(0);

      expect(shortlyBefore).toBe(first);
      expect(renewed).not.toBe(first);
    });

    it('forwards a user token that came as a bearer, and not the Authorization header', async () => {
      const { token } = await workspace.issueUserToken('engineer', ['files']);

      const headers = await seen({ Authorization: `Bearer ${token}` });

      expect(headers['authorization']).toBeUndefined();
      expect(headers['x-forwarded-access-token']).toBe(token);
      expect(headers['x-forwarded-email']).toBe(workspace.personas.engineer.userName);
    });

    it('shows a service principal by its client id and the number it has in the workspace', async () => {
      const { clientId, clientSecret } = workspace.servicePrincipal;
      const response = await fetch(`${workspace.url}/oidc/v1/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }),
      });
      const { access_token: token } = (await response.json()) as { access_token: string };

      const headers = await seen({ Authorization: `Bearer ${token}` });

      expect(headers).toMatchObject({
        'x-forwarded-access-token': token,
        'x-forwarded-email': clientId,
        'x-forwarded-preferred-username': clientId,
      });
      expect(headers['x-forwarded-user']).toMatch(new RegExp(`^\\d+@${workspace.workspaceId}$`));
    });

    it.each([
      ['a personal access token', () => `Bearer ${workspace.personas.admin.token}`],
      ['garbage', () => 'Bearer nonsense'],
      ['another scheme', () => 'Basic YWRtaW46YWRtaW4='],
    ])('refuses %s as the platform does', async (_, authorization) => {
      const answer = await call('/', { headers: { Authorization: authorization() } });

      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({
        error_code: 401,
        message: expect.stringContaining('Credential was not sent or was of an unsupported type') as string,
      });
    });
  });

  describe('passes bytes on', () => {
    it('hands the app method, path, query and body as they came, and the client every header of the app', async () => {
      const answer = await call('/deep/path?q=%2F..%2f', {
        method: 'POST',
        body: 'hello',
        headers: { 'content-length': 5 },
      });

      expect(JSON.parse(answer.body)).toMatchObject({ method: 'POST', url: '/deep/path?q=%2F..%2f', body: 'hello' });
      expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    });

    it('sends each piece on as it comes', async () => {
      const arrived: string[] = [];
      behave = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n');
        setTimeout(() => response.end('data: two\n\n'), 200);
      };
      const outgoing = request({ host: '127.0.0.1', port: proxy.port, path: '/' }).end();
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      answer.on('data', (chunk: Buffer) => arrived.push(chunk.toString()));
      await delay(100);

      expect(arrived).toEqual(['data: one\n\n']);
      await once(answer, 'end');
      expect(arrived).toEqual(['data: one\n\n', 'data: two\n\n']);
    });

    it('tells the app at once when the client leaves', async () => {
      const left = new Promise<void>((resolve) => {
        behave = (_, response) => {
          response.write('some');
          response.once('close', resolve);
        };
      });
      const outgoing = request({ host: '127.0.0.1', port: proxy.port, path: '/' }).end();
      await once(outgoing, 'response');
      const from = Date.now();
      outgoing.on('error', () => undefined).destroy();
      await left;

      expect(Date.now() - from).toBeLessThan(idleMilliseconds / 2);
    });

    it('cuts the line when the app breaks off in the middle of an answer', async () => {
      behave = (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('half');
        setTimeout(() => response.destroy(), 20);
      };

      await expect(call('/')).rejects.toThrow(/aborted/);
    });
  });

  describe('limits how long anything takes', () => {
    it('answers 504 when the app says nothing for too long', async () => {
      behave = () => undefined;

      const answer = await call('/');

      expect(answer.status).toBe(504);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    });

    it('cuts an answer that falls silent', async () => {
      behave = (_, response) => response.writeHead(200).write('and then');

      await expect(call('/')).rejects.toThrow(/aborted/);
    });

    it('cuts an answer at the absolute limit, heartbeats or not', async () => {
      behave = (_, response) => {
        const beat = setInterval(() => response.write(': beat\n\n'), 50);
        response.once('close', () => clearInterval(beat));
      };
      const from = Date.now();

      await expect(call('/')).rejects.toThrow(/aborted/);

      expect(Date.now() - from).toBeGreaterThanOrEqual(absoluteMilliseconds - 20);
    });
  });

  describe('while the app is away', () => {
    let lonely: FrontDoor;
    beforeAll(async () => {
      lonely = await startAppsProxy({ port: 0, target: new URL('http://127.0.0.1:1'), workspace });
    });
    afterAll(() => lonely.close());

    it('shows people a page that tries again, and programs a problem', async () => {
      const page = await fetch(lonely.url, { headers: { accept: 'text/html' } });
      const problem = await fetch(lonely.url, { headers: { accept: 'application/json' } });

      expect([page.status, problem.status]).toEqual([503, 503]);
      expect(await page.text()).toContain('http-equiv="refresh"');
      expect(await problem.json()).toMatchObject({ status: 503, title: 'App not available' });
    });

    it('still shows the sign-in', async () => {
      expect((await fetch(`${lonely.url}/.local`)).status).toBe(200);
    });
  });

  describe('keeps strangers out', () => {
    it('answers to no other name than localhost', async () => {
      expect((await call('/', { headers: { Host: 'rebound.example.com' } })).status).toBe(403);
      expect((await call('/', { headers: { Host: `localhost:${proxy.port}` } })).status).toBe(200);
    });

    it('lets no page of another origin act', async () => {
      const strange = { method: 'POST', headers: { Origin: 'https://example.com' } };

      expect((await call('/api', strange)).status).toBe(403);
      expect((await call('/.local/persona', strange)).status).toBe(403);
    });

    it('says why to people on a page, to programs in the platform’s shape', async () => {
      const headers = { 'X-Local-Persona': 'root' };
      const page = await call('/', { headers: { ...headers, Accept: 'text/html,*/*' } });
      const problem = await call('/', { headers });

      expect([page.status, problem.status]).toEqual([400, 400]);
      expect(page.body).toContain('<h1>Refused</h1>');
      expect(JSON.parse(problem.body)).toEqual({
        error_code: 400,
        message: expect.stringMatching(/^X-Local-Persona must be one of .* \[ReqId: [0-9a-f-]{36}\]$/) as string,
      });
    });

    it.each([
      ['two lengths', 'Content-Length: 5\r\nContent-Length: 44\r\n'],
      ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
      ['a disguised encoding', 'Content-Length: 5\r\nTransfer-Encoding : chunked\r\n'],
    ])('lets no second request hide in the body of one with %s', async (_, framing) => {
      const seenPaths: string[] = [];
      behave = (incoming, response) => {
        seenPaths.push(incoming.url ?? '');
        response.end('seen');
      };
      const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
      socket.end(
        `POST /outer HTTP/1.1\r\nHost: localhost:${proxy.port}\r\n${framing}\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: localhost:${proxy.port}\r\n\r\n`,
      );
      await once(socket, 'close');

      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(seenPaths).toEqual([]);
    });

    it('stays on HTTP/1.1 when asked to change', async () => {
      const answer = await call('/', {
        headers: {
          Connection: 'Upgrade, HTTP2-Settings',
          Upgrade: 'h2c',
          'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
        },
      });

      expect(answer.status).toBe(200);
      expect((JSON.parse(answer.body) as Seen).headers).not.toHaveProperty('upgrade');
      expect((JSON.parse(answer.body) as Seen).headers).not.toHaveProperty('http2-settings');
    });

    it('lives through garbage', async () => {
      const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
      socket.end('\u0016\u0003\u0001garbage\r\n\r\n').resume();
      await once(socket, 'close');

      expect((await call('/')).status).toBe(200);
    });
  });
});
