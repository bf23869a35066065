import { execFileSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { S3Objects, S3Storage } from '@lakescope/delta';
import { ingestionOutcomes, putCommits } from './cda-ingestion';
import { cdaLake } from './cda-lake';
import { pythonWay, type PythonRun } from './cda-python';
import { cdaRun, type CdaRun } from './cda-run';
import { countingClient, startCdaS3 } from './cda-s3';
import type { Scenario } from './scenario';

const TABLES = 200;
const FOLDERS = 50;
const ROUNDS = 2;
/** The Python way takes so long that a tenth of the tables has to do for its rate. */
const PYTHON_TABLES = 20;

export const cdaIngestionS3: Scenario = {
  name: 'cda-ingestion-s3',
  title: `${TABLES} tables of ${FOLDERS} folders of 4 tiny files in an S3-compatible server, into tables in it`,
  tell: async (log) => {
    const lake = await cdaLake(TABLES, FOLDERS, log);
    const s3 = await startCdaS3();
    try {
      const folder = join(s3.sourceFolder, 'cda');
      execFileSync('cp', ['-rl', lake.folder, folder]);
      const { client } = countingClient(s3);
      const ours: CdaRun[] = [];
      const python: PythonRun[] = [];
      const bare: number[] = [];
      const requests: number[] = [];
      const objectsOf = await sourceFolders(folder);
      const source = new S3Objects({ client, bucket: 'source' });
      const readFolder = async (table: string, index: number): Promise<unknown> =>
        Promise.all(
          (objectsOf.get(table)?.[index] ?? []).map((key) =>
            source.read(`cda/${key}`, { range: { last: 32 * 1_024 } }),
          ),
        );
      for (let round = 0; round < ROUNDS; round += 1) {
        const rewrite = `file://${lake.folder}.unfinished=s3://source/cda`;
        ours.push(await cdaRun(['s3://source/cda/manifest.json', 's3://target/ours', '--rewrite', rewrite], s3.env));
        const below = (prefix: string) => (table: string) =>
          new S3Storage({ client, bucket: 'target', prefix: `${prefix}/${table}` });
        const commits = join(s3.targetFolder, 'ours');
        bare.push(await putCommits(commits, below('bare')));
        requests.push(await putCommits(commits, below('requests'), readFolder));
        const place = { endpoint: s3.url, source: 'source/cda', target: 'target/python', tables: PYTHON_TABLES };
        const theirs = pythonWay(place, availableParallelism(), log, s3.env);
        if (theirs !== undefined) python.push(theirs);
        for (const name of ['ours', 'bare', 'requests', 'python']) {
          await rm(join(s3.targetFolder, name), { recursive: true, force: true });
        }
        log(`cda-ingestion-s3: round ${round + 1} of ${ROUNDS}`);
      }
      client.destroy();
      return ingestionOutcomes(lake, ours, python, bare, requests);
    } finally {
      await s3.stop();
    }
  },
};

/** The objects of each folder of each table, in the order of their time: without them no folder can be known. */
async function sourceFolders(lake: string): Promise<Map<string, string[][]>> {
  const tables = new Map<string, Map<string, string[]>>();
  for (const path of (await readdir(lake, { recursive: true })).sort()) {
    const [, table, folder] = /^([^/]+)\/([^/]+\/\d+)\/.*\.(?:parquet|json)$/.exec(path) ?? [];
    if (table === undefined || folder === undefined) continue;
    const folders = tables.get(table) ?? new Map<string, string[]>();
    tables.set(table, folders.set(folder, [...(folders.get(folder) ?? []), path]));
  }
  return new Map([...tables].map(([table, folders]) => [table, [...folders.values()]]));
}
