import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../roll-up/raw-tables';
import { RollUp } from '../roll-up/roll-up';
import { RollUpSteps } from '../roll-up/roll-up-steps';
import { someEvents, someRequests } from '../roll-up/testing/given-metrics';
import { MetricsClock } from '../collection/metrics-clock';
import type { LatencyReading } from './latency-reader';
import { readLatency } from './latency-reader';
import { PieceMemory } from './piece-memory';
import { MetricsReader } from './metrics-reader';
import type { MetricsSnapshot } from './metrics-snapshot';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T10:17:00Z');
/** 300 with FAULT_SCALE=12; each takes longer than the one before, because rows keep coming in. */
const READS = 25 * Number(process.env['FAULT_SCALE'] ?? 1);

it(
  'what is read is what is stored, in every snapshot, while rows come in and two replicas roll up',
  () =>
    withSeed(async (random) => {
      const stack = await LocalStack.start();
      const app = await MetricsApp.start(stack);
      try {
        app.setNow(NOW);
        let done = false;
        const until = async (work: () => Promise<unknown>): Promise<number> => {
          let times = 0;
          for (; !done; times++) await work();
          return times;
        };
        const writing = [0, 1].map(() => until(() => write(app, random)));
        const rollingUp = [0, 1].map(() => {
          const rollUp = new RollUp(app.get(BackgroundDatabase), app.get(MetricsClock), new RollUpSteps());
          return until(() => rollUp.run({ untilNow: random.chance(0.5) }));
        });
        let fromTiers = 0;
        try {
          for (let read = 0; read < READS; read++) {
            const to = random.chance(0.5) ? NOW : NOW - random.below(3 * HOUR_MS);
            const from = to - 1 - random.below(random.chance(0.3) ? HOUR_MS : 3 * DAY_MS);
            fromTiers += await app.get(MetricsReader).read((snapshot) => compare(snapshot, { from, to }, random));
          }
        } finally {
          done = true;
          const times = await Promise.all([...writing, ...rollingUp]);
          expect(Math.min(...times)).toBeGreaterThan(0);
        }
        // Else there was nothing to be seen half.
        expect(fromTiers).toBeGreaterThan(0);
      } finally {
        await app.stop();
        await stack.stop();
      }
    }),
  1_800_000,
);

/** Mostly now, and now and then late. */
async function write(app: MetricsApp, random: SeededRandom): Promise<void> {
  const late = random.chance(0.2) ? random.below(2 * DAY_MS) : 0;
  const to = NOW - late;
  await app.givenRequests(someRequests(random, 1 + random.below(60), to - 30 * MINUTE_MS, to));
  if (random.chance(0.5)) await app.givenEvents(someEvents(random, 1 + random.below(20), to - 30 * MINUTE_MS, to));
}

/** Answers how many samples did not come from raw rows. */
async function compare(
  snapshot: MetricsSnapshot,
  range: { from: number; to: number },
  random: SeededRandom,
): Promise<number> {
  const raw = { tiers: [], raw: [range] };
  const grouping = random.chance(0.5)
    ? 'endpoint'
    : { stepMs: [5 * MINUTE_MS, HOUR_MS, DAY_MS][random.below(3)] ?? DAY_MS };
  const read = await snapshot.latency(range, {}, grouping);
  const stored = await readLatency(new PieceMemory().within(snapshot.tx), raw, {}, grouping);
  expect(contentsOf(read)).toEqual(contentsOf(stored));

  const events = await snapshot.events(range, undefined, 'type and page');
  const [counted] = (await snapshot.tx.query(
    `SELECT count(*)::int AS events, count(DISTINCT user_id)::int AS people FROM usage_events WHERE "timestamp" >= $1 AND "timestamp" < $2`,
    [new Date(range.from), new Date(range.to)],
  )) as { events: number; people: number }[];
  expect({
    events: events.reduce((sum, { events: n }) => sum + n, 0),
    people: (await snapshot.people(range)).withEvents,
  }).toEqual(counted);

  const [active] = (await snapshot.tx.query(
    `SELECT count(*)::int AS people FROM (
       SELECT user_id FROM usage_events WHERE "timestamp" >= $1 AND "timestamp" < $2 UNION
       SELECT user_id FROM performance_metrics WHERE "timestamp" >= $1 AND "timestamp" < $2 AND user_id IS NOT NULL) AS active`,
    [new Date(range.from), new Date(range.to)],
  )) as { people: number }[];
  expect((await snapshot.people(range)).active).toBe(active?.people);
  return read.sources['5m'] + read.sources['1h'] + read.sources['1d'];
}

function contentsOf({ groups }: LatencyReading): unknown {
  return groups
    .map(({ sketch, ...figures }) => ({ ...figures, sketch: Buffer.from(sketch.encode()).toString('hex') }))
    .sort((left, right) =>
      `${left.step}${left.endpoint} ${left.method}`.localeCompare(`${right.step}${right.endpoint} ${right.method}`),
    );
}
