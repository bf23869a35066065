import { randomUUID } from 'node:crypto';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import { errorsOfMetrics, stored } from '../testing/metrics-errors';
import { rawExchange } from '../testing/raw-http';
import { TestApi } from '../testing/test-api';

describe('a secret', () => {
  let api: TestApi;
  const canary = `c4n4ry${randomUUID().replaceAll('-', '')}`;

  beforeAll(async () => {
    api = await TestApi.start();
  }, 60_000);

  afterEach(async () => {
    expect(await errorsOfMetrics(api)).toEqual([]);
  });

  afterAll(() => api.stop());

  it('in a query string, in a path, in what is said of a page and in metadata is in no table of the database', async () => {
    const queries = ['/api/v1/user/me', '/api/v1/nothing', '/api/v1/metrics/usage/count', '/health', '/openapi.json'];
    for (const path of queries) await raw(`GET ${path}?access_token=${canary}&x=${canary}`);
    for (const path of [`/api/v1/${canary}`, `/${canary}/x`, `/api/v1/unity-catalog/${canary}/%ZZ`])
      await raw(`GET ${path}`);
    await raw(`${canary.toUpperCase()} /api/v1/user/me`);
    const given = [
      { page_name: `/catalog?access_token=${canary}`, element_id: `token=${canary}` },
      { page_name: `https://x.example/catalog?x=${canary}#${canary}` },
      { metadata: { password: canary, deep: { list: [`Bearer ${canary}`, { api_key: canary }] } } },
      { metadata: { url: `https://user:${canary}@x.example/?sig=${canary}` } },
      { metadata: { text: `Authorization: Bearer ${canary}`, cookie: `session=${canary}` } },
      { metadata: { dapi: `dapi${'0123456789abcdef'.repeat(2)}` } },
    ];
    const events = given.map((event) => ({ event_type: 'page_view', ...event }));
    const answer = await api.ask('/api/v1/metrics/usage-events', { method: 'POST', as: 'analyst', json: { events } });
    await stored(api);
    const dump = await everyRow();

    expect(answer.json).toMatchObject({ received: events.length, inserted: events.length });
    expect(dump.get('usage_events')).toContain('[redacted]');
    expect(dump.get('performance_metrics')).toContain('(unmatched)');
    const told = [...dump].filter(([, rows]) => rows.toLowerCase().includes(canary)).map(([table]) => table);
    expect(told).toEqual([]);
    expect([...dump.values()].join('\n')).not.toContain('dapi0123456789abcdef');
  });

  it('that the dump would have shown is seen by it', async () => {
    await sql('CREATE TABLE kept AS SELECT $1::text AS secret', canary);
    try {
      expect((await everyRow()).get('kept')).toContain(canary);
    } finally {
      await sql('DROP TABLE kept');
    }
  });

  function raw(target: string): Promise<string> {
    return rawExchange(api.url, `${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  }

  /** Everything in the app's schema, by table. */
  async function everyRow(): Promise<Map<string, string>> {
    const tables = await sql<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class AS c
       WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition`,
    );
    const dump = new Map<string, string>();
    for (const { name } of tables) {
      const [all] = await sql<{ rows: string | null }>(
        `SELECT string_agg(t::text, E'\\n') AS rows FROM "${name}" AS t`,
      );
      dump.set(name, all?.rows ?? '');
    }
    expect(dump.size).toBeGreaterThan(8);
    return dump;
  }

  function sql<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
    return api.app.get(BackgroundDatabase).statement<Row>({ text, values });
  }
});
