import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { DAY_MS, HOUR_MS, iso } from './raw-tables';
import { emptyAll, ledgerErrors, tierErrors } from './testing/books';
import { givenEvents, givenRequests } from './testing/given-metrics';
import { MetricsReplica } from './testing/metrics-replica';

const DAY = Date.parse('2026-11-20T00:00:00Z');
const NOON = DAY + 12 * HOUR_MS;

describe.each([17, 16] as const)('partitions of raw metrics on Postgres %i', (postgresVersion) => {
  let stack: LocalStack;
  let replica: MetricsReplica;
  let other: MetricsReplica;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start({ postgresVersion });
    [replica, other] = [await MetricsReplica.start(stack), await MetricsReplica.start(stack)];
  });
  afterAll(async () => {
    await replica.stop();
    await other.stop();
    await stack.stop();
  });

  beforeEach(async () => {
    await emptyAll(replica);
    for (const name of await partitions()) await replica.sql(`DROP TABLE ${name}`);
    replica.now = NOON;
    other.now = NOON;
  });

  it('are made from yesterday to three days ahead, and of events from the oldest day that is kept; once', async () => {
    const first = await replica.partitions.ensure();
    const again = await replica.partitions.ensure();

    expect(first.created).toEqual(await partitions());
    expect(first.created.filter((name) => name.startsWith('performance'))).toEqual([
      'performance_metrics_2026_11_19',
      'performance_metrics_2026_11_20',
      'performance_metrics_2026_11_21',
      'performance_metrics_2026_11_22',
      'performance_metrics_2026_11_23',
    ]);
    expect(first.created).toContain('usage_events_2026_11_13');
    expect(again).toEqual({ created: [], inDefault: { performance: 0, usage: 0 } });
    expect(replica.partitions.last).toEqual(again);
  });

  it('are made by one of two replicas that come at once', async () => {
    const [one, two] = await Promise.all([replica.partitions.ensure(), other.partitions.ensure()]);

    expect([...one.created, ...two.created].sort()).toEqual(await partitions());
  });

  it('are made for a new day while rows are written and read', async () => {
    await replica.partitions.ensure();
    const end = { reached: false };
    const working = (async () => {
      while (!end.reached) {
        await givenRequests(other, [{ at: NOON }, { at: NOON + DAY_MS }]);
        await other.sql('SELECT count(*) FROM performance_metrics');
      }
    })();

    for (let day = 1; day <= 5; day++) await replica.partitions.ensure(NOON + day * DAY_MS);
    end.reached = true;
    await working;

    expect(await partitions()).toContain('performance_metrics_2026_11_28');
    expect(await ledgerErrors(replica)).toEqual([]);
  });

  it('take over rows that came before them, which can be rolled up then', async () => {
    await givenRequests(replica, [{ at: NOON }, { at: NOON + 1 }, { at: NOON - DAY_MS }]);
    await givenEvents(replica, [{ at: NOON }]);
    const early = await replica.rollUp.run({ untilNow: true });

    const { inDefault } = await replica.partitions.ensure();
    const report = await replica.rollUp.run({ untilNow: true });

    expect(early).toMatchObject({ buckets: 0, oldestDirty: new Date(NOON - DAY_MS) });
    expect(inDefault).toEqual({ performance: 0, usage: 0 });
    expect(report).toMatchObject({ buckets: 3, oldestDirty: undefined });
    expect(await tierErrors(replica)).toEqual([]);
    expect(await ledgerErrors(replica)).toEqual([]);
    expect(await replica.sql('SELECT 1 FROM performance_metrics_default')).toEqual([]);
    const [{ ids } = { ids: 0 }] = await replica.sql<{ ids: number }>(
      'SELECT count(DISTINCT correlation_id)::int AS ids FROM performance_metrics',
    );
    expect(ids).toBe(3);
  });

  it('are not made for days far ahead; such rows are told of until their day comes', async () => {
    await givenRequests(replica, [{ at: NOON + 10 * DAY_MS }]);

    const now = await replica.partitions.ensure();
    const then = await replica.partitions.ensure(NOON + 8 * DAY_MS);

    expect(now.inDefault).toEqual({ performance: 1, usage: 0 });
    expect(then.inDefault).toEqual({ performance: 0, usage: 0 });
    expect(then.created).toContain('performance_metrics_2026_11_30');
  });

  it('wait for a long reader no longer than others may be held up, and try again', async () => {
    const reading = replica.database.asSystem(async (tx) => {
      await tx.query('SELECT count(*) FROM performance_metrics_default');
      await new Promise((resolve) => setTimeout(resolve, 700));
    });
    const making = replica.partitions.ensure();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = performance.now();
    await other.sql('SELECT count(*) FROM performance_metrics');
    const heldUpMs = performance.now() - startedAt;

    await reading;
    expect((await making).created.length).toBeGreaterThan(0);
    // 150 ms by design; ten times that for a busy machine.
    expect(heldUpMs).toBeLessThan(1_500);
  });

  it('of a day that was let go of are not made again, so that what came late cannot take the place of all', async () => {
    await replica.partitions.ensure(NOON - 3 * DAY_MS);
    await givenRequests(replica, [{ at: NOON - 4 * DAY_MS }, { at: NOON - 4 * DAY_MS + 1 }]);
    await replica.rollUp.run();
    await replica.sql(
      `DROP TABLE performance_metrics_${iso(NOON - 4 * DAY_MS)
        .slice(0, 10)
        .replaceAll('-', '_')}`,
    );
    await givenRequests(replica, [{ at: NOON - 4 * DAY_MS }]);

    const { inDefault } = await replica.partitions.ensure();
    await replica.rollUp.run();

    expect(inDefault.performance).toBe(1);
    const [tier] = await replica.sql(
      'SELECT sample_count::int AS samples FROM aggregated_metrics WHERE granularity_min = 5',
    );
    expect(tier).toEqual({ samples: 2 });
  });

  async function partitions(): Promise<string[]> {
    const rows = await replica.sql<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' AND relname NOT LIKE '%_default' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }
});
