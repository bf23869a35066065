/**
 * The order of suites: as Jest has it, the longest first, so that none is left to run alone at the end. Where Jest has not seen a
 * suite run, as on a machine that is new, it goes by the size of the file, which says nothing; then this goes by what is known here.
 */
import TestSequencer from '@jest/test-sequencer';

/** Roughly, in seconds. One that is missing or wrong costs seconds at the end of a run, and nothing else. */
export const LONG = [
  [80, 'tools/build/packages/packages.int-spec.ts'],
  [60, 'apps/api/src/faults/as-whom.int-spec.ts'],
  [60, 'apps/api/src/faults/database-process.int-spec.ts'],
  [55, 'apps/api/src/faults/two-replicas.int-spec.ts'],
  [55, 'libs/cda/src/faults/disorders.int-spec.ts'],
  [50, 'migrations/migrations.int-spec.ts'],
  [45, 'apps/api/src/faults/metrics-process.int-spec.ts'],
  [45, 'libs/delta/src/corpus.int-spec.ts'],
  [40, 'apps/api/src/aliases/aliases.int-spec.ts'],
  [40, 'libs/databricks/emulator/src/postgres/embedded-postgres.int-spec.ts'],
  [35, 'apps/api/src/faults/http-shutdown.int-spec.ts'],
  [35, 'apps/api/src/faults/metrics-cardinality.int-spec.ts'],
  [35, 'apps/api/src/faults/metrics-time-zones.int-spec.ts'],
  [35, 'apps/api/src/upgrade.int-spec.ts'],
  [35, 'apps/cli/src/deploy/deploy.int-spec.ts'],
  [35, 'libs/server/jobs/src/engine/embedded-engine.int-spec.ts'],
  [35, 'libs/server/persistence/src/lakebase-credentials.int-spec.ts'],
  [35, 'tools/contract/generate.int-spec.ts'],
  [30, 'libs/server/metrics/src/queries/adding-up.int-spec.ts'],
  [25, 'apps/api/src/faults/ingestion-process.int-spec.ts'],
  [25, 'apps/api/src/faults/metrics-outage.int-spec.ts'],
  [25, 'libs/delta/src/writer/checkpoint/corpus-checkpoints.int-spec.ts'],
  [25, 'libs/server/persistence/src/outages.int-spec.ts'],
  [25, 'tools/lint/boundaries.spec.ts'],
  [20, 'apps/cli/src/process.int-spec.ts'],
  [20, 'libs/cda/src/faults/random-streams.int-spec.ts'],
  [20, 'libs/databricks/emulator/src/jobs/jobs.int-spec.ts'],
  [20, 'libs/delta/src/writer/random-histories.spec.ts'],
  [20, 'libs/server/metrics/src/collection/collection-outages.int-spec.ts'],
  [20, 'libs/server/metrics/src/queries/roll-up-under-readers.int-spec.ts'],
  [20, 'libs/server/metrics/src/roll-up/retention.int-spec.ts'],
];
/** Of all others, those with a server before those without one, and before those of the web, whose processes are others. */
const USUAL = { integration: 5_000, unit: 1_500 };

export default class LongestFirst extends TestSequencer {
  /** Milliseconds. */
  time(test) {
    return super.time(test) ?? expected(test);
  }
}

function expected({ path, context }) {
  const name = path.slice(context.config.rootDir.length + 1).replaceAll('\\', '/');
  const [seconds] = LONG.find(([, long]) => long === name) ?? [];
  if (seconds !== undefined) return seconds * 1_000;
  return name.endsWith('.int-spec.ts') ? USUAL.integration : USUAL.unit;
}
