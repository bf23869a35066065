import { setTimeout as delay } from 'node:timers/promises';
import { AppLog } from '../../app-logs/app-log';
import { isAlive } from '../../processes/is-alive';
import { APP_LIMITS } from '../app-limits';
import { AppRuntime, type Release } from './app-runtime';

const SERVER = `require('http').createServer((_, answer) => answer.end(String(process.pid)))
  .listen(Number(process.env.DATABRICKS_APP_PORT), '127.0.0.1')`;

describe('what runs of an app', () => {
  let log: AppLog;
  let runtime: AppRuntime;

  beforeEach(() => {
    log = new AppLog();
    runtime = new AppRuntime({ log, limits: APP_LIMITS, noteProcess: () => Promise.resolve() });
  });
  afterEach(() => runtime.stop());

  const release: Release = {
    ...{ deploymentId: 'd', directory: process.cwd(), command: [process.execPath, '-e', SERVER] },
    environment: (port) => ({ DATABRICKS_APP_PORT: String(port) }),
  };
  const answering = async (): Promise<number> => Number(await (await fetch(runtime.target ?? '')).text());

  it('is one process, even when it is started twice', async () => {
    await runtime.resume(release);
    const first = await answering();
    await runtime.resume(release);
    const second = await answering();
    while (isAlive(first)) await delay(10);

    expect(second).not.toBe(first);
  });

  it('tells in the log what fails when nobody waits for it', async () => {
    runtime.afterLeaving(() => Promise.reject(new Error('no room')));
    await runtime.stop();

    expect(log.lines().map(({ message }) => message)).toEqual(['Failed: no room']);
  });

  it('is not started when nobody would know of its process', async () => {
    const noteProcess = (pid: number): Promise<void> => {
      noted = pid;
      return Promise.reject(new Error('disk full'));
    };
    let noted = 0;
    const unknown = new AppRuntime({ log, limits: APP_LIMITS, noteProcess });

    await expect(unknown.switchTo(release, new AbortController().signal)).rejects.toThrow('disk full');
    expect([noted > 0, isAlive(noted)]).toEqual([true, false]);
  });
});
