import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GivenDeployments, type Result } from './testing/given-deployments';

const NAME = 'lakescope-dev';

describe('deploy with the Databricks CLI', () => {
  let given: GivenDeployments;
  let shell: Record<string, string>;
  let root: string;
  let files: Record<'calls' | 'invalid' | 'taken' | 'summary', string>;

  beforeAll(async () => {
    given = await GivenDeployments.start();
    const inFolder = (name: string): string => join(given.folder, name);
    files = {
      ...{ calls: inFolder('calls'), invalid: inFolder('invalid') },
      ...{ taken: inFolder('taken'), summary: inFolder('summary') },
    };
    const path = await given.withCli(
      `[ "$1" = --version ] && { echo "Databricks CLI v0.280.0"; exit; }
echo "$* for $DATABRICKS_HOST with a token of \${#DATABRICKS_TOKEN}" >> ${files.calls}
[ -e ${files.invalid} ] && { echo "Error: warehouse_id is not defined" >&2; exit 1; }
[ "$2" = summary ] && [ -e ${files.summary} ] && cat ${files.summary}
[ "$2" = deploy ] && [ -e ${files.taken} ] && { echo "Error: failed to create app
  with databricks_app.lakescope, on bundle.tf.json
An app with the same name already exists: ${NAME}" >&2; exit 1; }
exit 0`,
    );
    root = await given.checkout();
    const dev = await given.asDev(await given.stack.token('admin', ['all-apis']));
    shell = { ...dev.shell, PATH: `${path}:/usr/bin:/bin` };
    await post('secrets/scopes/create', { scope: NAME });
    const secret = { scope: NAME, key: 'app-secret' };
    await post('secrets/put', { ...secret, string_value: 'x' });
    const warehouse = { id: given.stack.workspace.warehouseId, permission: 'CAN_USE' };
    const resources = [
      { name: 'app-secret', secret: { ...secret, permission: 'READ' } },
      { name: 'sql-warehouse', sql_warehouse: warehouse },
    ];
    await post('apps', { name: NAME, resources });
  });
  afterEach(() => Promise.all(Object.values(files).map((file) => rm(file, { force: true }))));
  afterAll(() => given.stop());

  it('is refused with a Databricks CLI that is too old, before anything is built', async () => {
    const old = await given.withCli('echo "Databricks CLI v0.240.0"');
    const refused = await given.deployAs(['--target', 'dev'], { ...shell, PATH: old });

    expect([refused.code, refused.result.reason, refused.result.steps]).toEqual([
      1,
      expect.stringMatching(/0\.240\.0 is too old .*needs 0\.265\.0\. Upgrade it: .*--no-cli/),
      [],
    ]);
  }, 60_000);

  it('has the Databricks CLI bring up everything but the code, with the token in the environment alone', async () => {
    const done = await deploy();
    await writeFile(files.invalid, '');
    const refused = await deploy();

    const steps = ['check', 'build', 'stage', 'validate', 'upload', 'bundle', 'app', 'deploy', 'start', 'verify'];
    expect([done.code, done.result.reason, done.result.steps.map(({ step }) => step)]).toEqual([0, null, steps]);
    const seen = `for ${given.stack.workspace.url} with a token of ${shell['DATABRICKS_TOKEN']?.length}`;
    expect((await readFile(files.calls, 'utf8')).trim().split('\n')).toEqual([
      `bundle validate --target dev ${seen}`,
      `bundle summary --output json --target dev ${seen}`,
      `bundle deploy --target dev ${seen}`,
      `bundle validate --target dev ${seen}`,
    ]);
    expect([refused.code, refused.result.reason, refused.result.running_deployment_touched]).toEqual([
      1,
      '`databricks bundle validate --target dev` failed: Error: warehouse_id is not defined',
      false,
    ]);
  }, 60_000);

  it('lets the app read the file of its daily job, and says how a bundle takes over what is there', async () => {
    const bundleFiles = `/Workspace/Users/${given.stack.workspace.personas.admin.userName}/.bundle/files`;
    const folder = `${bundleFiles}/dist/staged/tools/deploy`;
    await post('workspace/mkdirs', { path: folder });
    await sumUp(NAME, bundleFiles);

    const done = await deploy();
    await writeFile(files.taken, '');
    const refused = await deploy();

    const { object_id: id } = await get<{ object_id: number }>(`workspace/get-status?path=${folder}`);
    const { service_principal_client_id: app } = await get<{ service_principal_client_id: string }>(`apps/${NAME}`);
    const { access_control_list: readers } = await get<{ access_control_list: object[] }>(
      `permissions/directories/${id}`,
    );
    expect([done.code, done.result.reason]).toEqual([0, null]);
    expect(readers).toContainEqual(
      expect.objectContaining({
        service_principal_name: app,
        all_permissions: [expect.objectContaining({ permission_level: 'CAN_READ' })],
      }),
    );
    expect([refused.code, refused.result.reason]).toEqual([
      1,
      expect.stringMatching(
        /failed: Error: failed to create app -> .*bind lakescope lakescope-dev --target dev\. .*--no-cli/,
      ),
    ]);
  }, 60_000);

  it('is refused for another app than the one of the bundle, which that one would be deleted for', async () => {
    await sumUp('lakescope-old');

    const renamed = await deploy();
    const named = await deploy('--app', 'lakescope-other');

    expect([renamed.code, renamed.result.reason, renamed.result.running_deployment_touched]).toEqual([
      1,
      expect.stringMatching(/is lakescope-old: .*would delete it and make lakescope-dev.*--no-cli/),
      false,
    ]);
    expect([named.code, named.result.reason, named.result.steps]).toEqual([
      1,
      expect.stringMatching(/is lakescope-dev: .*npx lakescope deploy --target dev --app lakescope-other --no-cli/),
      [],
    ]);
  }, 60_000);

  it('is refused with another Lakebase instance than the one of the bundle, which that one would be deleted for', async () => {
    await sumUp(NAME, undefined, 'lakescope-old');

    const { code, result } = await deploy();

    expect([code, result.reason, result.running_deployment_touched]).toEqual([
      1,
      expect.stringMatching(
        /is lakescope-old: .*with lakescope-dev would delete it with its data\. Keep lakescope-old: /,
      ),
      false,
    ]);
  }, 60_000);

  function deploy(...args: readonly string[]): Promise<{ code: number; result: Result }> {
    return given.deployAs(['--target', 'dev', ...args], shell, root);
  }

  function sumUp(id: string, filePath?: string, instance?: string): Promise<void> {
    const summary = {
      workspace: { file_path: filePath },
      resources: { apps: { lakescope: { id } }, database_instances: { lakebase: { id: instance } } },
    };
    return writeFile(files.summary, JSON.stringify(summary));
  }

  function post(path: string, body: object): Promise<Response> {
    return given.platform(path, { method: 'POST', body: JSON.stringify(body) });
  }

  async function get<T>(path: string): Promise<T> {
    return (await (await given.platform(path)).json()) as T;
  }
});
