import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack, SeededRandom } from '@lakescope/server-testing';
import { Client } from 'pg';
import { ApiBundle, ApiProcess } from '../testing/api-process';

/** How often the process is killed; 50 with FAULT_SCALE=25. */
const KILLS = 2 * Number(process.env['FAULT_SCALE'] ?? 1);

interface Asked {
  id: string;
  answeredAt: number;
}

interface Books {
  observed: number;
  written: number;
  overflow: number;
  closed: boolean;
  rows: number;
}

describe('the metrics of a process that ends', () => {
  const random = new SeededRandom();
  let stack: LocalStack;
  let bundle: ApiBundle;
  let database: Client;
  let api: ApiProcess;
  let agent: Agent;

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([LocalStack.start({ faultProxies: true, random }), ApiBundle.build()]);
    const { port, superuser: user, password, database: name } = stack.postgres;
    database = new Client({ host: '127.0.0.1', port, user, password, database: name });
    await database.connect();
    await database.query('SET search_path = lakescope');
  }, 60_000);

  beforeEach(() => {
    agent = new Agent({ keepAlive: true, maxSockets: 16 });
  });

  afterEach(async () => {
    agent.destroy();
    await stack.network.heal();
    await api.kill();
  });

  afterAll(async () => {
    await database.end();
    await stack.stop();
    await bundle.remove();
  });

  it('are stored to the last request when it is told to stop, twice even, and its books are closed', async () => {
    const url = await started();
    const asked = await ask(url, 500);
    api.signal('SIGTERM');
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(await missing(asked)).toEqual([]);
    expect(await booksOfTheLast()).toEqual({ observed: 500, written: 500, overflow: 0, closed: true, rows: 500 });
  }, 60_000);

  it('are stored when it is told to stop with a full ring, and more than that, as soon as the database is back', async () => {
    const url = await started({ METRICS_RING_SAMPLES: '1024' });
    stack.network.refuse();
    stack.network.reset();
    await ask(url, 3_000);
    await stack.network.heal();
    const startedAt = performance.now();
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    const { observed, written, overflow, closed, rows } = await booksOfTheLast();
    expect({ observed, stored: written + overflow, closed }).toEqual({ observed: 3_000, stored: 3_000, closed: true });
    expect(rows).toBe(written);
    const { rows: cells } = await database.query<{ samples: number }>(
      `SELECT coalesce(sum(sample_count), 0)::int AS samples FROM aggregated_metrics
       WHERE source = (SELECT boot_id FROM metrics_ingest_log ORDER BY committed_at DESC LIMIT 1) AND granularity_min = 5`,
    );
    expect(cells[0]?.samples).toBe(overflow);
    expect(overflow).toBeGreaterThan(0);
  }, 60_000);

  it('are one line in the log when it is told to stop and the database stays away', async () => {
    const url = await started();
    stack.network.refuse();
    stack.network.reset();
    await ask(url, 200);
    const startedAt = performance.now();
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    const [line] = api.log.filter(({ msg }) => String(msg).startsWith('Performance metrics were lost'));
    expect(line).toMatchObject({ observed: 200, written: 0, lost: 200 });
    expect(line?.['series']).toEqual([
      expect.objectContaining({ endpoint: '(unmatched)', method: 'GET', count: 200, errors: 200 }),
    ]);
  }, 60_000);

  it(`are lost for a second at most when it is killed, and none is stored twice (seed ${random.seed})`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await entries();
      const url = await started();
      const asked: Asked[] = [];
      let killed = false;
      const people = Array.from({ length: 8 }, async () => {
        while (!killed) asked.push(...(await ask(url, 1).catch(() => [])));
      });
      // On a busy machine the first flush takes its time.
      while ((await entries()) < before + 2) await delay(50);
      await delay(random.below(1_500));
      const killedAt = performance.now();
      await api.kill();
      killed = true;
      await Promise.all(people);

      const lost = new Set(await missing(asked));
      const lostTimes = asked.filter(({ id }) => lost.has(id)).map(({ answeredAt }) => killedAt - answeredAt);
      expect(asked.length).toBeGreaterThan(100);
      // A second, and what a busy machine adds to it.
      expect(Math.max(0, ...lostTimes)).toBeLessThan(3_000);
      expect((await booksOfTheLast()).closed).toBe(false);
    }
    const { rows } = await database.query<{ doubles: number; balance: number }>(
      `SELECT (SELECT count(*) - count(DISTINCT correlation_id) FROM performance_metrics)::int AS doubles,
              ((SELECT sum(rows) FROM metrics_ingest_log WHERE kind = 'performance') - (SELECT count(*) FROM performance_metrics))::int AS balance`,
    );
    expect(rows[0]).toEqual({ doubles: 0, balance: 0 });
  }, 600_000);

  it('are stored from the first request on when the database was away at the start', async () => {
    const before = await entries();
    stack.network.refuse();
    api = ApiProcess.start(bundle, stack.environment({ LAKESCOPE_REQUESTS_PER_SECOND: '100000' }));
    const url = await api.url();
    const asked = await ask(url, 200);
    const whileAway = await entries();
    await stack.network.heal();
    await api.says('Application startup complete');
    while ((await entries()) === before) await delay(50);
    await ask(url, 10);
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect(whileAway).toBe(before);
    expect(await missing(asked)).toEqual([]);
    expect(await booksOfTheLast()).toEqual({ observed: 210, written: 210, overflow: 0, closed: true, rows: 210 });
  }, 120_000);

  it('know nothing of probes, which are asked for all the time', async () => {
    const url = await started();
    await ask(url, 20, '/health');
    await ask(url, 3);
    api.signal('SIGTERM');

    expect(await api.end()).toBe(0);
    expect((await booksOfTheLast()).observed).toBe(3);
  }, 60_000);

  async function started(environment: Record<string, string> = {}): Promise<string> {
    api = ApiProcess.start(bundle, stack.environment({ LAKESCOPE_REQUESTS_PER_SECOND: '100000', ...environment }));
    const url = await api.url();
    await api.says('Application startup complete');
    return url;
  }

  /** Some at a time; each is answered 404, which is the least a server can do. */
  async function ask(url: string, count: number, path = '/api/v1/nothing'): Promise<Asked[]> {
    const asked: Asked[] = [];
    const people = Array.from({ length: Math.min(16, count) }, async (_, person) => {
      for (let next = person; next < count; next += 16) {
        const id = randomUUID();
        await answered(`${url}${path}`, id);
        asked.push({ id, answeredAt: performance.now() });
      }
    });
    await Promise.all(people);
    return asked;
  }

  function answered(url: string, id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { agent, headers: { 'X-Correlation-ID': id } }, (answer) => {
        answer.resume();
        answer.on('end', resolve);
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  async function missing(asked: readonly Asked[]): Promise<string[]> {
    const { rows } = await database.query<{ id: string }>(
      'SELECT id FROM unnest($1::text[]) AS id WHERE id NOT IN (SELECT correlation_id FROM performance_metrics)',
      [asked.map(({ id }) => id)],
    );
    return rows.map(({ id }) => id);
  }

  async function entries(): Promise<number> {
    const { rows } = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM metrics_ingest_log WHERE entry = 'flush'`,
    );
    return rows[0]?.count ?? 0;
  }

  async function booksOfTheLast(): Promise<Books> {
    const { rows } = await database.query<Books>(
      `WITH last AS (SELECT * FROM metrics_ingest_log WHERE entry = 'flush' ORDER BY committed_at DESC, seq DESC LIMIT 1)
       SELECT observed::int, written::int, overflow::int, closed,
              (SELECT sum(rows) FROM metrics_ingest_log WHERE boot_id = last.boot_id AND entry = 'flush')::int AS rows FROM last`,
    );
    const [books] = rows;
    if (books === undefined) throw new Error('The books are empty');
    return books;
  }
});
