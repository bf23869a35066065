import { TestApi } from './testing/test-api';

const ROUTES = ['performance', 'performance/export', 'usage', 'time-series', 'heatmap', 'requests', 'users'] as const;

describe('the questions about metrics, of the whole server', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start();
  });

  afterAll(() => api.stop());

  it.each(ROUTES)('%s is answered to administrators, and to nobody else from their answers', async (route) => {
    const path = `/api/v1/metrics/${route}`;
    const asAdmin = await api.ask(path, { as: 'admin' });
    const asAnalyst = await api.ask(path, { as: 'analyst' });

    expect([asAdmin.status, asAdmin.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect([asAnalyst.status, asAnalyst.json['error_code']]).toEqual([403, 'ADMIN_REQUIRED']);
    expect((await api.ask(path)).status).toBe(401);
  });

  it('take a path for the template it belongs to', async () => {
    const paths = ['/api/v1/preferences/:key', '/api/v1/preferences/theme', '/api/v1/preferences/theme?x=1'];
    await api.ask('/api/v1/preferences/theme', { method: 'DELETE', as: 'analyst' });

    for (const path of paths) {
      const counted = await until(async () => {
        const { json } = await api.ask(`/api/v1/metrics/requests?endpoint=${encodeURIComponent(path)}&method=DELETE`, {
          as: 'admin',
        });
        return (json['items'] as { endpoint: string }[]).map(({ endpoint }) => endpoint);
      });
      expect(counted).toEqual(['/api/v1/preferences/:key']);
    }
  });

  it('say in their books what they say of themselves', async () => {
    const { json } = await api.ask('/api/v1/metrics/performance?time_range=7d', { as: 'admin' });
    const books = json['collection'] as Record<'observed' | 'written' | 'overflow' | 'dropped' | 'in_ring', number>;

    expect(books.observed).toBeGreaterThan(0);
    expect(books.observed).toBe(books.written + books.overflow + books.dropped + books.in_ring);
    expect(json['collection']).toMatchObject({ state: 'ok', unclean_boots: [] });
  });
});

describe('the questions about metrics, without a database', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterAll(() => api.stop());

  it.each(ROUTES)('%s says that there is none', async (route) => {
    const { status, json } = await api.ask(`/api/v1/metrics/${route}`, { as: 'admin' });

    expect([status, json['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
  });
});

/** Requests are stored a second after they were answered. */
async function until<T>(ask: () => Promise<T[]>): Promise<T[]> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = await ask();
    if (found.length > 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
