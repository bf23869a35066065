import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStorage, type Storage } from '@lakescope/delta';
import { median } from './benchmark';
import { cdaLake, type CdaLake } from './cda-lake';
import { pythonWay, type PythonRun } from './cda-python';
import { cdaRun, type CdaRun } from './cda-run';
import type { Outcome, Scenario } from './scenario';

const TABLES = 200;
const FOLDERS = 50;
const ROUNDS = 2;
/** As the command line ingests unless it is told otherwise. */
const TABLES_AT_ONCE = 8;

export const cdaIngestion: Scenario = {
  name: 'cda-ingestion',
  title: `${TABLES} tables of ${FOLDERS} folders of 4 tiny files on a local disk, into tables that refer to them`,
  tell: async (log) => {
    const lake = await cdaLake(TABLES, FOLDERS, log);
    const ours: CdaRun[] = [];
    const python: PythonRun[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const target = await mkdtemp(join(tmpdir(), 'lakescope-bench-cda-'));
      try {
        // In turns, so that a busy machine disturbs all of them alike.
        ours.push(await cdaRun([`${lake.folder}/manifest.json`, join(target, 'ours'), '--rewrite', lake.rewrite]));
        const bareFolder = (table: string): string => join(target, 'bare', table);
        bare.push(
          await putCommits(join(target, 'ours'), (table) => new LocalStorage(bareFolder(table), { blocks: true })),
        );
        const place = { endpoint: '', source: lake.folder, target: join(target, 'python'), tables: TABLES };
        const theirs = pythonWay(place, availableParallelism(), log);
        if (theirs !== undefined) python.push(theirs);
      } finally {
        await rm(target, { recursive: true, force: true });
      }
      log(`cda-ingestion: round ${round + 1} of ${ROUNDS}`);
    }
    return ingestionOutcomes(lake, ours, python, bare);
  },
};

/** The bars of an ingestion: by its own rate, that of the Python way, and that of bare PUTs of the same commits. */
export function ingestionOutcomes(
  lake: CdaLake,
  ours: readonly CdaRun[],
  python: readonly PythonRun[],
  bareSeconds: readonly number[],
  requestSeconds: readonly number[] = [],
): Outcome[] {
  for (const { folders } of ours) {
    if (folders !== lake.folders) throw new Error(`${folders} of ${lake.folders} folders were ingested`);
  }
  const rate = median(ours.map(({ folders, seconds }) => folders / seconds));
  const bare = lake.folders / median(bareSeconds);
  const outcomes: Outcome[] = [
    { what: 'folders', value: rate, unit: 'folders/s' },
    { what: 'files', value: rate * 4, unit: 'files/s' },
    { what: 'processor time of a folder', value: perFolder(ours), unit: 'ms' },
    {
      what: 'peak memory',
      value: Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes)),
      unit: 'MB',
      atMost: 300,
    },
    { what: 'bare PUTs of the same commits', value: bare, unit: 'folders/s' },
    { what: 'ours by bare PUTs', value: rate / bare, unit: '', atLeast: 0.6 },
  ];
  if (requestSeconds.length > 0) {
    const requests = lake.folders / median(requestSeconds);
    outcomes.push(
      { what: 'bare requests: each file, the metrics, then the PUT', value: requests, unit: 'folders/s' },
      { what: 'ours by bare requests', value: rate / requests, unit: '' },
    );
  }
  if (python.length === 0) return outcomes;
  const theirs = median(python.map(({ folders, seconds }) => folders / seconds));
  return [
    ...outcomes,
    { what: 'the Python way', value: theirs, unit: 'folders/s' },
    { what: 'the Python way: processor time of a folder', value: perFolder(python), unit: 'ms' },
    { what: 'ours by the Python way', value: rate / theirs, unit: 'x', atLeast: 10 },
  ];
}

function perFolder(runs: readonly { readonly processorSeconds: number; readonly folders: number }[]): number {
  return median(runs.map(({ processorSeconds, folders }) => (1_000 * processorSeconds) / folders));
}

/**
 * Puts the commits of a run again, one after another in each table and as many tables at once as the run had; `before` is done before each of
 * them. Answers the seconds.
 */
export async function putCommits(
  folder: string,
  storageOf: (table: string) => Storage,
  before?: (table: string, commit: number) => Promise<unknown>,
): Promise<number> {
  const tables = await Promise.all(
    // What begins with `_` is no table: the probe of the store lies there.
    (await readdir(folder))
      .filter((name) => !name.startsWith('_'))
      .map(async (table) => {
        const log = join(folder, table, '_delta_log');
        const names = (await readdir(log)).filter((name) => /^\d{20}\.json$/.test(name)).sort();
        const commits = await Promise.all(
          names.map(async (name) => [`_delta_log/${name}`, await readFile(join(log, name))] as const),
        );
        return { table, storage: storageOf(table), commits };
      }),
  );
  const began = performance.now();
  const left = tables.values();
  const worker = async (): Promise<void> => {
    for (const { table, storage, commits } of left) {
      for (const [index, [path, bytes]] of commits.entries()) {
        await before?.(table, index);
        await storage.putIfAbsent(path, bytes);
      }
    }
  };
  await Promise.all(Array.from({ length: TABLES_AT_ONCE }, worker));
  return (performance.now() - began) / 1_000;
}
