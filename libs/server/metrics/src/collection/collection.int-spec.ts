import { randomUUID } from 'node:crypto';
import { LocalStack } from '@lakescope/server-testing';
import { Collector, balanceOf } from './testing/collector';

describe('the metrics collection', () => {
  let stack: LocalStack;
  let collector: Collector;

  beforeAll(async () => {
    stack = await LocalStack.start();
  }, 60_000);

  beforeEach(async () => {
    collector = await Collector.ready(stack);
    await collector.sql('TRUNCATE performance_metrics, metrics_ingest_log, metrics_dirty, aggregated_metrics');
  });

  afterEach(() => collector.stop());

  afterAll(() => stack.stop());

  it('stores a request as it was, one second after it at the latest, without being asked', async () => {
    const correlationId = randomUUID();
    const before = Date.now();
    collector.observe({
      endpoint: '/api/v1/preferences/:key',
      method: 'PUT',
      status: 412,
      durationMs: 1_000,
      errorType: 'PRECONDITION_FAILED',
      correlationId,
    });
    await collector.until(async () => (await collector.stored()).raw === 1, 10_000);

    const [row] = await collector.sql('SELECT * FROM performance_metrics');
    expect(row).toMatchObject({
      endpoint: '/api/v1/preferences/:key',
      method: 'PUT',
      status_code: 412,
      response_time_ms: 1_000,
      user_id: 'ana@example.com',
      error_type: 'PRECONDITION_FAILED',
      correlation_id: correlationId,
    });
    // When it began, not when it ended.
    expect((row?.['timestamp'] as Date).getTime()).toBeGreaterThanOrEqual(before - 1_001);
    expect((row?.['timestamp'] as Date).getTime()).toBeLessThanOrEqual(Date.now() - 1_000);
  });

  it('brings rows, their entry in the ledger and the marks of their buckets at once', async () => {
    collector.observeMany(2_500, (index) => ({ userId: index % 3 === 0 ? undefined : `user-${index % 7}` }));
    await collector.flush();

    const entries = await collector.sql(
      `SELECT seq::int, rows::int, observed::int, written::int, closed FROM metrics_ingest_log ORDER BY seq`,
    );
    expect(entries).toEqual([
      { seq: 1, rows: 1_000, observed: 2_500, written: 1_000, closed: false },
      { seq: 2, rows: 1_000, observed: 2_500, written: 2_000, closed: false },
      { seq: 3, rows: 500, observed: 2_500, written: 2_500, closed: false },
    ]);
    expect(await collector.stored()).toEqual({ raw: 2_500, ledgerRows: 2_500, folded: 0 });
    const [unmarked] = await collector.sql<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM performance_metrics WHERE date_bin('5 minutes', "timestamp", '2000-01-01Z')
       NOT IN (SELECT bucket FROM metrics_dirty WHERE kind = 'performance')`,
    );
    expect(unmarked).toEqual({ rows: 0 });
    const [people] = await collector.sql('SELECT count(DISTINCT user_id)::int AS users FROM performance_metrics');
    expect(people).toEqual({ users: 7 });
    expect(balanceOf(collector.snapshot)).toBe(0);
  });

  it('takes any text for a name, and ids that are no UUID, as they are or as they can be stored', async () => {
    collector.observe({ userId: 'nul\u0000l', correlationId: 'Trace-1.2_3' });
    collector.observe({ userId: 'half \ud83d', correlationId: 'ABCDEF01-2345-6789-ABCD-EF0123456789' });
    collector.observe({ userId: `ж"{},\\'${'x'.repeat(1_000)}`, correlationId: 'x'.repeat(65) });
    await collector.flush();

    const rows = await collector.sql<{ user_id: string; correlation_id: string | null }>(
      'SELECT user_id, correlation_id FROM performance_metrics ORDER BY ctid',
    );
    expect(rows).toEqual([
      { user_id: 'null', correlation_id: 'Trace-1.2_3' },
      { user_id: 'half \ufffd', correlation_id: 'ABCDEF01-2345-6789-ABCD-EF0123456789' },
      { user_id: `ж"{},\\'${'x'.repeat(249)}`, correlation_id: null },
    ]);
  });

  it.each([NaN, Infinity, -1, 1e39])(
    'counts a duration of %d as dropped, and stores the others',
    async (durationMs) => {
      collector.observe({ durationMs });
      collector.observe();
      await collector.flush();

      expect(collector.snapshot).toMatchObject({ observed: 2, written: 1, dropped: { poison: 1 } });
      expect(balanceOf(collector.snapshot)).toBe(0);
    },
  );

  it.each(['NaN', 'Infinity', '-Infinity', '-1', '1e400'])(
    'has a table that takes no duration of %s, whoever writes it',
    async (duration) => {
      const writing = collector.sql(
        `INSERT INTO performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method)
         VALUES (now(), $1::text::real, 200, '/', 'GET')`,
        duration,
      );

      await expect(writing).rejects.toMatchObject({ code: duration === '1e400' ? '22003' : '23514' });
    },
  );

  it('gives up only the rows the database does not take', async () => {
    await collector.sql(`ALTER TABLE performance_metrics ADD CONSTRAINT picky CHECK (status_code <> 418)`);
    try {
      collector.observeMany(1_000, (index) => ({ status: index === 17 || index === 800 ? 418 : 200 }));
      await collector.flush();
    } finally {
      await collector.sql('ALTER TABLE performance_metrics DROP CONSTRAINT picky');
    }

    expect(collector.snapshot).toMatchObject({ observed: 1_000, written: 998, inRing: 0, dropped: { poison: 2 } });
    expect(await collector.stored()).toMatchObject({ raw: 998, ledgerRows: 998 });
    expect(balanceOf(collector.snapshot)).toBe(0);
  });

  it('says in the books when nothing is on its way any more, and takes that back with the next request', async () => {
    await collector.stop();
    collector = await Collector.ready(stack, { limits: { quietAfterMs: 300, flushEveryMs: 50 } });
    collector.observe();
    await collector.until(async () => (await closedOf()).at(-1) === true);
    collector.observe();
    await collector.until(async () => (await closedOf()).length > 2);

    expect((await closedOf()).slice(0, 3)).toEqual([false, true, false]);
  });

  it('closes its books when it stops, with everything that was in them', async () => {
    collector.observeMany(700);
    const { bootId } = collector;
    await collector.stop();
    collector = await Collector.ready(stack);

    const [last] = await collector.sql(
      `SELECT observed::int, written::int, dropped, closed FROM metrics_ingest_log WHERE boot_id = $1 ORDER BY seq DESC LIMIT 1`,
      bootId,
    );
    expect(last).toEqual({ observed: 700, written: 700, dropped: {}, closed: true });
    expect(await collector.stored()).toMatchObject({ raw: 700, ledgerRows: 700 });
  });

  it('folds what the ring cannot hold, and a boot that folds twice into one bucket adds to it', async () => {
    await collector.stop();
    collector = await Collector.ready(stack, { env: { METRICS_RING_SAMPLES: '1024' }, limits: { quietAfterMs: 0 } });
    collector.observeMany(1_500, (index) => ({ durationMs: index, status: index % 10 === 0 ? 500 : 200 }));
    await collector.flush();
    collector.observeMany(1_500, (index) => ({ durationMs: index, status: index % 10 === 0 ? 500 : 200 }));
    await collector.flush();

    const snapshot = collector.snapshot;
    const stored = await collector.stored();
    const [cells] = await collector.sql<{ samples: number; errors: number; rows: number }>(
      `SELECT sum(sample_count)::int AS samples, sum(error_count)::int AS errors, count(*)::int AS rows FROM aggregated_metrics`,
    );
    const [raw] = await collector.sql<{ errors: number }>(
      'SELECT count(*)::int AS errors FROM performance_metrics WHERE status_code >= 400',
    );
    expect(balanceOf(snapshot)).toBe(0);
    expect(snapshot).toMatchObject({ observed: 3_000, inRing: 0, overflowHeld: 0 });
    expect(snapshot.overflow).toBeGreaterThanOrEqual(2 * 476);
    expect(stored).toEqual({ raw: snapshot.written, ledgerRows: snapshot.written, folded: snapshot.overflow });
    expect(cells?.samples).toBe(snapshot.overflow);
    expect((cells?.errors ?? 0) + (raw?.errors ?? 0)).toBe(300);
    // One row per bucket, unless a bucket ended between the two.
    expect(cells?.rows).toBeLessThanOrEqual(2);
  });

  it('collects nothing without a database, and says so once', async () => {
    const without = await Collector.start(stack, { env: { PGHOST: '', PGDATABASE: '' } });
    try {
      without.observeMany(10);

      expect(without.snapshot).toMatchObject({ state: 'off', observed: 0, inRing: 0 });
      const said = without.log.filter(({ msg }) => String(msg).startsWith('Skipping performance metric collection'));
      expect(said).toEqual([{ msg: 'Skipping performance metric collection - Lakebase not configured' }]);
    } finally {
      await without.stop();
    }
  });

  async function closedOf(): Promise<boolean[]> {
    const entries = await collector.sql<{ closed: boolean }>(
      'SELECT closed FROM metrics_ingest_log WHERE boot_id = $1 ORDER BY seq',
      collector.bootId,
    );
    return entries.map(({ closed }) => closed);
  }
});
