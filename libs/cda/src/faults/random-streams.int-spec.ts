import { randomInt } from 'node:crypto';
import { Chance, DISORDERS, type Disorder, type DisorderAt, type Step } from '@lakescope/cda-synthetic';
import { EngineProcesses, type EngineEnd } from '../testing/engine-processes';
import type { EngineOrder } from '../testing/engine-main';
import { optimize } from '../testing/optimize';
import { SyntheticIngestions, type SyntheticIngestion } from '../testing/synthetic-ingestion';

/** How many streams are ingested; 60 with FAULT_SCALE=20. */
const STREAMS = 3 * Number(process.env['FAULT_SCALE'] ?? 1);
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
/** Processes that may die before one is left alone. */
const DEATHS = 3;
const PATIENCE_MS = 180_000;
/** A table they stop needs a decision, which tests of their own make; a thousand folders take too long for each stream. */
const NOT_HERE: readonly Disorder[] = ['incompatible-type', 'pruned-fingerprint', 'manifest-rollback', 'many-folders'];

/**
 * Streams of changes that nobody thought of, ingested by processes that are killed at any write or at any time, while others write to the same
 * tables, run the same ingestion, or rewrite what is there.
 */
describe('any stream of changes', () => {
  let ingestions: SyntheticIngestions;
  let processes: EngineProcesses;
  let deaths = 0;
  beforeAll(async () => {
    ingestions = await SyntheticIngestions.open();
    processes = await EngineProcesses.open(ingestions.directory);
  });
  afterAll(() => ingestions.close());

  it.each(Array.from({ length: STREAMS }, (_, index) => [SEED + index]))(
    'is in the tables exactly once and in order, whoever dies or interferes: FAULT_SEED=%i',
    async (seed) => {
      const chance = new Chance('stream', seed);
      const start = { seed: chance.below(2 ** 31), tables: 3 + chance.below(3) };
      const ingestion = await ingestions.create(`stream-${seed}`, { ...start, step: randomStep(chance) });
      const mode = chance.of(['reference', 'copy'] as const);
      for (let round = 1; ; round += 1) {
        await ingestWithDeaths(ingestion, mode, chance);
        await ingestion.check();
        if (round === 3) break;
        await optimize(ingestions.directory, ingestion, chance);
        await ingestion.next({ ...randomStep(chance), repair: false });
      }
    },
    PATIENCE_MS,
  );

  it('was met by enough deaths for this to mean something', () => {
    expect(deaths).toBeGreaterThan(STREAMS);
  });

  async function ingestWithDeaths(
    ingestion: SyntheticIngestion,
    mode: EngineOrder['mode'],
    chance: Chance,
  ): Promise<void> {
    const told = new Map<string, number>();
    const run = async (faults: EngineOrder['faults'], killAfterMs?: number): Promise<EngineEnd> => {
      const runId = chance.uuid();
      const { source, target } = ingestion;
      const end = await processes.run(
        { source, target, mode, runId, parallelTables: 1 + chance.below(4), faults },
        killAfterMs,
      );
      if (end.killed) deaths += 1;
      for (const [folder, version] of end.done) {
        // Two that believe to have written the same folder would have written it twice.
        expect([folder, told.get(folder)]).toEqual([folder, undefined]);
        told.set(folder, version);
      }
      return end;
    };
    const disturbed = (): EngineOrder['faults'] => ({
      foreignCommits: chance.next() < 0.5 ? 0.2 : 0,
      lostAnswers: chance.next() < 0.3 ? 0.1 : 0,
    });
    for (let round = 0; round < DEATHS; round += 1) {
      const mortal = { ...disturbed(), dieAt: { write: 1 + chance.below(30), after: chance.next() < 0.5 } };
      const kind = chance.below(3);
      if (kind === 0) await Promise.all([run(mortal), run(disturbed())]);
      else if (kind === 1) await run(mortal);
      else await run(disturbed(), 150 + chance.below(900));
    }
    const { failures } = await run(disturbed());
    expect(failures).toEqual([]);
  }
});

function randomStep(chance: Chance): Partial<Step> {
  const disorders: DisorderAt[] = DISORDERS.filter((name) => !NOT_HERE.includes(name) && chance.next() < 0.3);
  return {
    disorders,
    minutes: 600,
    folders: 1 + chance.below(5),
    files: 2 + chance.below(3),
    rows: 1 + chance.below(4),
  };
}
