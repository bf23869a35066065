import { setTimeout as delay } from 'node:timers/promises';
import { Sketch } from '@lakescope/sketch';
import { LocalStack, SeededRandom, type CutMoment } from '@lakescope/server-testing';
import { Database, LakebaseCredentials } from '@lakescope/server-persistence';
import { MetricsClock } from './metrics-clock';
import { Collector, balanceOf, type CollectorOptions } from './testing/collector';

/** How many lines are cut at random bytes; 300 with FAULT_SCALE=10. */
const CUTS = 30 * Number(process.env['FAULT_SCALE'] ?? 1);
const QUICK = { flushEveryMs: 50, retryMs: 10, longestRetryMs: 100, quietAfterMs: 200 };
const FLUSH = /INSERT INTO performance_metrics/;

describe('the metrics collection, whatever happens to the database,', () => {
  const random = new SeededRandom();
  let stack: LocalStack;
  let collector: Collector;

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true, random });
  }, 60_000);

  afterEach(async () => {
    jest.restoreAllMocks();
    await stack.network.heal();
    await stack.databaseLine.heal();
    await stack.gateway.faults.heal();
    await collector.stop();
  });

  afterAll(() => stack.stop());

  it(`stores every request exactly once while lines are cut at any byte (seed ${random.seed})`, async () => {
    await given({ limits: QUICK });
    const before = stack.network.cuts + stack.databaseLine.cuts;
    stack.network.cutRandomly(0.03);
    stack.databaseLine.cutRandomly(0.03);
    while (stack.network.cuts + stack.databaseLine.cuts < before + CUTS) {
      collector.observeMany(20);
      await delay(5);
      expect(balanceOf(collector.snapshot)).toBe(0);
    }
    await healed();

    await everythingIsStoredOnce();
  }, 600_000);

  it.each<CutMoment>(['before-sent', 'after-sent', 'before-acknowledged', 'after-acknowledged'])(
    'stores a request once when the line is cut around its statement: %s',
    async (moment) => {
      await given({ limits: QUICK });
      stack.databaseLine.cutAt(moment, { statement: FLUSH, times: 2 });
      const before = stack.databaseLine.cuts;
      collector.observeMany(10);
      await collector.until(() => stack.databaseLine.cuts > before);
      await healed();

      await everythingIsStoredOnce();
    },
  );

  it.each<[CutMoment, string]>([
    ['before-acknowledged', 'was stored unheard'],
    ['before-sent', 'was not stored'],
  ])('counts a request once when its statement was cut %s and is refused then: it %s', async (moment) => {
    await given({ limits: { ...QUICK, flushEveryMs: 60_000 } });
    stack.databaseLine.cutAt(moment, { statement: FLUSH });
    collector.observeMany(10);
    await expect(collector.flush()).rejects.toThrow('unavailable');
    stack.databaseLine.failStatements({ statement: FLUSH, sqlState: '23514' });
    await collector.flush();

    await everythingIsStoredOnce();
    expect(collector.snapshot.dropped).toEqual({});
  });

  it('gives up a line that has gone silent within seconds, and stores again as soon as it speaks', async () => {
    await given({ limits: { flushEveryMs: 50 } });
    collector.observeMany(10);
    await collector.settled();
    stack.network.blackHole();
    collector.observeMany(10);
    const silentSince = performance.now();
    await collector.until(() => collector.log.some(({ msg }) => String(msg).includes('silent')), 30_000);
    const gaveUpAfter = performance.now() - silentSince;
    await delay(700);
    await stack.network.heal();
    const healedAt = performance.now();
    await collector.until(() => collector.snapshot.inRing === 0);

    expect(gaveUpAfter).toBeLessThan(8_000);
    expect(performance.now() - healedAt).toBeLessThan(5_000);
    await everythingIsStoredOnce();
    expect(collector.log.map(({ msg }) => msg)).toContainEqual(expect.stringContaining('are stored again after'));
  }, 60_000);

  it('has one statement on its way to a database that is slow, and makes the next one larger', async () => {
    await given({ limits: { flushEveryMs: 20 } });
    collector.observe();
    await collector.settled();
    stack.network.slow({ roundTripMilliseconds: 300 });
    for (let count = 0; count < 60; count++) {
      collector.observeMany(20);
      await delay(20);
    }
    await stack.network.heal();
    await collector.settled();

    const entries = await collector.sql<{ rows: number }>(
      'SELECT rows::int FROM metrics_ingest_log WHERE boot_id = $1 AND rows > 1',
      collector.bootId,
    );
    expect(entries.length).toBeLessThan(20);
    expect(Math.max(...entries.map(({ rows }) => rows))).toBeGreaterThan(100);
    await everythingIsStoredOnce();
  }, 60_000);

  it('waits for a lock no longer than is good, and tries again', async () => {
    await given({ limits: QUICK });
    const locking = collector.get(Database).asSystem(async (tx) => {
      await tx.query('LOCK TABLE performance_metrics IN ACCESS EXCLUSIVE MODE');
      await delay(2_500);
    });
    await delay(100);
    collector.observeMany(10);
    await locking;
    await collector.settled();

    expect(collector.log.map(({ msg }) => String(msg)).join('\n')).toContain('a lock was not free in time');
    await everythingIsStoredOnce();
  }, 30_000);

  it.each([
    ['53100', 'the disk is full'],
    ['25006', 'it only reads'],
    ['40001', 'another transaction was in the way'],
    ['57014', 'the statement took too long'],
    ['XX000', 'something is wrong with it'],
  ])('keeps what it has and tries again when the server says %s: %s', async (sqlState) => {
    await given({ limits: QUICK });
    stack.databaseLine.failStatements({ statement: FLUSH, sqlState, times: 1 });
    collector.observeMany(10);
    await collector.settled();

    expect(collector.log.filter(({ msg }) => String(msg).includes('are kept until'))).toHaveLength(1);
    await everythingIsStoredOnce();
  });

  it('waits for a server that has no connection left', async () => {
    await given({ limits: QUICK });
    stack.gateway.faults.refuseLogins('53300', 2);
    collector.observeMany(10);
    await collector.settled();

    expect(collector.log.map(({ msg }) => String(msg)).join('\n')).toContain('no free connections');
    await everythingIsStoredOnce();
  });

  it('gets one fresh credential when its own is refused', async () => {
    await given({ limits: QUICK });
    const { generation } = collector.get(LakebaseCredentials);
    stack.gateway.faults.rejectCredentials(1);
    collector.observeMany(10);
    await collector.settled();

    expect(collector.get(LakebaseCredentials).generation).toBe(generation + 1);
    expect(collector.log.filter(({ msg }) => String(msg).includes('are kept until'))).toEqual([]);
    await everythingIsStoredOnce();
  });

  it('keeps counts, errors and percentiles while the database is away for longer than the ring lasts', async () => {
    await given({ env: { METRICS_RING_SAMPLES: '2048' }, limits: { ...QUICK, foldSamples: 128 } });
    const [values, earlier] = [[] as number[], await collector.stored()];
    const draw = (): number => {
      const value = Math.fround(Math.exp(3 + 1.5 * (random.next() + random.next() + random.next() - 1.5)));
      values.push(value);
      return value;
    };
    const observe = (count: number) =>
      collector.observeMany(count, () => ({ durationMs: draw(), status: random.chance(0.1) ? 503 : 200 }));
    observe(500);
    await collector.settled();
    await stack.postgres.halt();
    for (let burst = 0; burst < 60; burst++) {
      observe(100);
      await delay(10);
      expect(balanceOf(collector.snapshot)).toBe(0);
    }
    expect(collector.snapshot).toMatchObject({ state: 'degraded', inRing: expect.any(Number) as number });
    expect(collector.snapshot.overflowHeld).toBeGreaterThanOrEqual(6_000 - 2_048 - 1_000);
    await stack.postgres.restart();
    observe(100);
    await collector.settled(40_000);

    const { observed, written, overflow, dropped, state } = collector.snapshot;
    expect({ observed, total: written + overflow, dropped, state }).toEqual({
      observed: values.length,
      total: values.length,
      dropped: {},
      state: 'ok',
    });
    const stored = await collector.stored();
    expect(stored).toEqual({
      raw: earlier.raw + written,
      ledgerRows: earlier.ledgerRows + written,
      folded: overflow,
    });
    const all = await sketchOfBoot();
    const sorted = Float64Array.from(values).sort();
    for (const q of [0.5, 0.95, 0.99]) {
      const truth = sorted[Math.ceil(q * sorted.length) - 1] ?? NaN;
      expect(Math.abs((all.quantile(q) ?? NaN) - truth) / truth).toBeLessThanOrEqual(0.0055);
    }
  }, 90_000);

  it('says in its last words what was lost when the database is still away at the end', async () => {
    await given({
      env: { METRICS_RING_SAMPLES: '1024' },
      limits: { ...QUICK, foldSamples: 128, drainMs: 3_000, stopMs: 3_000 },
    });
    await stack.postgres.halt();
    collector.observeMany(1_500, (index) => ({ durationMs: 1 + index, status: index % 3 === 0 ? 404 : 200 }));
    collector.observeMany(10, () => ({ endpoint: '/api/v1/user/me' }));
    const startedAt = performance.now();
    await collector.stop();
    const took = performance.now() - startedAt;
    await stack.postgres.restart();

    const [line] = collector.log.filter(({ msg }) => String(msg).startsWith('Performance metrics were lost'));
    expect(line).toMatchObject({ boot_id: collector.bootId, observed: 1_510, written: 0, lost: 1_510 });
    const series = line?.['series'] as { endpoint: string; count: number; errors: number; sketch: string }[];
    expect(series.map(({ endpoint, count, errors }) => [endpoint, count, errors])).toEqual([
      ['/api/v1/status', 1_500, 500],
      ['/api/v1/user/me', 10, 0],
    ]);
    const sketch = Sketch.decodeAll(Buffer.from(series[0]?.sketch ?? '', 'base64'));
    expect(sketch.count).toBe(1_500);
    expect(Math.abs((sketch.quantile(0.5) ?? NaN) - 750)).toBeLessThan(750 * 0.0055);
    expect(took).toBeLessThan(12_000);
  }, 60_000);

  it('refuses requests that are older than raw metrics are kept, and counts them', async () => {
    await given({ limits: { ...QUICK, flushEveryMs: 60_000 } });
    const clock = collector.get(MetricsClock);
    const now = clock.now();
    const at = (time: number): void => {
      jest.spyOn(clock, 'now').mockReturnValue(time);
      collector.observe({ durationMs: 0 });
    };
    const day = 24 * 60 * 60_000;
    const oldestDay = Math.floor((now - 7 * day) / day) * day;
    at(oldestDay - 1);
    at(oldestDay);
    at(now);
    await collector.flush();

    expect(collector.snapshot).toMatchObject({ observed: 3, written: 2, dropped: { too_late: 1 } });
    expect(balanceOf(collector.snapshot)).toBe(0);
  });

  async function given(options: CollectorOptions): Promise<void> {
    collector = await Collector.ready(stack, options);
  }

  async function healed(): Promise<void> {
    await stack.network.heal();
    await stack.databaseLine.heal();
    await collector.settled(30_000);
  }

  async function everythingIsStoredOnce(): Promise<void> {
    const { observed, written, overflow } = collector.snapshot;
    const [books] = await collector.sql(
      `SELECT (SELECT sum(rows) FROM metrics_ingest_log WHERE boot_id = $1)::int AS entered,
              (SELECT sum(rows) FROM metrics_ingest_log WHERE kind = 'performance')::int AS ledger,
              (SELECT count(*) FROM performance_metrics)::int AS raw,
              (SELECT count(*) - count(DISTINCT correlation_id) FROM performance_metrics)::int AS doubles`,
      collector.bootId,
    );
    expect(balanceOf(collector.snapshot)).toBe(0);
    expect({ written, overflow }).toEqual({ written: observed, overflow: 0 });
    expect(books).toMatchObject({ entered: observed, doubles: 0 });
    expect(books?.['ledger']).toBe(books?.['raw']);
  }

  /** Raw rows and folded ones together, as a reader merges them. */
  async function sketchOfBoot(): Promise<Sketch> {
    const [folded] = await collector.sql<{ hist: Buffer }>(
      `SELECT string_agg(hist, '') AS hist FROM aggregated_metrics WHERE source = $1`,
      collector.bootId,
    );
    const raw = await collector.sql<{ ms: number }>(
      `SELECT response_time_ms AS ms FROM performance_metrics ORDER BY xmin::text::bigint DESC LIMIT $1`,
      collector.snapshot.written,
    );
    const sketch = Sketch.decodeAll(folded?.hist ?? Buffer.alloc(0));
    for (const { ms } of raw) sketch.add(ms);
    return sketch;
  }
});
