import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { givenDeltaTable, LocalStack } from '@lakescope/server-testing';
import type { StagedApp } from './staged-app';
import { LARGEST_INSTALLED_BYTES, PLATFORM_NODE, StagedFolder } from './staged-folder';

/** So long after it is ready, and before it is asked anything, the app counts as idle. */
const IDLE_MS = 2_000;

const root = process.cwd();
const say = (line: string): void => console.log(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}`);

async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'lakescope-staged-'));
  try {
    const folder = await StagedFolder.make(root, work, process.argv.slice(2));
    say(`staged: ${folder.files} files, ${megabytes(folder.bytes)} MB`);
    say(
      `installed: ${megabytes(folder.installedBytes)} MB, ${megabytes(folder.packageBytes)} of them packages; Node ${PLATFORM_NODE}`,
    );
    if (folder.installedBytes > LARGEST_INSTALLED_BYTES) {
      throw new Error(`What is deployed may take ${megabytes(LARGEST_INSTALLED_BYTES)} MB`);
    }
    await bootAndAsk(folder);
    say('The staged folder runs as it would on the platform');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function bootAndAsk(folder: StagedFolder): Promise<void> {
  const stack = await LocalStack.start();
  try {
    const volume = await stack.volume('boot.staged.files');
    await givenDeltaTable(join(stack.workspace.volumeDirectory('boot', 'staged', 'files'), 'table'), {
      versions: [[{ id: 1, name: 'one' }]],
    });
    const app = await folder.start(stack);
    say(`ready after ${app.readyAfterMs} ms`);
    try {
      await delay(IDLE_MS);
      say(`resident memory, ${IDLE_MS / 1000} s idle: ${app.residentMegabytes().toFixed(0)} MB`);
      await ask(app, folder.version, await stack.token('analyst'), `${volume}/table`);
      await app.run(folder.healthCheck);
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

async function ask(app: StagedApp, version: string, token: string, table: string): Promise<void> {
  const query = new URLSearchParams({ path: table });
  const answers: readonly (readonly [path: string, part: string])[] = [
    ['/health', `"version":"${version}"`],
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
