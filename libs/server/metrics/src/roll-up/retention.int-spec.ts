import { randomUUID } from 'node:crypto';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { DAY_MS, HOUR_MS, iso, startOf } from './raw-tables';
import { emptyAll, ledgerErrors } from './testing/books';
import { givenEvents, givenRequests } from './testing/given-metrics';
import { MetricsReplica } from './testing/metrics-replica';

const TODAY = startOf(DAY_MS, Date.now());
/** The youngest day that has to go. */
const OLD = TODAY - 8 * DAY_MS;
const OLD_NAME = `performance_metrics_${iso(OLD).slice(0, 10).replaceAll('-', '_')}`;

describe('the retention of metrics', () => {
  let stack: LocalStack;
  let replica: MetricsReplica;
  let other: MetricsReplica;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    [replica, other] = [await MetricsReplica.start(stack), await MetricsReplica.start(stack)];
  });
  afterAll(async () => {
    await replica.stop();
    await other.stop();
    await stack.stop();
  });

  beforeEach(async () => {
    await emptyAll(replica);
    const there = await replica.sql<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' AND relname NOT LIKE '%_default'`,
    );
    for (const { name } of there) await replica.sql(`DROP TABLE ${name}`);
    replica.clock.at = undefined;
    // Days as they were made when they came.
    for (const day of [OLD, TODAY - 5 * DAY_MS, TODAY]) await replica.partitions.ensure(day + HOUR_MS);
    await givenRequests(replica, [{ at: OLD }, { at: OLD + DAY_MS - 1 }, { at: OLD + DAY_MS }, { at: TODAY }]);
    await givenEvents(replica, [{ at: OLD }, { at: TODAY }]);
    await replica.rollUp.run({ untilNow: true });
  });

  it('lets a day go 7 days after its end, and books the rows that are gone', async () => {
    const { dropped, kept } = await replica.retention.run();

    expect(dropped).toContain(OLD_NAME);
    expect(dropped.filter((name) => name > OLD_NAME && name.startsWith('performance'))).toEqual([]);
    expect(kept).toEqual([]);
    expect(await rawRows()).toEqual([2, 1]);
    expect(await ledgerErrors(replica)).toEqual([]);
    expect((await replica.retention.run()).dropped).toEqual([]);
  });

  it('keeps a day to the last millisecond of its seven days more', async () => {
    const edge = OLD + DAY_MS + 7 * DAY_MS;

    const on = await replica.retention.run(edge);
    const after = await replica.retention.run(edge + 1);

    expect(on.dropped).not.toContain(OLD_NAME);
    expect(after.dropped).toContain(OLD_NAME);
  });

  it('goes by the slower of two clocks: one that was set wrong deletes nothing', async () => {
    const { dropped } = await replica.retention.run(TODAY + 400 * DAY_MS);

    expect(dropped.filter((name) => name > OLD_NAME && name.startsWith('performance'))).toEqual([]);
    expect(await tierRows(60)).toBeGreaterThan(0);
  });

  it('keeps a day of which a row of a tier is missing, and says why', async () => {
    await replica.sql(
      `DELETE FROM aggregated_metrics WHERE ctid IN (
         SELECT ctid FROM aggregated_metrics WHERE granularity_min = 5 AND metric_type = 'performance' ORDER BY time_bucket LIMIT 1)`,
    );

    const { dropped, kept } = await replica.retention.run();

    expect(dropped).not.toContain(OLD_NAME);
    expect(kept).toEqual([
      {
        partition: OLD_NAME,
        day: iso(OLD).slice(0, 10),
        reason: 'the 5-minute tier counts 1 of its 2 rows',
        alarm: true,
      },
    ]);
    // What the gate needs to be passed one day stays, too.
    expect(await tierRows(5)).toBeGreaterThan(0);
  });

  it.each([60, 1440])('keeps a day of which the %i-minute tier counts something else', async (minutes) => {
    await replica.sql(
      `UPDATE aggregated_metrics SET sample_count = sample_count + 1
       WHERE granularity_min = $1 AND metric_type = 'performance' AND time_bucket = $2`,
      minutes,
      iso(OLD),
    );

    const { kept } = await replica.retention.run();

    expect(kept).toMatchObject([{ partition: OLD_NAME, alarm: true }]);
  });

  it('keeps a day with a mark until that is rolled up', async () => {
    await givenRequests(replica, [{ at: OLD + HOUR_MS }]);

    const before = await replica.retention.run();
    await replica.rollUp.run();
    const after = await replica.retention.run();

    expect(before.kept).toMatchObject([{ partition: OLD_NAME, reason: '1 marks of it wait to be rolled up' }]);
    expect(after.dropped).toContain(OLD_NAME);
    expect(await ledgerErrors(replica)).toEqual([]);
  });

  it('waits behind a long reader so shortly that flushes hardly notice, and comes again', async () => {
    const reading = replica.database.asSystem(async (tx) => {
      await tx.query('SELECT count(*) FROM performance_metrics');
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    });
    const stalls: number[] = [];
    const end = { reached: false };
    const flushing = (async () => {
      while (!end.reached) {
        const startedAt = performance.now();
        await givenRequests(other, [{ at: TODAY }]);
        stalls.push(performance.now() - startedAt);
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 50));

    const { dropped } = await replica.retention.run();
    end.reached = true;
    await Promise.all([reading, flushing]);

    expect(dropped).toContain(OLD_NAME);
    // 250 ms by design; ten times that for a busy machine.
    expect(Math.max(...stalls)).toBeLessThan(2_500);
    expect(await ledgerErrors(replica)).toEqual([]);
  });

  it('gives up for this time when the table is never free, without an alarm', async () => {
    let begun = (): void => undefined;
    let release = (): void => undefined;
    const reads = new Promise<void>((resolve) => (begun = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const reading = replica.database.asSystem(async (tx) => {
      await tx.query('SELECT count(*) FROM performance_metrics');
      begun();
      await released;
    });
    await reads;

    const { kept, dropped } = await replica.retention.run();
    release();
    await reading;

    expect(dropped).not.toContain(OLD_NAME);
    expect(kept).toContainEqual(expect.objectContaining({ partition: OLD_NAME, alarm: false }));
    expect(await ledgerErrors(replica)).toEqual([]);
  }, 60_000);

  it('of two replicas at once lets each day go once', async () => {
    const [one, two] = await Promise.all([replica.retention.run(), other.retention.run()]);
    const rest = await replica.retention.run();

    const all = [...one.dropped, ...two.dropped, ...rest.dropped];
    expect(all.filter((name) => name === OLD_NAME)).toEqual([OLD_NAME]);
    expect(await ledgerErrors(replica)).toEqual([]);
  });

  it('books rows that came after their day was gone as too late, and leaves the tiers alone', async () => {
    await replica.retention.run();
    const [before] = await replica.sql<{ n: number }>('SELECT sum(sample_count)::int AS n FROM aggregated_metrics');
    await givenRequests(replica, [{ at: OLD }, { at: OLD + HOUR_MS }]);
    await replica.partitions.ensure();
    await replica.rollUp.run();

    await replica.retention.run();

    const [after] = await replica.sql<{ n: number }>('SELECT sum(sample_count)::int AS n FROM aggregated_metrics');
    const [late] = await replica.sql(
      `SELECT rows::int, written::int, dropped FROM metrics_ingest_log WHERE dropped ? 'too_late'`,
    );
    expect(after).toEqual(before);
    expect(late).toEqual({ rows: -2, written: -2, dropped: { too_late: 2 } });
    expect(await rawRows()).toEqual([2, 1]);
    expect(await ledgerErrors(replica)).toEqual([]);
    expect(await replica.rollUp.oldestDirty()).toBeUndefined();
  });

  it('keeps 5 minutes for 8 days, and hours, days and people for 90', async () => {
    for (const [minutes, days] of [
      [5, 8],
      [5, 10],
      [60, 90],
      [60, 92],
      [1440, 90],
      [1440, 92],
    ] as const) {
      await replica.sql(
        `INSERT INTO aggregated_metrics (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source, sample_count)
         VALUES ($1, $2, 'performance', '/kept', 'GET', '', $3, 0)`,
        minutes,
        iso(TODAY - days * DAY_MS),
        randomUUID(),
      );
      if (minutes !== 5) {
        await replica.sql(
          'INSERT INTO metric_users (granularity_min, time_bucket, user_id) VALUES ($1, $2, $3)',
          minutes,
          iso(TODAY - days * DAY_MS),
          'zoe',
        );
      }
    }
    await replica.retention.run();
    await replica.retention.run();

    const left = await replica.sql<{ minutes: number; days: number }>(
      `SELECT granularity_min AS minutes, ($1::date - time_bucket::date) AS days FROM aggregated_metrics
       WHERE endpoint_path = '/kept' ORDER BY 1, 2`,
      iso(TODAY),
    );
    const people = await replica.sql<{ days: number }>(
      `SELECT DISTINCT ($1::date - time_bucket::date) AS days FROM metric_users WHERE user_id = 'zoe'`,
      iso(TODAY),
    );
    expect(left).toEqual([
      { minutes: 5, days: 8 },
      { minutes: 60, days: 90 },
      { minutes: 1440, days: 90 },
    ]);
    expect(people).toEqual([{ days: 90 }]);
  });

  it('sums the ledger up by day after 8 days, and every sum stays what it was', async () => {
    const boots = [randomUUID(), randomUUID()];
    const entry = (
      boot: string | undefined,
      seq: number,
      days: number,
      observed: number,
      poison = 0,
    ): Promise<unknown> =>
      replica.sql(
        `INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, observed, written, dropped, closed, committed_at)
         VALUES ($1, $2, 'performance', 'flush', 0, $3::bigint, $3::bigint - $4::bigint, jsonb_build_object('poison', $4::bigint), true, $5)`,
        boot,
        seq,
        observed,
        poison,
        iso(TODAY - days * DAY_MS),
      );
    await entry(boots[0], 1, 11, 10);
    await entry(boots[0], 2, 11, 30, 2);
    await entry(boots[0], 3, 10, 50, 2);
    await entry(boots[1], 1, 11, 7, 1);
    await entry(boots[1], 2, 2, 9, 1);
    const totals = (): Promise<unknown[]> =>
      replica.sql(
        `SELECT sum(rows)::int AS rows, sum(observed)::int AS observed, sum(written)::int AS written,
                sum((dropped ->> 'poison')::int)::int AS poison
         FROM (SELECT DISTINCT ON (boot_id, CASE entry WHEN 'day' THEN seq END) * FROM metrics_ingest_log
               WHERE kind = 'performance' ORDER BY boot_id, CASE entry WHEN 'day' THEN seq END, seq DESC) AS last`,
      );
    const [before] = (await totals()) as { observed: number }[];

    await replica.retention.run();
    await replica.retention.run();

    const [after] = (await totals()) as { observed: number }[];
    const days = await replica.sql(
      `SELECT rows::int, observed::int, written::int, dropped FROM metrics_ingest_log WHERE entry = 'day' ORDER BY committed_at`,
    );
    expect(days).toEqual([{ rows: 0, observed: 0, written: 0, dropped: {} }]);
    expect(after?.observed).toBe(before?.observed);
    expect(await ledgerErrors(replica)).toEqual([]);
  });

  async function rawRows(): Promise<number[]> {
    const [row] = await replica.sql<{ requests: number; events: number }>(
      `SELECT (SELECT count(*)::int FROM performance_metrics) AS requests, (SELECT count(*)::int FROM usage_events) AS events`,
    );
    return Object.values(row ?? {});
  }

  async function tierRows(minutes: number): Promise<number> {
    const [row] = await replica.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM aggregated_metrics WHERE granularity_min = $1',
      minutes,
    );
    return row?.n ?? 0;
  }
});
