import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GivenDeployments, tinyApp } from './testing/given-deployments';

const NAME = 'lakescope-local';

describe('deploy', () => {
  let given: GivenDeployments;

  beforeAll(async () => (given = await GivenDeployments.start()));
  afterEach(() => given.stack.workspace.faults.clear());
  afterAll(() => given.stop());

  it('makes the app, brings a second release, and goes back by the command it names', async () => {
    const first = await given.deploy(await given.staged(tinyApp('one')));
    const second = await given.deploy(await given.staged(tinyApp('two')));
    const running = await given.health();
    const third = await given.goBack(second.result);

    expect([first, second, third].map(({ code, result }) => [code, result.reason])).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    expect(first.result.steps.map(({ step }) => step)).toEqual([
      'check',
      'stage',
      'upload',
      'app',
      'deploy',
      'start',
      'verify',
    ]);
    expect(first.result.checks).toMatchObject([
      { path: '/health', status: 200 },
      { path: '/docs', status: 200 },
      { path: '/api/v1/user/me', status: 200 },
    ]);
    expect(first.result.previous_deployment_id).toBeNull();
    expect(second.result.previous_deployment_id).toBe(first.result.deployment_id);
    // Its environment is the one of databricks.yml for this target.
    expect(running).toMatchObject({ release: 'two', level: 'info' });
    expect(await given.health()).toMatchObject({ release: 'one' });
    expect(third.result.steps.map(({ step }) => step)).toEqual(['check', 'source', 'deploy', 'start', 'verify']);
  }, 60_000);

  it.each([
    ['a file over 10 MB', { 'large.bin': 10 * 1024 * 1024 + 1 }, [], 'large.bin has 10.5 MB'],
    ['nothing to deploy', undefined, [], 'There is no folder'],
    ['a name that no app can have', {}, ['--app', 'No_App'], 'An app cannot be called No_App'],
    ['the name of the app that npm start runs', {}, ['--app', 'lakescope'], 'lakescope'],
  ])(
    'is refused with %s, and what runs is left alone',
    async (_case, files, args, reason) => {
      const before = await given.health();
      const directory =
        files === undefined ? join(given.folder, 'none') : await given.staged(tinyApp('refused'), files);

      const { code, result } = await given.deploy(directory, ...args);

      expect([code, result.reason]).toEqual([1, expect.stringContaining(reason)]);
      expect(await given.health()).toEqual(before);
    },
    60_000,
  );

  it('is refused to whoever may not change the app, and to a token that may not ask', async () => {
    const before = await given.health();
    const directory = await given.staged(tinyApp('foreign'));

    const foreign = await given.deploy(directory, '--as', 'outsider');
    const { settings, shell } = await given.asDev(await given.stack.token('admin', ['sql']));
    const narrow = await given.deployAs(['--target', 'dev', '--staged', directory, '--settings', settings], shell);
    const personal = await given.asDev(given.stack.workspace.personas.admin.token);
    const pat = await given.deployAs(['--target', 'dev', '--staged', directory], personal.shell);

    expect([foreign.code, foreign.result.reason]).toEqual([
      1,
      expect.stringContaining('There is an app lakescope-local that you may not change'),
    ]);
    expect([narrow.code, narrow.result.reason]).toEqual([1, expect.stringMatching(/lacks the scope apps/)]);
    expect([pat.code, pat.result.reason]).toEqual([1, expect.stringContaining('is a personal access token')]);
    expect(await given.health()).toEqual(before);
  }, 60_000);

  it('is refused without the secret, with the commands that make it', async () => {
    const { shell } = await given.asDev(await given.stack.token('admin', ['all-apis']));

    const { code, result } = await given.deployAs(
      ['--target', 'dev', '--staged', await given.staged(tinyApp('dev'))],
      shell,
    );

    expect([code, result.running_deployment_touched]).toEqual([1, false]);
    expect(result.reason).toContain('There is no secret scope lakescope-dev.');
    expect(result.reason).toContain('openssl rand -base64 48 | databricks secrets put-secret lakescope-dev app-secret');
    expect(result.reason).toContain('There is no Lakebase instance lakescope-dev.');
  }, 60_000);

  it('is refused while the database instance is stopped, with the command that starts it', async () => {
    await given.stopDatabase(true);
    const { code, result } = await given.deploy(await given.staged(tinyApp('stopped')));
    await given.stopDatabase(false);

    expect([code, result.reason, result.running_deployment_touched]).toEqual([
      1,
      expect.stringMatching(/lakescope-local-db is stopped.*databricks api patch/),
      false,
    ]);
  }, 60_000);

  it('is refused with another database instance than the one that has the data, unless that is named', async () => {
    const before = await given.health();
    const directory = await given.staged(tinyApp('elsewhere'));
    const shell = { BUNDLE_VAR_lakebase_instance: 'by-the-way' };
    const local = ['--target', 'local', '--state', given.folder, '--staged', directory];

    const refused = await given.deployAs(local, shell);
    const untouched = await given.health();
    const meant = await given.deployAs([...local, '--instance', 'on-purpose'], shell);
    const tooEarly = await given.goBack(meant.result);
    const back = await given.deploy(directory, '--instance', 'lakescope-local-db');

    expect([refused.code, refused.result.reason, refused.result.running_deployment_touched]).toEqual([
      1,
      expect.stringMatching(
        /in the Lakebase instance lakescope-local-db, and BUNDLE_VAR_\S+ of the shell names by-the-way.*--instance by-the-way/,
      ),
      false,
    ]);
    expect(untouched).toEqual(before);
    expect([meant.code, meant.result.reason, back.code]).toEqual([0, null, 0]);
    expect(meant.result.before_go_back).toMatch(/must get back first, .*--instance lakescope-local-db$/);
    expect([tooEarly.code, tooEarly.result.reason, tooEarly.result.running_deployment_touched]).toEqual([
      1,
      expect.stringMatching(/for the Lakebase instance lakescope-local-db, and lakescope-local has on-purpose: /),
      false,
    ]);
  }, 60_000);

  it('sends a file again when the line is cut, and gives up without a trace when it stays cut', async () => {
    const before = await given.health();
    const path = '/api/2.0/workspace-files/import-file';
    given.stack.workspace.faults.add({ pathPrefix: path, cut: 'connection', times: 3 });
    const passing = await given.deploy(await given.staged(tinyApp('cut')));
    const after = await given.health();
    given.stack.workspace.faults.add({
      pathPrefix: path,
      status: 400,
      body: { error_code: 'BAD_REQUEST', message: 'no' },
    });
    const lasting = await given.deploy(await given.staged(tinyApp('lost')));
    given.stack.workspace.faults.clear();

    expect([passing.code, passing.result.reason]).toEqual([0, null]);
    expect(before).not.toEqual(after);
    expect([lasting.code, lasting.result.running_deployment_touched]).toEqual([1, false]);
    expect(lasting.result.reason).toMatch(
      /could not be uploaded: no\. Nothing was deployed; run the same command again\.$/,
    );
    expect(await given.health()).toEqual(after);
  }, 60_000);

  it('fails with what the log says of an app that crashes at its start, and names the way back', async () => {
    const { code, result } = await given.deploy(
      await given.staged(tinyApp('crash', "throw new Error('no such table');")),
    );
    const back = await given.goBack(result);

    expect(code).toBe(1);
    expect([result.reason, ...result.faults].join('\n')).toContain('no such table');
    expect(result.go_back).toMatch(/^npx lakescope deploy --target local --state \S+ --source \/Workspace\//);
    expect(back.code).toBe(0);
  }, 60_000);

  it('starts an app that is stopped, waits for what comes with it, and knows what ran before', async () => {
    const first = await given.deploy(await given.staged(tinyApp('before')));
    // Slow, so that it is still on its way up when its compute is there again.
    const slow = 'const until = Date.now() + 1500; while (Date.now() < until);';
    const second = await given.deploy(await given.staged(tinyApp('after', slow)));
    await given.stopApp();
    const back = await given.goBack(second.result);
    const running = await given.health();
    await given.stopApp();
    const third = await given.deploy(await given.staged(tinyApp('again')));

    expect([back.code, back.result.reason, back.result.previous_deployment_id]).toEqual([
      0,
      null,
      second.result.deployment_id,
    ]);
    expect(back.result.steps.map(({ step }) => step)).toEqual(['check', 'source', 'app', 'deploy', 'start', 'verify']);
    expect(running).toMatchObject({ release: 'before' });
    expect([third.code, third.result.reason]).toEqual([0, null]);
    expect(third.result.previous_deployment_id).toBe(back.result.deployment_id);
    expect(third.result.go_back).toBe(second.result.go_back);
    expect(first.code).toBe(0);
  }, 60_000);

  it('leaves a folder that cannot be looked into to the platform, and refuses one that holds something else', async () => {
    const { userName } = given.stack.workspace.personas.admin;
    const again = (source: string) =>
      given.deployAs(['--target', 'local', '--state', given.folder, '--source', source]);

    const other = await again(`/Workspace/Users/${userName}/.lakescope`);
    const unseen = await again(`/Workspace/Users/${userName}/nowhere`);

    expect([other.code, other.result.reason]).toEqual([1, expect.stringContaining('holds no app')]);
    expect([unseen.code, unseen.result.reason]).toEqual([1, expect.not.stringContaining('holds no app')]);
    expect(unseen.result.steps.map(({ step }) => step)).toEqual(['check', 'source', 'deploy']);
  }, 60_000);

  it('ends with its last line also when something fails that is no sentence', async () => {
    const root = await given.checkout();
    await rm(join(root, 'databricks.yml'));
    const { code, result } = await given.deployAs(['--target', 'dev'], {}, root);

    expect([code, result.result, result.reason]).toEqual([1, 'failed', expect.stringContaining('databricks.yml')]);
  });

  it('fails when the app never becomes ready', async () => {
    const never = tinyApp('never')
      .replace("phase: 'ready'", "phase: 'starting'")
      .replace('startup complete', 'startup');

    const { code, result } = await given.deploy(await given.staged(never), '--ready', '2');

    expect([code, result.reason]).toEqual([
      1,
      expect.stringMatching(/not ready after 2 s[.:].*npx lakescope logs --target local/),
    ]);
    expect(result.go_back).toContain('--source');
  }, 60_000);

  it('waits for nobody: a second one while the first is under way is refused', async () => {
    const slow = await given.staged(tinyApp('slow', 'const until = Date.now() + 3000; while (Date.now() < until);'));
    let isOver = false;
    const first = given.deploy(slow).finally(() => (isOver = true));
    let isUnderWay = false;
    while (!isUnderWay && !isOver) {
      const app = await (await given.platform(`apps/${NAME}`)).json();
      isUnderWay = (app as { pending_deployment?: object }).pending_deployment !== undefined;
    }
    const second = await given.deploy(await given.staged(tinyApp('second')));

    expect([second.code, second.result.reason]).toEqual([1, expect.stringContaining('is still under way')]);
    expect((await first).code).toBe(0);
  }, 60_000);
});
