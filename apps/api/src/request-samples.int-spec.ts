import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpLimits } from '@lakescope/server-http';
import { CollectionState, Flusher } from '@lakescope/server-metrics';
import { Database } from '@lakescope/server-persistence';
import { open, rawExchange } from './testing/raw-http';
import { TestApi, type Persona } from './testing/test-api';

interface Sample {
  endpoint: string;
  method: string;
  status_code: number;
  user_id: string | null;
  error_type: string | null;
  response_time_ms: number;
  correlation_id: string;
}

const HOUR_MS = 60 * 60_000;
const TOO_LARGE = 1024 * 1024 + 1;

describe('what is recorded of requests', () => {
  let api: TestApi;
  let webRoot: string;

  beforeAll(async () => {
    webRoot = await mkdtemp(join(tmpdir(), 'lakescope-web-'));
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><ls-root></ls-root>');
    await writeFile(join(webRoot, 'logo.svg'), '<svg/>');
    const limits = new HttpLimits({ receiveMs: 1_000, headersMs: 800, slowCheckMs: 100 });
    api = await TestApi.start({ webRoot, limits });
  }, 60_000);

  afterEach(() => api.stack.workspace.faults.clear());

  afterAll(async () => {
    await api.stop();
    await rm(webRoot, { recursive: true });
  });

  it('is template, method, status, time, person and correlation id of a request that was answered', async () => {
    const id = randomUUID();
    await api.ask('/api/v1/preferences/theme', {
      method: 'DELETE',
      as: 'analyst',
      headers: { 'X-Correlation-ID': id },
    });

    expect(await sampleOf(id)).toEqual({
      endpoint: '/api/v1/preferences/:key',
      method: 'DELETE',
      status_code: 404,
      error_type: 'PREFERENCE_NOT_FOUND',
      user_id: expect.stringMatching(/./) as string,
      response_time_ms: expect.any(Number) as number,
      correlation_id: id,
    });
  });

  it.each([
    ['an answer', '/api/v1/user/me', { as: 'analyst' }, '/api/v1/user/me', 200, null],
    ['a refusal by the guard', '/api/v1/user/me', {}, '/api/v1/user/me', 401, 'AUTH_MISSING'],
    [
      'a right that is missing',
      '/api/v1/admin/overview',
      { as: 'analyst' },
      '/api/v1/admin/overview',
      403,
      'ADMIN_REQUIRED',
    ],
    ['a path that nobody has', '/api/v1/nothing', {}, '(unmatched)', 404, 'ROUTE_NOT_FOUND'],
    ['a method the path does not have', '/api/v1/user/me', { method: 'PUT' }, '(unmatched)', 405, 'METHOD_NOT_ALLOWED'],
    [
      'bytes that are no JSON',
      '/api/v1/preferences',
      { method: 'PUT', as: 'analyst', body: '{', headers: { 'Content-Type': 'application/json' } },
      '/api/v1/preferences',
      400,
      'INVALID_REQUEST',
    ],
    [
      'a body that is too large',
      '/api/v1/preferences',
      { method: 'PUT', as: 'analyst', json: { preference_key: 'x'.repeat(TOO_LARGE) } },
      '/api/v1/preferences',
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['an alias, by the route it stands for', '/api/user/me', { as: 'analyst' }, '/api/v1/user/me', 200, null],
    ['the documentation', '/openapi.json', {}, '/openapi.json', 200, null],
    ['a URL that cannot be read', '/api/v1/delta/%ZZ', {}, '(unmatched)', 400, 'INVALID_REQUEST'],
  ] as const)('counts %s', async (_what, path, ask, endpoint, status, errorType) => {
    const id = randomUUID();
    const headers = { ...('headers' in ask ? ask.headers : {}), 'X-Correlation-ID': id };
    const init = { method: 'GET', ...ask, headers };
    if (!path.startsWith('/api/v1/') || path.includes('%ZZ'))
      await fetch(`${api.url}${path}`, { headers: { ...headers, ...('as' in ask ? await forwarded(ask.as) : {}) } });
    else await api.ask(path, init);

    expect(await sampleOf(id)).toMatchObject({ endpoint, status_code: status, error_type: errorType });
  });

  it('counts a client that left before its answer as 499', async () => {
    api.stack.workspace.faults.add({ pathPrefix: '/api/2.1/unity-catalog', delayMs: 5_000, status: undefined });
    const id = randomUUID();
    const token = await api.stack.token('analyst');
    const left = AbortSignal.timeout(300);
    const headers = { 'X-Forwarded-Access-Token': token, 'X-Correlation-ID': id };
    await expect(fetch(`${api.url}/api/v1/unity-catalog/catalogs`, { headers, signal: left })).rejects.toThrow();

    const sample = await sampleOf(id);
    expect(sample).toMatchObject({
      endpoint: '/api/v1/unity-catalog/catalogs',
      status_code: 499,
      error_type: 'CLIENT_CLOSED',
    });
    expect(sample.response_time_ms).toBeGreaterThanOrEqual(200);
  });

  it('takes as long as it took, whatever happens to the clock of the machine meanwhile', async () => {
    const now = Date.now.bind(Date);
    let reading = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + (reading++ % 3) * HOUR_MS - HOUR_MS);
    const ids = Array.from({ length: 20 }, () => randomUUID());
    try {
      for (const id of ids) await api.ask('/api/v1/nothing', { headers: { 'X-Correlation-ID': id } });
    } finally {
      clock.mockRestore();
    }

    for (const id of ids) {
      const { response_time_ms: took } = await sampleOf(id);
      expect(took).toBeGreaterThanOrEqual(0);
      expect(took).toBeLessThan(60_000);
    }
    expect(reading).toBeGreaterThan(20);
  });

  it('counts bytes that are no HTTP once, and a body that never ends once, as what was answered', async () => {
    const before = await count();
    expect(await rawExchange(api.url, 'GARBAGE\r\n\r\n')).toContain('400');
    const socket = open(api.url);
    const id = randomUUID();
    socket.write(
      `PUT /api/v1/preferences HTTP/1.1\r\nHost: x\r\nX-Correlation-ID: ${id}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data: Buffer) => resolve(data.toString())),
    );
    socket.destroy();

    expect(answer).toContain('408');
    expect(await sampleOf(id)).toMatchObject({
      endpoint: '/api/v1/preferences',
      status_code: 408,
      error_type: 'REQUEST_TIMEOUT',
    });
    const garbage = await samples(`endpoint = '(unmatched)' AND method = '(other)'`);
    expect(garbage).toEqual([expect.objectContaining({ status_code: 400, error_type: 'INVALID_REQUEST' })]);
    expect(await count()).toBe(before + 2);
  });

  it('leaves out probes and the files of the SPA, however their paths are written, and nothing else that looks like them', async () => {
    const before = await count();
    for (const path of ['/health', '/ready', '/', '/logo.svg', '/jobs/1', '/health/', '/HEALTH', '//health'])
      await fetch(`${api.url}${path}`);
    const probes = (await count()) - before;
    const tricks = [
      '/health/../api/v1/user/me',
      '/api/v1/user/me?x=/internal/',
      '/api/v1/internal/x',
      '/api/v1/%68ealth',
    ];
    for (const path of tricks)
      await rawExchange(api.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    const seen = (await samples('true')).filter(({ endpoint }) => ['/health', '/ready', '/', '/*'].includes(endpoint));
    expect(seen).toEqual([]);
    // `/health/` and the like are no probes: they are recorded unless the SPA answers them.
    expect(probes).toBeLessThanOrEqual(3);
    expect((await count()) - before - probes).toBe(tricks.length);
  });

  it('keeps the books: everything observed is written, and the ledger counts what the table holds', async () => {
    await count();
    const { observed, written, overflow, dropped, inRing, state } = api.app
      .get(CollectionState, { strict: false })
      .snapshot();
    const [books] = await sql<{ rows: number; stored: number }>(
      `SELECT (SELECT sum(rows) FROM metrics_ingest_log WHERE kind = 'performance')::int AS rows,
              (SELECT count(*) FROM performance_metrics)::int AS stored`,
    );

    expect({ overflow, dropped, inRing, state }).toEqual({ overflow: 0, dropped: {}, inRing: 0, state: 'ok' });
    expect(observed).toBe(written);
    expect(books).toEqual({ rows: written, stored: written });
  });

  async function forwarded(persona: Persona): Promise<Record<string, string>> {
    return { 'X-Forwarded-Access-Token': await api.stack.token(persona) };
  }

  async function sampleOf(id: string): Promise<Sample> {
    for (let attempt = 0; ; attempt++) {
      const [sample] = await samples('correlation_id = $1', id);
      if (sample !== undefined) return sample;
      // A client hears of the end of an answer before the server does.
      if (attempt === 100) throw new Error(`No sample has the correlation id ${id}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function samples(condition: string, ...values: unknown[]): Promise<Sample[]> {
    await api.app.get(Flusher, { strict: false }).flushNow();
    return sql<Sample>(
      `SELECT endpoint, method, status_code, user_id, error_type, response_time_ms, correlation_id FROM performance_metrics WHERE ${condition}`,
      ...values,
    );
  }

  async function count(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return (await samples('true')).length;
  }

  function sql<Row>(statement: string, ...values: unknown[]): Promise<Row[]> {
    return api.app.get(Database).asSystem((tx) => tx.query(statement, values));
  }
});
