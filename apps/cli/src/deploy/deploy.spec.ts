import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@lakescope/server-config';
import { appOf, instanceOf, refuseOthers } from './bundle-deployment';
import { databricksCliVersion, refuseOldCli } from './databricks-cli';
import { failureText, printOutcome, type DeployOutcome } from './deploy-report';
import { goBackCommand, sourceOf } from './go-back';
import { Steps } from './steps';
import { newFolderName } from './upload-folder';
import { ToldByLog } from './watch-start';
import { tellWebhook, webhookAddress } from './webhook';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-deploy-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the Databricks CLI', () => {
  it.each([
    ['echo "Databricks CLI v0.270.1"', '0.270.1'],
    ['echo "Version 0.17.7" >&2', '0.17.7'],
  ])('that says %s has the version %s', async (script, version) => {
    await expect(databricksCliVersion(folder, await withCli(script))).resolves.toBe(version);
  });

  it('is not there where there is none', async () => {
    await expect(databricksCliVersion(folder, { PATH: join(folder, 'none') })).resolves.toBeUndefined();
  });

  it('of an odd kind is told to be left alone', async () => {
    await expect(databricksCliVersion(folder, await withCli('echo hello'))).rejects.toThrow('--no-cli');
  });

  it.each(['0.264.9', '0.17.7', '0.99.300'])('of version %s is too old, with the line that upgrades it', (version) => {
    expect(() => refuseOldCli(version, 'darwin')).toThrow(/needs 0\.265\.0.*Upgrade it: brew upgrade databricks/);
    expect(() => refuseOldCli(version, 'linux')).toThrow('install.sh');
  });

  it.each(['0.265.0', '0.300.0', '1.0.0'])('of version %s will do', (version) => {
    expect(() => refuseOldCli(version)).not.toThrow();
  });

  it.each([
    ['{"resources":{"apps":{"lakescope":{"id":"lakescope-dev","name":"other"}}}}', 'lakescope-dev', 'other'],
    ['{"resources":{"apps":{"lakescope":{"name":"lakescope-dev"}}}}', undefined, 'lakescope-dev'],
    ['{"resources":{"apps":{"lakescope":{"id":"9b2e6c1a-0f4e-4a53-9d9e-2f6d0f6f7c11"}}}}', undefined, undefined],
    [
      '{"resources":{"apps":{"lakescope":{"id":"lakescope-dev","name":"${var.app_name}"}}}}',
      'lakescope-dev',
      undefined,
    ],
    ['Name: lakescope', undefined, undefined],
    ['null', undefined, undefined],
  ])('that sums a bundle up as %s has deployed the app %s, and names it %s', (summary, deployed, named) => {
    expect(appOf(summary)).toEqual({ deployed, named });
  });

  it.each([
    ['{"resources":{"database_instances":{"lakebase":{"id":"lakescope-dev"}}}}', 'lakescope-dev', undefined],
    ['{"resources":{"database_instances":{"lakebase":{"id":"","name":"lakescope-dev"}}}}', undefined, 'lakescope-dev'],
    ['{"resources":{"database_instances":null}}', undefined, undefined],
    ['Name: lakescope', undefined, undefined],
  ])(
    'that sums a bundle up as %s has deployed the Lakebase instance %s, and names it %s',
    (summary, deployed, named) => {
      expect(instanceOf(summary)).toEqual({ deployed, named });
    },
  );

  it.each([
    [{ id: 'ours', name: 'ours' }, { id: 'ours', name: 'ours' }, undefined],
    [{ id: 'ours' }, {}, undefined],
    [{}, { id: 'theirs' }, /is theirs: .*with ours would delete it with its data\. Keep theirs: take --instance/],
    [
      {},
      { id: 'ours', name: 'next' },
      /with next would delete .*variable-overrides\.json\. .*--instance next --no-cli/,
    ],
    [{}, { name: 'next' }, /reads next as the Lakebase instance of the target dev, and this command ours\./],
    [{ id: 'ours', name: 'next' }, {}, /is ours: .*would delete it and make next .*variable-overrides\.json\.$/],
    [{ name: 'next' }, {}, /reads next as the app of the target dev, and this command ours\./],
  ])(
    'that would deploy the app %j and the instance %j is refused unless both stay ours: %s',
    (lakescope, lakebase, why) => {
      const summary = JSON.stringify({ resources: { apps: { lakescope }, database_instances: { lakebase } } });
      const names = { target: 'dev', appName: 'ours', instanceName: 'ours', database: 'd' };
      const bundle = { ...names, secretScope: 's', secretKey: 'k', scopes: [] };
      const refuse = (): void =>
        refuseOthers(summary, { name: 'dev', appName: 'ours', asOptions: '--target dev', bundle });

      if (why === undefined) expect(refuse).not.toThrow();
      else expect(refuse).toThrow(why);
    },
  );

  async function withCli(script: string): Promise<Environment> {
    const directory = await mkdtemp(join(folder, 'bin-'));
    await writeFile(join(directory, 'databricks'), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, 'databricks'), 0o755);
    return { PATH: `${directory}:${process.env['PATH'] ?? ''}` };
  }
});

