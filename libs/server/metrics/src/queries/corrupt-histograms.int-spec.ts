import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { HOUR_MS, MINUTE_MS } from '../roll-up/raw-tables';
import type { PerformanceMetricsDto } from './performance-metrics.dto';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const RANGE = 'start=2026-11-21T10:00:00Z&end=2026-11-21T11:00:00Z';
/** 1,000 with FAULT_SCALE=25. */
const MUTATIONS = 40 * Number(process.env['FAULT_SCALE'] ?? 1);

/** What is remembered of the buckets counts no longer; bytes that go bad by themselves are noticed when they are read the next time. */
const TOUCHED = 'UPDATE metric_totals SET sample_count = sample_count';

describe('a stored histogram that is corrupt', () => {
  let stack: LocalStack;
  let app: MetricsApp;
  const errors: unknown[] = [];

  beforeAll(async () => {
    stack = await LocalStack.start();
    const ignore = (): void => undefined;
    app = await MetricsApp.start(stack, {
      logger: {
        log: ignore,
        warn: ignore,
        error: (line: unknown, ...rest: unknown[]) => void (rest.at(-1) === 'Metrics' && errors.push(line)),
      },
    });
    app.setNow(NOW);
    await app.givenRequests(
      Array.from({ length: 12 }, (_, bucket) =>
        [10, 20, 30].map((ms) => ({ at: NOW - 2 * HOUR_MS + bucket * 5 * MINUTE_MS, ms })),
      ).flat(),
    );
    await app.rollUp();
    // So that the hour is put together from its buckets.
    await app.sql('DELETE FROM aggregated_metrics WHERE granularity_min > 5');
    await app.givenRequests([{ at: NOW - HOUR_MS - 1, ms: 20 }]);
  });

  beforeEach(() => {
    errors.length = 0;
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it.each([
    ['cut short', 'substring(hist FROM 1 FOR length(hist) - 1)', 'hist_scale'],
    ['of a length that would swallow its neighbours', `'\\xff7f'::bytea || substring(hist FROM 2)`, 'hist_scale'],
    ['of a huge length', `'\\xffffffffffff7f'::bytea || hist`, 'hist_scale'],
    ['of another version', 'set_byte(hist, 1, 9)', 'hist_scale'],
    ['of a scale that is none', 'hist', '99'],
    ['a whole one, but of other samples', 'hist || hist', 'hist_scale'],
    ['empty', `''::bytea`, 'hist_scale'],
  ])('because it is %s costs nothing but itself', async (_, hist, scale) => {
    const before = await ask();
    await broken(hist, scale, async () => {
      const after = await ask();

      expect(after.unreadable_histograms).toBe(1);
      expect(after.metrics).toMatchObject({
        total_requests: before.metrics.total_requests,
        error_count: before.metrics.error_count,
        avg_response_time_ms: before.metrics.avg_response_time_ms,
        p50_response_time_ms: before.metrics.p50_response_time_ms,
      });
      expect(errors).toEqual(['1 histograms in aggregated_metrics cannot be read; percentiles are without them']);
    });
    expect((await ask()).unreadable_histograms).toBe(0);
  });

  it('never stops an answer, whichever bytes are wrong', () =>
    withSeed(async (random) => {
      for (let round = 0; round < MUTATIONS; round++) {
        const bytes = [1, 2, 3].map(() => [random.below(12), random.below(256)] as const);
        const hist = bytes.reduce((sql, [place, byte]) => `set_byte(${sql}, ${place} % length(hist), ${byte})`, 'hist');
        await broken(hist, 'hist_scale', async () => {
          const { metrics, unreadable_histograms: unreadable } = await ask();

          expect(metrics.total_requests).toBe(37);
          expect(unreadable).toBeLessThanOrEqual(1);
        });
      }
    }, new SeededRandom()));

  async function broken(hist: string, scale: string, work: () => Promise<void>): Promise<void> {
    const one = `granularity_min = 5 AND time_bucket = '2026-11-21T10:15:00Z'`;
    await app.sql(`CREATE TABLE kept AS SELECT hist, hist_scale FROM aggregated_metrics WHERE ${one}`);
    await app.sql(`UPDATE aggregated_metrics SET hist = ${hist}, hist_scale = ${scale} WHERE ${one}`);
    await app.sql(TOUCHED);
    try {
      await work();
    } finally {
      await app.sql(TOUCHED);
      await app.sql(
        `UPDATE aggregated_metrics SET hist = kept.hist, hist_scale = kept.hist_scale FROM kept WHERE ${one}`,
      );
      await app.sql('DROP TABLE kept');
    }
  }

  async function ask(): Promise<PerformanceMetricsDto> {
    const { status, body } = await app.ask<PerformanceMetricsDto>(`performance?${RANGE}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }
});
