import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openFrontDoor, ReplicaPool, type FrontDoor } from '@lakescope/databricks-emulator';
import { ApiLog } from './api-log';
import { ApiProcess } from './api-process';
import { ApiReplicas } from './api-replicas';
import { choosePorts } from './ports';
import { RotatingLog } from './rotating-log';

/** A server with the API's habits, which says which process it is and takes a moment for each answer. */
const server = `
let isReady = true;
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/ready') return response.writeHead(isReady ? 200 : 503).end();
  setTimeout(() => response.end(String(process.pid)), 20);
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log(JSON.stringify({ level: 30, msg: 'Application startup complete' })));
process.on('SIGTERM', () => {
  isReady = false;
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 10);
});
`;

describe('ApiReplicas', () => {
  let folder: string;
  let program: string;
  let door: FrontDoor;
  let apis: ApiReplicas;
  let said: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lakescope-replicas-'));
    program = join(folder, 'program.js');
    writeFileSync(program, server);
    said = [];
    const { api, furtherApis } = await choosePorts(0, 2);
    const urls = [api, ...furtherApis].map((port) => new URL(`http://127.0.0.1:${port}`));
    const pool = new ReplicaPool(urls, { everyMilliseconds: 20 });
    const identity = { user: '1', email: 'a@example.com', preferredUsername: 'A', accessToken: 'token' };
    door = await openFrontDoor({ port: 0, target: pool, identityOf: () => Promise.resolve(identity) });
    const replicas = urls.map((url) => {
      const log = new ApiLog(new RotatingLog(join(folder, `${url.port}.log`)), () => undefined, false);
      const process = new ApiProcess({
        nodeArguments: [],
        program,
        environment: { PORT: url.port },
        url: url.origin,
        log,
        say: () => undefined,
        onStarted: () => undefined,
        backoff: { firstMilliseconds: 20, longestMilliseconds: 100 },
      });
      return { url, process };
    });
    apis = new ApiReplicas(replicas, pool);
    apis.start();
    await apis.ready();
  });

  afterEach(async () => {
    await apis.stop();
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (): Promise<string> => {
    const answer = await fetch(door.url, { method: 'POST', body: 'x' });
    const text = await answer.text();
    return answer.status === 200 ? text : String(answer.status);
  };

  /** The processes that answer. */
  async function answering(): Promise<Set<string>> {
    return new Set([await ask(), await ask(), await ask(), await ask()]);
  }

  async function bothAnswering(): Promise<Set<string>> {
    for (;;) {
      const found = await answering();
      if (found.size === 2) return found;
      await delay(20);
    }
  }

  it('are restarted one after the other, and whoever asks meanwhile is answered by one of them', async () => {
    const before = await bothAnswering();
    const answers: string[] = [];
    let isOver = false;
    const people = Array.from({ length: 5 }, async () => {
      while (!isOver) answers.push(await ask());
    });
    await apis.restart((line) => said.push(line));
    isOver = true;
    await Promise.all(people);
    const after = await bothAnswering();

    expect([...after].filter((pid) => before.has(pid))).toEqual([]);
    const known = new Set([...before, ...after]);
    expect(answers.filter((answer) => !known.has(answer))).toEqual([]);
    expect(answers.length).toBeGreaterThan(10);
    expect(said).toEqual([
      expect.stringMatching(/^Restarting replica 1 of 2 /),
      expect.stringMatching(/^Restarting replica 2 of 2 /),
    ]);
  });

  it('stay as they are when the first that is new does not come up, and say why', async () => {
    const before = await bothAnswering();
    writeFileSync(program, "console.error('Cannot find the disk'); process.exit(1)");

    await expect(apis.restart((line) => said.push(line))).rejects.toThrow(
      'The API does not start: Cannot find the disk',
    );

    const [left = '', ...others] = await answering();
    expect(others).toEqual([]);
    expect(before.has(left)).toBe(true);
    expect(said).toHaveLength(1);
    writeFileSync(program, server);
    await bothAnswering();
  });
});
