import { LocalStack } from '@lakescope/server-testing';
import type { LatencyHeatmapDto } from './latency-heatmap.dto';
import type { PerformanceMetricsDto } from './performance-metrics.dto';
import { MetricsApp } from './testing/metrics-app';
import type { MetricsTimeSeriesDto } from './time-series.dto';
import type { UsageMetricsDto } from './usage-metrics.dto';

describe('metrics of which nothing was ever stored', () => {
  let stack: LocalStack;
  let app: MetricsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
    app.setNow('2026-11-21T10:17:00Z');
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it.each(['24h', '7d', '30d', '90d'])('are answered with zeros and empty lists over %s', async (time_range) => {
    const performance = await ask<PerformanceMetricsDto>(`performance?time_range=${time_range}&compare=previous`);
    const usage = await ask<UsageMetricsDto>(`usage?time_range=${time_range}`);

    expect(performance).toMatchObject({
      metrics: {
        total_requests: 0,
        error_count: 0,
        error_rate: 0,
        avg_response_time_ms: null,
        p50_response_time_ms: null,
        p95_response_time_ms: null,
        p99_response_time_ms: null,
        active_users: 0,
      },
      endpoints: [],
      sources: { raw: 0, '5m': 0, '1h': 0, '1d': 0, overflow: 0 },
    });
    expect(performance.previous === null).toBe(time_range === '90d');
    expect(usage).toMatchObject({
      metrics: { total_events: 0, unique_users: 0, active_users: 0 },
      event_distribution: {},
      page_views: {},
    });
    expect((await app.ask<{ items: [] }>('requests')).body.items).toEqual([]);
    expect((await app.ask<{ items: [] }>(`users?time_range=${time_range}`)).body.items).toEqual([]);
  });

  it.each([
    ['24h', 300, 289],
    ['7d', 3_600, 169],
    ['30d', 86_400, 31],
    ['90d', 86_400, 91],
  ])('have every step over %s', async (time_range, interval, steps) => {
    const series = await ask<MetricsTimeSeriesDto>(`time-series?time_range=${time_range}`);
    const heatmap = await ask<LatencyHeatmapDto>(`heatmap?time_range=${time_range}`);

    expect([series.interval_seconds, series.data_points.length]).toEqual([interval, steps]);
    expect(series.data_points[1]).toEqual({
      timestamp: series.data_points[1]?.timestamp,
      total_requests: 0,
      error_count: 0,
      error_rate: null,
      avg_response_time_ms: null,
      p50_response_time_ms: null,
      p95_response_time_ms: null,
      p99_response_time_ms: null,
      total_events: 0,
      unique_users: 0,
    });
    expect(heatmap.times).toEqual(series.data_points.map(({ timestamp }) => timestamp));
    expect(heatmap.counts.flat().every((count) => count === 0)).toBe(true);
  });

  it.each(['performance', 'performance/export', 'usage', 'time-series', 'heatmap', 'requests', 'users'])(
    'are no zeros while the database is away: %s',
    async (route) => {
      await stack.postgres.halt();
      const { status, body } = await app.ask(route);
      await stack.postgres.restart();

      expect([status, body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
      expect((await app.ask(route)).status).toBe(200);
    },
  );

  async function ask<Body>(path: string): Promise<Body> {
    const { status, body } = await app.ask<Body>(path);
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  }
});
