// Before everything that writes.
import './die-naming';
import { writeSync } from 'node:fs';
import { runIngestion } from '../run/run-ingestion';
import type { RunOptions } from '../run/run-options';
import { LocalSource } from '../source/local-source';
import { FaultyTarget, type TargetFaults } from './faulty-target';

/** A run in a process of its own, as one argument of JSON. */
export interface EngineOrder extends Pick<
  RunOptions,
  'mode' | 'runId' | 'onPoison' | 'retryQuarantined' | 'resets' | 'parallelTables'
> {
  readonly source: string;
  readonly target: string;
  readonly faults: Omit<TargetFaults, 'next'>;
}

/** Runs the engine once; each folder it was told to be done is a line, and the outcome is the last. */
async function main(order: EngineOrder): Promise<void> {
  const { source, target, faults, ...options } = order;
  const say = (line: object): number => writeSync(1, `${JSON.stringify(line)}\n`);
  const result = await runIngestion({
    ...options,
    source: new LocalSource(source),
    target: new FaultyTarget(target, { ...faults, next: Math.random }),
    manifestPath: 'manifest.json',
    onEvent: (event) => {
      if (event.type === 'folder-done') {
        const { table, fingerprint, folder, version } = event.result;
        say({ done: `${table}/${fingerprint}/${folder}`, version });
      }
    },
  });
  const failures = result.tables.flatMap(({ table, failure }) =>
    failure === undefined ? [] : [{ table, ...failure }],
  );
  say({ outcome: result.outcome, failures });
}

void main(JSON.parse(process.argv[2] ?? '') as EngineOrder);
