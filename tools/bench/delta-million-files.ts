import { DeltaEngine, DeltaTable, LocalStorage, type FilesQuery, type Snapshot } from '@lakescope/delta';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './benchmark';
import type { Opened } from './delta-open-process';
import { pythonWithDeltalake, runPython } from './delta-python';
import { EXPECTED_FILES, millionFiles } from './delta-tables';
import type { Outcome, Scenario } from './scenario';

const COLD_RUNS = 3;
const WARM_RUNS = 5;
/** Long enough to prepare later pages also on a busy machine. */
const REST_MS = 15_000;
const MEBIBYTE = 1024 ** 2;

export const deltaMillionFiles: Scenario = {
  name: 'delta-million-files',
  title:
    'a local table of 1,000,000 active files: a checkpoint of 205 MB and 99 commits of 100 added and 20 removed files',
  tell: async (log) => {
    const folder = await millionFiles(log);
    return [...coldOpens(folder, log), ...(await warmViews(folder, log)), ...python(folder, log)];
  },
};

/** In turns, so that a busy machine disturbs both alike. */
function coldOpens(folder: string, log: (line: string) => void): Outcome[] {
  const ours: Opened[] = [];
  const theirs: Opened[] = [];
  for (let run = 0; run < COLD_RUNS; run += 1) {
    ours.push(opened('lakescope', folder));
    // The peer takes a while, and its spread is small beside the distance.
    if (run === 0) theirs.push(opened('hyparquet', folder));
    log(`delta-million-files: cold run ${run + 1} of ${COLD_RUNS}`);
  }
  const time = (runs: readonly Opened[]): number => median(runs.map(({ ms }) => ms));
  const processor = (runs: readonly Opened[]): number => median(runs.map(({ processorMs }) => processorMs));
  return [
    { what: 'open in a fresh process, from its start', value: time(ours), unit: 'ms', atMost: 1_000 },
    { what: 'open: processor time of all threads', value: processor(ours), unit: 'ms' },
    { what: 'hyparquet replay in a fresh process', value: time(theirs), unit: 'ms' },
    { what: 'hyparquet replay: processor time of all threads', value: processor(theirs), unit: 'ms' },
    { what: 'hyparquet replay / open', value: time(theirs) / time(ours), unit: 'times', atLeast: 10 },
    {
      what: 'peak memory of the process',
      value: Math.max(...ours.map((run) => run.peakMegabytes)),
      unit: 'MB',
      atMost: 1_000,
    },
    { what: 'peak memory of hyparquet', value: Math.max(...theirs.map((run) => run.peakMegabytes)), unit: 'MB' },
  ];
}

function opened(reader: 'lakescope' | 'hyparquet', folder: string): Opened {
  const script = resolve('dist/bench/delta-open-process.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, reader, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${reader} failed: ${stderr.slice(-1_000)}`);
  const found = JSON.parse(stdout) as Opened;
  if (found.files !== EXPECTED_FILES) throw new Error(`${reader} found ${found.files} files`);
  return found;
}

async function warmViews(folder: string, log: (line: string) => void): Promise<Outcome[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'lakescope-bench-million-'));
  const grown = join(scratch, 'grown');
  const engine = await DeltaEngine.open({
    cacheDirectory: join(scratch, 'cache'),
    localRoots: [folder, scratch],
    memoryLimitBytes: 1_024 * MEBIBYTE,
  });
  try {
    const names = (await readdir(join(folder, '_delta_log'))).sort();
    const later = names.slice(-WARM_RUNS);
    await cp(folder, grown, { recursive: true, filter: (path) => !later.some((name) => path.endsWith(name)) });
    const open = async (): Promise<Snapshot> => (await DeltaTable.open(engine, new LocalStorage(grown))).snapshot();
    await open();
    const withOneMore: Cost[] = [];
    for (const name of later) {
      await cp(join(folder, '_delta_log', name), join(grown, '_delta_log', name));
      withOneMore.push(await timed(open));
    }
    const unchanged = await several(open);
    const snapshot = await open();
    if (snapshot.numFiles !== EXPECTED_FILES) throw new Error(`found ${snapshot.numFiles} files`);
    const first = await timed(() => snapshot.files({ limit: 100 }));
    const pages: Outcome[] = [];
    // At once, while nothing is prepared yet, and after a rest in which the statistics are copied and the paths put in order.
    for (const [when, rest] of [
      ['at once', 0],
      ['after a rest', REST_MS],
    ] as const) {
      await sleep(rest);
      for (const [what, query] of PAGES) {
        const times = await several(() => snapshot.files({ limit: 100, ...query }));
        pages.push(...outcomes(`100 files with statistics, ${what}, ${when}`, times, 250));
        log(`delta-million-files: ${what}, ${when}`);
      }
    }
    return [
      ...outcomes('open again, nothing new', unchanged, 100),
      ...outcomes('open again, one new commit', withOneMore, 100),
      ...outcomes('first page ever', [first], 250),
      ...pages,
      ...outcomes('rows of the table, first time', [await timed(() => snapshot.countRows())]),
      ...outcomes('summary by size and partition', [await timed(() => snapshot.fileSummary())]),
      { what: 'resident memory after all of this', value: process.memoryUsage().rss / 1e6, unit: 'MB' },
    ];
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

const PAGES: readonly (readonly [string, FilesQuery])[] = [
  ['by path, at the start', {}],
  ['by path, in the middle', { offset: 500_000 }],
  ['by path, at the end', { offset: EXPECTED_FILES - 100 }],
  ['by size, in the middle', { offset: 500_000, sort: { by: 'size', descending: true } }],
];

const OPEN_SCRIPT = `
import json, resource, sys
from deltalake import DeltaTable
table = DeltaTable(sys.argv[1])
actions = table.get_add_actions(flatten=True)
print(json.dumps({"files": actions.num_rows, "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}))
`;

function python(folder: string, log: (line: string) => void): Outcome[] {
  const interpreter = pythonWithDeltalake(log);
  if (interpreter === undefined) {
    log('delta-million-files: deltalake of PyPI: not available');
    return [];
  }
  const found = runPython<{ files: number; peakMegabytes: number }>(interpreter, OPEN_SCRIPT, [folder]);
  return [
    { what: 'deltalake of PyPI: open and list all files in a fresh process', value: found.ms, unit: 'ms' },
    { what: 'deltalake of PyPI: files it found', value: found.files, unit: 'files' },
    { what: 'deltalake of PyPI: peak memory', value: found.peakMegabytes, unit: 'MB' },
  ];
}

interface Cost {
  ms: number;
  /** Of all threads: what a busy machine changes least. */
  processorMs: number;
}

/** Wall time against the bar, and the processor time beside it. */
function outcomes(what: string, costs: readonly Cost[], atMost?: number): Outcome[] {
  const value = median(costs.map(({ ms }) => ms));
  const processor = median(costs.map(({ processorMs }) => processorMs));
  return [
    { what, value, unit: 'ms', ...(atMost === undefined ? {} : { atMost }) },
    { what: `${what}: processor time`, value: processor, unit: 'ms' },
  ];
}

async function several(work: () => Promise<unknown>): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (let run = 0; run < WARM_RUNS; run += 1) costs.push(await timed(work));
  return costs;
}

async function timed(work: () => Promise<unknown>): Promise<Cost> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - began, processorMs: (user + system) / 1000 };
}
