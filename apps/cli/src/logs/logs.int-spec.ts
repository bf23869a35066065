import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { run } from '../program';

interface Run {
  out: string[];
  note: string;
  end(): void;
  ended: Promise<number>;
  until(condition: () => boolean): Promise<void>;
}

describe('npx lakescope logs', () => {
  let stack: LocalStack;
  let door: Awaited<ReturnType<LocalStack['openDoor']>>;
  let log: ReturnType<LocalStack['workspace']['appLogs']['of']>;
  let folder: string;
  const running: Run[] = [];
  const app = createServer((_request, response) => response.end());

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakescope-logs-'));
    stack = await LocalStack.start({ database: false });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    door = await openDoor(0);
    const { workspace } = stack;
    workspace.publishApp(door.url);
    log = workspace.appLogs.of(workspace.app.name);
    const personas = Object.fromEntries(
      Object.entries(workspace.personas).map(([name, { userName, token }]) => [name, { user_name: userName, token }]),
    );
    await writeFile(join(folder, 'endpoints.json'), JSON.stringify({ workspace: workspace.url, personas }));
  });

  afterEach(async () => {
    stack.workspace.setClockSkew(0);
    for (const each of running.splice(0)) {
      each.end();
      await each.ended;
    }
  });

  afterAll(async () => {
    await stack.stop();
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  function openDoor(port: number): ReturnType<LocalStack['openDoor']> {
    const target = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    return stack.openDoor([target], { port, logBeatMilliseconds: 50 });
  }

  function logs(...args: string[]): Run {
    return commandLine(['logs', '--target', 'local', '--state', folder, '--app', 'lakescope', ...args]);
  }

  function commandLine(args: readonly string[]): Run {
    let end = (): void => undefined;
    const started: Run = {
      out: [],
      note: '',
      end: () => end(),
      ended: Promise.resolve(-1),
      until: async (condition) => {
        let code: number | undefined;
        void started.ended.then((ended) => (code = ended));
        while (!condition()) {
          if (code !== undefined) throw new Error(`It ended with ${code}: ${started.note}`);
          await delay(5);
        }
      },
    };
    started.ended = run(args, {
      root: process.cwd(),
      shell: {},
      terminal: {
        out: (text) => void started.out.push(text),
        note: (text) => (started.note += `${text}\n`),
        questions: undefined,
      },
      onInterrupt: (act) => {
        end = act;
        return () => undefined;
      },
    });
    running.push(started);
    return started;
  }

  const has =
    ({ out }: Run, words: string) =>
    () =>
      out.some((line) => line.includes(words));

  it('prints what is kept, then what comes, until it is interrupted, which is no failure', async () => {
    log.write('SYSTEM', 'kept line');
    const shown = logs();
    await shown.until(has(shown, 'kept line'));
    log.write('APP', '{"level":"warn","time":"2026-01-01T00:00:00.000Z","msg":"slow answer","ms":1200}');
    await shown.until(has(shown, 'slow answer'));
    shown.end();

    await expect(shown.ended).resolves.toBe(0);
    expect(shown.out.at(-2)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z SYSTEM kept line$/);
    expect(shown.out.at(-1)).toMatch(/Z APP {4}WARN {2}slow answer ms=1200$/);
  });

  it('ends by itself after --duration', async () => {
    await expect(logs('--duration', '0.3').ended).resolves.toBe(0);
  });

  it('leaves out by level and by search, and prints JSON', async () => {
    log.write('APP', '{"level":"info","msg":"needle, of no weight"}');
    log.write('APP', '{"level":50,"msg":"a needle of weight"}');
    log.write('APP', '{"level":50,"msg":"hay of weight"}');
    log.write('APP', 'TypeError: no NEEDLE');
    const shown = logs('--search', 'needle', '--level', 'error', '--json');
    await shown.until(has(shown, 'TypeError'));

    expect(shown.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { source: 'APP', timestamp: expect.any(Number) as number, message: '{"level":50,"msg":"a needle of weight"}' },
      { source: 'APP', timestamp: expect.any(Number) as number, message: 'TypeError: no NEEDLE' },
    ]);
  });

  it('connects again after a cut, and prints nothing twice', async () => {
    const mark = `cut-${Date.now()}`;
    log.write('APP', `${mark} before`);
    log.write('APP', `${mark} before`);
    const shown = logs('--search', mark);
    await shown.until(() => shown.out.length === 2);
    const { port } = door;
    await door.close();
    log.write('APP', `${mark} meanwhile`);
    door = await openDoor(port);
    await shown.until(has(shown, 'meanwhile'));
    log.write('APP', `${mark} after`);
    await shown.until(has(shown, 'after'));

    expect(shown.out.map((line) => line.split(`${mark} `)[1])).toEqual(['before', 'before', 'meanwhile', 'after']);
    expect(shown.note).toContain('The log broke off');
  });

  it('asks for a new token when the old one has ended, and prints nothing twice', async () => {
    const mark = `token-${Date.now()}`;
    log.write('APP', `${mark} before`);
    const shown = logs('--search', mark);
    await shown.until(has(shown, 'before'));
    stack.workspace.setClockSkew(2 * 3600);
    await delay(150);
    log.write('APP', `${mark} after`);
    await shown.until(has(shown, 'after'));

    expect(shown.out.map((line) => line.split(`${mark} `)[1])).toEqual(['before', 'after']);
    expect(shown.note).toBe('');
  });

  it('says who may read it to who may not', async () => {
    const refused = logs('--as', 'analyst');

    await expect(refused.ended).resolves.toBe(1);
    expect(refused.note).toContain('You may not read the log of lakescope: it needs CAN_MANAGE on the app.');
    expect(refused.out).toEqual([]);
  });

  it('takes no personal access token, and says how to sign in', async () => {
    const settings = join(folder, 'settings');
    const { url, personas } = stack.workspace;
    await writeFile(settings, `DATABRICKS_HOST='${url}'\nDATABRICKS_TOKEN='${personas.admin.token}'\n`);

    const refused = commandLine(['logs', '--settings', settings, '--app', 'lakescope']);

    await expect(refused.ended).resolves.toBe(1);
    expect(refused.note).toContain('is open to OAuth tokens only, and DATABRICKS_TOKEN is a personal access token');
    expect(refused.note).toContain(`databricks auth login --host ${url}`);
    expect(refused.note).not.toContain(personas.admin.token);
  });

  it.each([
    [['--duration', 'soon'], 'It is a number of seconds'],
    [['--duration', '0'], 'above 0'],
    [['--level', 'loud'], 'Allowed choices are trace, debug, info, warn, error, fatal'],
  ])('does not understand %j', async (args, words) => {
    const refused = logs(...args);

    await expect(refused.ended).resolves.toBe(2);
    expect(refused.note).toContain(words);
  });

  it('ends with 0 at Ctrl-C, as a process', async () => {
    log.write('APP', 'for the process');
    const args = ['tools/lakescope.mjs', 'logs', '--target', 'local', '--state', folder, '--app', 'lakescope'];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    const closed = new Promise<number | null>((done) => child.once('close', done));
    await new Promise<void>((shown) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('for the process')) shown();
      });
    });
    child.kill('SIGINT');

    await expect(closed).resolves.toBe(0);
  }, 60_000);
});
