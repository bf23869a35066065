import { DeltaEngine, DeltaTable, LocalStorage } from '@lakescope/delta';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median } from './benchmark';
import { manyCommits, millionFiles } from './delta-tables';
import { TALL_ROWS, tenMillionRows, tenMillionWithVectors } from './delta-tall-tables';
import type { Scenario } from './scenario';

const INSPECTORS = 8;
const SECONDS = 20;

export const deltaInspectors: Scenario = {
  name: 'delta-inspectors',
  title: `${INSPECTORS} concurrent inspectors for ${SECONDS} s: detail, files, previews and history of large local tables in one process`,
  tell: async (log) => {
    const tall = [await tenMillionRows(log), await tenMillionWithVectors(log)];
    const wide = await millionFiles(log);
    const long = await manyCommits(20_000, log);
    const scratch = await mkdtemp(join(tmpdir(), 'lakescope-bench-inspectors-'));
    const engine = await DeltaEngine.open({
      cacheDirectory: join(scratch, 'cache'),
      localRoots: [...tall, wide, long],
      memoryLimitBytes: 1024 ** 3,
    });
    const open = (folder: string) => DeltaTable.open(engine, new LocalStorage(folder));
    try {
      // What every inspector would wait for the first time is no matter of fairness.
      await (await (await open(wide)).snapshot()).files({ limit: 1 });
      await (await open(long)).snapshot();
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const end = performance.now() + SECONDS * 1_000;
      const inspect = async (inspector: number): Promise<number[]> => {
        const rounds: number[] = [];
        for (let round = 0; performance.now() < end; round += 1) {
          const began = performance.now();
          const table = await open(tall[(inspector + round) % 2] ?? wide);
          await (await table.snapshot()).preview({ limit: 100, offset: offsetOf(inspector, round) });
          const files = await (await open(wide)).snapshot();
          await files.files({ limit: 100, offset: offsetOf(inspector, round) % files.numFiles });
          await (await open(long)).history({ limit: 100 });
          rounds.push(performance.now() - began);
        }
        return rounds;
      };
      const all = await Promise.all(Array.from({ length: INSPECTORS }, (_, inspector) => inspect(inspector)));
      delay.disable();
      const counts = all.map((rounds) => rounds.length);
      const fewest = Math.min(...counts);
      return [
        { what: 'event loop delay, p99', value: delay.percentile(99) / 1e6, unit: 'ms', atMost: 50 },
        { what: 'event loop delay, longest', value: delay.max / 1e6, unit: 'ms' },
        { what: 'rounds of all inspectors', value: counts.reduce((sum, count) => sum + count, 0), unit: 'rounds' },
        { what: 'a round, median', value: median(all.flat()), unit: 'ms' },
        { what: 'a round, longest', value: Math.max(...all.flat()), unit: 'ms' },
        {
          what: 'rounds of the slowest inspector / of the fastest',
          value: fewest / Math.max(...counts),
          unit: 'times',
          atLeast: 0.5,
        },
      ];
    } finally {
      await engine.close();
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

/** Anywhere in the table, but the same in every run. */
function offsetOf(inspector: number, round: number): number {
  return ((inspector * 7_919 + round * 104_729) * 9_973) % (TALL_ROWS - 200_000);
}
