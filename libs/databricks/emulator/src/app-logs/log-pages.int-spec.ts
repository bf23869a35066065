import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { startAppsProxy } from '../apps-proxy/apps-proxy';
import type { FrontDoor } from '../apps-proxy/front-door';
import type { PersonaName } from '../identity/personas';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { AppLog, AppLogLine } from './app-log';

const BEAT_MS = 50;
const SCOPES = ['all-apis'];

interface Reader {
  socket: WebSocket;
  lines: AppLogLine[];
  keepAlives: number;
  closed: Promise<{ code: number; reason: string }>;
  until(condition: () => boolean): Promise<void>;
}

describe('the log of an app at its front door', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let door: FrontDoor;
  let log: AppLog;
  const readers: Reader[] = [];
  const app = createServer((request, response) => response.end(`app ${request.url ?? ''}`));

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    door = await openDoor();
    workspace.publishApp(door.url);
    log = workspace.appLogs.of(workspace.app.name);
  });

  afterEach(async () => {
    workspace.setClockSkew(0);
    for (const { socket } of readers.splice(0)) socket.terminate();
    await setLevel('analyst', 'CAN_USE');
  });

  afterAll(async () => {
    await door.close();
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    await stop();
  });

  function openDoor(): Promise<FrontDoor> {
    const target = new URL(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    return startAppsProxy({
      port: 0,
      target,
      workspace,
      logLimits: { beatMilliseconds: BEAT_MS, bufferedBytes: 64 * 1024 },
    });
  }

  function read(
    { token, persona, origin = door.url }: { token?: string; persona?: PersonaName; origin?: string | undefined },
    search: string | null = '',
    at = door,
  ): Reader {
    const socket = new WebSocket(`${at.url.replace('http', 'ws')}/logz/stream`, {
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(persona === undefined ? {} : { cookie: `lakescope_persona=${persona}` }),
        ...(origin === '' ? {} : { origin }),
      },
    });
    const reader: Reader = {
      socket,
      lines: [],
      keepAlives: 0,
      closed: new Promise((resolve) => {
        socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      }),
      until: async (condition) => {
        while (!condition()) {
          if (socket.readyState === WebSocket.CLOSED) throw new Error('The stream ended before what was waited for');
          await delay(5);
        }
      },
    };
    socket.on('open', () => search !== null && socket.send(search));
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (text === '\0') reader.keepAlives += 1;
      else reader.lines.push(JSON.parse(text) as AppLogLine);
    });
    socket.on('error', () => undefined);
    readers.push(reader);
    return reader;
  }

  async function oauth(persona: PersonaName, lifetimeSeconds = 3600): Promise<string> {
    return (await workspace.issueUserToken(persona, SCOPES, { lifetimeSeconds })).token;
  }

  async function setLevel(persona: PersonaName, level: string): Promise<void> {
    const { admin, [persona]: somebody } = workspace.personas;
    const answer = await ask(workspace, '/api/2.0/permissions/apps/lakescope', {
      method: 'PATCH',
      token: admin.token,
      body: JSON.stringify({ access_control_list: [{ user_name: somebody.userName, permission_level: level }] }),
    });
    expect(answer.status).toBe(200);
  }

  const words = ({ lines }: Reader): string[] => lines.map(({ message }) => message);

  it('tells what is kept and then what comes, in frames as the platform sends them', async () => {
    log.write('SYSTEM', 'kept');
    const reader = read({ token: await oauth('admin') });
    await reader.until(() => words(reader).includes('kept'));
    log.write('APP', '{"level":"info","msg":"live"}');
    await reader.until(() => reader.lines.some(({ source }) => source === 'APP'));

    expect(reader.lines.slice(-2)).toEqual([
      { source: 'SYSTEM', timestamp: expect.any(Number) as number, message: 'kept' },
      { source: 'APP', timestamp: expect.any(Number) as number, message: '{"level":"info","msg":"live"}' },
    ]);
  });

  it('waits for the search term, and then leaves out what has it not', async () => {
    log.write('APP', 'Needle in old hay');
    log.write('APP', 'old hay');
    const reader = read({ persona: 'admin' }, null);
    await reader.until(() => reader.keepAlives >= 2);
    const before = reader.lines.length;
    reader.socket.send('needle');
    await reader.until(() => reader.lines.length > 0);
    log.write('APP', 'hay');
    log.write('APP', 'another NEEDLE');
    await reader.until(() => reader.lines.length > 1);

    expect(before).toBe(0);
    expect(words(reader)).toEqual(['Needle in old hay', 'another NEEDLE']);
  });

  it('says that the line is open when there is nothing to tell', async () => {
    const reader = read({ persona: 'admin' }, 'nothing has these words');
    await reader.until(() => reader.keepAlives >= 3);

    expect(reader.lines).toEqual([]);
  });

  describe('is open to those who manage the app', () => {
    it('and to nobody else, as long as they may', async () => {
      await expect(read({ token: await oauth('analyst') }).closed).resolves.toEqual({
        code: 4403,
        reason: 'CAN_MANAGE on the app is needed to read its log.',
      });
      await setLevel('analyst', 'CAN_MANAGE');
      const reader = read({ token: await oauth('analyst') });
      log.write('APP', 'for managers');
      await reader.until(() => words(reader).includes('for managers'));
      await setLevel('analyst', 'CAN_USE');

      expect((await reader.closed).code).toBe(4403);
    });

    it('by an OAuth token, not by a personal access token, nor by one that is none', async () => {
      for (const token of [workspace.personas.admin.token, 'nonsense']) {
        const reader = read({ token });

        expect((await reader.closed).code).toBe(4401);
        expect(reader.lines).toEqual([]);
      }
    });

    it('until the token ends', async () => {
      const reader = read({ token: await oauth('admin') });
      await reader.until(() => reader.lines.length > 0);
      workspace.setClockSkew(2 * 3600);

      expect(await reader.closed).toMatchObject({ code: 4401, reason: expect.stringContaining('OAuth') as string });
      expect((await read({ token: await oauth('admin', -1) }).closed).code).toBe(4401);
    });

    it.each(['', 'http://evil.example.com', 'null'])('and not to a page at %p', async (origin) => {
      const socket = read({ token: await oauth('admin'), origin }).socket;
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];

      expect(response.statusCode).toBe(403);
    });
  });

  it('ends for who sends what is no search term', async () => {
    const binary = read({ persona: 'admin' }, null);
    await once(binary.socket, 'open');
    binary.socket.send(Buffer.from('needle'));
    const long = read({ persona: 'admin' }, 'x'.repeat(10_000));

    expect([(await binary.closed).code, (await long.closed).code]).toEqual([1003, 1009]);
  });

  it('keeps nothing for a slow reader beyond what it keeps for all, and says what was lost', async () => {
    const reader = read({ persona: 'admin' }, 'slow');
    await reader.until(() => reader.keepAlives > 0);
    reader.socket.pause();
    const written = 6_000;
    for (let line = 0; line < written; line++) {
      log.write('APP', `slow ${line} ${'x'.repeat(10_000)}`);
      if (line % 20 === 0) await turn();
    }
    reader.socket.resume();
    await reader.until(
      () =>
        words(reader)
          .at(-1)
          ?.startsWith(`slow ${written - 1} `) === true,
    );

    const gaps = reader.lines.filter(({ source }) => source === 'SYSTEM');
    const lost = gaps.reduce((sum, { message }) => sum + Number(/^(\d+) lines were left out/.exec(message)?.[1]), 0);
    expect(lost).toBeGreaterThan(0);
    expect(reader.lines.length - gaps.length + lost).toBe(written);
  });

  it('says goodbye when the door closes, and does not wait for who says nothing', async () => {
    const other = await openDoor();
    const [polite, silent] = [
      read({ persona: 'admin', origin: other.url }, '', other),
      read({ persona: 'admin', origin: other.url }, '', other),
    ];
    await Promise.all([once(polite.socket, 'open'), once(silent.socket, 'open')]);
    silent.socket.pause();
    await other.close();

    expect((await polite.closed).code).toBe(1001);
  });

  describe('as a page', () => {
    const open = (path: string, persona: PersonaName, headers: Record<string, string> = {}) =>
      fetch(`${door.url}${path}`, { headers: { cookie: `lakescope_persona=${persona}`, ...headers } });

    it('is shown to those who manage the app, under a policy that lets in nothing but its own', async () => {
      const page = await open('/logz', 'admin', { accept: 'text/html' });
      const html = await page.text();
      const script = await open('/logz/logz.js', 'admin');

      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'self'; connect-src 'self';/,
      );
      expect(html).toContain('<h1>Log of lakescope</h1>');
      expect(html).not.toMatch(/style="| on[a-z]+="|https?:\/\//);
      expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    });

    it('is refused to others, and to personal access tokens', async () => {
      const refused = await open('/logz', 'analyst', { accept: 'text/html' });
      const token = await fetch(`${door.url}/logz`, {
        headers: { authorization: `Bearer ${workspace.personas.admin.token}` },
      });

      expect([refused.status, token.status]).toEqual([403, 401]);
      expect(await refused.text()).toContain('CAN_MANAGE on the app lakescope is needed');
    });

    it('has no other page, and no stream without a WebSocket', async () => {
      const stream = await open('/logz/stream', 'admin');

      expect([stream.status, stream.headers.get('upgrade')]).toEqual([426, 'websocket']);
      expect((await open('/logz/other', 'admin')).status).toBe(404);
    });
  });

  it('leaves other requests for another protocol to the app', async () => {
    const answer = await fetch(`${door.url}/elsewhere`, { headers: { cookie: 'lakescope_persona=admin' } });
    const socket = new WebSocket(`${door.url.replace('http', 'ws')}/elsewhere`);
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];

    expect([await answer.text(), response.statusCode]).toEqual(['app /elsewhere', 200]);
    socket.terminate();
  });
});
