import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { someEvents, someRequests } from '../roll-up/testing/given-metrics';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../roll-up/raw-tables';
import { together } from './latency-reader';
import { rangeOf } from './metrics-range';
import { MetricsReader } from './metrics-reader';
import { MetricsApp } from './testing/metrics-app';

/** Shortly after a leap day and the end of a month. */
const NOW = Date.parse('2024-03-01T00:12:34.567Z');
/** Where one bucket, hour, day, month or kind of storage ends and another begins. */
const EDGES = [
  '2024-02-29T00:00:00Z',
  '2024-03-01T00:00:00Z',
  '2024-02-29T23:55:00Z',
  '2024-02-28T12:00:00Z',
  '2024-02-27T09:35:00Z',
  '2024-02-23T00:00:00Z',
].map((instant) => Date.parse(instant));

describe('metrics of neighbouring times', () => {
  let stack: LocalStack;
  let app: MetricsApp;
  const random = new SeededRandom();
  const edges = [...EDGES, NOW - 7 * DAY_MS, NOW - 12 * HOUR_MS, NOW - 30 * DAY_MS];

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
    app.setNow(NOW);
    const near = edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((at) => at < NOW);
    await app.givenRequests([
      ...someRequests(random, 1_200, NOW - 10 * DAY_MS, NOW),
      ...near.map((at, index) => ({ at, ms: index, endpoint: '/edge', status: 400 + index })),
    ]);
    await app.givenEvents([...someEvents(random, 500, NOW - 10 * DAY_MS, NOW), ...near.map((at) => ({ at }))]);
    await app.rollUp();
    // Some of it again, later: buckets that are rolled up, and have more.
    await app.givenRequests(someRequests(random, 40, NOW - 6 * DAY_MS, NOW));
    await app.givenEvents(someEvents(random, 40, NOW - 6 * DAY_MS, NOW));
    // Ten days of rolling up.
  }, 180_000);

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('are together those of the whole time, down to the byte of the histogram', () =>
    withSeed(async () => {
      for (let round = 0; round < 60; round++) {
        const [a, b, c] = [instant(), instant(), instant()].sort((left, right) => left - right) as [
          number,
          number,
          number,
        ];
        if (a === b || b === c) continue;
        const [whole, first, second] = [await readOf(a, c), await readOf(a, b), await readOf(b, c)];

        const sum = together([first.latency, second.latency]);
        expect({ ...sum, sketch: sum.sketch.encode() }).toEqual({
          ...whole.latency,
          sketch: whole.latency.sketch.encode(),
        });
        expect(first.events + second.events).toBe(whole.events);
      }
    }, random));

  it('count every request exactly once, as they lie in the table', () =>
    withSeed(async () => {
      for (let round = 0; round < 40; round++) {
        const [from, to] = [instant(), instant()].sort((left, right) => left - right) as [number, number];
        if (from === to) continue;
        const { range, latency, events } = await readOf(from, to);

        const [stored] = await app.sql<{ requests: number; events: number }>(
          `SELECT (SELECT count(*) FROM performance_metrics WHERE "timestamp" >= $1 AND "timestamp" < $2)::int AS requests,
                  (SELECT count(*) FROM usage_events WHERE "timestamp" >= $1 AND "timestamp" < $2)::int AS events`,
          new Date(range.from),
          new Date(range.to),
        );
        expect({ requests: latency.requests, events }).toEqual(stored);
        expect(latency.sketch.count).toBe(latency.requests);
      }
    }, random));

  it.each(['America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
    'are the same in a database that lives in %s, also across a change of its clocks',
    async (zone) => {
      const around = Date.parse(zone === 'America/New_York' ? '2024-03-10T07:00:00Z' : '2024-04-06T15:00:00Z');
      app.setNow(around + DAY_MS);
      const endpoint = `/dst/${zone}`;
      const hours = Array.from({ length: 48 }, (_, hour) => around - DAY_MS + hour * HOUR_MS);
      await app.givenRequests(hours.map((at) => ({ at: at + 1, endpoint })));
      const steps = (): Promise<[number, number][]> =>
        app.get(MetricsReader).read(async (snapshot) => {
          await snapshot.tx.query(`SET LOCAL timezone = '${zone}'`);
          const range = { from: around - DAY_MS, to: around + DAY_MS };
          const { groups } = await snapshot.latency(range, { endpoint }, { stepMs: HOUR_MS });
          return groups
            .map(({ step, requests }): [number, number] => [step, requests])
            .sort(([left], [right]) => left - right);
        });
      const fromRaw = await steps();
      await app.rollUp();

      expect(fromRaw).toEqual(hours.map((at) => [at, 1]));
      expect(await steps()).toEqual(fromRaw);
      app.setNow(NOW);
    },
  );

  /** On an edge, next to one, or anywhere. */
  function instant(): number {
    const edge = edges[random.below(edges.length)] ?? NOW;
    const near = edge + ([-1, 0, 1, -MINUTE_MS, 5 * MINUTE_MS, HOUR_MS][random.below(6)] ?? 0);
    return Math.min(NOW, random.chance(0.6) ? near : NOW - Math.floor(random.next() * 10 * DAY_MS));
  }

  function readOf(start: number, end: number) {
    const range = rangeOf({ start: new Date(start).toISOString(), end: new Date(end).toISOString() }, NOW);
    return app.get(MetricsReader).read(async (snapshot) => {
      const { groups } = await snapshot.latency(range, {}, 'nothing');
      const counts = await snapshot.events(range, undefined, 'type and page');
      return { range, latency: together(groups), events: counts.reduce((sum, { events }) => sum + events, 0) };
    });
  }
});
