import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import { SeededRandom, parseExposition, withSeed } from '@lakescope/server-testing';
import { collectionOf, errorsOfMetrics, stored } from '../testing/metrics-errors';
import { answersIn, rawExchange } from '../testing/raw-http';
import { TestApi } from '../testing/test-api';

/** Different URLs of an attack; a million with FAULT_SCALE=500. */
const URLS = 2_000 * Number(process.env['FAULT_SCALE'] ?? 1);
/** In one go, on one connection. */
const PIPELINED = 40;
const LONG_PATH = 8_000;
const METHODS = ['GET', 'POST', 'PROPFIND', 'MKCOL', 'REPORT', 'M-SEARCH', 'PURGE', 'SEARCH', 'QUERY', 'LINK'];
const MEBIBYTE = 2 ** 20;

describe('whatever paths and methods are asked for,', () => {
  let api: TestApi;

  beforeAll(async () => {
    // The log of a test is kept in memory, which is measured.
    api = await TestApi.start({ env: { LAKESCOPE_REQUESTS_PER_SECOND: '10000000', LOG_LEVEL: 'error' } });
  }, 60_000);

  afterEach(async () => {
    expect(await errorsOfMetrics(api)).toEqual([]);
  }, 60_000);

  afterAll(() => api.stop());

  it(
    'the metrics know the templates of routes and nothing else, and do not grow',
    () =>
      withSeed(async (random) => {
        await attack(random, 1_000);
        await stored(api);
        const [before, observed] = [heapInUse(), collectionOf(api).observed];
        await attack(random, URLS);
        await stored(api);

        expect(collectionOf(api).observed - observed).toBe(URLS);
        expect(heapInUse() - before).toBeLessThan(20 * MEBIBYTE);
        const { text } = await api.ask('/metrics', { as: 'analyst' });
        const series = parseExposition(text).get('lakescope_http_request_duration_seconds')?.samples ?? [];
        const pairs = new Set(series.map(({ labels }) => `${labels['method']} ${labels['endpoint']}`));
        expect(pairs.size).toBeLessThanOrEqual(501);
        const templates = ['(unmatched)', '/api/v1/preferences/:key'];
        expect(await endpoints()).toEqual(templates);
      }),
    900_000,
  );

  it.each([
    ['a doubled slash', '//api/v1/user/me'],
    ['/./', '/api/./v1/user/me'],
    ['/../ from a probe', '/health/../api/v1/user/me'],
    ['/../ into what is left out', '/api/v1/internal/../user/me'],
    ['%2e%2e', '/health/%2e%2e/api/v1/user/me'],
    ['a matrix parameter', '/api/v1/user/me;/health'],
    ['%2f', '/api/v1%2fuser/me'],
    ['%00', '/api/v1/user/me%00/health'],
    ['a slash at the end', '/api/v1/user/me/'],
    ['upper case', '/API/V1/USER/ME'],
    ['an encoded letter', '/api/v1/user/%6de'],
    ['a query that looks like a probe', '/api/v1/user/me?/health'],
    ['a query that looks like what is left out', '/api/v1/user/me?x=/internal/'],
    ['a path that looks like what is left out', '/api/v1/internal/user/me'],
    ['a path below what is left out', '/api/v1/admin/system/user/me'],
    ['a path below a probe', '/health/api/v1/user/me'],
    ['a probe with another method', '/health', 'DELETE'],
    ['an absolute URI of a probe elsewhere', 'http://elsewhere.example/api/v1/user/me'],
  ])('a request is recorded exactly once: %s', async (_, target, method = 'GET') => {
    const before = collectionOf(api).observed;
    const text = await rawExchange(api.url, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(answersIn(text)).toHaveLength(1);
    // A client hears of the end of an answer before the server does.
    for (let wait = 0; wait < 100 && collectionOf(api).observed === before; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(collectionOf(api).observed - before).toBe(1);
  });

  async function attack(random: SeededRandom, urls: number): Promise<void> {
    for (let sent = 0; sent < urls; sent += PIPELINED) {
      const count = Math.min(PIPELINED, urls - sent);
      const requests = Array.from({ length: count }, (_, index) => {
        const isLast = index === count - 1;
        return requestOf(random, isLast);
      });
      const answers = answersIn(await rawExchange(api.url, requests.join(''), 10_000));
      if (answers.length !== count) throw new Error(`${count} requests got ${answers.length} answers`);
    }
  }

  async function endpoints(): Promise<string[]> {
    const rows = await api.app.get(BackgroundDatabase).statement<{ endpoint: string }>({
      text: `SELECT DISTINCT endpoint FROM performance_metrics WHERE endpoint <> '/metrics' ORDER BY endpoint`,
      values: [],
    });
    return rows.map(({ endpoint }) => endpoint);
  }
});

/** Unknown, long, or of a route that has a parameter in its path. */
function requestOf(random: SeededRandom, isLast: boolean): string {
  const noise = `${random.below(2 ** 31).toString(36)}${random.below(2 ** 31).toString(36)}`;
  const path = random.chance(0.1)
    ? `/api/v1/${noise}${'x'.repeat(LONG_PATH)}`
    : random.chance(0.1)
      ? `/api/v1/preferences/${noise}`
      : `/${random.chance(0.5) ? 'api/v1/' : 'api/'}${noise}/${noise}?${noise}`;
  const method = path.includes('preferences') ? 'DELETE' : METHODS[random.below(METHODS.length)];
  return `${method} ${path} HTTP/1.1\r\nHost: x\r\n${isLast ? 'Connection: close\r\n' : ''}\r\n`;
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
