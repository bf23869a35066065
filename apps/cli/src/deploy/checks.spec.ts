import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppResource } from '@lakescope/databricks-client';
import type { Environment } from '@lakescope/server-config';
import { Bundle, type AppSection } from '../bundle';
import { appYamlOf, planOf } from './app-plan';
import { problemsInBundle, problemsInFolder } from './check-files';
import { beforeDataIsBack, problemsOfDataPlace, refuseForeignSource } from './check-instance';
import { problemsOfApp } from './check-workspace';
import { readStagedFolder, withText } from './staged-folder';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-deploy-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('databricks.yml', () => {
  let app: AppSection;
  beforeAll(async () => (app = (await Bundle.read('databricks.yml', 'prod')).app));

  const withVariable = (variable: AppSection['config']['env'][number]): AppSection => ({
    ...app,
    config: { ...app.config, env: [...app.config.env, variable] },
  });

  it('of this checkout has nothing wrong', () => {
    expect(problemsInBundle(app)).toEqual([]);
  });

  it.each([
    [{ name: 'LOG_LEVLE', value: 'info' }, 'sets LOG_LEVLE, which the app does not know', 'Take it out'],
    [{ name: 'LOG_LEVELS', value: 'info' }, 'sets LOG_LEVELS', 'correct it to LOG_LEVEL;'],
    [{ name: 'log_level', value: 'info' }, 'sets log_level', 'correct it to LOG_LEVEL;'],
    [{ name: 'DATABRICKS_TOKEN', value: 'x' }, "which is a developer's own", 'an identity of its own'],
    [
      { name: 'LAKESCOPE_SECRET_PREVIOUS', value_from: 'old' },
      'from the resource old',
      'Add a resource with `name: old`',
    ],
    [{ name: 'LOG_USER_IDS' }, 'gives LOG_USER_IDS no value', 'Give it a value'],
  ])('is refused with the variable %j', (variable, what, fix) => {
    expect(problemsInBundle(withVariable(variable))).toEqual([
      { what: expect.stringContaining(what), fix: expect.stringContaining(fix) },
    ]);
  });

  it('is refused when it lacks a scope that an operation needs', () => {
    const [problem, ...others] = problemsInBundle({
      ...app,
      user_api_scopes: app.user_api_scopes.filter((scope) => scope !== 'sql'),
    });

    expect(problem?.what).toMatch(/does not ask for the scope sql, which \S+.* needs/);
    expect(problem?.fix).toBe('Add `- sql` to resources.apps.lakescope.user_api_scopes.');
    expect(others).toEqual([]);
  });

  it('has its variables put in, by the shell first, and says what has to be looked up', async () => {
    const shell: Environment = { BUNDLE_VAR_app_name: 'mine', BUNDLE_VAR_admin_groups: 'ops' };
    const bundle = await Bundle.read('databricks.yml', 'local', shell);

    expect(bundle.lookupsIn(bundle.app)).toEqual([
      { variable: 'warehouse_id', kind: 'warehouse', name: 'Serverless Starter Warehouse' },
    ]);
    const plan = planOf(bundle, 'mine', { warehouse_id: 'abc' });
    expect(plan.resources).toMatchObject([
      { database: { instance_name: 'lakescope-local', database_name: 'databricks_postgres' } },
      { sql_warehouse: { id: 'abc', permission: 'CAN_USE' } },
      { secret: { scope: 'lakescope-local', key: 'app-secret' } },
    ]);
    expect(plan.rights).toEqual([{ group: 'users', level: 'CAN_USE' }]);
    expect(appYamlOf(plan, 'local')).toContain('name: ADMIN_GROUPS\n    value: ops\n');
    expect(appYamlOf(plan, 'local')).toContain('name: LAKESCOPE_SECRET\n    valueFrom: app-secret\n');
  });

  it('looks nothing up that the shell says', async () => {
    const bundle = await Bundle.read('databricks.yml', 'dev', { BUNDLE_VAR_warehouse_id: 'abc' });

    expect(bundle.lookupsIn(bundle.app)).toEqual([]);
    expect(['warehouse_id', 'lakebase_instance'].map((name) => bundle.whereFrom(name))).toEqual([
      'BUNDLE_VAR_warehouse_id of the shell',
      'databricks.yml',
    ]);
  });

  it.each([
    ['no YAML', 'bundle: [', 'is no YAML'],
    [
      'no app',
      'bundle: {name: x}\ntargets: {dev: {}}\n',
      'has no resources.database_instances.lakebase, no resources.apps',
    ],
  ])('with %s is refused', async (_case, text, message) => {
    const file = join(folder, 'odd.yml');
    await writeFile(file, text);

    await expect(Bundle.read(file, 'dev')).rejects.toThrow(message);
  });
});

