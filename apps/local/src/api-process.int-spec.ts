import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '@lakescope/databricks-emulator';
import { ApiLog } from './api-log';
import { ApiProcess } from './api-process';
import { choosePorts } from './ports';
import { RotatingLog } from './rotating-log';

/** A server with the API's habits: /ready, a last line of its start, and an orderly end. */
const server = `
require('node:http').createServer((request, response) => {
  if (request.url === '/crash') process.exit(3);
  response.end(JSON.stringify(Object.keys(process.env)));
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log(JSON.stringify({ level: 30, msg: 'Application startup complete' })));
process.on('SIGTERM', () => process.exit(0));
`;

describe('ApiProcess', () => {
  let folder: string;
  let url: string;
  let api: ApiProcess;
  let said: string[];
  let pids: number[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lakescope-api-'));
    said = [];
    pids = [];
    url = `http://127.0.0.1:${(await choosePorts(0)).api}`;
  });

  afterEach(async () => {
    await api.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(source: string, stopPatienceMilliseconds?: number): ApiProcess {
    const program = join(folder, 'program.js');
    writeFileSync(program, source);
    api = new ApiProcess({
      nodeArguments: [],
      program,
      environment: { PORT: new URL(url).port },
      url,
      log: new ApiLog(new RotatingLog(join(folder, 'api.log')), (line) => said.push(line), false),
      say: (line) => said.push(line),
      onStarted: (pid) => pids.push(pid),
      ...(stopPatienceMilliseconds === undefined ? {} : { stopPatienceMilliseconds }),
      backoff: { firstMilliseconds: 20, longestMilliseconds: 100 },
    });
    api.start();
    return api;
  }

  const isRunning = (pid: number | undefined): boolean => pid !== undefined && isAlive(pid);

  it('gives the process its environment and nothing of ours', async () => {
    await run(server).ready();

    const names = (await (await fetch(url)).json()) as string[];

    expect(names).toEqual(['PORT']);
  });

  it('starts it again when it dies, and says so', async () => {
    await run(server).ready();
    await fetch(`${url}/crash`).catch(() => undefined);
    while (pids.length < 2) await delay(10);
    await api.ready();

    expect((await fetch(url)).status).toBe(200);
    expect(said.join('\n')).toContain('The API ended (code 3); starting it again in 0.02 s.');
  });

  it('gives up with the reason when it never comes up', async () => {
    const process = run("console.error('Cannot find the disk'); process.exit(1)");

    await expect(process.ready()).rejects.toThrow('The API does not start: Cannot find the disk');
  });

  it('stops it for good', async () => {
    await run(server).ready();

    await api.stop();

    expect(isRunning(pids[0])).toBe(false);
    await delay(100);
    expect(pids).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('asks it to stop first, and kills it when it takes longer than the platform allows', async () => {
    const stubborn = `${server} process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => console.log('asked'));`;
    await run(stubborn, 300).ready();
    const from = Date.now();

    await api.stop();

    expect(Date.now() - from).toBeGreaterThanOrEqual(290);
    expect(isRunning(pids[0])).toBe(false);
    expect(readFileSync(join(folder, 'api.log'), 'utf8')).toContain('asked');
  });

  it('does not wait for one that will not stop when it is told to hurry', async () => {
    await run(`${server} process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => undefined);`).ready();

    const stopping = api.stop();
    await delay(50);
    expect(isRunning(pids[0])).toBe(true);
    api.kill();
    await stopping;

    expect(isRunning(pids[0])).toBe(false);
  });
});
