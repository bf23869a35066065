import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { givenFolder } from '../../testing/given-workspace';
import { LeftoverProcesses } from './leftover-processes';

describe('what a workspace that was killed left running', () => {
  let folder: string;
  let left: ChildProcess;

  beforeEach(async () => {
    folder = await givenFolder();
    left = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { detached: true, stdio: 'ignore' });
    await once(left, 'spawn');
  });
  afterEach(async () => {
    left.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('is ended before the app is started again', async () => {
    await new LeftoverProcesses(folder).note(left.pid ?? 0);
    const exited = once(left, 'exit');
    await new LeftoverProcesses(folder).end();

    expect(await exited).toEqual([null, 'SIGKILL']);
    await expect(readFile(join(folder, 'process.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is ended however many others were started for the app after it', async () => {
    const leftovers = new LeftoverProcesses(folder);
    await leftovers.note(left.pid ?? 0);
    for (let index = 0; index < 21; index += 1) {
      const brief = spawn('sleep', ['60'], { stdio: 'ignore' });
      await leftovers.note(brief.pid ?? 0);
      brief.kill('SIGKILL');
      await once(brief, 'exit');
    }
    const exited = once(left, 'exit');
    await leftovers.end();

    expect(await exited).toEqual([null, 'SIGKILL']);
  });

  it.each([
    ['is left alone when its number is another process’s by now', (pid: number) => [{ pid, startedAt: 'long ago' }]],
    ['is nobody when nothing was noted that can be read', (pid: number) => `[{"pid": ${pid}`],
    ['is nobody when what was noted is no process', () => [{ pid: 0, startedAt: '' }, { pid: -1 }, null]],
  ])('%s', async (_, noted) => {
    const text = noted(left.pid ?? 0);
    await writeFile(join(folder, 'process.json'), typeof text === 'string' ? text : JSON.stringify(text));
    await new LeftoverProcesses(folder).end();

    expect([left.exitCode, left.signalCode]).toEqual([null, null]);
  });
});
