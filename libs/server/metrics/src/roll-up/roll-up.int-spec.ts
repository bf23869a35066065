import { Sketch } from '@lakescope/sketch';
import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { BUCKET_MS, HOUR_MS } from './raw-tables';
import { givenEvents, givenRequests, someEvents, someRequests, tiersOf } from './testing/given-metrics';
import { MetricsReplica } from './testing/metrics-replica';

const DAY = Date.parse('2026-11-20T00:00:00Z');
const NOON = DAY + 12 * HOUR_MS;

interface TierRow {
  at: string;
  endpoint_path: string;
  method: string;
  event_type: string;
  samples: number;
  errors: number;
  successes: number;
}

describe('the roll-up', () => {
  let stack: LocalStack;
  let replica: MetricsReplica;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    replica = await MetricsReplica.start(stack);
    replica.now = NOON + HOUR_MS;
    await replica.partitions.ensure();
  });
  afterAll(async () => {
    await replica.stop();
    await stack.stop();
  });

  beforeEach(async () => {
    replica.now = NOON + HOUR_MS;
    await replica.sql(
      'TRUNCATE performance_metrics, usage_events, aggregated_metrics, metric_totals, metric_users, metrics_dirty, metrics_ingest_log',
    );
  });

  it('counts requests by bucket, endpoint and method, and leaves the bucket that is still open', async () => {
    await givenRequests(replica, [
      { at: NOON, ms: 10 },
      { at: NOON + 1, ms: 30, status: 404 },
      { at: NOON + BUCKET_MS - 1, ms: 20, status: 500 },
      { at: NOON + BUCKET_MS, ms: 5 },
      { at: NOON + 2, ms: 7, method: 'POST' },
      { at: NOON + HOUR_MS, ms: 7 },
    ]);

    const report = await replica.rollUp.run();

    expect(report).toMatchObject({ status: 'done', buckets: 2, oldestDirty: new Date(NOON + HOUR_MS) });
    expect(await tier(5)).toEqual([
      row('2026-11-20T12:00:00.000Z', { samples: 3, errors: 2, successes: 1 }),
      row('2026-11-20T12:00:00.000Z', { method: 'POST', samples: 1, successes: 1 }),
      row('2026-11-20T12:05:00.000Z', { samples: 1, successes: 1 }),
    ]);
    expect(await tier(60)).toEqual([
      row('2026-11-20T12:00:00.000Z', { samples: 4, errors: 2, successes: 2 }),
      row('2026-11-20T12:00:00.000Z', { method: 'POST', samples: 1, successes: 1 }),
    ]);
    expect((await tier(1440)).map(({ at, samples }) => [at, samples])).toEqual([
      ['2026-11-20T00:00:00.000Z', 4],
      ['2026-11-20T00:00:00.000Z', 1],
    ]);
  });

  it('works an hour and its day out once the hour is over, and marks its end till then', async () => {
    await givenRequests(replica, [
      { at: NOON, ms: 10 },
      { at: NOON + BUCKET_MS, ms: 20 },
    ]);
    replica.now = NOON + 3 * BUCKET_MS;
    const report = await replica.rollUp.run();
    const marks = await replica.sql('SELECT kind, bucket FROM metrics_dirty');
    const ofHours = [...(await tier(60)), ...(await tier(1440))];
    await givenRequests(replica, [{ at: NOON + 2 * BUCKET_MS, ms: 30 }]);
    await replica.rollUp.run();
    const markedOnce = await replica.sql('SELECT kind, bucket FROM metrics_dirty');
    replica.now = NOON + HOUR_MS;
    await replica.rollUp.run();

    expect(report).toMatchObject({ status: 'done', buckets: 2, oldestDirty: undefined });
    expect(ofHours).toEqual([]);
    expect(marks).toEqual([{ kind: 'performance', bucket: new Date(NOON + HOUR_MS - BUCKET_MS) }]);
    expect(markedOnce).toEqual(marks);
    expect((await tier(60)).map(({ samples }) => samples)).toEqual([3]);
    expect((await tier(1440)).map(({ samples }) => samples)).toEqual([3]);
    expect(await replica.sql('SELECT FROM metrics_dirty')).toEqual([]);
  });

  it('keeps of each bucket the sketch that the same durations make, their sum, their ends, and who they were', async () => {
    // Bounds of buckets, zero, and what lies beyond the outermost ones.
    const durations = [
      0,
      0.0001,
      0.125,
      1,
      2,
      4096,
      1.0108892,
      1.0108893,
      3.3,
      1e12,
      ...someDurations(new SeededRandom(1), 2_000),
    ];
    await givenRequests(
      replica,
      durations.map((ms, index) => ({ at: NOON + index, ms, user: ['ana', 'bo', null][index % 3] ?? null })),
    );

    await replica.rollUp.run();

    const [stored] = await replica.sql<Record<string, unknown>>(
      `SELECT hist, hist_scale, sum_ms, min_ms, max_ms, unique_users FROM aggregated_metrics WHERE granularity_min = 5`,
    );
    const sketch = new Sketch();
    for (const ms of durations) sketch.add(Math.fround(ms));
    expect(Buffer.from(stored?.['hist'] as Buffer).equals(Buffer.from(sketch.encode()))).toBe(true);
    expect(stored).toMatchObject({ hist_scale: 6, min_ms: 0, max_ms: 1e12, unique_users: 2 });
    const sum = durations.reduce((total, ms) => total + Math.fround(ms), 0);
    expect(stored?.['sum_ms']).toBeCloseTo(sum, 0);
  });

  it('tells readers of the table percentiles and more without a decoder', async () => {
    await givenRequests(
      replica,
      Array.from({ length: 100 }, (_, index) => ({ at: NOON + index, ms: index + 1, status: index < 3 ? 500 : 200 })),
    );

    await replica.rollUp.run();

    const rows = await replica.sql<{ minutes: number; values: unknown }>(
      'SELECT granularity_min AS minutes, aggregated_values AS values FROM aggregated_metrics ORDER BY 1',
    );
    const [hour] = await replica.sql('SELECT * FROM aggregated_metrics_hourly');
    expect(rows.map(({ minutes }) => minutes)).toEqual([5, 60, 1440]);
    for (const { values } of rows) {
      expect(values).toEqual({
        avg: 50.5,
        min: 1,
        max: 100,
        p50: expect.closeTo(50, -0.5),
        p95: expect.closeTo(95, -0.5),
        p99: expect.closeTo(99, -0.5),
        error_rate: 0.03,
      });
    }
    expect(hour).toMatchObject({ endpoint: '/api/v1/catalogs', method: 'GET', request_count: '100', error_count: '3' });
  });

  it('counts usage by type and page, also over hours and days', async () => {
    await givenEvents(replica, [
      { at: NOON, page: '/files', success: true },
      { at: NOON + 1, page: '/files', success: false, user: 'bo' },
      { at: NOON + BUCKET_MS, page: '/files' },
      { at: NOON + 2, page: null },
      { at: NOON + 3, type: 'button_click', page: '/files' },
      { at: NOON - HOUR_MS, page: '/files' },
    ]);

    await replica.rollUp.run();

    expect(await tier(60, 'usage')).toEqual([
      page('2026-11-20T11:00:00.000Z', '/files', { samples: 1 }),
      page('2026-11-20T12:00:00.000Z', '', { samples: 1 }),
      page('2026-11-20T12:00:00.000Z', '/files', { event_type: 'button_click', samples: 1 }),
      page('2026-11-20T12:00:00.000Z', '/files', { samples: 3, errors: 1, successes: 1 }),
    ]);
    expect(await tier(1440, 'usage')).toContainEqual(
      page('2026-11-20T00:00:00.000Z', '/files', { samples: 4, errors: 1, successes: 1 }),
    );
  });

  it('names 200 pages of a bucket and counts the others together, in every tier', async () => {
    const pages = Array.from({ length: 230 }, (_, index) => ({ at: NOON + index, page: `/page/${index}` }));
    const later = Array.from({ length: 230 }, (_, index) => ({
      at: NOON + BUCKET_MS + index,
      page: `/other/${index}`,
    }));
    await givenEvents(replica, [...pages, ...later, { at: NOON, page: '/page/229' }, { at: NOON, page: null }]);

    await replica.rollUp.run();

    const counted = await replica.sql(
      `SELECT granularity_min AS minutes, count(*)::int AS rows, sum(sample_count)::int AS events,
              (sum(sample_count) FILTER (WHERE endpoint_path = '(other)'))::int AS other,
              count(*) FILTER (WHERE endpoint_path IN ('/page/229', ''))::int AS kept
       FROM aggregated_metrics GROUP BY granularity_min, CASE WHEN granularity_min = 5 THEN time_bucket END ORDER BY 1, 3 DESC`,
    );
    expect(counted).toEqual([
      { minutes: 5, rows: 202, events: 232, other: 30, kept: 2 },
      { minutes: 5, rows: 201, events: 230, other: 30, kept: 0 },
      { minutes: 60, rows: 202, events: 462, other: 260, kept: 2 },
      { minutes: 1440, rows: 202, events: 462, other: 260, kept: 2 },
    ]);
  });

  it('counts each person once per hour and per day, with their requests and events', async () => {
    await givenRequests(replica, [
      { at: NOON, user: 'ana' },
      { at: NOON + BUCKET_MS, user: 'ana' },
      { at: NOON, user: null },
      { at: NOON - HOUR_MS, user: 'ana' },
      { at: NOON, user: 'bo' },
    ]);
    await givenEvents(replica, [
      { at: NOON, user: 'ana' },
      { at: NOON, user: 'cy' },
    ]);

    await replica.rollUp.run();

    expect(await users()).toEqual([
      [60, '11:00', 'ana', 1, 0],
      [60, '12:00', 'ana', 2, 1],
      [60, '12:00', 'bo', 1, 0],
      [60, '12:00', 'cy', 0, 1],
      [1440, '00:00', 'ana', 3, 1],
      [1440, '00:00', 'bo', 1, 0],
      [1440, '00:00', 'cy', 0, 1],
    ]);
  });

  it('forgets people and pages that are not among the raw rows any more', async () => {
    await givenRequests(replica, [
      { at: NOON, user: 'ana' },
      { at: NOON, user: 'bo' },
    ]);
    await givenEvents(replica, [
      { at: NOON, user: 'bo' },
      { at: NOON, user: 'cy' },
      { at: NOON, user: 'cy', page: '/files' },
    ]);
    await replica.rollUp.run();
    expect(await totals('usage')).toEqual(
      [5, 60, 1440].map((minutes) => ({ minutes, samples: 3, folded: 0, people: 2 })),
    );
    await replica.sql(`UPDATE performance_metrics SET user_id = NULL WHERE user_id = 'bo'`);
    await replica.sql(`DELETE FROM usage_events`);
    for (const kind of ['performance', 'usage']) {
      await replica.sql(
        `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq) VALUES ($1, $2, gen_random_uuid(), 1)`,
        kind,
        new Date(NOON).toISOString(),
      );
    }

    await replica.rollUp.run();

    expect((await users()).map(([, , user]) => user)).toEqual(['ana', 'ana']);
    expect(await tier(5, 'usage')).toEqual([]);
    expect(await tier(60, 'usage')).toEqual([]);
    expect(await totals('usage')).toEqual([]);
  });

  it('adds what replicas have folded themselves to hours and days, and never touches it', async () => {
    await givenRequests(replica, [{ at: NOON, ms: 10 }]);
    const folded = new Sketch();
    for (const ms of [5, 50, 500]) folded.add(ms);
    await givenFolded(NOON, folded);
    await replica.rollUp.run();
    const first = await tiersOf(replica);
    await givenRequests(replica, [{ at: NOON + 1, ms: 20 }]);

    await replica.rollUp.run();

    expect((await tier(60)).map(({ samples }) => samples)).toEqual([5]);
    expect(await totals('performance')).toEqual([
      { minutes: 5, samples: 5, folded: 3, people: null },
      { minutes: 60, samples: 5, folded: 0, people: null },
      { minutes: 1440, samples: 5, folded: 0, people: null },
    ]);
    expect((await tier(1440)).map(({ samples }) => samples)).toEqual([5]);
    expect((await tier(5)).map(({ samples }) => samples).sort()).toEqual([2, 3]);
    expect(await tiersOf(replica)).not.toBe(first);
    expect(await histogramsThatLie()).toEqual([]);
  });

  it('leaves rows out that are corrupt, says so, and works them out anew from raw rows', async () => {
    await givenRequests(replica, [{ at: NOON }, { at: NOON + BUCKET_MS }]);
    await replica.rollUp.run();
    const right = await tiersOf(replica);
    await replica.sql(
      `UPDATE aggregated_metrics SET hist = '\\xff00ff' WHERE granularity_min = 5 AND time_bucket = $1`,
      new Date(NOON).toISOString(),
    );
    await replica.sql(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq) VALUES ('performance', $1, gen_random_uuid(), 1)`,
      new Date(NOON + BUCKET_MS).toISOString(),
    );

    await replica.rollUp.run();
    const between = await tier(60);
    await replica.rollUp.run();

    expect(between.map(({ samples }) => samples)).toEqual([1]);
    expect(await tiersOf(replica)).toBe(right);
    expect((await replica.rollUp.run()).oldestDirty).toBeUndefined();
  });

  it('takes up a backlog of days, part by part, to what a single one would have made', async () => {
    await withSeed(async (random) => {
      await givenRequests(replica, someRequests(random, 3_000, DAY - 20 * HOUR_MS, NOON));
      await givenEvents(replica, someEvents(random, 1_000, DAY - 20 * HOUR_MS, NOON));
      const [marked] = await replica.sql<{ n: number }>(
        'SELECT count(DISTINCT (kind, bucket))::int AS n FROM metrics_dirty',
      );

      const unfinished = await replica.rollUp.run({ budgetMs: 0 });
      const report = await replica.rollUp.run();

      expect(unfinished).toMatchObject({ status: 'unfinished', buckets: 12 });
      expect(report).toMatchObject({ status: 'done', buckets: (marked?.n ?? 0) - 12, oldestDirty: undefined });
      expect(await sumsThatDiffer()).toEqual([]);
      expect(await histogramsThatLie()).toEqual([]);
      const first = await tiersOf(replica);
      await markEverything();
      await replica.rollUp.run();
      expect(await tiersOf(replica)).toBe(first);
    });
  });

  it('rolls nothing up where nothing is marked', async () => {
    expect(await replica.rollUp.run()).toMatchObject({ status: 'done', buckets: 0, oldestDirty: undefined });
    expect(replica.rollUp.lastRunAt).toBeInstanceOf(Date);
  });

  function tier(minutes: number, kind = 'performance'): Promise<TierRow[]> {
    return replica.sql(
      `SELECT to_char(time_bucket, 'YYYY-MM-DD"T"HH24:MI:SS.000Z') AS at, endpoint_path, method, event_type,
              sample_count::int AS samples, error_count::int AS errors, success_count::int AS successes
       FROM aggregated_metrics WHERE granularity_min = $1 AND metric_type = $2
       ORDER BY time_bucket, endpoint_path, method, event_type`,
      minutes,
      kind,
    );
  }

  async function users(): Promise<unknown[][]> {
    const rows = await replica.sql<Record<string, unknown>>(
      `SELECT granularity_min AS g, to_char(time_bucket, 'HH24:MI') AS at, user_id, requests, events FROM metric_users
       ORDER BY 1, time_bucket, 3`,
    );
    return rows.map((found) => Object.values(found));
  }

  function totals(kind: string): Promise<unknown[]> {
    return replica.sql(
      `SELECT granularity_min AS minutes, sample_count::int AS samples, folded_count::int AS folded, unique_users AS people
       FROM metric_totals WHERE metric_type = $1 ORDER BY 1`,
      kind,
    );
  }

  async function givenFolded(bucket: number, sketch: Sketch): Promise<void> {
    await replica.sql(
      `INSERT INTO aggregated_metrics (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source,
         sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale)
       VALUES (5, $1, 'performance', '/api/v1/catalogs', 'GET', '', gen_random_uuid(), $2, 0, $2, 555, 5, 500, $3, 6)`,
      new Date(bucket).toISOString(),
      sketch.count,
      Buffer.from(sketch.encode()),
    );
  }

  async function markEverything(): Promise<void> {
    await replica.sql(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
       SELECT DISTINCT metric_type, time_bucket, gen_random_uuid(), 1 FROM aggregated_metrics WHERE granularity_min = 5`,
    );
  }

  /** Kinds and tiers that count something else than there are raw rows. */
  function sumsThatDiffer(): Promise<unknown[]> {
    return replica.sql(
      `SELECT * FROM (
         SELECT granularity_min, metric_type, sum(sample_count) AS samples FROM aggregated_metrics GROUP BY 1, 2
       ) AS tiers JOIN (
         SELECT 'performance' AS kind, count(*) AS rows FROM performance_metrics
         UNION ALL SELECT 'usage', count(*) FROM usage_events
       ) AS raw ON kind = metric_type WHERE samples <> rows`,
    );
  }

  async function histogramsThatLie(): Promise<unknown[]> {
    const rows = await replica.sql<{ samples: number; hist: Buffer }>(
      `SELECT sample_count::int AS samples, hist FROM aggregated_metrics WHERE metric_type = 'performance'`,
    );
    return rows.filter(({ samples, hist }) => Sketch.decodeAll(hist).count !== samples);
  }
});

function row(at: string, parts: Partial<TierRow>): TierRow {
  return {
    at,
    endpoint_path: '/api/v1/catalogs',
    method: 'GET',
    event_type: '',
    samples: 0,
    errors: 0,
    successes: 0,
    ...parts,
  };
}

function page(at: string, path: string, parts: Partial<TierRow>): TierRow {
  return { ...row(at, {}), endpoint_path: path, method: '', event_type: 'page_view', ...parts };
}

function someDurations(random: SeededRandom, count: number): number[] {
  return Array.from({ length: count }, () => Math.exp(random.next() * 24 - 8));
}
