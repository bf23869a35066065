import { LocalStack, SeededRandom } from '@lakescope/server-testing';
import { HOUR_MS } from '../roll-up/raw-tables';
import type { PerformanceMetricsDto } from './performance-metrics.dto';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOURS = 72;
const PER_HOUR = 60;
/** Half the width of a bucket of the histogram: (γ - 1) / (γ + 1), γ = 2 ** (1 / 64), and what rounding to seven digits adds. */
const BOUND = 0.0055;

type Distribution = (random: SeededRandom, hour: number) => number;

const normal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  '/log-normal': (random) => Math.exp(3.5 + 0.8 * normal(random)),
  '/incident': (random, hour) => Math.exp(3 + 0.5 * normal(random)) * (hour >= 40 && hour < 46 ? 20 : 1),
  '/bimodal': (random) => (random.chance(0.9) ? 5 + random.next() : 900 + 100 * random.next()),
  '/varying-share': (random, hour) => (random.chance((hour % 24) / 30) ? 2_000 + random.next() : 10 + random.next()),
  '/pareto': (random) => 10 / (1 - random.next()) ** (1 / 1.5),
};

const PERCENTILES = ['p50_response_time_ms', 'p95_response_time_ms', 'p99_response_time_ms'] as const;

describe('percentiles', () => {
  let stack: LocalStack;
  let app: MetricsApp;
  const random = new SeededRandom(20_261_121);

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
    app.setNow(NOW);
    await app.givenRequests(
      Object.entries(DISTRIBUTIONS).flatMap(([endpoint, latency]) =>
        Array.from({ length: HOURS * PER_HOUR }, (_, index) => {
          const hour = Math.floor(index / PER_HOUR);
          const at = NOW - (HOURS - hour) * HOUR_MS + Math.floor(random.next() * HOUR_MS);
          return { at, endpoint, ms: Math.fround(latency(random, hour)) };
        }),
      ),
    );
    await app.rollUp();
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it.each([
    ['6 hours of 5 minutes', '2026-11-21T05:55:00Z'],
    ['a day of hours and 5 minutes', '2026-11-20T11:55:00Z'],
    ['three days of all tiers', '2026-11-18T12:00:00Z'],
  ])('are those of percentile_disc over %s, however many histograms were merged', async (_, start) => {
    const range = `start=${start}&end=2026-11-21T12:00:00Z`;
    const merged = await performance(range);
    const exact = await performance(`${range}&source=raw`);

    expect(merged.sources.raw).toBe(0);
    expect(exact.sources).toEqual({ raw: exact.metrics.total_requests, '5m': 0, '1h': 0, '1d': 0, overflow: 0 });
    const pairs = [[merged.metrics, exact.metrics] as const, ...byEndpoint(merged, exact)];
    expect(pairs).toHaveLength(1 + Object.keys(DISTRIBUTIONS).length);
    for (const [ours, theirs] of pairs) {
      for (const percentile of PERCENTILES) {
        const truth = theirs[percentile] ?? NaN;
        expect(Math.abs((ours[percentile] ?? NaN) - truth) / truth).toBeLessThanOrEqual(BOUND);
      }
    }
  });

  it('are not the mean of what each hour had, which is how they are often told', async () => {
    const range = `start=2026-11-18T12:00:00Z&end=2026-11-21T12:00:00Z&endpoint=/incident`;
    const { metrics } = await performance(range);
    const exact = (await performance(`${range}&source=raw`)).metrics;
    const [mean] = await app.sql<{ p95: number }>(
      `SELECT avg(p95)::float8 AS p95 FROM (
         SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY response_time_ms) AS p95
         FROM performance_metrics WHERE endpoint = '/incident' GROUP BY date_trunc('hour', "timestamp")) AS hourly`,
    );

    const truth = exact.p95_response_time_ms ?? NaN;
    expect(Math.abs((mean?.p95 ?? NaN) - truth) / truth).toBeGreaterThan(0.2);
    expect(Math.abs((metrics.p95_response_time_ms ?? NaN) - truth) / truth).toBeLessThanOrEqual(BOUND);
  });

  it('lie between values only where that was asked for', async () => {
    const range = `start=2026-11-21T00:00:00Z&end=2026-11-21T12:00:00Z&endpoint=/bimodal&source=raw`;
    const [nearest, interpolated] = [await performance(range), await performance(`${range}&percentiles=cont`)];
    const [sql] = await app.sql<{ disc: number; cont: number }>(
      `SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY response_time_ms)::float8 AS disc,
              percentile_cont(0.95) WITHIN GROUP (ORDER BY response_time_ms) AS cont
       FROM performance_metrics WHERE endpoint = '/bimodal' AND "timestamp" >= '2026-11-21T00:00:00Z'`,
    );

    expect([nearest.percentile_method, interpolated.percentile_method]).toEqual(['nearest_rank', 'cont']);
    expect(nearest.metrics.p95_response_time_ms).toBeCloseTo(sql?.disc ?? NaN, 3);
    expect(interpolated.metrics.p95_response_time_ms).toBeCloseTo(sql?.cont ?? NaN, 3);
  });

  async function performance(query: string): Promise<PerformanceMetricsDto> {
    return (await app.ask<PerformanceMetricsDto>(`performance?${query}`)).body;
  }
});

function byEndpoint(ours: PerformanceMetricsDto, theirs: PerformanceMetricsDto) {
  return ours.endpoints.map((endpoint) => {
    const same = theirs.endpoints.find((one) => one.endpoint === endpoint.endpoint);
    if (same === undefined) throw new Error(`${endpoint.endpoint} is missing`);
    return [endpoint, same] as const;
  });
}
