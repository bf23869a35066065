import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { oneLine, type Check } from './check';
import type { Endpoints } from './given-product';
import { runProgram } from './run-program';

const MODULE = 'github.com/databricks/cli';
const BIN = 'dist/conformance/bin';
/** Older ones do not know apps in bundles. */
const OLDEST = [0, 265] as const;

/** A command of the real CLI, and what its output must show. */
interface Command {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly shows?: RegExp;
  /** Undefined: anywhere. */
  readonly directory?: string;
}

/** The Databricks CLI, from the PATH or built by Go, does what people and pipelines do with it. */
export async function cliChecks(endpoints: Endpoints): Promise<readonly Check[]> {
  const cli = await foundCli();
  if ('reason' in cli) {
    return [{ client: 'Databricks CLI', name: 'all', outcome: 'not run', detail: cli.reason }];
  }
  const folder = await mkdtemp(join(tmpdir(), 'lakescope-cli-'));
  try {
    const client = `Databricks CLI ${cli.version}`;
    const environment = {
      ...{ PATH: process.env['PATH'], HOME: folder, DATABRICKS_BUNDLE_ENGINE: 'direct' },
      ...{ DATABRICKS_HOST: endpoints.workspace, DATABRICKS_TOKEN: endpoints.personas.admin.token },
    };
    const ask = async ({ name, parameters, shows = /(?:)/, directory = folder }: Command): Promise<Check> => {
      const { code, stdout, stderr } = await runProgram(cli.program, parameters, {
        environment,
        directory,
        seconds: 300,
      });
      const isRight = code === 0 && shows.test(stdout + stderr);
      const detail = oneLine(isRight ? stdout.slice(0, 100) : `exit code ${String(code)}: ${stderr || stdout}`);
      return { client, name, outcome: isRight ? 'passed' : 'failed', detail };
    };
    const checks: Check[] = [];
    for (const command of await plainCommands(folder)) checks.push(await ask(command));
    checks.push(...(await jobChecks(ask, folder, endpoints)));
    for (const command of await bundleCommands(folder)) checks.push(await ask(command));
    return checks;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function foundCli(): Promise<{ program: string; version: string } | { reason: string }> {
  const built = resolve(BIN, 'cli');
  for (const program of ['databricks', built]) {
    const { code, stdout } = await runProgram(program, ['--version']);
    const version = /v?(\d+)\.(\d+)\.\d+\S*/.exec(stdout);
    if (code !== 0 || version === null) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    // What Go builds calls itself 0.0.0-dev.
    if (program === built || major > OLDEST[0] || minor >= OLDEST[1]) return { program, version: version[0] };
  }
  await mkdir(BIN, { recursive: true });
  const environment = { ...process.env, GOBIN: resolve(BIN), GOFLAGS: '-mod=mod' };
  const got = await runProgram('go', ['install', `${MODULE}@latest`], { environment, seconds: 900 });
  if (got.code === 0) return { program: built, version: 'built by Go' };
  return { reason: `not on the PATH, and Go cannot build it: ${oneLine(got.stderr)}` };
}

async function plainCommands(folder: string): Promise<readonly Command[]> {
  const file = join(folder, 'hello.txt');
  await writeFile(file, 'hello');
  const volume = 'dbfs:/Volumes/demo/lake/files';
  return [
    { name: 'auth describe', parameters: ['auth', 'describe'], shows: /pat/i },
    { name: 'current-user me', parameters: ['current-user', 'me'], shows: /"userName"/ },
    { name: 'catalogs list', parameters: ['catalogs', 'list'], shows: /demo/ },
    { name: 'schemas list', parameters: ['schemas', 'list', 'demo'], shows: /demo\.lake/ },
    { name: 'tables list', parameters: ['tables', 'list', 'demo', 'lake'] },
    { name: 'volumes list', parameters: ['volumes', 'list', 'demo', 'lake'], shows: /files/ },
    { name: 'fs cp', parameters: ['fs', 'cp', file, `${volume}/conformance.txt`, '--overwrite'] },
    { name: 'fs ls', parameters: ['fs', 'ls', volume], shows: /conformance\.txt/ },
    { name: 'fs cat', parameters: ['fs', 'cat', `${volume}/conformance.txt`], shows: /hello/ },
    { name: 'fs rm', parameters: ['fs', 'rm', `${volume}/conformance.txt`] },
    { name: 'warehouses list', parameters: ['warehouses', 'list'], shows: /Starter/ },
    { name: 'api get', parameters: ['api', 'get', '/api/2.0/preview/scim/v2/Me'], shows: /"userName"/ },
    { name: 'jobs list', parameters: ['jobs', 'list'] },
    { name: 'apps list', parameters: ['apps', 'list'], shows: /lakescope/ },
    { name: 'apps get', parameters: ['apps', 'get', 'lakescope'], shows: /"service_principal_client_id"/ },
    { name: 'secrets create-scope', parameters: ['secrets', 'create-scope', 'lakescope-dev'] },
    {
      name: 'secrets put-secret',
      parameters: [
        'secrets',
        'put-secret',
        'lakescope-dev',
        'app-secret',
        '--string-value',
        '0123456789abcdef'.repeat(4),
      ],
    },
    { name: 'secrets list-secrets', parameters: ['secrets', 'list-secrets', 'lakescope-dev'], shows: /app-secret/ },
  ];
}

async function jobChecks(
  ask: (command: Command) => Promise<Check>,
  folder: string,
  { personas }: Endpoints,
): Promise<readonly Check[]> {
  const file = join(folder, 'task.py');
  await writeFile(file, "print('ran')\n");
  const path = `/Users/${personas.admin.user_name}/conformance.py`;
  const parameters = ['workspace', 'import', path, '--file', file, '--format', 'AUTO', '--overwrite'];
  const imported = await ask({ name: 'workspace import', parameters });
  const task = { task_key: 't', spark_python_task: { python_file: `/Workspace${path}` } };
  const json = JSON.stringify({ name: 'conformance', tasks: [task] });
  const created = await ask({ name: 'jobs create', parameters: ['jobs', 'create', '--json', json], shows: /"job_id"/ });
  const id = /"job_id": ?(\d+)/.exec(created.detail)?.[1] ?? '0';
  return [
    ...[imported, created],
    await ask({ name: 'jobs run-now', parameters: ['jobs', 'run-now', id], shows: /SUCCESS/ }),
    await ask({ name: 'jobs get', parameters: ['jobs', 'get', id], shows: /"conformance"/ }),
    await ask({ name: 'jobs delete', parameters: ['jobs', 'delete', id] }),
  ];
}

/** Our own bundle, adapted by nothing: its variables find what they need in the workspace. */
async function bundleCommands(folder: string): Promise<readonly Command[]> {
  if (!existsSync('dist/staged/package.json')) {
    await runProgram(process.execPath, ['tools/deploy/stage.mjs'], { seconds: 600 });
  }
  const directory = join(folder, 'bundle');
  await mkdir(join(directory, 'dist'), { recursive: true });
  await cp('databricks.yml', join(directory, 'databricks.yml'));
  await cp('dist/staged', join(directory, 'dist/staged'), { recursive: true });
  const bundle = (verb: string, ...more: string[]): Command => ({
    ...{ name: `bundle ${verb}`, parameters: ['bundle', verb, ...more, '--target', 'dev'], directory },
  });
  return [
    { ...bundle('validate'), shows: /Validation OK/ },
    { ...bundle('deploy', '--auto-approve'), shows: /Deployment complete/ },
    { ...bundle('summary'), shows: /metrics-aggregation/ },
    bundle('run', 'lakescope'),
    bundle('run', 'metrics_aggregation_job'),
    { ...bundle('destroy', '--auto-approve'), shows: /Destroy complete|deleted/i },
  ];
}
