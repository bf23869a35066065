import 'reflect-metadata';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenDeltaTable, LocalStack } from '@lakescope/server-testing';
import { parse } from 'yaml';
import { follow, type Image } from './dockerfile';
import { installedBytes, npm, runToEnd } from './npm';
import { StagedApp } from './staged-app';

/** What Databricks Apps runs. */
const PLATFORM_NODE = '22.16.0';

const root = process.cwd();
const say = (line: string): void => console.log(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}`);

interface AppYaml {
  command: string[];
  env: { name: string; value?: string }[];
}

async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'lakescope-staged-'));
  try {
    // The context of the Dockerfile, whose steps are followed: what runs here is what a container would run.
    const context = join(work, 'context');
    const staging = [
      'tools/deploy/stage.mjs',
      '--out',
      join(context, 'dist/staged'),
      '--json',
      ...process.argv.slice(2),
    ];
    const staged = JSON.parse(await runToEnd(process.execPath, staging, root)) as { files: number; bytes: number };
    say(`staged: ${staged.files} files, ${megabytes(staged.bytes)} MB`);

    const node = await installNode(join(work, 'node'));
    const image = await follow(await readFile(join(root, 'Dockerfile'), 'utf8'), {
      context,
      ignore: await readFile(join(root, '.dockerignore'), 'utf8'),
      root: join(work, 'image'),
      nodeFolder: node,
    });
    if (!image.base.startsWith(`node:${PLATFORM_NODE}-`)) throw new Error(`The Dockerfile is of ${image.base}`);
    const packages = await installedBytes(join(image.directory, 'node_modules'));
    say(`installed: ${megabytes(packages)} MB of packages, Node ${PLATFORM_NODE}`);

    await bootAndAsk(image, node);
    say('The staged folder runs as it would on the platform');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The folder of the executable. The registry has Node as packages for Linux. */
async function installNode(directory: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  await mkdir(directory);
  const install = ['install', '--prefix', directory, '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  await npm([...install, `${name}@${PLATFORM_NODE}`], directory);
  const bin = join(directory, 'node_modules', name, 'bin');
  const version = (await runToEnd(join(bin, 'node'), ['--version'], directory)).trim();
  if (version !== `v${PLATFORM_NODE}`) throw new Error(`Expected Node ${PLATFORM_NODE}, and got ${version}`);
  return bin;
}

async function bootAndAsk(image: Image, nodeFolder: string): Promise<void> {
  const { directory } = image;
  const stack = await LocalStack.start();
  try {
    const volume = await stack.volume('boot.staged.files');
    await givenDeltaTable(join(stack.workspace.volumeDirectory('boot', 'staged', 'files'), 'table'), {
      versions: [[{ id: 1, name: 'one' }]],
    });
    const { command, env } = parse(await readFile(join(directory, 'app.yaml'), 'utf8')) as AppYaml;
    const settings = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
    const app = await StagedApp.start({
      directory,
      nodeFolder,
      command,
      // The local workspace names its own instance.
      environment: { ...image.environment, ...Object.fromEntries(settings), ...stack.environment() },
    });
    say(`ready after ${app.readyAfterMs} ms`);
    try {
      await ask(app, await stack.token('analyst'), `${volume}/table`);
      await app.run(image.healthCheck);
      say('healthy by the check of the Dockerfile');
    } catch (error) {
      console.error(app.output);
      throw error;
    } finally {
      await app.stop();
    }
    say(`ended by SIGTERM with 0 after ${app.stoppedAfterMs} ms`);
  } finally {
    await stack.stop();
  }
}

async function ask(app: StagedApp, token: string, table: string): Promise<void> {
  const query = new URLSearchParams({ path: table });
  const answers: readonly (readonly [path: string, part: string])[] = [
    ['/health', '"status":"ok"'],
    ['/api/v1/user/me', '"user_id"'],
    ['/api/v1/lakebase/health', '"status":"ok"'],
    // Runs DuckDB, the one native part.
    [`/api/v1/delta/tables/preview?${query.toString()}`, '"one"'],
    ['/', '<ls-root'],
    ['/openapi.json', '"openapi":'],
  ];
  for (const [path, part] of answers) {
    const { status, text } = await app.get(path, token);
    if (status !== 200 || !text.includes(part))
      throw new Error(`GET ${path} answered ${status}: ${text.slice(0, 500)}`);
    say(`GET ${path.split('?')[0]} 200`);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
