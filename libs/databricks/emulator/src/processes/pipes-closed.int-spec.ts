import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppLog } from '../app-logs/app-log';
import { AppProcess } from '../apps/runtime/app-process';
import { PythonProcess } from '../jobs/python-process';
import { givenFolder } from '../testing/given-workspace';

const environment = { PATH: process.env['PATH'] ?? '' };
/** It leaves its group and its session, and keeps the pipes of whoever started it. */
const LEFT_BEHIND = `
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)
print(child.pid)
`;

describe('a program that leaves another one behind in a session of its own', () => {
  let directory: string;
  let file: string;
  let left: number;

  beforeEach(async () => {
    directory = await givenFolder();
    file = join(directory, 'leaves.py');
    await writeFile(file, LEFT_BEHIND);
  });
  afterEach(async () => {
    process.kill(left, 'SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('has ended as a task of a job, with what it wrote', async () => {
    const program = { ...{ file, parameters: [], environment, directory }, timeoutMilliseconds: 0 };
    const end = await new PythonProcess(program).ended;
    left = Number(end.output.toString());

    expect([end.outcome, left > 0]).toEqual(['succeeded', true]);
  });

  it('has ended as the process of an app, with what it wrote', async () => {
    const log = new AppLog();
    const command = ['python3', file];
    const how = await AppProcess.start({ command, directory, environment, log, source: 'APP' }).ended;
    left = Number(log.lines().at(-1)?.message);

    expect([how, left > 0]).toEqual(['code 0', true]);
  });
});