describe('the way back', () => {
  it('is the folder of the deployment before', () => {
    const before = {
      source_code_path: '/Workspace/Users/a/.lakescope/x/1',
      deployment_artifacts: { source_code_path: '/copy' },
    };

    expect(goBackCommand(before, '--target dev')).toBe(
      'npx lakescope deploy --target dev --source /Workspace/Users/a/.lakescope/x/1',
    );
  });

  it('is the copy of the platform where a bundle writes over what was uploaded', () => {
    const source_code_path = '/Workspace/Users/a/.bundle/lakescope/dev/files/dist/staged';

    expect(sourceOf({ source_code_path, deployment_artifacts: { source_code_path: '/copy/1' } })).toBe('/copy/1');
    expect(sourceOf({ source_code_path })).toBeUndefined();
  });

  it('can be pasted into a shell whatever the folder is called, and is none where nothing ran', () => {
    expect(goBackCommand({ source_code_path: "/a b/'c" }, '')).toContain(`--source '/a b/'\\''c'`);
    expect(goBackCommand(undefined, '')).toBeUndefined();
    expect(goBackCommand({}, '')).toBeUndefined();
  });
});

describe('what is said of a deployment', () => {
  const outcome: DeployOutcome = {
    ...{ target: 'dev', app: 'lakescope-dev', deploymentId: undefined, url: undefined, seconds: 1.5 },
    ...{
      steps: [],
      checks: [],
      faults: [],
      previous: undefined,
      goBack: undefined,
      dataFirst: undefined,
      isTouched: false,
      migrations: undefined,
      reason: undefined,
    },
  };
  const before = { deployment_id: '01e' };

  it.each([
    [{}, 'Not deployed: why'],
    [{ previous: before }, 'Not deployed: why\nThe deployment 01e runs on untouched.'],
    [
      {
        ...{ previous: before, isTouched: true, deploymentId: '01f', migrations: 0 },
        goBack: 'npx lakescope deploy --source /x',
      },
      'The deployment 01f failed: why\nThe deployment before was 01e. To go back: npx lakescope deploy --source /x',
    ],
    [
      { previous: before, isTouched: true, goBack: 'npx lakescope deploy --source /x', dataFirst: 'Data first.' },
      'Not deployed: why\nThe deployment before was 01e. To go back: npx lakescope deploy --source /x\nData first.',
    ],
    [
      { previous: before, goBack: 'npx lakescope deploy --source /x', dataFirst: 'Data first.' },
      'Not deployed: why\nThe deployment 01e runs on untouched.',
    ],
    [
      { isTouched: true, deploymentId: '01f' },
      'The deployment 01f failed: why\nThere is no earlier deployment to go back to.',
    ],
  ])('that failed with %j', (changes, text) => {
    expect(failureText({ ...outcome, ...changes }, 'why')).toBe(text);
  });

  it.each([
    [0, null],
    [
      2,
      expect.stringMatching(/^The new release has changed the schema \(migrations applied: 2\): .*"Upgrade and roll/),
    ],
    [undefined, expect.stringMatching(/^If the new release has changed the schema, take its migrations back before/)],
  ])('names what comes before the way back when the log tells of %s migrations', (migrations, first) => {
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(text);
    const done = { ...outcome, deploymentId: '01f', previous: before, goBack: 'npx lakescope deploy', migrations };
    for (const json of [true, false]) printOutcome(done, json, { out: write, note: write });

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ migrations_applied: migrations ?? null, before_go_back: first });
    expect(lines.slice(3)).toEqual(first === null ? [] : [first]);
  });

  it('counts the migrations of all starts since the deployment, and of none before', () => {
    const told = new ToldByLog(10_000);
    const say = (timestamp: number, msg: string): void =>
      told.add({ source: 'APP', timestamp, message: JSON.stringify({ level: 30, msg }) });
    say(5, 'Migrations applied (9)');
    say(11, 'Connected to Postgres 17');
    expect(told.migrations).toBeUndefined();
    say(12, 'Migrations applied (2)');
    say(13, 'Migrations applied (0)');
    expect(told.migrations).toBe(2);
  });

  it('is one line of JSON at the end, after a line for each step', async () => {
    const out: string[] = [];
    const terminal = {
      out: (text: string) => void out.push(text),
      note: (text: string) => void out.push(`note ${text}`),
    };
    let now = 0;
    const steps = new Steps(terminal, true, () => now);

    await steps.take('one', 'One', () => {
      now += 1_250;
      return Promise.resolve([undefined, 'said'] as const);
    });
    await expect(steps.take('two', 'Two', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    printOutcome({ ...outcome, steps: steps.taken, seconds: steps.seconds, reason: 'no' }, true, terminal);

    expect(out.map((line) => JSON.parse(line) as object)).toEqual([
      { step: 'one', state: 'done', ms: 1250, detail: 'said' },
      { step: 'two', state: 'failed', ms: 0, detail: '' },
      expect.objectContaining({ result: 'failed', reason: 'no', seconds: 1.3, steps: steps.taken, go_back: null }),
    ]);
  });

  it('is its id, status, address and seconds for people', () => {
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), note: () => undefined };
    printOutcome({ ...outcome, deploymentId: '01f', url: 'https://x/' }, false, terminal);

    expect(out).toEqual(['deployment  01f\nstatus      SUCCEEDED\nurl         https://x/\nseconds     1.5']);
  });
});