describe('a staged folder', () => {
  let app: AppSection;
  beforeAll(async () => (app = (await Bundle.read('databricks.yml', 'prod')).app));

  it('is what its files are, but for packages, with another app.yaml', async () => {
    const directory = await given({ 'package.json': '{}', 'dist/main.js': 'main', 'node_modules/x/index.js': 'x' });

    const staged = withText(await readStagedFolder(directory), 'app.yaml', 'command: []\n');

    expect(staged.files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['dist/main.js', 4],
      ['package.json', 2],
      ['app.yaml', 12],
    ]);
    expect(staged.bytes).toBe(18);
  });

  it('with a file over 10 MB is refused, and one of exactly 10 MB is not', async () => {
    const directory = await given({ 'package.json': '{}', 'large.bin': '', 'fits.bin': '' });
    await truncate(join(directory, 'large.bin'), 10 * 1024 * 1024 + 1);
    await truncate(join(directory, 'fits.bin'), 10 * 1024 * 1024);

    expect(problemsInFolder(app, await readStagedFolder(directory))).toEqual([
      { what: 'large.bin has 10.5 MB, and Databricks Apps takes no file over 10 MB.', fix: expect.any(String) },
    ]);
  });

  it.each([
    ['env: [{name: NOT_OURS, value: x}]', 'app.yaml sets NOT_OURS, which the app does not know.'],
    ['env: [{name: LAKESCOPE_SECRET, valueFrom: none}]', 'app.yaml takes LAKESCOPE_SECRET from the resource none'],
    ['env: [', 'app.yaml is no YAML'],
  ])('with the app.yaml %s is refused', async (text, what) => {
    const directory = await given({ 'package.json': '{}', 'app.yaml': text });

    expect(problemsInFolder(app, await readStagedFolder(directory))[0]?.what).toContain(what);
  });

  it('that is none is refused', async () => {
    await expect(readStagedFolder(join(folder, 'nothing'))).rejects.toThrow('There is no folder');
    await expect(readStagedFolder(await given({ 'a.txt': '' }))).rejects.toThrow('holds no staged app');
  });

  async function given(files: Readonly<Record<string, string>>): Promise<string> {
    const directory = await mkdtemp(join(folder, 'staged-'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(directory, path, '..'), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return directory;
  }
});

describe('an app that cannot be deployed to', () => {
  const named = { appName: 'lakescope-dev', asOptions: '--target dev', bundleCreates: false };
  const dev = { asOptions: '--target dev', isLocal: false };
  const next = { instance: 'next', database: 'd' };
  const sources = { ofInstance: 'databricks.yml', ofDatabase: 'the shell', asOptions: '--target dev' };
  const withResource = (resource: AppResource): { name: string; resources: AppResource[] } => ({
    name: 'lakescope-dev',
    resources: [resource],
  });

  it.each([
    [
      { pending_deployment: { deployment_id: '01f', creator: 'ana', status: { state: 'IN_PROGRESS' } } },
      'The deployment 01f of lakescope-dev by ana is still under way',
      'npx lakescope status --target dev',
    ],
    [{ compute_status: { state: 'DELETING' } }, 'is DELETING', 'Wait until the app is gone'],
    [{ compute_status: { state: 'ERROR', message: 'no room' } }, 'is ERROR: no room', 'databricks apps stop'],
  ])('is one with %j', (app, what, fix) => {
    expect(problemsOfApp(app, named)).toEqual([
      { what: expect.stringContaining(what), fix: expect.stringContaining(fix) },
    ]);
  });

  it.each(['Upper', 'x', '-a', 'under_score', 'a'.repeat(31)])('is one called %s', (appName) => {
    expect(problemsOfApp(undefined, { ...named, appName })[0]?.what).toBe(`An app cannot be called ${appName}.`);
  });

  it.each([
    [
      { database: { instance_name: 'ours', database_name: 'd' } },
      'in the Lakebase instance ours, and databricks.yml names next, where it would begin without it.',
      /^Keep ours: npx lakescope deploy --target dev --instance ours, or correct databricks.yml \(variable lakebase_instance\)\. Or, if next is meant: .*--instance next$/,
    ],
    [
      { database: { instance_name: 'next', database_name: 'old' } },
      'in the database old of the Lakebase instance next, and the shell names d, where it would begin without it.',
      /^Keep old: correct the shell \(variable lakebase_database\)\. Or, if d is meant: .*--instance next$/,
    ],
    [
      { postgres: { branch: 'projects/p/branches/b', database: 'd' } },
      'in the Lakebase Autoscaling branch projects/p/branches/b, and would begin without it in the instance next.',
      /^Keep projects\/p\/branches\/b: .*`postgres` in place of `database`.* Or, if next is meant: /,
    ],
  ])('is one whose data lies elsewhere: %j', (resource, what, fix) => {
    expect(problemsOfDataPlace(withResource(resource), next, sources)).toEqual([
      { what: `lakescope-dev has its data ${what}`, fix: expect.stringMatching(fix) },
    ]);
  });

  it('is none whose data lies where it is to lie, or that has none', () => {
    const apps = [
      withResource({ database: { instance_name: 'next', database_name: 'd' } }),
      withResource({}),
      undefined,
    ];

    expect(apps.flatMap((app) => problemsOfDataPlace(app, next, sources))).toEqual([]);
    expect(apps.map((app) => beforeDataIsBack(app, next, dev))).toEqual([undefined, undefined, undefined]);
  });

  it('gets its former place back before an earlier release', () => {
    const ours = withResource({ database: { instance_name: 'ours', database_name: 'd' } });
    const named = (instance: string | undefined) => (): void =>
      refuseForeignSource('/Workspace/x', instance, ours, dev);
    const first = (resource: AppResource): string | undefined => beforeDataIsBack(withResource(resource), next, dev);

    expect(beforeDataIsBack(ours, next, dev)).toMatch(/the Lakebase instance ours, .*dev --instance ours --no-cli$/);
    expect(beforeDataIsBack(ours, next, { ...dev, isLocal: true })).toMatch(/--target dev --instance ours$/);
    expect(first({ database: { instance_name: 'next', database_name: 'old' } })).toMatch(
      /database old of .*: BUNDLE_VAR_lakebase_database=old npx lakescope deploy --target dev --instance next --no-cli$/,
    );
    expect(first({ postgres: { branch: 'main' } })).toContain('the Lakebase Autoscaling branch main');
    expect(named('next')).toThrow(
      /for the Lakebase instance next, and lakescope-dev has ours: .*--instance next --no-cli$/,
    );
    expect(named('ours')).not.toThrow();
    expect(named(undefined)).not.toThrow();
  });

  it('is none that is stopped, or not there', () => {
    expect(problemsOfApp({ compute_status: { state: 'STOPPED' } }, named)).toEqual([]);
    expect(problemsOfApp(undefined, named)).toEqual([]);
  });
});
