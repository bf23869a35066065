import { createHmac } from 'node:crypto';
import dns from 'node:dns';
import { Database } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { AlertLimits } from './alert-limits';
import { AlertMessenger } from './alert-messenger';
import { AlertWatch } from './alert-watch';
import { ReportedAlerts } from './reported-alerts';
import { AlertsApp } from './testing/alerts-app';
import { until } from './testing/until';
import { WebhookReceiver } from './testing/webhook-receiver';

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const SILENT = { condition: 'no_data', percentile: null, threshold: null } as const;
const SECRET = 'canary-secret-of-the-webhook';

describe('messages about alerts', () => {
  let stack: LocalStack;
  let receiver: WebhookReceiver;
  let canary: WebhookReceiver;
  let app: AlertsApp;

  beforeAll(async () => {
    [stack, receiver, canary] = await Promise.all([
      LocalStack.start(),
      WebhookReceiver.start(),
      WebhookReceiver.start(),
    ]);
    app = await AlertsApp.start(stack, {
      LAKESCOPE_WEBHOOK_HOSTS: receiver.host,
      DATABRICKS_APP_URL: 'https://x.example',
    });
  });

  beforeEach(async () => {
    await app.empty();
    app.setNow(NOW);
    receiver.forget();
    canary.forget();
    Object.assign(app.get(AlertLimits), new AlertLimits({ retrySeconds: [0.01, 0.02, 0.03], pauseAfterFailureMs: 50 }));
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await Promise.all([receiver.stop(), canary.stop()]);
    await stack.stop();
  });

  it('tell what features report, once for each news, and when it is over', async () => {
    const freshness = { condition: 'freshness', percentile: null, threshold: null };
    const all = await app.given({ ...freshness, name: 'Tables', webhook_url: receiver.url });
    const one = await app.given({ ...freshness, name: 'Raw', target: 's3://lake/raw', webhook_url: receiver.url });
    await app.given({ ...freshness, name: 'Many', threshold: 5, webhook_url: receiver.url });
    const report = async (value: number, hasNews: boolean): Promise<void> => {
      await app
        .get(Database)
        .asSystem((tx) =>
          app
            .get(ReportedAlerts)
            .evaluate(tx, (target) =>
              Promise.resolve({ value: target === null ? value : 0, hasNews, details: { tables: ['cc_claim'] } }),
            ),
        );
      app.get(ReportedAlerts).send();
      await app.get(AlertMessenger).idle();
    };

    // What is measured each minute has nothing to say of it, and leaves the database alone.
    expect(await app.get(AlertWatch).evaluate()).toBe(0);
    await report(2, true);
    await report(2, false);
    expect(await app.rule(all)).toMatchObject({ state: 'firing', last_value: 2 });
    await report(1, true);
    await report(0, true);
    expect(await app.rule(one)).toMatchObject({ state: 'ok', target: 's3://lake/raw' });
    expect(receiver.received.map(({ body }) => body)).toMatchObject([
      { event: 'firing', value: 2, rule: { id: all, target: null }, tables: ['cc_claim'] },
      { event: 'firing', value: 1 },
      { event: 'resolved', value: 0 },
    ]);
  });

  it('say what has happened, and are signed so that the receiver can hold them to it', async () => {
    const id = await app.given({ ...SILENT, name: 'Nobody comes', webhook_url: receiver.url, webhook_secret: SECRET });

    await app.minute(NOW);
    await app.givenRequests([{ at: NOW + 1_000 }]);
    await app.minute(NOW + MINUTE);

    const [firing, resolved] = receiver.received;
    expect(receiver.received.length).toBe(2);
    expect(firing?.path).toBe('/hooks/canary-of-the-url');
    expect(firing?.body).toEqual({
      event: 'firing',
      rule: {
        id,
        name: 'Nobody comes',
        condition: 'no_data',
        endpoint: null,
        method: null,
        target: null,
        percentile: null,
        comparison: 'above',
      },
      value: 0,
      threshold: null,
      window_minutes: 5,
      at: new Date(NOW).toISOString(),
      link: 'https://x.example/usage-metrics/alerts',
    });
    expect(resolved?.body).toMatchObject({ event: 'resolved', value: 1, at: new Date(NOW + MINUTE).toISOString() });
    for (const { headers, text } of receiver.received) {
      const { t = '', v1 } = Object.fromEntries(
        String(headers['x-lakescope-signature'])
          .split(',')
          .map((part) => part.split('=')),
      ) as { t?: string; v1?: string };
      expect(v1).toBe(createHmac('sha256', SECRET).update(`${t}.${text}`).digest('hex'));
      expect(Math.abs(Date.now() / 1000 - Number(t))).toBeLessThan(600);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Lakescope' });
    }
    expect(new Set(receiver.received.map(({ headers }) => headers['x-lakescope-delivery'])).size).toBe(2);
    expect(await app.rule(id)).toMatchObject({
      last_delivery: { event: 'resolved', status: 'delivered', attempts: 1, error: null },
    });
  });

  it('are not signed without a secret', async () => {
    await app.given({ ...SILENT, webhook_url: receiver.url });

    await app.minute(NOW);

    expect(receiver.received.map(({ headers }) => headers['x-lakescope-signature'])).toEqual([undefined]);
  });

  it('come again, under the same id, until they have arrived', async () => {
    receiver.answers = [500, 503];
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });

    await app.minute(NOW);
    await arrived(id);

    expect(new Set(receiver.received.map(({ headers }) => headers['x-lakescope-delivery'])).size).toBe(1);
    expect(await app.deliveries(id)).toEqual([{ event: 'firing', attempts: 3, delivered: true, givenUp: false }]);
  });

  it('come in their order, also when the first of them has to come again', async () => {
    receiver.answers = [500, 500];
    app.get(AlertLimits).retrySeconds = [0.4, 0.4];
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });

    await app.minute(NOW);
    await app.givenRequests([{ at: NOW + 1_000 }]);
    await app.minute(NOW + MINUTE);
    await until(
      () => app.deliveries(id),
      (all) => all.length === 2 && all.every(({ delivered }) => delivered),
    );

    expect(receiver.received.map(({ body }) => body['event'])).toEqual(['firing', 'firing', 'firing', 'resolved']);
  });

  it('are given up after the last attempt, with the reason in sight and the address not', async () => {
    receiver.answers = [500, 500, 500, 418];
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });

    await app.minute(NOW);
    await until(
      () => app.deliveries(id),
      ([one]) => one?.givenUp === true,
    );

    expect(await app.rule(id)).toMatchObject({
      last_delivery: { status: 'failed', attempts: 4, error: 'The webhook answered 418' },
    });
    expect(app.log.join('\n')).not.toContain('canary');
    expect(receiver.received.length).toBe(4);
  });

  it('follow no redirect, wherever it leads', async () => {
    receiver.answers = Array.from({ length: 4 }, (_, index) => ({
      status: [301, 302, 307, 308][index] ?? 302,
      headers: { location: canary.url },
    }));
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });

    await app.minute(NOW);
    await until(
      () => app.deliveries(id),
      ([one]) => one?.givenUp === true,
    );

    expect([receiver.received.length, canary.connections]).toEqual([4, 0]);
    expect(await app.rule(id)).toMatchObject({ last_delivery: { error: 'The webhook answered 308' } });
  });

  it('wait no longer than they should for a receiver that says nothing', async () => {
    app.get(AlertLimits).timeoutMs = 150;
    receiver.answers = ['silence'];
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });

    await app.minute(NOW);

    const waiting = await app.rule(id);
    expect(['waiting', 'delivered']).toContain((waiting['last_delivery'] as { status: string }).status);
    expect(app.log.join('\n')).toContain('it did not answer in time');
    await arrived(id);
    expect((await app.deliveries(id))[0]?.attempts).toBe(2);
  });

  it('reach no name that leads to an address of this machine or network', async () => {
    const lookup = jest.spyOn(dns, 'lookup') as unknown as jest.SpyInstance<void, [string, object, Answered]>;
    lookup.mockImplementation((_host, _options, answered) => answered(null, [{ address: '127.0.0.1', family: 4 }]));
    const id = await app.given({ ...SILENT, webhook_url: `https://rebound.example.com:${canary.port}/` });

    await app.minute(NOW);
    await until(
      () => app.deliveries(id),
      ([one]) => one?.givenUp === true,
    );

    expect(lookup.mock.calls.map(([host]) => host)).toEqual(Array.from({ length: 4 }, () => 'rebound.example.com'));
    expect(canary.connections).toBe(0);
    expect(await app.rule(id)).toMatchObject({
      last_delivery: { error: expect.stringContaining('its name leads to an address that is not public') },
    });
  });

  it('are not sent where the rule posts to no more', async () => {
    receiver.answers = [500];
    app.get(AlertLimits).retrySeconds = [0.5];
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });
    await app.minute(NOW);

    await app.ask(`/${id}`, { method: 'PATCH', json: { webhook_url: null } });
    await until(
      () => app.deliveries(id),
      ([one]) => one?.givenUp === true,
    );

    expect(receiver.received.length).toBe(1);
    expect(await app.rule(id)).toMatchObject({ last_delivery: { error: 'The rule has no webhook any more' } });
  });

  it.each([
    ['switched off', { enabled: false }, ['firing', 'resolved']],
    ['asked something else', { window_minutes: 10 }, ['firing', 'resolved']],
    ['given another name', { name: 'Another' }, ['firing']],
    ['given another webhook', { window_minutes: 10, webhook_url: 'again' }, ['firing']],
  ])('tell that it is over when a rule that fires is %s, if it then is', async (_, changes, events) => {
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });
    await app.minute(NOW);

    const webhook = 'webhook_url' in changes ? { webhook_url: receiver.url } : {};
    const { status } = await app.ask(`/${id}`, { method: 'PATCH', json: { ...changes, ...webhook } });
    await app.sendAll();

    expect(status).toBe(200);
    expect(receiver.received.map(({ body }) => body['event'])).toEqual(events);
    if (events.length > 1) expect(receiver.received.at(-1)?.body).toMatchObject({ value: null, rule: { id } });
  });

  it('go with their rule', async () => {
    receiver.answers = [500];
    app.get(AlertLimits).retrySeconds = [0.2];
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });
    await app.minute(NOW);

    expect((await app.ask(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    await app.sendAll();

    expect(await app.sql('SELECT id FROM alert_deliveries')).toEqual([]);
    expect(receiver.received.length).toBe(1);
  });

  it('can be tried out, once, with the answer in sight', async () => {
    const id = await app.given({ ...SILENT, webhook_url: receiver.url, webhook_secret: SECRET });
    receiver.answers = [204, 500];

    const [arrivedAtOnce, refused] = [await tried(id), await tried(id)];

    expect(arrivedAtOnce).toMatchObject({ event: 'test', status: 'delivered', attempts: 1, error: null });
    expect(refused).toMatchObject({ event: 'test', status: 'failed', attempts: 1, error: 'The webhook answered 500' });
    expect(receiver.received.map(({ body }) => body['event'])).toEqual(['test', 'test']);
    await receiver.stop();
    const alone = await tried(id);
    receiver = await WebhookReceiver.start();
    expect(alone).toMatchObject({ status: 'failed', error: 'The webhook cannot be reached: ECONNREFUSED' });
  });

  it('cannot be tried out where there is nowhere to post to', async () => {
    const id = await app.given(SILENT);

    const { status, body } = await app.ask(`/${id}/test-delivery`, { method: 'POST' });

    expect([status, body['error_code']]).toEqual([409, 'CONFLICT']);
  });

  async function tried(id: string): Promise<Record<string, unknown>> {
    const { status, body } = await app.ask(`/${id}/test-delivery`, { method: 'POST' });
    expect(status).toBe(200);
    return body;
  }

  function arrived(id: string): Promise<unknown> {
    return until(
      () => app.deliveries(id),
      ([one]) => one?.delivered === true,
    );
  }
});

type Answered = (error: null, addresses: { address: string; family: number }[]) => void;