it('gives every upload a folder of its own, in the order of time', () => {
  const names = [0, 1].map(() => newFolderName(new Date('2026-11-22T14:03:12.345Z')));

  expect(names[0]).toMatch(/^20261122-140312-[0-9a-f]{6}$/);
  expect(names[0]).not.toBe(names[1]);
});

describe('a webhook', () => {
  let server: Server;
  let port: number;
  let answer = 200;
  const heard: { headers: object; body: string }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  });

  const news = { status: 'succeeded' as const, app: 'lakescope-dev', deployment_id: '01f', seconds: 12.3 };

  it('is told status, app, id and seconds, and nothing else', async () => {
    expect(await tellWebhook(new URL(`http://127.0.0.1:${port}/T0/secret`), news)).toBeUndefined();

    expect(JSON.parse(heard.at(-1)?.body ?? '')).toEqual(news);
    expect(JSON.stringify(heard.at(-1)?.headers)).not.toMatch(/authorization|cookie/i);
  });

  it.each([500, 302])('that answers %d is told of, without its path', async (status) => {
    answer = status;
    const complaint = await tellWebhook(new URL(`http://127.0.0.1:${port}/T0/secret`), news);

    expect(complaint).toContain(`127.0.0.1:${port}`);
    expect(complaint).not.toContain('secret');
  });

  it.each(['http://hooks.example/x', 'ftp://hooks.example', 'hooks.example'])('is not at %s', (url) => {
    expect(() => webhookAddress(url)).toThrow('--webhook takes an https URL');
  });
});
