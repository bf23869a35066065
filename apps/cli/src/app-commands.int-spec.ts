import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import { run } from './program';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly email: string | string[] | undefined;
  readonly body: string;
}

/** Answers as a deployed app would, and notes who asked. */
class TinyApp {
  readonly seen: Seen[] = [];
  answer: { status: number; type: string; body: string } = { status: 200, type: 'application/json', body: '{}' };
  private readonly server: Server = createServer((request, response) => {
    void this.note(request).then(() => {
      const { status, type, body } = this.answer;
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await closed;
  }

  private async note(request: IncomingMessage): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method, url, headers } = request;
    this.seen.push({ method, url, email: headers['x-forwarded-email'], body });
  }
}

describe('commands that act on a running app', () => {
  let stack: LocalStack;
  let folder: string;
  const app = new TinyApp();

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    stack.workspace.publishApp(await stack.frontDoor(await app.start()));
    folder = await mkdtemp(join(tmpdir(), 'lakescope-app-commands-'));
    const { url, personas } = stack.workspace;
    await writeFile(join(folder, 'endpoints.json'), JSON.stringify({ workspace: url, personas }));
  });
  afterAll(async () => {
    await stack.stop();
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => (app.answer = { status: 200, type: 'application/json', body: '{"a":1}' }));

  describe('call', () => {
    it('asks as the administrator, and prints status and JSON', async () => {
      const ran = await lakescope('call', '/api/v1/x?y=1');

      expect(ran).toEqual({ code: 0, out: '{\n  "a": 1\n}\n', note: '200 OK\n' });
      expect(app.seen.at(-1)).toMatchObject({
        ...{ method: 'GET', url: '/api/v1/x?y=1' },
        email: stack.workspace.personas.admin.userName,
      });
    });

    it('sends JSON as somebody else, from the command line or a file', async () => {
      await writeFile(join(folder, 'body.json'), '{"b":2}');
      await lakescope('call', '/x', '-d', '{"b":1}', '--as', 'analyst');
      await lakescope('call', '/x', '-X', 'put', '-d', `@${join(folder, 'body.json')}`);

      expect(app.seen.slice(-2)).toEqual([
        { method: 'POST', url: '/x', email: stack.workspace.personas.analyst.userName, body: '{"b":1}' },
        { method: 'PUT', url: '/x', email: stack.workspace.personas.admin.userName, body: '{"b":2}' },
      ]);
    });

    it('ends with 1 from 400 on, and with the problem on standard output', async () => {
      app.answer = { status: 404, type: 'application/problem+json', body: '{"title":"Not found"}' };

      expect(await lakescope('call', '/x')).toEqual({
        ...{ code: 1, note: '404 Not Found\n' },
        out: '{\n  "title": "Not found"\n}\n',
      });
    });

    it('prints text as it is, and says of anything else what it is', async () => {
      app.answer = { status: 200, type: 'text/plain; charset=utf-8', body: 'plain\n' };
      const text = await lakescope('call', '/x');
      app.answer = { status: 200, type: 'image/png', body: 'PNG' };
      const image = await lakescope('call', '/x');

      expect([text.out, image.out]).toEqual(['plain\n', '(3 bytes of image/png)\n']);
    });

    it.each([
      [['call', '/x', '-d', '{half'], /-d takes JSON/],
      [['call', '/x', '-X', 'no way'], /-X takes a method/],
      [['call', 'x'], /PATH is a path of the app/],
    ])('refuses %j before anything is sent', async (args, message) => {
      const before = app.seen.length;

      expect(await lakescope(...args)).toMatchObject({ code: 2, note: expect.stringMatching(message) });
      expect(app.seen).toHaveLength(before);
    });

    it('says who there is when somebody is named whom nobody knows', async () => {
      expect(await lakescope('call', '/x', '--as', 'nobody')).toMatchObject({
        code: 1,
        note: expect.stringContaining('take one of admin, engineer, analyst, outsider'),
      });
    });
  });

  it('status tells what the platform says', async () => {
    const text = await lakescope('status');
    const json = await lakescope('status', '--json');

    expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/^State {5}RUNNING: App is running\.$/m) });
    expect(JSON.parse(json.out)).toMatchObject({
      ...{ app: 'lakescope', url: stack.workspace.app.url, active_deployment: null, pending_deployment: null },
      app_status: { state: 'RUNNING' },
    });
  });

  it('status of an app that is not there says how to deploy it', async () => {
    const ran = await lakescope('status', '--app', 'other');

    expect(ran).toMatchObject({
      code: 1,
      note: expect.stringMatching(/no app other.*npx lakescope deploy --target local/),
    });
  });

  it('open prints the address', async () => {
    expect(await lakescope('open')).toEqual({ code: 0, out: `${stack.workspace.app.url}/\n`, note: '' });
  });

  it('health asks both probes, and ends with 1 unless both are well', async () => {
    app.answer = { status: 200, type: 'application/json', body: '{"status":"ok"}' };
    const well = await lakescope('health');
    app.answer = { status: 503, type: 'application/json', body: '{"status":"starting"}' };
    const away = await lakescope('health', '--json');

    expect(well).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\/health +200 +\{"status":"ok"\}\n[^]*Ready\.\n$/),
    });
    expect([away.code, JSON.parse(away.out)]).toEqual([
      1,
      {
        is_ready: false,
        health: { status: 503, body: { status: 'starting' } },
        ready: { status: 503, body: { status: 'starting' } },
      },
    ]);
  });

  it('openapi saves the document of the running app, and none that is no document', async () => {
    const file = join(folder, 'openapi.json');
    app.answer = { status: 200, type: 'application/json', body: '{"openapi":"3.1.0","paths":{}}' };
    const saved = await lakescope('openapi', '--out', file);
    app.answer = { status: 200, type: 'application/json', body: '[]' };
    const odd = await lakescope('openapi');

    expect(saved).toEqual({ code: 0, out: '', note: `Written to ${file}.\n` });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ openapi: '3.1.0', paths: {} });
    expect(odd).toMatchObject({ code: 1, note: expect.stringContaining('answered 200, and no document') });
  });

  it.each([
    [202, '{"kept":[]}', 0],
    [202, '{"kept":[{"alarm":true}]}', 2],
    [403, '{"title":"no"}', 2],
    [503, '{"title":"away"}', 1],
    [429, '{"title":"later"}', 1],
  ])('aggregate has the app do it, and ends as the daily job does: %d %s is %d', async (status, body, code) => {
    app.answer = { status, type: 'application/json', body };

    expect((await lakescope('aggregate')).code).toBe(code);
    expect(app.seen.at(-1)).toMatchObject({ method: 'POST', url: '/api/v1/metrics/aggregate' });
  });

  async function lakescope(...args: readonly string[]): Promise<{ code: number; out: string; note: string }> {
    const ran = { code: -1, out: '', note: '' };
    const [command = '', ...rest] = args;
    const named = rest.includes('--app') ? [] : ['--app', 'lakescope'];
    ran.code = await run([command, ...rest, '--target', 'local', '--state', folder, ...named], {
      root: process.cwd(),
      shell: {},
      terminal: {
        out: (text) => (ran.out += `${text}\n`),
        note: (text) => (ran.note += `${text}\n`),
        questions: undefined,
      },
    });
    return ran;
  }
});
