import { LocalStack } from '@lakescope/server-testing';
import { DAY_MS, HOUR_MS } from '../roll-up/raw-tables';
import type { ObservedRequestPage } from './observed-request.dto';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T10:17:00Z');

describe('single requests', () => {
  let stack: LocalStack;
  let app: MetricsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
    app.setNow(NOW);
    await app.givenRequests([
      // Many at the same millisecond, over a page's edge.
      ...Array.from({ length: 30 }, (_, index) => ({ at: NOW - HOUR_MS, ms: index, endpoint: '/same' })),
      ...Array.from({ length: 50 }, (_, index) => ({
        at: NOW - index * 3 * HOUR_MS - 1,
        ms: 10 + index,
        endpoint: '/rare',
      })),
      { at: NOW - 1, ms: 250, endpoint: '/api/v1/preferences/:key', method: 'PUT', status: 404, user: 'bo' },
      { at: NOW - 2, ms: 251, endpoint: '/api/v1/preferences/:key', method: 'PUT', status: 499, user: null },
      { at: NOW - 3 * DAY_MS, ms: 9_000, endpoint: '/slow', status: 503, user: 'cy' },
      { at: NOW - 7 * DAY_MS, ms: 1, endpoint: '/oldest' },
      { at: NOW - 7 * DAY_MS - 1, ms: 1, endpoint: '/too-old' },
    ]);
  });

  beforeEach(() => app.setNow(NOW));

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('come latest first, with what leads to their log lines', async () => {
    const { items } = await page('limit=2');

    expect(items).toMatchObject(
      [
        {
          timestamp: new Date(NOW - 1).toISOString(),
          method: 'GET',
          endpoint: '/rare',
          status_code: 200,
          user_id: 'ana',
        },
        { endpoint: '/api/v1/preferences/:key', method: 'PUT', status_code: 404, user_id: 'bo', error_type: null },
      ].sort((left) => (items[0]?.endpoint === left.endpoint ? -1 : 1)),
    );
    expect(items[0]?.correlation_id).toMatch(/^[\w-]{36}$/);
  });

  it('come whole, page by page, also where many have the same time', async () => {
    const seen = await every('time_range=7d&limit=7');

    expect(seen).toHaveLength(84);
    expect(new Set(seen.map(({ correlation_id: id }) => id)).size).toBe(84);
    const times = seen.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort().reverse());
    expect(seen.at(-1)?.endpoint).toBe('/oldest');
  });

  it('stay the same pages while others come in and time goes by', async () => {
    const first = await page('time_range=7d&limit=40');
    app.setNow(NOW + HOUR_MS);
    await app.givenRequests([{ at: NOW + 1, ms: 1, endpoint: '/later' }]);
    const second = await page(`time_range=7d&limit=100&cursor=${first.next_cursor}`);

    expect(first.items.length + second.items.length).toBe(84);
    expect(second.items.at(-1)?.endpoint).toBe('/oldest');
    await app.sql(`DELETE FROM performance_metrics WHERE endpoint = '/later'`);
  });

  it.each([
    ['endpoint=/same', 30],
    ['endpoint=/sam%25', 0],
    ['method=PUT', 2],
    ['status=4xx', 2],
    ['status=404', 1],
    ['status=5xx', 1],
    ['user_id=cy', 1],
    [`user_id=${encodeURIComponent("' OR 1=1 --")}`, 0],
    ['min_ms=250', 3],
    ['min_ms=250.5', 2],
    ['endpoint=/rare&min_ms=50', 10],
  ])('are those that %s asks for', async (filter, count) => {
    expect(await every(`time_range=7d&limit=25&${filter}`)).toHaveLength(count);
  });

  it('are of the time from start on, and before end', async () => {
    const at = (ms: number): string => new Date(ms).toISOString();

    expect(await every(`start=${at(NOW - HOUR_MS)}&end=${at(NOW - HOUR_MS + 1)}`)).toHaveLength(30);
    expect(await every(`start=${at(NOW - 2 * HOUR_MS)}&end=${at(NOW - HOUR_MS)}`)).toHaveLength(0);
  });

  it.each([
    ['of another question', 'limit=5&endpoint=/rare', 'endpoint=/same'],
    ['of another time', 'limit=5', 'time_range=7d'],
  ])('refuse a cursor %s', async (_, first, second) => {
    const { next_cursor: cursor } = await page(first);
    const { status, body } = await app.ask(`requests?${second}&cursor=${cursor}`);

    expect([status, body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('say why there are none of longer ago', async () => {
    const start = new Date(NOW - 7 * DAY_MS - 1).toISOString();
    const { status, body } = await app.ask(`requests?start=${start}&end=${new Date(NOW).toISOString()}`);

    expect([status, body['detail']]).toEqual([400, 'start is too long ago: single requests are kept for 7 days']);
  });

  async function page(query: string): Promise<ObservedRequestPage> {
    const { status, body } = await app.ask<ObservedRequestPage>(`requests?${query}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }

  async function every(query: string): Promise<ObservedRequestPage['items']> {
    const items: ObservedRequestPage['items'] = [];
    for (let cursor = ''; ;) {
      const { items: more, next_cursor: next } = await page(`${query}${cursor}`);
      items.push(...more);
      if (next === null) return items;
      cursor = `&cursor=${next}`;
    }
  }
});
