import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIngestion, S3Source, S3Target, type RunOptions, type RunResult } from '@lakescope/cda';
import { continueSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { median } from './benchmark';
import { cdaLake } from './cda-lake';
import { countingClient, startCdaS3 } from './cda-s3';
import type { Scenario } from './scenario';

const TABLES = 700;
const QUIET_RUNS = 5;

export const cdaManyTables: Scenario = {
  name: 'cda-many-tables',
  title: `${TABLES} tables in an S3-compatible server: one new folder in each, and then nothing new`,
  tell: async (log) => {
    const lake = await cdaLake(TABLES, 1, log);
    const s3 = await startCdaS3();
    const { client, counts } = countingClient(s3);
    try {
      const folder = join(s3.sourceFolder, 'cda');
      execFileSync('cp', ['-r', lake.folder, folder]);
      // A table keeps to the place its manifest names: the one that the suite goes on with.
      const manifest = join(folder, 'manifest.json');
      await writeFile(manifest, (await readFile(manifest, 'utf8')).replaceAll(`${lake.folder}.unfinished`, folder));
      const source = new S3Source({ client, bucket: 'source', prefix: 'cda' });
      const target = new S3Target({ client, bucket: 'target', prefix: 'tables' });
      const run = (manifestEtag?: string): Promise<RunResult> => {
        const pathRewrite = { from: `file://${folder}`, to: source.uri };
        const common = { source, target, manifestPath: 'manifest.json', mode: 'reference', runId: 'bench' } as const;
        const options: RunOptions = { ...common, pathRewrite, manifestEtag };
        return runIngestion(options);
      };
      expectFolders(await run(), TABLES);
      log(`${TABLES} tables are there`);
      await continueSuite(new FolderBucket(folder), { even: true, folders: 1, files: 4, rows: 3 });
      counts.clear();
      const incremental = await run();
      expectFolders(incremental, TABLES);
      const lists = counts.get('ListObjectsV2 source') ?? 0;
      const incrementalRequests = sum(counts);
      const fingerprints = await liveFingerprints(manifest);
      const quiet: { ms: number; requests: number }[] = [];
      for (let each = 0; each < QUIET_RUNS; each += 1) {
        counts.clear();
        const began = performance.now();
        const { outcome } = await run(incremental.manifestEtag);
        if (outcome !== 'unchanged') throw new Error(`The run with nothing new was ${outcome}`);
        quiet.push({ ms: performance.now() - began, requests: sum(counts) });
      }
      return [
        {
          what: 'one new folder in each table: LISTs of the source by live fingerprint',
          value: lists / fingerprints,
          unit: '',
          atMost: 1,
        },
        { what: 'one new folder in each table: requests of a table', value: incrementalRequests / TABLES, unit: '' },
        { what: 'one new folder in each table', value: incremental.durationMs / 1_000, unit: 's' },
        {
          what: 'nothing new: requests',
          value: Math.max(...quiet.map(({ requests }) => requests)),
          unit: '',
          atMost: 1,
        },
        { what: 'nothing new', value: median(quiet.map(({ ms }) => ms)), unit: 'ms', atMost: 100 },
      ];
    } finally {
      client.destroy();
      await s3.stop();
    }
  },
};

function expectFolders({ tables }: RunResult, expected: number): void {
  const done = tables.reduce((folders, { foldersDone }) => folders + foldersDone, 0);
  if (done === expected) return;
  const reasons = new Set(tables.map(({ outcome, failure }) => failure?.message ?? outcome));
  throw new Error(`${done} folders were ingested, not ${expected}: ${[...reasons].slice(0, 3).join('; ')}`);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

async function liveFingerprints(manifest: string): Promise<number> {
  const entries = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, { schemaHistory: object }>;
  return Object.values(entries).reduce((total, { schemaHistory }) => total + Object.keys(schemaHistory).length, 0);
}
