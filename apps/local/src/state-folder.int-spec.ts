import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLaunchOptions } from './launch-options';
import { Launcher } from './launcher';
import { StateFolder } from './state-folder';
import { stopAndExit } from './stopping';

describe('StateFolder', () => {
  let top: string;
  let directory: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'lakescope-state-'));
    directory = join(top, 'state');
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  const take = (options: { reset?: boolean; ephemeral?: boolean } = {}): Promise<StateFolder> =>
    StateFolder.take({ directory, reset: false, ephemeral: false, ...options });

  it('keeps secrets from one start to the next, for their owner alone', async () => {
    const first = await take();
    const secret = first.secret('lakescope-secret');
    await first.release();

    const second = await take();

    expect(second.secret('lakescope-secret')).toBe(secret);
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(statSync(join(directory, 'lakescope-secret')).mode & 0o077).toBe(0);
  });

  it('is not shared by two launchers', async () => {
    await take();

    await expect(take()).rejects.toThrow(/Already running on .*npm run stop/);
  });

  it('is free again when its launcher was killed, and the API it left is ended', async () => {
    await take();
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'left-behind'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => left.once('exit', resolve));
    const lock = { pid: 999_999_999, program: 'main.js', apis: [{ pid: left.pid, program: 'left-behind' }] };
    writeFileSync(join(directory, 'launcher.json'), JSON.stringify(lock));

    await expect(take()).resolves.toBeDefined();
    await ended;
  });

  it('does not end a process that merely has the number of one of ours', async () => {
    await take();
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const lock = { pid: stranger.pid, program: 'no-launcher.js', apis: [{ pid: stranger.pid, program: 'no-api.js' }] };
    writeFileSync(join(directory, 'launcher.json'), JSON.stringify(lock));

    await expect(take()).resolves.toBeDefined();

    expect(stranger.exitCode).toBeNull();
    expect(stranger.signalCode).toBeNull();
    stranger.kill();
  });

  it('is emptied by a reset', async () => {
    const first = await take();
    first.write('demo-lake.json', '{}');
    await first.release();

    await take({ reset: true });

    expect(existsSync(join(directory, 'demo-lake.json'))).toBe(false);
  });

  it('is gone after an ephemeral run', async () => {
    await (await take({ ephemeral: true })).release();

    expect(existsSync(directory)).toBe(false);
  });

  it('that cannot be given back ends its launcher with 1 and the reason, after all else is stopped', async () => {
    const said: string[] = [];
    const codes: number[] = [];
    const say = (line: string): void => void said.push(line);
    const options = parseLaunchOptions(['--ports', '0', '--state', directory], top);
    // No address, so the launcher gets no further than its folder.
    const environment = { LOCAL_LLM_URL: 'none' };
    const launcher = new Launcher(options, {
      ...{ directory: top, defaultStateDirectory: directory, environment, remote: undefined },
      ...{ api: { nodeArguments: [], program: process.execPath }, print: say },
      progress: { seconds: 0, say },
    });
    await expect(launcher.start()).rejects.toThrow('LOCAL_LLM_URL must be');
    mkdirSync(join(directory, 'endpoints.json'));

    await stopAndExit(launcher, 'SIGTERM', { say, exit: (code) => void codes.push(code) });

    expect([codes, said]).toEqual([
      [1],
      [
        'Stopping (SIGTERM)',
        expect.stringMatching(/^While stopping: .*endpoints\.json/s),
        'Not everything was stopped.',
      ],
    ]);
  });

  it('is never somebody else’s folder', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'thesis.txt'), 'years of work');

    await expect(take()).rejects.toThrow('is not a state folder of Lakescope');
    await expect(take({ reset: true })).rejects.toThrow('is not a state folder of Lakescope');
    await expect(take({ ephemeral: true })).rejects.toThrow('is not empty');
    expect(readFileSync(join(directory, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it.each([
    ['{"version":99}', /is from a newer Lakescope \(state version 99/],
    ['garbage', /is damaged/],
  ])('says in one line what is wrong with %s, and a reset cures it', async (text, reason) => {
    await (await take()).release();
    writeFileSync(join(directory, 'lakescope-state.json'), text);

    await expect(take()).rejects.toThrow(reason);
    await expect(take({ reset: true })).resolves.toBeDefined();
  });
});
