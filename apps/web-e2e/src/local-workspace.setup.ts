import { type FullConfig } from '@playwright/test';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Endpoints, type Workspace, WORKSPACES } from './workspace';

/** Starts what `npm start` starts, one for each of the runner's processes, and tells the journeys where theirs is. */
export default async function startLocalWorkspaces({ workers }: FullConfig): Promise<() => Promise<void>> {
  const broken = await mkdtemp(join(tmpdir(), 'lakescope-broken-'));
  await writeBrokenTables(broken);
  const started: StartedWorkspace[] = [];
  // One after the other: what is free is looked up first and taken later, and two at once may find the same.
  for (let worker = 0; worker < workers; worker++) started.push(await startLocalWorkspace(broken));
  process.env[WORKSPACES] = JSON.stringify(started.map(({ workspace }) => workspace));

  return async () => {
    await Promise.all(started.map(({ stop }) => stop()));
    await rm(broken, { recursive: true, force: true });
  };
}

interface StartedWorkspace {
  readonly workspace: Workspace;
  stop(): Promise<void>;
}

/** On free ports, with a state of its own. */
async function startLocalWorkspace(broken: string): Promise<StartedWorkspace> {
  const state = await mkdtemp(join(tmpdir(), 'lakescope-e2e-'));
  const corpus = process.env['LAKESCOPE_DELTA_CORPUS'];
  const mounts = corpus === undefined ? [] : ['--mount', `corpus=${corpus}`];
  const launcher = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      'dist/apps/local/main.js',
      '--ports',
      '0',
      '--state',
      state,
      '--mount',
      `broken=${broken}`,
      ...mounts,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  launcher.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  launcher.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => launcher.once('exit', () => resolve()));

  const endpointsFile = join(state, 'endpoints.json');
  for (let waited = 0; !existsSync(endpointsFile); waited += 100) {
    if (launcher.exitCode !== null || waited > 60_000) throw new Error(`The local workspace did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    workspace: {
      certificateAuthority: join(state, 'ca', 'ca.pem'),
      endpoints: JSON.parse(readFileSync(endpointsFile, 'utf8')) as Endpoints,
    },
    stop: async () => {
      launcher.kill('SIGINT');
      await ended;
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** Tables that cannot be read, each for another reason: /Volumes/lakescope/mounts/broken/<name>. */
async function writeBrokenTables(folder: string): Promise<void> {
  const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
  const schema = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] };
  const metaData = {
    metaData: {
      id: 'f3f6a1f0-0000-4000-8000-000000000000',
      format: { provider: 'parquet', options: {} },
      schemaString: JSON.stringify(schema),
      partitionColumns: [],
      configuration: {},
      createdTime: 1_700_000_000_000,
    },
  };
  const future = {
    protocol: {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timeTunnel'],
      writerFeatures: ['timeTunnel'],
    },
  };
  const lines = (...actions: object[]) => actions.map((action) => JSON.stringify(action)).join('\n') + '\n';
  const tables: Record<string, Record<string, string>> = {
    gap: { '0': lines(protocol, metaData), '2': lines({ commitInfo: { operation: 'WRITE' } }) },
    garbage: { '0': 'this is no JSON\n' },
    future: { '0': lines(future, metaData) },
    empty: { '0': lines(protocol, metaData) },
  };
  for (const [name, commits] of Object.entries(tables)) {
    await mkdir(join(folder, name, '_delta_log'), { recursive: true });
    for (const [version, text] of Object.entries(commits)) {
      await writeFile(join(folder, name, '_delta_log', `${version.padStart(20, '0')}.json`), text);
    }
  }
  await mkdir(join(folder, 'no-table'));
}
