import { LocalStack, SeededRandom } from '@lakescope/server-testing';
import { Client } from 'pg';
import { ApiBundle, ApiProcess } from '../testing/api-process';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Of the process, and of the database. */
const ZONES = [
  ['UTC', 'UTC'],
  ['America/New_York', 'Asia/Kolkata'],
  ['Asia/Kolkata', 'America/New_York'],
] as const;

describe('metrics of a process and of a database in any time zones', () => {
  const random = new SeededRandom();
  let stack: LocalStack;
  let bundle: ApiBundle;
  let database: Client;
  let api: ApiProcess | undefined;
  let queries: readonly string[];

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([LocalStack.start(), ApiBundle.build()]);
    const { port, superuser: user, password, database: name } = stack.postgres;
    database = new Client({ host: '127.0.0.1', port, user, password, database: name });
    await database.connect();
    const end = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
    const range = (days: number): string =>
      `start=${new Date(end - days * DAY_MS).toISOString()}&end=${new Date(end).toISOString()}`;
    queries = [
      ...[0.5, 1, 5].flatMap((days) =>
        ['performance', 'usage', 'time-series', 'heatmap', 'users', 'requests', 'performance/export'].map(
          (route) => `${route}?${range(days)}`,
        ),
      ),
      // In other words, the same time.
      `performance?start=${inKolkata(end - DAY_MS)}&end=${inKolkata(end)}`,
    ];
    await started('UTC');
    await stopped();
    await database.query('SET search_path = lakescope');
    await givenRequests(end - 5 * DAY_MS, end);
  }, 120_000);

  afterEach(() => stopped());

  afterAll(async () => {
    await database.end();
    await stack.stop();
    await bundle.remove();
  });

  it(`are the same to the byte, rolled up and asked for there (seed ${random.seed})`, async () => {
    const made = new Map<string, string>();
    const answers = new Map<string, string>();
    for (const [zone, databaseZone] of ZONES) {
      const name = `${zone}, ${databaseZone}`;
      await database.query(`ALTER DATABASE ${stack.postgres.database} SET timezone = '${databaseZone}'`);
      await asNeverRolledUp();
      const url = await started(zone);
      expect((await ask(`${url}/api/v1/metrics/aggregate`, 'POST')).status).toBe(202);
      made.set(name, await tiers());
      const asked: string[] = [];
      for (const query of queries) {
        const { status, text } = await ask(`${url}/api/v1/metrics/${query}`);
        expect([query, status]).toEqual([query, 200]);
        asked.push(timeless(text));
      }
      answers.set(name, asked.join('\n'));
      await stopped();
    }

    expect([...made.values()][0]?.split('\n').length).toBeGreaterThan(100);
    expect([...answers.values()][0]).toContain('"/api/v1/one"');
    for (const tier of made.values()) expect(tier).toBe([...made.values()][0]);
    for (const answer of answers.values()) expect(answer).toBe([...answers.values()][0]);
  }, 180_000);

  async function started(zone: string): Promise<string> {
    api = ApiProcess.start(bundle, { ...stack.environment(), TZ: zone });
    const url = await api.url();
    await api.says('Application startup complete');
    return url;
  }

  async function stopped(): Promise<void> {
    await api?.kill();
    api = undefined;
  }

  /** With as many around the midnights of each zone as elsewhere. */
  async function givenRequests(from: number, to: number): Promise<void> {
    const times = Array.from({ length: 600 }, () => {
      const at = from + random.next() * (to - from);
      const midnight = Math.floor(at / DAY_MS) * DAY_MS + ([0, 5, -5.5][random.below(3)] ?? 0) * HOUR_MS;
      const near = midnight + random.below(3) - 1;
      return new Date(random.chance(0.5) || near < from || near >= to ? at : near).toISOString();
    });
    await database.query(
      `INSERT INTO performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method, user_id)
       SELECT at, n, 200, CASE n % 2 WHEN 0 THEN '/api/v1/one' ELSE '/api/v1/two' END, 'GET', 'user ' || n % 7
       FROM unnest($1::timestamptz[]) WITH ORDINALITY AS given (at, n)`,
      [times],
    );
    await database.query(
      `INSERT INTO usage_events (event_id, "timestamp", user_id, event_type, page_name)
       SELECT gen_random_uuid(), at, 'user ' || n % 5, 'page_view', '/page/' || n % 3
       FROM unnest($1::timestamptz[]) WITH ORDINALITY AS given (at, n)`,
      [times],
    );
  }

  /** Nothing but what was given. */
  async function asNeverRolledUp(): Promise<void> {
    await database.query(`DELETE FROM performance_metrics WHERE endpoint NOT IN ('/api/v1/one', '/api/v1/two')`);
    await database.query('TRUNCATE aggregated_metrics, metric_users, metrics_dirty, metrics_ingest_log');
    await database.query(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
       SELECT DISTINCT kind, date_bin('5 minutes', "timestamp", timestamptz '2000-01-01 00:00:00Z'), gen_random_uuid(), 1
       FROM (SELECT 'performance' AS kind, "timestamp" FROM performance_metrics
             UNION ALL SELECT 'usage', "timestamp" FROM usage_events) AS raw`,
    );
  }

  async function tiers(): Promise<string> {
    const { rows } = await database.query<{ row: string }>(
      `SELECT (to_jsonb(t) || jsonb_build_object('time_bucket', extract(epoch FROM time_bucket)))::text AS row FROM (
         SELECT granularity_min, time_bucket, endpoint_path, event_type, sample_count, sum_ms, hist::text, unique_users FROM aggregated_metrics
         UNION ALL SELECT granularity_min, time_bucket, user_id, NULL, requests, events, NULL, NULL FROM metric_users) AS t
       ORDER BY 1`,
    );
    return rows.map(({ row }) => row).join('\n');
  }

  async function ask(url: string, method = 'GET'): Promise<{ status: number; text: string }> {
    const answer = await fetch(url, { method, headers: { 'X-Forwarded-Access-Token': await stack.token('admin') } });
    return { status: answer.status, text: await answer.text() };
  }
});

/** Without what is another one at each asking. */
function timeless(text: string): string {
  return text.replace(/"as_of":"[^"]*"/g, '').replace(/"collection":\{.*?\]\}/g, '');
}

function inKolkata(at: number): string {
  return encodeURIComponent(new Date(at + 5.5 * HOUR_MS).toISOString().replace('Z', '+05:30'));
}
