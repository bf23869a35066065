import { Database } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { CollectionState } from '../collection/collection-state';
import { AlertLimits } from './alert-limits';
import { AlertValues } from './alert-values';
import { AlertWatch } from './alert-watch';
import { AlertsApp } from './testing/alerts-app';
import { until } from './testing/until';
import { WebhookReceiver } from './testing/webhook-receiver';

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
const SILENT = { condition: 'no_data', percentile: null, threshold: null } as const;

describe('alert rules', () => {
  let stack: LocalStack;
  let receiver: WebhookReceiver;
  let app: AlertsApp;

  beforeAll(async () => {
    [stack, receiver] = await Promise.all([LocalStack.start({ faultProxies: true }), WebhookReceiver.start()]);
    app = await AlertsApp.start(stack, { LAKESCOPE_WEBHOOK_HOSTS: receiver.host });
  });

  beforeEach(async () => {
    await app.empty();
    receiver.forget();
    app.setNow(NOW);
    Object.assign(app.get(AlertLimits), new AlertLimits({ leaseSeconds: 0.3, pauseAfterFailureMs: 50 }));
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await receiver.stop();
    await stack.stop();
  });

  it('outlive a database that is away: they are unknown then, and known again afterwards', async () => {
    const id = await app.given(SILENT);
    await tickAt(0);
    expect(await app.rule(id)).toMatchObject({ state: 'firing' });

    await stack.postgres.halt();
    await tickAt(1);
    await tickAt(2);
    const list = await app.ask('');
    await stack.postgres.restart();
    app.setNow(NOW + 4 * MINUTE);
    const unknown = await until(
      () => app.ask(''),
      ({ status }) => status === 200,
    );
    await tickAt(5);

    expect(list).toMatchObject({ status: 503, body: { error_code: 'DATABASE_UNAVAILABLE' } });
    expect(app.log.filter((line) => line.includes('Alerts were not evaluated')).length).toBe(1);
    expect(unknown.body['items']).toMatchObject([{ id, state: 'unknown', last_value: 0 }]);
    expect(await app.rule(id)).toMatchObject({ state: 'firing', state_since: new Date(NOW).toISOString() });
  });

  it('bring a message again under its id when its arrival could not be noted', async () => {
    const id = await app.given({ ...SILENT, webhook_url: receiver.url });
    const { cuts } = stack.databaseLine;
    stack.databaseLine.cutAt('before-sent', { statement: /UPDATE alert_deliveries SET delivered_at/ });

    await app.minute(NOW);
    await until(
      () => app.deliveries(id),
      ([one]) => one?.delivered === true,
    );

    expect(stack.databaseLine.cuts).toBe(cuts + 1);
    expect(receiver.received.length).toBe(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-lakescope-delivery'])).size).toBe(1);
    expect(await app.deliveries(id)).toEqual([{ event: 'firing', attempts: 2, delivered: true, givenUp: false }]);
  });

  it('wake no database that sleeps while there are none, and look when it is awake for others', async () => {
    await tickAt(60);
    const asked = jest.spyOn(Database.prototype, 'asSystem');
    const asleep = givenPool(0);

    for (const minute of [61, 62, 63]) await tickAt(minute);
    expect(asked).not.toHaveBeenCalled();

    asleep.mockReturnValue({ total: 1, idle: 1, waiting: 0, max: 20 });
    await tickAt(64);
    expect(asked).toHaveBeenCalled();
  });

  it('wake no database that sleeps while all of them are disabled, and wake it while one is not', async () => {
    const id = await app.given({ ...SILENT, enabled: false });
    await tickAt(60);
    givenPool(0);
    const asked = jest.spyOn(Database.prototype, 'asSystem');
    await tickAt(61);
    expect(asked).not.toHaveBeenCalled();

    await app.ask(`/${id}`, { method: 'PATCH', json: { enabled: true } });
    await tickAt(62);

    expect(await app.rule(id)).toMatchObject({ state: 'firing', state_since: at(62) });
  });

  it('are looked for when metrics were stored, which wakes the database anyway', async () => {
    await tickAt(60);
    givenPool(0);
    const asked = jest.spyOn(Database.prototype, 'asSystem');
    const state = app.get(CollectionState);
    const snapshot = { ...state.snapshot(), lastFlushAt: new Date(NOW + 61 * MINUTE) };
    jest.spyOn(state, 'snapshot').mockReturnValue(snapshot);

    await tickAt(62);
    expect(asked).toHaveBeenCalled();
    asked.mockClear();
    await tickAt(63);
    expect(asked).not.toHaveBeenCalled();
  });

  it('that cannot be worked out keep no other from it', async () => {
    const odd = await app.given({ ...SILENT, name: 'A, the first' });
    const id = await app.given({ ...SILENT, name: 'B, the second' });
    jest.spyOn(app.get(AlertValues), 'of').mockImplementation(async (rule) => {
      if (rule.id === odd) throw new Error('an odd histogram');
      return Promise.resolve(0);
    });

    await tickAt(0);
    await tickAt(1);

    expect([(await app.rule(odd))['state'], (await app.rule(id))['state']]).toEqual(['ok', 'firing']);
    expect(app.log.filter((line) => line.includes('an odd histogram')).length).toBe(1);
  });

  it('are not looked at a second time while the first look takes long', async () => {
    const id = await app.given(SILENT);
    const values = app.get(AlertValues);
    let answer: (value: number) => void = () => undefined;
    const of = jest.spyOn(values, 'of').mockReturnValue(new Promise<number>((done) => (answer = done)));

    const first = tickAt(0);
    await until(
      () => of.mock.calls.length,
      (count) => count === 1,
    );
    await tickAt(1);
    expect(of).toHaveBeenCalledTimes(1);

    answer(0);
    await first;
    expect(await app.rule(id)).toMatchObject({ state: 'firing', state_since: at(0) });
  });

  function tickAt(minute: number): Promise<void> {
    app.setNow(NOW + minute * MINUTE);
    return app.get(AlertWatch).tick();
  }

  function givenPool(total: number): jest.SpyInstance {
    return jest
      .spyOn(Database.prototype, 'poolUse', 'get')
      .mockReturnValue({ total, idle: total, waiting: 0, max: 20 });
  }
});

function at(minute: number): string {
  return new Date(NOW + minute * MINUTE).toISOString();
}
