import { Agent, request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Database } from '@lakescope/server-persistence';
import { collectionOf, errorsOfMetrics, stored } from '../testing/metrics-errors';
import { TestApi } from '../testing/test-api';

/** So many requests are asked while the database is away: about a minute of them with FAULT_SCALE=24. */
const ASKED = 2_500 * Number(process.env['FAULT_SCALE'] ?? 1);
const AT_ONCE = 8;

interface Load {
  statuses: Set<number>;
  p99Ms: number;
  loopDelayP99Ms: number;
}

describe('requests, while the database', () => {
  let api: TestApi;
  let agent: Agent;
  let token: string;

  beforeAll(async () => {
    const env = { METRICS_RING_SAMPLES: '1024', LAKESCOPE_REQUESTS_PER_SECOND: '1000000', LOG_LEVEL: 'warn' };
    api = await TestApi.start({ faultProxies: true, env });
    token = await api.stack.token('analyst');
    agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    await load(300);
  }, 60_000);

  afterEach(async () => {
    await api.stack.network.heal();
    expect(await errorsOfMetrics(api)).toEqual([]);
  }, 60_000);

  afterAll(async () => {
    agent.destroy();
    await api.stop();
  });

  it('is away for longer than samples can wait for it, are answered as before, and each is counted', async () => {
    const before = await load(500);
    await stored(api);
    const { overflow } = collectionOf(api);
    await api.stack.postgres.halt();
    const away = await load(ASKED);
    const whileAway = collectionOf(api);
    await api.stack.postgres.restart();
    const after = await load(200);
    await stored(api);

    expect([...before.statuses, ...away.statuses, ...after.statuses]).toEqual([200, 200, 200]);
    expect(away.p99Ms).toBeLessThan(10 * Math.max(before.p99Ms, 10));
    expect(whileAway).toMatchObject({ state: 'degraded' });
    expect(collectionOf(api)).toMatchObject({ state: 'ok', dropped: {}, inRing: 0 });
    expect(collectionOf(api).overflow).toBeGreaterThan(overflow);
  }, 300_000);

  it('is slow, find the event loop as free as before', async () => {
    const quick = await load(500);
    api.stack.network.slow({ roundTripMilliseconds: 500 });
    const slow = await load(ASKED / 2);
    await api.stack.network.heal();

    expect([...quick.statuses, ...slow.statuses]).toEqual([200, 200]);
    expect(slow.loopDelayP99Ms).toBeLessThan(10 * Math.max(quick.loopDelayP99Ms, 10));
    expect(slow.p99Ms).toBeLessThan(10 * Math.max(quick.p99Ms, 10));
  }, 300_000);

  it('is held by a lock, find the event loop as free as before', async () => {
    const quick = await load(500);
    let held: Load | undefined;
    await api.app.get(Database).asSystem(async (tx) => {
      await tx.query('LOCK TABLE performance_metrics IN ACCESS EXCLUSIVE MODE');
      // No more of them: a transaction that is idle for long is ended by the server.
      held = await load(1_000);
    });

    expect([...(held?.statuses ?? [])]).toEqual([200]);
    expect(held?.loopDelayP99Ms).toBeLessThan(10 * Math.max(quick.loopDelayP99Ms, 10));
    expect(held?.p99Ms).toBeLessThan(10 * Math.max(quick.p99Ms, 10));
  }, 300_000);

  it('loses every session ten times a second, notice nothing', async () => {
    const before = api.stack.network.opened;
    const resetting = setInterval(() => api.stack.network.reset(), 100);
    const cut = await load(ASKED);
    clearInterval(resetting);
    await stored(api);

    expect([...cut.statuses]).toEqual([200]);
    expect(api.stack.network.opened).toBeGreaterThan(before);
    expect(collectionOf(api).dropped).toEqual({});
  }, 300_000);

  /** Asks for what needs no database. */
  async function load(count: number): Promise<Load> {
    const [statuses, durations] = [new Set<number>(), [] as number[]];
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    let left = count;
    const person = async (): Promise<void> => {
      while (left-- > 0) {
        const startedAt = performance.now();
        statuses.add(await statusOf('/api/v1/user/me'));
        durations.push(performance.now() - startedAt);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, person));
    delay.disable();
    durations.sort((left, right) => left - right);
    return {
      statuses,
      p99Ms: durations[Math.floor(durations.length * 0.99)] ?? NaN,
      loopDelayP99Ms: delay.percentile(99) / 1e6,
    };
  }

  function statusOf(path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(`${api.url}${path}`, { agent, headers: { 'X-Forwarded-Access-Token': token } }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? NaN));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  }
});

describe('requests, without a database', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterAll(() => api.stop());

  it('are answered and not recorded, and one line says why', async () => {
    for (let asked = 0; asked < 20; asked++) {
      expect((await api.ask('/api/v1/user/me', { as: 'analyst' })).status).toBe(200);
    }
    const { text } = await api.ask('/metrics', { as: 'analyst' });

    expect(text).toContain('lakescope_metrics_collection_state{state="off"} 1');
    expect(text).toContain('lakescope_metrics_observed_total 0');
    expect(api.log.filter((line) => line.includes('Skipping performance metric collection'))).toHaveLength(1);
    expect(api.log.filter((line) => line.includes('"Metrics"'))).toHaveLength(1);
  });
});
