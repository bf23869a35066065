import { TestApi, type Answer, type Ask } from '../testing/test-api';

const PER_SECOND = 5;
const BURST = 4 * PER_SECOND;
const STRANGERS_BURST = 5 * BURST;
const ME = '/api/v1/user/me';

describe('a flood of requests', () => {
  let api: TestApi;

  beforeEach(async () => {
    api = await TestApi.start({ database: false, env: { LAKESCOPE_REQUESTS_PER_SECOND: String(PER_SECOND) } });
  });

  afterEach(() => api.stop());

  it('of one person is refused with the time to wait, and costs nobody else anything', async () => {
    await api.ask(ME, { as: 'engineer' });

    const refused = await flood(BURST * 3, ME, { as: 'analyst' });

    expect(refused.length).toBeGreaterThan(0);
    for (const { status, json, headers } of refused) {
      expect([status, json['error_code'], json['retry_after']]).toEqual([429, 'RATE_LIMITED', 1]);
      expect(headers.get('retry-after')).toBe('1');
    }
    expect((await api.ask(ME, { as: 'engineer' })).status).toBe(200);
  });

  it('is over as soon as the time has passed', async () => {
    await flood(BURST * 3, ME, { as: 'analyst' });
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    expect((await api.ask(ME, { as: 'analyst' })).status).toBe(200);
  });

  it('of tokens that nobody issued stops reaching the platform, and people who are signed in notice nothing', async () => {
    await api.ask(ME, { as: 'analyst' });
    const asked = meCalls();
    const startedAt = performance.now();

    const refused = [];
    for (let count = 0; count < 2 * STRANGERS_BURST; count += BURST) {
      refused.push(...(await flood(BURST, ME, (index) => ({ token: `dapi-nobody-${count + index}` }))));
    }

    expect(refused.filter(({ status }) => status === 401).length).toBeGreaterThan(0);
    expect(refused.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    // What the bucket holds, and what flowed in meanwhile.
    const flowedIn = ((performance.now() - startedAt) / 1000) * 5 * PER_SECOND;
    expect(meCalls() - asked).toBeLessThanOrEqual(STRANGERS_BURST + flowedIn);
    expect((await api.ask(ME, { as: 'analyst' })).status).toBe(200);
  });

  it('without any token is refused as well', async () => {
    const refused = await flood(2 * STRANGERS_BURST, ME, {});

    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401, 429]));
  });

  it('of the probes of the platform is none', async () => {
    const refused = [...(await flood(2 * STRANGERS_BURST, '/health', {})), ...(await flood(BURST, '/ready', {}))];

    expect(refused).toEqual([]);
  });

  /** Asks at once, and answers those that were not let through. */
  async function flood(count: number, path: string, ask: Ask | ((index: number) => Ask)): Promise<Answer[]> {
    const asks = Array.from({ length: count }, (_, index) => (typeof ask === 'function' ? ask(index) : ask));
    const answers = await Promise.all(asks.map((one) => api.ask(path, one)));
    return answers.filter(({ status }) => status !== 200);
  }

  function meCalls(): number {
    return api.stack.workspace.requestLog.entries().filter(({ path }) => path.endsWith('/scim/v2/Me')).length;
  }
});
