import { LocalStack } from '@lakescope/server-testing';
import { AlertsApp, slowCatalogs } from './testing/alerts-app';

const OF_TABLES = { condition: 'freshness', percentile: null, threshold: null };

describe('alert rules', () => {
  let stack: LocalStack;
  let app: AlertsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await AlertsApp.start(stack);
  });

  beforeEach(() => app.empty());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('are made with what is not said left at its default, and listed by name', async () => {
    await app.given({ name: 'Z' });
    const made = await app.ask('', {
      method: 'POST',
      json: slowCatalogs({ name: ' A ', endpoint: '/api/v1/catalogs' }),
    });
    const { body } = await app.ask('');

    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'A',
      condition: 'latency',
      endpoint: '/api/v1/catalogs',
      method: null,
      percentile: 95,
      comparison: 'above',
      threshold: 100,
      window_minutes: 5,
      hysteresis: 0.1,
      for_minutes: 0,
      enabled: true,
      webhook: null,
      state: 'ok',
      last_value: null,
      last_evaluated_at: null,
      last_delivery: null,
    });
    expect((body['items'] as { name: string }[]).map(({ name }) => name)).toEqual(['A', 'Z']);
  });

  it('on freshness have no window, and need one when they are made to be about requests', async () => {
    const { window_minutes: _, ...tables } = slowCatalogs({ ...OF_TABLES, name: 'Tables' });
    const made = await app.ask('', { method: 'POST', json: tables });
    const way = `/${String(made.body['id'])}`;
    const requests = { condition: 'volume', threshold: 5 };
    const refused = await app.ask(way, { method: 'PATCH', json: requests });
    const changed = await app.ask(way, { method: 'PATCH', json: { ...requests, window_minutes: 10 } });
    const back = await app.ask(way, { method: 'PATCH', json: { condition: 'freshness', threshold: 3 } });

    expect([made.status, made.body['window_minutes']]).toEqual([201, null]);
    expect(refused).toMatchObject({
      status: 400,
      body: { technical_details: { fields: [{ path: 'window_minutes' }] } },
    });
    expect(changed.body).toMatchObject({ condition: 'volume', window_minutes: 10 });
    expect(back.body).toMatchObject({ condition: 'freshness', threshold: 3, window_minutes: null });
  });

  it.each([
    ['latency without a percentile', { percentile: null }, 'percentile'],
    ['a percentile of something else', { condition: 'volume' }, 'percentile'],
    ['a percentile that is not kept', { percentile: 90 }, 'percentile'],
    ['no threshold', { threshold: null }, 'threshold'],
    ['a rate above one', { condition: 'error_rate', percentile: null, threshold: 1.5 }, 'threshold'],
    ['a threshold for missing data', { condition: 'no_data', percentile: null }, 'threshold'],
    ['a negative threshold', { threshold: -1 }, 'threshold'],
    ['below zero', { comparison: 'below', threshold: 0 }, 'threshold'],
    ['an unknown condition', { condition: 'mood' }, 'condition'],
    ['no window', { window_minutes: 0 }, 'window_minutes'],
    ['nothing said of the window', { window_minutes: null }, 'window_minutes'],
    ['a window of more than a day', { window_minutes: 1441 }, 'window_minutes'],
    ['a blank name', { name: '  ' }, 'name'],
    ['a method in small letters', { method: 'get' }, 'method'],
    ['a target of requests', { target: 's3://lake/raw' }, 'target'],
    ['a target that is none', { ...OF_TABLES, target: '/tmp/raw' }, 'target'],
    ['a route of tables', { ...OF_TABLES, endpoint: '/api/v1/jobs' }, 'endpoint'],
    ['patience with tables', { ...OF_TABLES, for_minutes: 5 }, 'for_minutes'],
    ['a secret without a webhook', { webhook_secret: 'a secret of 16 and more' }, 'webhook_secret'],
    ['a short secret', { webhook_url: 'http://127.0.0.1:9/', webhook_secret: 'short' }, 'webhook_secret'],
    ['something unknown', { colour: 'red' }, 'colour'],
  ])('are refused with %s, at its place', async (_, changes, path) => {
    const { status, body } = await app.ask('', { method: 'POST', json: slowCatalogs(changes) });

    expect(status).toBe(400);
    expect(body).toMatchObject({ error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path }] } });
  });

  it.each([
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://localhost/',
    'https://metadata.google.internal/',
    'https://10.0.0.8/',
    'https://[::ffff:10.0.0.8]/',
    'http://hooks.example.com/',
    'file:///etc/passwd',
    'https://user:password@hooks.example.com/',
    'ftp://127.0.0.1:9/',
    'http://127.0.0.1:10/',
    'nonsense',
  ])('post to no place like %s', async (url) => {
    const { status, body } = await app.ask('', { method: 'POST', json: slowCatalogs({ webhook_url: url }) });

    expect(status).toBe(400);
    expect(body).toMatchObject({ technical_details: { fields: [{ path: 'webhook_url' }] } });
    expect(JSON.stringify(body)).not.toContain('password@');
  });

  it('keep what is not named when they are changed, and lose what is null', async () => {
    const id = await app.given({ endpoint: '/api/v1/catalogs', webhook_url: 'https://hooks.example.com/T000/key' });

    const renamed = await app.ask(`/${id}`, { method: 'PATCH', json: { name: 'Slow' } });
    const freed = await app.ask(`/${id}`, {
      method: 'PATCH',
      json: { endpoint: null, webhook_url: null, enabled: false },
    });

    expect(renamed.body).toMatchObject({
      name: 'Slow',
      endpoint: '/api/v1/catalogs',
      webhook: { host: 'hooks.example.com', has_secret: false },
    });
    expect(freed.body).toMatchObject({ name: 'Slow', endpoint: null, webhook: null, enabled: false });
  });

  it('have to fit together after a change too', async () => {
    const id = await app.given();

    const { status, body } = await app.ask(`/${id}`, { method: 'PATCH', json: { condition: 'volume' } });

    expect(status).toBe(400);
    expect(body).toMatchObject({ technical_details: { fields: [{ path: 'percentile' }] } });
    expect(await app.rule(id)).toMatchObject({ condition: 'latency' });
  });

  it('have names of their own', async () => {
    await app.given({ name: 'One' });
    const id = await app.given({ name: 'Two' });

    const second = await app.ask('', { method: 'POST', json: slowCatalogs({ name: 'One' }) });
    const renamed = await app.ask(`/${id}`, { method: 'PATCH', json: { name: 'One' } });

    for (const { status, body } of [second, renamed]) {
      expect(status).toBe(409);
      expect(body).toMatchObject({ error_code: 'ALREADY_EXISTS', detail: expect.stringContaining('“One”') });
    }
  });

  it('are a hundred at most', async () => {
    await app.sql(
      `INSERT INTO alert_rules (id, name, condition, comparison, window_minutes, hysteresis, for_minutes, enabled)
       SELECT gen_random_uuid(), 'rule ' || n, 'no_data', 'above', 5, 0.1, 0, false FROM generate_series(1, 100) AS n`,
    );

    const { status, body } = await app.ask('', { method: 'POST', json: slowCatalogs() });

    expect(status).toBe(409);
    expect(body).toMatchObject({ error_code: 'CONFLICT', technical_details: { most: 100 } });
  });

  it('are gone when they are deleted, and unknown then', async () => {
    const id = await app.given();

    expect((await app.ask(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    for (const [method, path] of [
      ['DELETE', `/${id}`],
      ['PATCH', `/${id}`],
      ['POST', `/${id}/test-delivery`],
    ] as const) {
      const { status, body } = await app.ask(path, {
        method,
        ...(method === 'PATCH' ? { json: { enabled: true } } : {}),
      });
      expect([status, body['error_code']]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('keep where they post to and what signs it for themselves', async () => {
    const id = await app.given({
      webhook_url: 'https://hooks.example.com/services/T000/canary-url',
      webhook_secret: 'canary-secret-canary-secret',
    });

    const [row] = await app.sql('SELECT * FROM alert_rules');
    const { body } = await app.ask('');
    const stored = Object.values(row ?? {}).map((value) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : String(value),
    );
    const seen = [...stored, JSON.stringify(body), ...app.log].join('\n');

    expect(seen).not.toContain('canary');
    expect(await app.rule(id)).toMatchObject({ webhook: { host: 'hooks.example.com', has_secret: true } });
  });
});

describe('alert rules of an app without a secret of its own', () => {
  it('have no webhook, and say what to set', async () => {
    const stack = await LocalStack.start();
    const app = await AlertsApp.start(stack, { LAKESCOPE_SECRET: undefined });

    const refused = await app.ask('', {
      method: 'POST',
      json: slowCatalogs({ webhook_url: 'https://hooks.example.com/' }),
    });
    const made = await app.ask('', { method: 'POST', json: slowCatalogs() });

    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({
      technical_details: { suggestion: expect.stringContaining('LAKESCOPE_SECRET') },
    });
    expect(made.status).toBe(201);
    await app.stop();
    await stack.stop();
  });
});
