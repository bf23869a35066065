import { LocalStack } from '@lakescope/server-testing';
import { HOUR_MS, MINUTE_MS } from '../roll-up/raw-tables';
import type { MetricsTimeSeriesDto } from './time-series.dto';
import type { LatencyHeatmapDto } from './latency-heatmap.dto';
import type { PerformanceMetricsDto } from './performance-metrics.dto';
import type { UsageMetricsDto } from './usage-metrics.dto';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T10:17:00Z');
const TODAY = 'start=2026-11-21T00:00:00Z&end=2026-11-21T10:00:00Z';
const at = (time: string): string => `2026-11-21T${time}Z`;

const ROUTES = ['performance', 'usage', 'time-series', 'heatmap', 'requests', 'users', 'performance/export'];

describe('questions about metrics', () => {
  let stack: LocalStack;
  let app: MetricsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
  });

  beforeEach(() => app.setNow(NOW));

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  describe.each(['raw rows', 'tiers'])('of a morning that lies in %s', (place) => {
    beforeAll(async () => {
      if (place === 'tiers') return app.rollUp();
      await app.givenRequests([
        { at: at('08:01:00'), ms: 3, endpoint: '/api/v1/catalogs', user: 'ana' },
        { at: at('08:02:00'), ms: 5, endpoint: '/api/v1/catalogs', user: 'bo', status: 404 },
        { at: at('08:07:00'), ms: 900, endpoint: '/api/v1/files', method: 'POST', user: null, status: 500 },
        { at: at('09:59:59.999'), ms: 0, endpoint: "/it's%", user: 'cy' },
        { at: at('10:00:00'), ms: 77, endpoint: '/api/v1/catalogs', user: 'dee' },
      ]);
      await app.givenEvents([
        { at: at('08:03:00'), type: 'page_view', page: '/catalog', user: 'ana' },
        { at: at('08:04:00'), type: 'page_view', page: '/catalog', user: 'eve' },
        { at: at('08:05:00'), type: 'page_view', page: null, user: 'ana' },
        { at: at('09:00:00'), type: 'button_click', page: '/files', user: 'ana' },
      ]);
      return undefined;
    });

    it('tell of all and of each endpoint, slowest first', async () => {
      const { metrics, endpoints, sources } = await ask<PerformanceMetricsDto>(`performance?${TODAY}`);

      expect(metrics).toMatchObject({ total_requests: 4, error_count: 2, error_rate: 0.5, avg_response_time_ms: 227 });
      // Four people made requests or left events; nobody was signed in for the slow one.
      expect(metrics.active_users).toBe(4);
      expect(endpoints.map(({ endpoint, method, request_count }) => [endpoint, method, request_count])).toEqual([
        ['/api/v1/files', 'POST', 1],
        ['/api/v1/catalogs', 'GET', 2],
        ["/it's%", 'GET', 1],
      ]);
      expect(endpoints[0]).toMatchObject({ p50_response_time_ms: 900, p99_response_time_ms: 900, error_rate: 1 });
      expect(sources.raw).toBe(place === 'tiers' ? 0 : 4);
    });

    it.each([
      [{ endpoint: '/api/v1/catalogs' }, 2, 2],
      [{ endpoint: '/api/v1/catalogs', method: 'POST' }, 0, 0],
      [{ method: 'POST' }, 1, 0],
      [{ endpoint: "/it's%" }, 1, 1],
      [{ endpoint: '/api/v1/%' }, 0, 0],
      [{ endpoint: '.*' }, 0, 0],
      [{ endpoint: "' OR true --" }, 0, 0],
      [{ endpoint: '/api/v1/catalogs', method: "GET'; DROP TABLE performance_metrics; --".slice(0, 32) }, 0, 0],
    ])('take %j as it is', async (filter, requests, users) => {
      const query = `${TODAY}&${new URLSearchParams(filter).toString()}`;
      const { metrics } = await ask<PerformanceMetricsDto>(`performance?${query}`);
      const { data_points: points } = await ask<MetricsTimeSeriesDto>(`time-series?${query}`);
      const { counts } = await ask<LatencyHeatmapDto>(`heatmap?${query}`);

      expect([metrics.total_requests, metrics.active_users]).toEqual([requests, users]);
      expect(points.reduce((sum, { total_requests: n }) => sum + n, 0)).toBe(requests);
      expect(counts.flat().reduce((sum, n) => sum + n, 0)).toBe(requests);
    });

    it('tell what people did', async () => {
      const usage = await ask<UsageMetricsDto>(`usage?${TODAY}`);

      expect(usage.metrics).toEqual({ total_events: 4, unique_users: 2, active_users: 4 });
      expect(usage.event_distribution).toEqual({ page_view: 3, button_click: 1 });
      expect(usage.page_views).toEqual({ '/catalog': 2, '(none)': 1 });
    });

    it.each([
      ['page_view', 3, 2],
      ['button_click', 1, 1],
      ["'; drop table usage_events; --", 0, 0],
      ['page%', 0, 0],
    ])('take the type of event %s as it is', async (event_type, events, users) => {
      const { metrics } = await ask<UsageMetricsDto>(
        `usage?${TODAY}&${new URLSearchParams({ event_type }).toString()}`,
      );

      expect(metrics).toEqual({ total_events: events, unique_users: users, active_users: 4 });
    });

    it('go step by step', async () => {
      const { data_points: points } = await ask<MetricsTimeSeriesDto>(`time-series?${TODAY}`);
      const busy = points.filter(({ total_requests: n, total_events: m }) => n + m > 0);

      expect(busy.map((point) => [point.timestamp.slice(11, 16), point.total_requests, point.error_rate])).toEqual([
        ['08:00', 2, 0.5],
        ['08:05', 1, 1],
        ['09:00', 0, null],
        ['09:55', 1, 0],
      ]);
      expect(busy.map((point) => [point.total_events, point.unique_users])).toEqual([
        [2, 2],
        [1, 1],
        [1, 1],
        [0, 0],
      ]);
    });

    it.each([
      ['performance', { total_events: 0, unique_users: null }, 4],
      ['usage', { total_requests: 0, p50_response_time_ms: null }, 0],
    ])('tell of %s alone when that is asked for', async (type, silent, requests) => {
      const { data_points: points } = await ask<MetricsTimeSeriesDto>(`time-series?${TODAY}&metric_type=${type}`);

      expect(points.find(({ timestamp }) => timestamp === '2026-11-21T08:00:00.000Z')).toMatchObject(silent);
      expect(points.reduce((sum, { total_requests: n }) => sum + n, 0)).toBe(requests);
    });

    it('tell how many took how long', async () => {
      const { times, bounds_ms: bounds, counts } = await ask<LatencyHeatmapDto>(`heatmap?${TODAY}`);
      const cells = counts.flatMap((row, step) =>
        row.flatMap((count, bound) => (count === 0 ? [] : [[times[step]?.slice(11, 16), bounds[bound], count]])),
      );

      expect(bounds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
      expect(cells).toEqual([
        ['08:00', 4, 1],
        ['08:00', 8, 1],
        ['08:05', 1024, 1],
        ['09:55', 1, 1],
      ]);
    });

    it('name who did most', async () => {
      const { body } = await app.ask(`users?${TODAY}&limit=2`);

      expect(body['items']).toEqual([
        { user_id: 'ana', requests: 1, events: 3 },
        { user_id: 'bo', requests: 1, events: 0 },
      ]);
    });

    it('compare with the same time before', async () => {
      const range = 'start=2026-11-21T09:00:00Z&end=2026-11-21T10:17:00Z&compare=previous';
      const performance = await ask<PerformanceMetricsDto>(`performance?${range}`);
      const usage = await ask<UsageMetricsDto>(`usage?${range}`);

      expect(performance.metrics.total_requests).toBe(2);
      expect(performance.previous).toMatchObject({
        start_time: '2026-11-21T07:43:00.000Z',
        end_time: '2026-11-21T09:00:00.000Z',
        metrics: { total_requests: 3, active_users: 3 },
      });
      expect(usage.previous).toMatchObject({ metrics: { total_events: 3, unique_users: 2 } });
      expect(Object.values(performance.sources).reduce((sum, n) => sum + n, 0)).toBe(2);
    });
  });

  it('come as CSV without a cell that a spreadsheet runs', async () => {
    await app.givenRequests([
      { at: '2026-11-20T07:00:00Z', ms: 1, endpoint: '=cmd()', method: '+GET' },
      { at: '2026-11-20T07:00:00Z', ms: 2, endpoint: '/a,"b"', status: 500 },
    ]);
    const { body, headers } = await app.ask<{ text: string }>(
      'performance/export?start=2026-11-20T07:00:00Z&end=2026-11-20T07:00:00.001Z',
    );

    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="endpoints.csv"');
    expect(body.text.split('\r\n')).toEqual([
      'endpoint,method,request_count,error_count,error_rate,avg_response_time_ms,p50_response_time_ms,p95_response_time_ms,p99_response_time_ms',
      '"/a,""b""",GET,1,1,1,2,2,2,2',
      "'=cmd(),'+GET,1,0,0,1,1,1,1",
      '',
    ]);
  });

  it.each(ROUTES)('hold %s to the rules of ranges', async (route) => {
    const { status, body } = await app.ask(`${route}?start=${at('09:00:00')}&end=${at('08:00:00')}`);
    const details = body['technical_details'] as Record<string, unknown> | undefined;

    expect([status, details?.['fields']]).toEqual([400, [{ path: 'start', message: 'must be earlier than end' }]]);
  });

  it.each([
    ['performance?time_range=1h', 'time_range'],
    ['performance?start=2026-11-21', 'start'],
    ['performance?start=2026-02-30T00:00:00Z&end=2026-11-21T00:00:00Z', 'start'],
    ['performance?time_range=30d&source=raw', 'source'],
    ['performance?percentiles=cont', 'percentiles'],
    ['requests?time_range=30d', 'time_range'],
    ['requests?status=6xx', 'status'],
    ['requests?min_ms=-1', 'min_ms'],
    ['usage?endpoint=/x', 'endpoint'],
  ])('refuse %s', async (question, path) => {
    const { status, body } = await app.ask(question);

    expect([status, body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect(body['technical_details']).toMatchObject({ fields: [{ path }] });
  });

  it('know who used one endpoint as long as that is quickly said', async () => {
    const of = async (range: string): Promise<unknown> =>
      (await ask<PerformanceMetricsDto>(`performance?${range}&endpoint=/api/v1/catalogs`)).metrics.active_users;

    expect(await of(`start=${new Date(NOW - 48 * HOUR_MS).toISOString()}&end=${new Date(NOW).toISOString()}`)).toBe(3);
    expect(await of('time_range=7d')).toBeNull();
  });

  it('count what replicas have folded, beside what is raw and within what is rolled up', async () => {
    await app.sql(
      `INSERT INTO aggregated_metrics (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source,
         sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale)
       SELECT granularity_min, time_bucket, metric_type, '/folded', method, event_type, gen_random_uuid(),
         sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale
       FROM aggregated_metrics WHERE granularity_min = 5 AND endpoint_path = '/api/v1/files' AND source = $1`,
      '00000000-0000-0000-0000-000000000000',
    );
    const range = 'start=2026-11-21T08:01:00Z&end=2026-11-21T08:59:00Z&endpoint=/folded';
    const folded = await ask<PerformanceMetricsDto>(`performance?${range}`);
    const series = await ask<MetricsTimeSeriesDto>(`time-series?${range}&metric_type=performance`);

    expect([folded.metrics.total_requests, folded.sources.overflow, folded.metrics.p50_response_time_ms]).toEqual([
      1, 1, 900,
    ]);
    expect(series.data_points.filter(({ total_requests: n }) => n > 0)).toMatchObject([
      { timestamp: '2026-11-21T08:05:00.000Z', total_requests: 1 },
    ]);
    await app.sql(`DELETE FROM aggregated_metrics WHERE endpoint_path = '/folded'`);
  });

  it('are told how much of it was collected', async () => {
    const { collection, as_of: asOf } = await ask<PerformanceMetricsDto>('performance?time_range=7d');

    expect(asOf).toBe(new Date(NOW).toISOString());
    expect(collection.state).toBe('ok');
    const { observed, written, overflow, dropped, in_ring: inRing } = collection;
    expect(observed).toBe(written + overflow + dropped + inRing);
  });

  it('are of minutes within an hour', async () => {
    const series = await ask<MetricsTimeSeriesDto>(`time-series?start=${at('08:00:30')}&end=${at('08:10:00')}`);

    expect(series.interval_seconds).toBe(60);
    expect(series.data_points).toHaveLength(10);
    expect(
      series.data_points
        .filter(({ total_requests: n }) => n > 0)
        .map(({ timestamp }) => Date.parse(timestamp) % HOUR_MS),
    ).toEqual([1, 2, 7].map((minute) => minute * MINUTE_MS));
  });

  async function ask<Body>(path: string): Promise<Body> {
    const { status, body } = await app.ask<Body>(path);
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  }
});
