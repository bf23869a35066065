import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts what `npm start` starts, on free ports with a state of its own, and tells the tests where it is. */
export default async function startLocalWorkspace(): Promise<() => Promise<void>> {
  const state = await mkdtemp(join(tmpdir(), 'lakescope-e2e-'));
  const corpus = process.env['LAKESCOPE_DELTA_CORPUS'];
  const mounts = corpus === undefined ? [] : ['--mount', `corpus=${corpus}`];
  const broken = await mkdtemp(join(tmpdir(), 'lakescope-broken-'));
  await writeBrokenTables(broken);
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
  process.env['LAKESCOPE_CA'] = join(state, 'ca', 'ca.pem');
  process.env['LAKESCOPE_ENDPOINTS'] = readFileSync(endpointsFile, 'utf8');

  return async () => {
    launcher.kill('SIGINT');
    await ended;
    await Promise.all([state, broken].map((folder) => rm(folder, { recursive: true, force: true })));
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
