import { LocalStack, withSeed } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS } from './raw-tables';
import { RollUp } from './roll-up';
import { emptyAll, ledgerErrors, tierErrors } from './testing/books';
import { givenEvents, givenRequests, someEvents, someRequests, tiersOf } from './testing/given-metrics';
import { MetricsReplica } from './testing/metrics-replica';

/** How many rounds and reads; 1,000 reads with FAULT_SCALE=5. */
const SCALE = Number(process.env['FAULT_SCALE'] ?? '1');
/** The leap day of 2028. */
const DAY = Date.parse('2028-02-29T00:00:00Z');
const NOON = DAY + 12 * HOUR_MS;

describe('the roll-up under faults', () => {
  let stack: LocalStack;
  let replicas: MetricsReplica[];
  let replica: MetricsReplica;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    replicas = [];
    for (let count = 0; count < 4; count++) replicas.push(await MetricsReplica.start(stack));
    replica = replicas[0] as MetricsReplica;
    for (const day of [DAY - 6 * DAY_MS, DAY - 3 * DAY_MS, DAY]) await replica.partitions.ensure(day);
  });
  afterAll(async () => {
    for (const one of replicas) await one.stop();
    await stack.stop();
  });

  beforeEach(async () => {
    for (const one of replicas) {
      one.now = NOON + HOUR_MS;
      one.steps.seen = [];
      one.steps.then = undefined;
    }
    await emptyAll(replica);
  });

  it('that is broken off after any of its statements has not happened, and comes to the same bytes when run again', async () => {
    await withSeed(async (random) => {
      await givenRequests(replica, someRequests(random, 200, NOON - HOUR_MS, NOON));
      await givenEvents(replica, someEvents(random, 100, NOON - HOUR_MS, NOON));
      await replica.rollUp.run();
      await givenRequests(replica, someRequests(random, 50, NOON - 10 * MINUTE_MS, NOON + 5 * MINUTE_MS));
      await givenEvents(replica, someEvents(random, 50, NOON - 10 * MINUTE_MS, NOON + 5 * MINUTE_MS));
      const [before, marks] = [await tiersOf(replica), await marksOf()];
      replica.steps.seen = [];
      const brokenOffAt: number[] = [];

      for (let step = 1; ; step++) {
        replica.steps.seen = [];
        replica.steps.then = async (position) => {
          // By an error of ours, and by a session that is killed: the server takes back what was not committed.
          if (position !== step) return;
          brokenOffAt.push(step);
          if (step % 2 === 0) throw new Error('broken off');
          await killSessions(replica);
        };
        const ended = await replica.rollUp.run().then(
          () => 'done',
          () => 'failed',
        );
        if (ended === 'done') break;
        expect(await tiersOf(replica)).toBe(before);
        expect(await marksOf()).toEqual(marks);
      }

      // Lock, partitions twice, marks, raw rows, tiers of three sizes, people: each of them was the last one once.
      expect(brokenOffAt.length).toBeGreaterThanOrEqual(15);
      const after = await tiersOf(replica);
      expect(after).not.toBe(before);
      expect(await tierErrors(replica)).toEqual([]);
      replica.steps.then = undefined;
      await markEverything();
      await replica.rollUp.run();
      expect(await tiersOf(replica)).toBe(after);
    });
  });

  it('by four replicas at once is the work of one at a time, and makes what a single one makes', async () => {
    await withSeed(async (random) => {
      for (let round = 0; round < 3 * SCALE; round++) {
        const from = NOON - HOUR_MS * random.below(4);
        await givenRequests(replica, someRequests(random, 300, from - HOUR_MS, from));
        await givenEvents(replica, someEvents(random, 100, from - HOUR_MS, from));
        const reports = await Promise.all(replicas.map((one) => one.rollUp.run()));
        expect(reports.filter(({ status }) => status === 'done').length).toBeGreaterThanOrEqual(1);
        while ((await replica.rollUp.run()).status !== 'done') continue;
        const together = await tiersOf(replica);
        await replica.sql('TRUNCATE aggregated_metrics, metric_users');
        await markRaw();
        await replica.rollUp.run();
        expect(await tiersOf(replica)).toBe(together);
        expect(await tierErrors(replica)).toEqual([]);
      }
    });
  });

  it('skips while another one works, and loses nothing by it', async () => {
    await givenRequests(replica, [{ at: NOON }]);
    const other = replicas[1] as MetricsReplica;
    let skipped: Awaited<ReturnType<RollUp['run']>> | undefined;
    replica.steps.then = async (step) => {
      if (step === 4) skipped = await other.rollUp.run();
    };

    const report = await replica.rollUp.run();

    expect(skipped).toMatchObject({ status: 'skipped', buckets: 0 });
    expect(report).toMatchObject({ status: 'done', buckets: 1 });
    expect((await other.rollUp.run()).buckets).toBe(0);
  });

  it('shows every reader raw rows and tiers that agree, while writers and two rollers go on', async () => {
    await withSeed(async (random) => {
      const end = { reached: false };
      const [reader, writer, ...rollers] = replicas as [MetricsReplica, MetricsReplica, MetricsReplica, MetricsReplica];
      const writing = (async () => {
        while (!end.reached) {
          const bucket = NOON - BUCKET_MS * (1 + random.below(24));
          await givenRequests(writer, someRequests(random, 20, bucket, bucket + BUCKET_MS));
        }
      })();
      const rolling = rollers.map(async (roller) => {
        while (!end.reached) await roller.rollUp.run();
      });
      const wrong: unknown[] = [];
      let rolledUp = 0;
      const reads = 200 * SCALE;
      for (let read = 0; read < reads; read++) {
        const seen = await snapshotOf(reader);
        if (seen.tiers + seen.unrolled !== seen.raw || seen.hours !== seen.fine || seen.days !== seen.fine)
          wrong.push(seen);
        if (seen.tiers > 0) rolledUp++;
      }
      end.reached = true;
      await Promise.all([writing, ...rolling]);

      expect(wrong).toEqual([]);
      expect(rolledUp).toBeGreaterThan(reads / 10);
    });
  });

  it.each([
    ['a second', 1_000],
    ['an hour', HOUR_MS],
    ['a day', DAY_MS],
    ['6 days and 23 hours', 7 * DAY_MS - HOUR_MS],
  ])('counts a row that is %s late once, in its bucket', async (_, late) => {
    const at = NOON - late;
    await givenRequests(replica, [{ at: at - 1_000 }, { at: NOON }]);
    await replica.rollUp.run();
    const before = await counted(at);

    await givenRequests(replica, [{ at }]);
    await replica.rollUp.run();

    expect(await counted(at)).toEqual(before.map(({ minutes, samples }) => ({ minutes, samples: samples + 1 })));
    expect(await tierErrors(replica)).toEqual([]);
    expect(await ledgerErrors(replica)).toEqual([]);
  });

  it('counts what lies on a bound once, in the bucket that begins there', async () => {
    const bounds = [NOON, NOON - HOUR_MS, DAY, DAY - DAY_MS, DAY - 3 * DAY_MS, NOON - 7 * BUCKET_MS];
    await givenRequests(
      replica,
      bounds.flatMap((at) => [{ at: at - 1 }, { at }, { at: at + 1 }]),
    );

    await replica.rollUp.run();

    for (const at of bounds) {
      for (const unit of [BUCKET_MS, HOUR_MS, DAY_MS]) {
        const [row] = await replica.sql<{ tier: number; raw: number }>(
          `SELECT (SELECT coalesce(sum(sample_count), 0)::int FROM aggregated_metrics
                    WHERE granularity_min = $1 AND time_bucket = to_timestamp($2::float8)) AS tier,
                  (SELECT count(*)::int FROM performance_metrics
                    WHERE "timestamp" >= to_timestamp($2::float8) AND "timestamp" < to_timestamp($3::float8)) AS raw`,
          unit / MINUTE_MS,
          (Math.floor(at / unit) * unit) / 1_000,
          (Math.floor(at / unit) * unit + unit) / 1_000,
        );
        expect(row?.tier).toBe(row?.raw);
        expect(row?.raw).toBeGreaterThanOrEqual(2);
      }
    }
    expect(await tierErrors(replica)).toEqual([]);
  });

  it('finds the same buckets in every time zone of the server, also where clocks are set', async () => {
    await withSeed(async (random) => {
      // New York sets its clocks back at 06:00 UTC on 1 November 2026, Lord Howe forward by half an hour on 3 October, 15:30 UTC.
      for (const change of ['2026-11-01T06:00:00Z', '2026-10-03T15:30:00Z']) {
        const at = Date.parse(change);
        await emptyAll(replica);
        replica.now = at + 3 * HOUR_MS;
        await replica.partitions.ensure();
        await givenRequests(replica, someRequests(random, 200, at - 2 * HOUR_MS, at + 2 * HOUR_MS));
        await givenEvents(replica, someEvents(random, 100, at - 2 * HOUR_MS, at + 2 * HOUR_MS));
        const made = new Set<string>();
        for (const zone of ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
          await replica.sql('TRUNCATE aggregated_metrics, metric_users, metrics_dirty');
          await markRaw();
          await inZone(zone).run();
          made.add(await tiersOf(replica));
          expect(await tierErrors(replica)).toEqual([]);
        }
        expect(made.size).toBe(1);
      }
    });
  });

  function inZone(zone: string): RollUp {
    const { background } = replica;
    return new RollUp(
      {
        statement: (statement) => background.statement(statement),
        transaction: (work, options) =>
          background.transaction(async (run) => {
            await run(`SET LOCAL timezone = '${zone}'`);
            return work(run);
          }, options),
      },
      replica.clock,
      replica.steps,
    );
  }

  async function killSessions(one: MetricsReplica): Promise<void> {
    // By another session of the same role; the one that works is the one with a transaction.
    await one.database.asSystem((tx) =>
      tx.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE usename = current_user AND pid <> pg_backend_pid() AND state = 'idle in transaction'`,
      ),
    );
  }

  async function marksOf(): Promise<unknown[]> {
    return replica.sql('SELECT kind, bucket, count(*)::int AS marks FROM metrics_dirty GROUP BY 1, 2 ORDER BY 1, 2');
  }

  async function markEverything(): Promise<void> {
    await replica.sql(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
       SELECT DISTINCT metric_type, time_bucket, gen_random_uuid(), 1 FROM aggregated_metrics WHERE granularity_min = 5`,
    );
  }

  async function markRaw(): Promise<void> {
    await replica.sql(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
       SELECT DISTINCT kind, date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z'), gen_random_uuid(), 1
       FROM (SELECT 'performance' AS kind, "timestamp" AS at FROM performance_metrics
             UNION ALL SELECT 'usage', "timestamp" FROM usage_events) AS raw`,
    );
  }

  function counted(at: number): Promise<{ minutes: number; samples: number }[]> {
    return replica.sql(
      `SELECT minutes, (SELECT coalesce(sum(sample_count), 0)::int FROM aggregated_metrics
          WHERE granularity_min = minutes
            AND time_bucket = date_bin(make_interval(mins => minutes), $1, timestamptz '2000-01-01 00:00:00Z')) AS samples
       FROM (VALUES (5), (60), (1440)) AS tier (minutes)`,
      new Date(at).toISOString(),
    );
  }
});

interface Snapshot {
  raw: number;
  unrolled: number;
  tiers: number;
  fine: number;
  hours: number;
  days: number;
}

/** What one reader sees at one moment: clean buckets in the tiers, dirty ones as raw rows. */
async function snapshotOf({ background }: MetricsReplica): Promise<Snapshot> {
  const tier = (minutes: number, and = ''): string =>
    `(SELECT coalesce(sum(sample_count), 0)::int FROM aggregated_metrics AS t WHERE granularity_min = ${minutes} ${and})`;
  const bucket = `date_bin('5 minutes', "timestamp", timestamptz '2000-01-01 00:00:00Z')`;
  const [seen] = await background.statement<Snapshot>({
    text: `SELECT (SELECT count(*)::int FROM performance_metrics) AS raw,
        (SELECT count(*)::int FROM performance_metrics WHERE ${bucket} IN (SELECT bucket FROM metrics_dirty)) AS unrolled,
        ${tier(5, 'AND time_bucket NOT IN (SELECT bucket FROM metrics_dirty)')} AS tiers,
        ${tier(5)} AS fine, ${tier(60)} AS hours, ${tier(1440)} AS days`,
  });
  if (seen === undefined) throw new Error('An aggregate has no row');
  return seen;
}
