import { Database, UserOwnedTables } from '@lakescope/server-persistence';
import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { Flusher } from '../collection/flusher';
import { MetricsOfPeople } from '../roll-up/metrics-of-people';
import { BUCKET_MS, DAY_MS, HOUR_MS, startOf } from '../roll-up/raw-tables';
import type { GivenEvent, GivenRequest } from '../roll-up/testing/given-metrics';
import { together } from './latency-reader';
import { MetricsReader } from './metrics-reader';
import { MetricsApp } from './testing/metrics-app';
import { PeopleMemory } from './people/people-memory';

const NOW = Date.parse('2024-03-01T00:12:34.567Z');
const BEGIN = NOW - 3 * DAY_MS;
const STEPS = [BUCKET_MS, HOUR_MS, DAY_MS];

describe('what is remembered of buckets', () => {
  const random = new SeededRandom();
  let stack: LocalStack;
  let app: MetricsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
    app.setNow(NOW);
    await givenMore(400, NOW);
    await app.rollUp();
    new MetricsOfPeople(app.get(UserOwnedTables), app.get(Flusher)).onModuleInit();
  }, 120_000);

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('is what the rows say, whatever is stored and rolled up between two questions', () =>
    withSeed(async () => {
      for (let round = 0; round < 6; round++) {
        await expectTruth();
        await givenMore(20, random.chance(0.5) ? NOW : BEGIN + DAY_MS);
        await expectTruth();
        await app.rollUp({ untilNow: random.chance(0.5) });
      }
      await expectTruth();
    }, random));

  it('is what the rows say after somebody was erased', () =>
    withSeed(async () => {
      await expectTruth();
      const erased = { userId: 'person 3', pseudonym: 'erased:3' };
      await app.get(Database).asSystem(async (tx) => {
        for (const { onErase } of app.get(UserOwnedTables).all) {
          if (typeof onErase === 'function') await onErase(tx, erased);
        }
      });
      await expectTruth();
      await app.rollUp();
      await expectTruth();
    }, random));

  it('is read again when there is no room to remember it', () =>
    withSeed(async () => {
      const memory = app.get(PeopleMemory);
      const { people, mostBytes } = memory;
      memory.mostBytes = 1_000;
      await expectTruth();
      expect(memory.people).not.toBe(people);
      memory.mostBytes = mostBytes;
    }, random));

  it('costs no second look at people who were counted', async () => {
    // Which nobody else has asked about.
    const range = { from: startOf(DAY_MS, NOW) - 50 * HOUR_MS - 1, to: NOW };
    const asked = async (): Promise<string[]> =>
      app.get(MetricsReader).read(async (snapshot) => {
        const query = jest.spyOn(snapshot.tx, 'query');
        await snapshot.people(range);
        await snapshot.usageSteps(range, HOUR_MS);
        return query.mock.calls.map(([text]) => text);
      });
    const first = await asked();
    const again = await asked();
    expect(first.some((text) => text.includes('unique_users'))).toBe(true);
    // Only whether it is still true.
    expect(again.filter((text) => text.includes('md5'))).toHaveLength(2);
    expect(again.some((text) => text.includes('metric_users') || text.includes('unique_users'))).toBe(false);
  });

  async function givenMore(count: number, to: number): Promise<void> {
    const somebody = (): string => `person ${random.below(12)}`;
    const at = (): number => Math.floor(BEGIN + random.next() * (to - BEGIN));
    const requests = Array.from({ length: count }, (): GivenRequest => ({ at: at(), user: somebody() }));
    const events = Array.from({ length: count / 2 }, (): GivenEvent => ({ at: at(), user: somebody() }));
    await app.givenRequests(requests);
    await app.givenEvents(events);
  }

  async function expectTruth(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      const until = random.chance(0.3) ? NOW : NOW - random.next() * DAY_MS;
      const [from, to] = [BEGIN + random.next() * 2 * DAY_MS, until].map(Math.floor) as [number, number];
      const stepMs = STEPS[round % STEPS.length] ?? DAY_MS;
      const [range, times] = [{ from, to }, [new Date(from), new Date(to)]];
      if (from >= to) continue;
      const { people, steps, latency, events } = await app.get(MetricsReader).read(async (snapshot) => ({
        people: await snapshot.people(range),
        steps: await snapshot.usageSteps(range, stepMs),
        latency: together((await snapshot.latency(range, {}, 'endpoint')).groups),
        events: await snapshot.events(range, undefined, 'type and page'),
      }));

      const [stored] = await app.sql(
        `SELECT count(DISTINCT user_id)::int AS active, (count(DISTINCT user_id) FILTER (WHERE is_event))::int AS "withEvents",
                (count(*) FILTER (WHERE NOT is_event))::int AS requests, (count(*) FILTER (WHERE is_event))::int AS events
         FROM (SELECT user_id, "timestamp", false AS is_event FROM performance_metrics
               UNION ALL SELECT user_id, "timestamp", true FROM usage_events) AS row
         WHERE "timestamp" >= $1 AND "timestamp" < $2`,
        ...times,
      );
      expect({
        ...people,
        requests: latency.requests,
        events: events.reduce((sum, count) => sum + count.events, 0),
      }).toEqual(stored);
      expect(latency.sketch.count).toBe(latency.requests);
      const ofSteps = await app.sql<{ step: number; users: number }>(
        `SELECT extract(epoch FROM date_bin('${stepMs} milliseconds', "timestamp", 'epoch'))::float8 * 1000 AS step,
                count(DISTINCT user_id)::int AS users
         FROM usage_events WHERE "timestamp" >= $1 AND "timestamp" < $2 GROUP BY 1`,
        ...times,
      );
      expect(new Map([...steps].map(([step, { users }]) => [step, users]))).toEqual(
        new Map(ofSteps.map(({ step, users }) => [step, users])),
      );
    }
  }
});
