import { parseExposition, type ExpositionFamily } from '@lakescope/server-testing';
import { TestApi } from './testing/test-api';

const VERSIONED = '/api/v1/metrics/prometheus';
const ROOT = '/metrics';
const DURATIONS = 'lakescope_http_request_duration_seconds';

type Families = Map<string, ExpositionFamily>;

describe('the metrics that others collect', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start();
  });

  afterAll(() => api.stop());

  it.each([VERSIONED, ROOT])('are read at %s by anybody who is signed in', async (path) => {
    for (const as of ['analyst', 'admin'] as const) {
      const { status, headers, text } = await api.ask(path, { as });

      expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
      expect(headers.get('cache-control')).toBe('no-store');
      expect([...parseExposition(text).keys()]).toEqual(
        expect.arrayContaining([
          DURATIONS,
          'lakescope_metrics_observed_total',
          'lakescope_history_rows_lost_total',
          'process_uptime_seconds',
        ]),
      );
    }
  });

  it.each([VERSIONED, ROOT])('are read at %s by nobody else, who gets a problem and not a page', async (path) => {
    const { status, json } = await api.ask(path);

    expect([status, json['error_code']]).toEqual([401, 'AUTH_MISSING']);
  });

  it('count each request once, under its template, its method and how it ended', async () => {
    const before = await scrape();
    for (const key of ['theme', 'nothing', 'nothing/at/all']) {
      await api.ask(`/api/v1/preferences/${key}`, { method: 'DELETE', as: 'analyst' });
    }
    await api.ask('/health');

    const after = await scrape();

    const grown = (labels: Record<string, string>): number => count(after, labels) - count(before, labels);
    expect(grown({ endpoint: '/api/v1/preferences/:key', method: 'DELETE', status: '4xx' })).toBe(2);
    expect(grown({ endpoint: '(unmatched)', method: 'DELETE', status: '4xx' })).toBe(1);
    // The first scrape, which had not ended when it was counted.
    expect(grown({ endpoint: ROOT, method: 'GET', status: '2xx' })).toBe(1);
    expect([...labelsOf(after)].filter((endpoint) => /health|theme|nothing/.test(endpoint))).toEqual([]);
  });

  it('add up: what was observed was written, folded or dropped, or waits', async () => {
    await Promise.all(Array.from({ length: 50 }, () => api.ask('/api/v1/user/me', { as: 'analyst' })));

    const families = await scrape();

    const observed = value(families, 'lakescope_metrics_observed_total');
    const dropped = families.get('lakescope_metrics_dropped_total')?.samples ?? [];
    expect(observed).toBeGreaterThanOrEqual(50);
    expect(observed).toBe(
      value(families, 'lakescope_metrics_written_total') +
        value(families, 'lakescope_metrics_overflow_total') +
        dropped.reduce((sum, sample) => sum + sample.value, 0) +
        value(families, 'lakescope_metrics_in_ring'),
    );
    const counted = families.get(DURATIONS)?.samples.filter(({ name }) => name.endsWith('_count')) ?? [];
    expect(counted.reduce((sum, sample) => sum + sample.value, 0)).toBe(observed);
  });

  it('are told as before while the database is away', async () => {
    const before = value(await scrape(), 'lakescope_metrics_observed_total');
    await api.stack.postgres.halt();

    const { status, text } = await api.ask(ROOT, { as: 'analyst' });
    await api.stack.postgres.restart();

    expect(status).toBe(200);
    expect(value(parseExposition(text), 'lakescope_metrics_observed_total')).toBeGreaterThan(before);
  });

  it('hold one series for all that has no route, whatever it is called', async () => {
    const series = labelsOf(await scrape()).size;
    for (let index = 0; index < 50; index++) {
      await api.ask(`/api/v1/"}\\n${index}{x="/${index}`, { as: 'analyst' });
    }

    expect(labelsOf(await scrape()).size).toBe(series);
  });

  async function scrape(): Promise<Families> {
    const { text } = await api.ask(ROOT, { as: 'analyst' });
    return parseExposition(text);
  }
});

function value(families: Families, name: string): number {
  return families.get(name)?.samples[0]?.value ?? NaN;
}

function count(families: Families, labels: Readonly<Record<string, string>>): number {
  const found = families
    .get(DURATIONS)
    ?.samples.find(
      (sample) => sample.name.endsWith('_count') && JSON.stringify(sample.labels) === JSON.stringify(labels),
    );
  return found?.value ?? 0;
}

function labelsOf(families: Families): Set<string> {
  return new Set(families.get(DURATIONS)?.samples.map(({ labels }) => labels['endpoint'] ?? ''));
}
