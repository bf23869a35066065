import { setTimeout as delay } from 'node:timers/promises';
import { CollectionState, Flusher, RollUp, type CollectionSnapshot } from '@lakescope/server-metrics';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import { Sketch } from '@lakescope/sketch';
import type { TestApi } from './test-api';

const PATIENCE_MS = 60_000;

interface Counts {
  raw: number;
  booked: number;
  fine: number;
  folded: number;
  all_fine: number;
  hours: number;
  days: number;
}

export function collectionOf(api: TestApi): CollectionSnapshot {
  return api.app.get(CollectionState, { strict: false }).snapshot();
}

/** Once everything that was observed is stored, as far as it can be. */
export async function stored(api: TestApi): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const { inRing, overflowHeld } = collectionOf(api);
    if (inRing === 0 && overflowHeld === 0) break;
    if (performance.now() > end) throw new Error(`Still not stored: ${JSON.stringify(collectionOf(api))}`);
    await delay(20);
  }
  await api.app.get(Flusher, { strict: false }).flushNow();
}

/**
 * What must hold of the metrics after every fault, and does not: every request is in one place, the books say what is there, tiers count
 * what is raw, and each histogram holds as many samples as its row says. To be asked while no request is under way.
 */
export async function errorsOfMetrics(api: TestApi): Promise<string[]> {
  await stored(api);
  const rollUp = api.app.get(RollUp, { strict: false });
  while ((await rollUp.run({ untilNow: true })).status !== 'done') await delay(20);
  const { observed, written, overflow, dropped, inRing } = collectionOf(api);
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const nil = '00000000-0000-0000-0000-000000000000';
  const tier = (minutes: number, and = ''): string =>
    `(SELECT coalesce(sum(sample_count), 0)::int FROM aggregated_metrics
      WHERE metric_type = 'performance' AND granularity_min = ${minutes} ${and})`;
  const [counts] = await sql<Counts>(
    api,
    `SELECT (SELECT count(*)::int FROM performance_metrics) AS raw,
       (SELECT coalesce(sum(rows), 0)::int FROM metrics_ingest_log WHERE kind = 'performance') AS booked,
       ${tier(5, `AND source = '${nil}'`)} AS fine, ${tier(5, `AND source <> '${nil}'`)} AS folded,
       ${tier(5)} AS all_fine, ${tier(60)} AS hours, ${tier(1440)} AS days`,
  );
  if (counts === undefined) throw new Error('An aggregate has no row');
  const errors: string[] = [];
  const equal = (name: string, one: number, other: number): void => {
    if (one !== other) errors.push(`${name}: ${one} and ${other}`);
  };
  equal('observed, and written + overflow + dropped + in the ring', observed, written + overflow + lost + inRing);
  equal('the ledger, and raw rows', counts.booked, counts.raw);
  equal('written by this process, and raw rows', written, counts.raw);
  equal('folded by this process, and stored so', overflow, counts.folded);
  equal('5 minutes, and raw rows', counts.fine, counts.raw);
  equal('hours, and 5 minutes', counts.hours, counts.all_fine);
  equal('days, and 5 minutes', counts.days, counts.all_fine);
  const histograms = await sql<{ hist: Buffer; samples: number }>(
    api,
    `SELECT hist, sample_count::int AS samples FROM aggregated_metrics WHERE metric_type = 'performance'`,
  );
  for (const { hist, samples } of histograms) equal('a histogram, and its row', Sketch.decodeAll(hist).count, samples);
  return errors;
}

function sql<Row>(api: TestApi, text: string): Promise<Row[]> {
  return api.app.get(BackgroundDatabase).statement<Row>({ text, values: [] });
}
