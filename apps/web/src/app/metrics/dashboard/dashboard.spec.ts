import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { provideApi } from '@lakescope/web-api';
import { Dashboard } from './dashboard';

const times = Array.from({ length: 288 }, (_, index) => new Date(Date.UTC(2026, 0, 1) + index * 300_000).toISOString());

const common = {
  time_range: '24h',
  start_time: times[0],
  end_time: '2026-01-02T00:00:00.000Z',
  effective_from: times[0],
  effective_to: '2026-01-02T00:00:00.000Z',
  as_of: '2026-01-02T00:00:00.000Z',
  percentile_method: 'nearest_rank',
  sources: { raw: 10, '5m': 0, '1h': 0, '1d': 0, overflow: 0 },
  collection: {
    state: 'ok',
    observed: 10,
    written: 10,
    overflow: 0,
    dropped: 0,
    dropped_by_reason: {},
    in_ring: 0,
    unclean_boots: [] as object[],
  },
  unreadable_histograms: 0,
};
const latency = {
  error_count: 1,
  error_rate: 0.1,
  avg_response_time_ms: 20,
  p50_response_time_ms: 10,
  p95_response_time_ms: 50,
  p99_response_time_ms: 90,
};

function answers(requests: number, events: number) {
  return {
    performance: {
      ...common,
      metrics: { ...latency, total_requests: requests, active_users: 2 },
      endpoints:
        requests === 0 ? [] : [{ ...latency, endpoint: '/api/v1/status', method: 'GET', request_count: requests }],
      previous: {
        start_time: times[0],
        end_time: times[0],
        metrics: { ...latency, p95_response_time_ms: 25, total_requests: 5, active_users: 2 },
      },
    },
    usage: {
      ...common,
      metrics: { total_events: events, unique_users: 1, active_users: 2 },
      event_distribution: events === 0 ? {} : { page_view: events },
      page_views: events === 0 ? {} : { '/': events },
      previous: null,
    },
    'time-series': {
      ...common,
      interval_seconds: 300,
      data_points: times.map((timestamp) => ({
        timestamp,
        ...latency,
        total_requests: 1,
        total_events: 1,
        unique_users: 1,
      })),
    },
    heatmap: { ...common, interval_seconds: 300, times, bounds_ms: [16, 32], counts: times.map(() => [1, 2]) },
  };
}

describe('Dashboard', () => {
  let http: HttpTestingController;
  let element: HTMLElement;

  async function settle(): Promise<void> {
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  async function open(url: string): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideApi(),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([{ path: '**', children: [] }]),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    await TestBed.inject(Router).navigateByUrl(url);
    element = TestBed.createComponent(Dashboard).nativeElement as HTMLElement;
    await settle();
  }

  const asked = (part: string) => http.expectOne(({ url }) => url.split('?')[0] === `/api/v1/metrics/${part}`);

  async function answer(given: object): Promise<void> {
    for (const [part, body] of Object.entries(given)) asked(part).flush(body);
    await settle();
  }

  const text = (selector: string) => element.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim();
  const cardOf = (label: string) =>
    [...element.querySelectorAll('ls-metric-card')].find((card) => card.querySelector('h3')?.textContent === label);

  it('keeps the room of everything while it loads', async () => {
    await open('/usage-metrics');
    expect(element.querySelectorAll('ls-metric-card [aria-busy]')).toHaveLength(8);
    expect(element.querySelectorAll('figure[aria-busy]')).toHaveLength(4);
    expect(element.querySelector('ls-data-as-of')?.textContent).toContain('Data as of');
  });

  it('shows each number with what it was before, and that nothing is lost', async () => {
    await open('/usage-metrics');
    await answer(answers(10, 3));
    expect(text('summary')).toMatch(/^Data as of \d\d:\d\d:\d\d, 0 lost$/);
    expect(cardOf('Requests')?.querySelector('.value')?.textContent).toBe('10');
    expect(cardOf('Requests')?.querySelector('.change')?.textContent).toContain('+100 %');
    expect(cardOf('Response time')?.querySelector('.change')?.classList).toContain('bad');
    expect(cardOf('Event types')?.querySelector('.value')?.textContent).toBe('1');
    expect(text('ls-share-bars li')).toContain('page_view');
  });

  it('compares no error rate with a time in which nothing was asked', async () => {
    const given = answers(10, 3);
    given.performance.previous.metrics = { ...given.performance.previous.metrics, total_requests: 0, error_rate: 0 };
    await open('/usage-metrics');
    await answer(given);
    expect(cardOf('Error rate')?.querySelector('.value')?.textContent).toBe('10 %');
    expect(cardOf('Error rate')?.querySelector('.change')?.textContent?.trim()).toBe('');
  });

  it('asks for exactly what the URL says', async () => {
    await open('/usage-metrics?range=7d&endpoint=%2Fa&method=GET&event_type=page_view&compare=off');
    expect(asked('performance').request.urlWithParams).toMatch(/\?time_range=7d&endpoint=%2Fa&method=GET$/);
    expect(asked('usage').request.urlWithParams).toMatch(/\?time_range=7d&event_type=page_view$/);
    asked('time-series');
    asked('heatmap');
    http.expectNone(({ url }) => /metrics\/(users|requests)/.test(url));
  });

  it('says once that the database is away, and shows no number instead', async () => {
    await open('/usage-metrics');
    for (const part of ['performance', 'usage', 'time-series', 'heatmap']) {
      asked(part).flush(
        { title: 'Database unavailable', error_code: 'DATABASE_UNAVAILABLE', detail: 'It does not answer' },
        { status: 503, statusText: 'Service Unavailable' },
      );
    }
    await settle();
    expect(element.querySelectorAll('ls-problem')).toHaveLength(1);
    expect(text('ls-problem')).toContain('DATABASE_UNAVAILABLE');
    expect(element.querySelectorAll('ls-metric-card, figure, table')).toHaveLength(0);

    element.querySelector<HTMLElement>('ls-problem button[matButton]')?.click();
    await settle();
    await answer(answers(10, 3));
    expect(element.querySelectorAll('ls-problem')).toHaveLength(0);
    expect(cardOf('Requests')?.querySelector('.value')?.textContent).toBe('10');
  });

  it('says why there is nothing, and how to come to something', async () => {
    await open('/usage-metrics');
    await answer(answers(0, 0));
    expect(text('ls-empty')).toContain('No requests in this range');
    expect(element.querySelector('ls-metric-card')).toBeNull();
  });

  it('tells an empty filter from an empty range', async () => {
    await open('/usage-metrics?endpoint=%2Fnone');
    await answer(answers(0, 0));
    expect(text('ls-empty')).toContain('Nothing fits this filter');
  });

  it('says what is missing, and why', async () => {
    const given = answers(10, 3);
    const boot = { boot_id: '6f1f2a34-6a43-4c1b-8f0e-1f0a4f6f8a11', last_seen_at: times[0], at_most: 7 };
    given.performance.collection = { ...common.collection, unclean_boots: [boot] };
    await open('/usage-metrics');
    await answer(given);
    expect(text('summary')).toContain('at most 7 lost');
    expect(text('ls-notice')).toContain('Replica 6f1f2a34 ended without saying so');
  });

  it('stays a page of few elements with a day of five minutes', async () => {
    await open('/usage-metrics');
    await answer(answers(10, 3));
    for (const figure of element.querySelectorAll('figure')) {
      expect(figure.querySelectorAll('*').length).toBeLessThan(300);
    }
  });
});
