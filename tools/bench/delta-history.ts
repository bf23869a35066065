import { DeltaEngine, DeltaTable, LocalStorage } from '@lakescope/delta';
import { lstatSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './benchmark';
import { pythonWithDeltalake, runPython } from './delta-python';
import { manyCommits } from './delta-tables';
import type { Outcome, Scenario } from './scenario';

const COMMITS = 20_000;
const SHOWN = 100;
const RUNS = 15;

export const deltaHistory: Scenario = {
  name: 'delta-history',
  title: `history: the first ${SHOWN} of ${COMMITS} commits of a local table without checkpoints`,
  tell: async (report) => {
    const folder = await manyCommits(COMMITS, report);
    const scratch = await mkdtemp(join(tmpdir(), 'lakescope-bench-history-'));
    const engine = await DeltaEngine.open({ cacheDirectory: join(scratch, 'cache'), localRoots: [folder] });
    try {
      const page = async (): Promise<void> => {
        const { items } = await (await DeltaTable.open(engine, new LocalStorage(folder))).history({ limit: SHOWN });
        if (items.length !== SHOWN) throw new Error(`${items.length} commits were told`);
      };
      const log = join(folder, '_delta_log');
      // What no reader of the file times gets below: every file of the log asked for its time, and nothing else done.
      const least = await timed(async () => readdirSync(log).forEach((name) => lstatSync(join(log, name))));
      const first = await timed(page);
      const again: number[] = [];
      for (let run = 0; run < RUNS; run += 1) again.push(await timed(page));
      const cold = await timed(async () => (await DeltaTable.open(engine, new LocalStorage(folder))).snapshot());
      const warm: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        warm.push(await timed(async () => (await DeltaTable.open(engine, new LocalStorage(folder))).snapshot()));
      }
      return [
        { what: 'the first time, which lists the whole log', value: first, unit: 'ms' },
        { what: 'the bare calls that list the log with its times', value: least, unit: 'ms' },
        { what: 'again', value: median(again), unit: 'ms', atMost: 50 },
        { what: 'open the newest version, the first time, by all commits', value: cold, unit: 'ms' },
        { what: 'open the newest version again', value: median(warm), unit: 'ms', atMost: 100 },
        ...python(folder, report),
      ];
    } finally {
      await engine.close();
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

const SCRIPT = `
import json, sys, time
from deltalake import DeltaTable
began = time.perf_counter()
table = DeltaTable(sys.argv[1])
opened = time.perf_counter()
items = table.history(${SHOWN})
print(json.dumps({"open": (opened - began) * 1000, "history": (time.perf_counter() - opened) * 1000, "items": len(items)}))
`;

function python(folder: string, log: (line: string) => void): Outcome[] {
  const interpreter = pythonWithDeltalake(log);
  if (interpreter === undefined) {
    log('delta-history: deltalake of PyPI: not available');
    return [];
  }
  const found = runPython<{ open: number; history: number }>(interpreter, SCRIPT, [folder]);
  return [
    { what: 'deltalake of PyPI: open', value: found.open, unit: 'ms' },
    { what: `deltalake of PyPI: history(${SHOWN}) of the open table`, value: found.history, unit: 'ms' },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
