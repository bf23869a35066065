import { LocalStack } from '@lakescope/server-testing';
import { AlertValues } from './alert-values';
import { AlertWatch } from './alert-watch';
import { AlertsApp } from './testing/alerts-app';

const MINUTE = 60_000;
const START = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE;
const DEAF = 'http://127.0.0.1:9/';
const OTHER = { condition: 'volume', percentile: null } as const;
const FAILING = { condition: 'error_rate', percentile: null, threshold: 0.1 } as const;

describe('alert rules on what was recorded', () => {
  let stack: LocalStack;
  let app: AlertsApp;
  let replica: AlertsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await AlertsApp.start(stack);
    replica = await AlertsApp.start(stack);
  });

  beforeEach(async () => {
    await app.empty();
    replica.log.length = 0;
    app.setNow(START);
    replica.setNow(START);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await replica.stop();
    await stack.stop();
  });

  it.each<[string, Record<string, unknown>, number[][], string, number | null]>([
    [
      'too many requests fail',
      FAILING,
      [
        [10, 200],
        [10, 404],
        [10, 500],
        [10, 200],
      ],
      'firing',
      0.5,
    ],
    [
      'few enough requests fail',
      { ...FAILING, threshold: 0.5 },
      [
        [10, 500],
        [10, 200],
      ],
      'ok',
      0.5,
    ],
    ['a percentile is too slow', {}, [...times(18, 10), ...times(2, 512)], 'firing', 512],
    ['only what is above the percentile is slow', {}, [...times(19, 64), [512, 200]], 'ok', 64],
    ['more requests come than should', { ...OTHER, threshold: 3 }, times(4, 10), 'firing', 4],
    ['fewer requests come than should', { ...OTHER, threshold: 5, comparison: 'below' }, times(4, 10), 'firing', 4],
    ['none come', { ...OTHER, condition: 'no_data', threshold: null }, [], 'firing', 0],
    ['some come', { ...OTHER, condition: 'no_data', threshold: null }, times(1, 10), 'ok', 1],
    ['there is nothing to work a rate out from', FAILING, [], 'ok', null],
    ['there is nothing to work a percentile out from', {}, [], 'ok', null],
  ])('know that %s', async (_, terms, requests, state, value) => {
    const id = await app.given(terms);
    await app.givenRequests(
      requests.map(([ms, status]) => ({ at: START - MINUTE, ms: ms ?? 0, status: status ?? 200 })),
    );

    await app.minute(START);

    const rule = await app.rule(id);
    expect([rule['state'], rule['last_evaluated_at']]).toEqual([state, new Date(START).toISOString()]);
    if (value === null) expect(rule['last_value']).toBeNull();
    else expect(Math.abs(Number(rule['last_value']) - value)).toBeLessThanOrEqual(value * 0.0055);
  });

  it('look at their endpoint, their method and their window only', async () => {
    const endpoint = '/api/v1/preferences/:key';
    const ids = [
      await app.given({ ...OTHER, threshold: 100, name: 'endpoint', endpoint }),
      await app.given({ ...OTHER, threshold: 100, name: 'method', endpoint, method: 'DELETE' }),
      await app.given({ ...OTHER, threshold: 100, name: 'window', window_minutes: 60 }),
    ];
    await app.givenRequests([
      { at: START - MINUTE, endpoint },
      { at: START - 2 * MINUTE, endpoint, method: 'DELETE' },
      { at: START - 3 * MINUTE },
      { at: START - 6 * MINUTE, endpoint },
      { at: START - 61 * MINUTE, endpoint },
      { at: START + 1, endpoint },
    ]);

    await app.minute(START);

    const values = await Promise.all(ids.map(async (id) => (await app.rule(id))['last_value']));
    expect(values).toEqual([2, 1, 4]);
  });

  it('wait, fire and end minute by minute, and say so once each', async () => {
    const id = await app.given({ ...FAILING, window_minutes: 1, for_minutes: 2, webhook_url: DEAF });
    const states: unknown[] = [];
    for (const [minute, status] of [200, 500, 500, 500, 500, 200, 200].entries()) {
      const now = START + minute * MINUTE;
      await app.givenRequests([{ at: now - 1_000, status }]);
      await app.minute(now);
      states.push((await app.rule(id))['state']);
    }

    expect(states).toEqual(['ok', 'pending', 'pending', 'firing', 'firing', 'ok', 'ok']);
    expect((await app.deliveries(id)).map(({ event }) => event)).toEqual(['firing', 'resolved']);
    expect(changes().map((line) => /is (\w+), and was (\w+)/.exec(line)?.slice(1))).toEqual([
      ['pending', 'ok'],
      ['firing', 'pending'],
      ['ok', 'firing'],
    ]);
  });

  it('wait anew when nobody has looked for a while', async () => {
    const id = await app.given({ ...FAILING, window_minutes: 1, for_minutes: 2 });
    const states: unknown[] = [];
    for (const minute of [0, 30, 31, 32]) {
      await app.givenRequests([{ at: START + minute * MINUTE - 1_000, status: 500 }]);
      await app.minute(START + minute * MINUTE);
      states.push((await app.rule(id))['state']);
    }

    expect(states).toEqual(['pending', 'pending', 'pending', 'firing']);
  });

  it('are what an edit says, also when they were being looked at meanwhile', async () => {
    const id = await app.given({ ...FAILING, webhook_url: DEAF });
    await app.givenRequests([{ at: START - MINUTE, status: 500 }]);
    const values = app.get(AlertValues);
    const of = values.of.bind(values);
    jest.spyOn(values, 'of').mockImplementationOnce(async (rule, now) => {
      await replica.ask(`/${id}`, { method: 'PATCH', json: { threshold: 1 } });
      return of(rule, now);
    });

    await app.minute(START);

    expect(await app.rule(id)).toMatchObject({ state: 'ok', threshold: 1, last_evaluated_at: null });
    expect(await app.deliveries(id)).toEqual([]);
    expect(changes()).toEqual([]);
  });

  it('begin anew when they ask something else, and go on when they do not', async () => {
    const id = await app.given(FAILING);
    await app.givenRequests([{ at: START - MINUTE, status: 500 }]);
    await app.minute(START);

    const renamed = await app.ask(`/${id}`, { method: 'PATCH', json: { name: 'Renamed' } });
    const asked = await app.ask(`/${id}`, { method: 'PATCH', json: { threshold: 0.2 } });

    expect([renamed.body['state'], asked.body['state'], asked.body['last_value']]).toEqual(['firing', 'ok', null]);
  });

  it('are not looked at while they are disabled', async () => {
    const id = await app.given({ ...OTHER, condition: 'no_data', threshold: null, enabled: false });

    await app.minute(START);

    expect(await app.rule(id)).toMatchObject({ state: 'ok', last_evaluated_at: null });
  });

  it('are looked at once a minute, whichever replica does it, also when a clock was set', async () => {
    await app.given();
    const looked: number[] = [];
    for (const [who, now] of [
      [app, START],
      [replica, START + MINUTE / 2],
      [app, START + MINUTE],
      [replica, START + 24 * 60 * MINUTE],
      [app, START + 2 * MINUTE],
    ] as const) {
      who.setNow(now);
      looked.push(await who.get(AlertWatch).evaluate());
    }

    expect(looked).toEqual([1, 0, 1, 1, 1]);
  });

  it('change once when two replicas look at the same moment, and are told once', async () => {
    const ids = await Promise.all(
      ['one', 'two', 'three'].map((name) => app.given({ ...FAILING, name, window_minutes: 1, webhook_url: DEAF })),
    );
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      const now = START + round * MINUTE;
      await app.givenRequests([{ at: now - 1_000, status: round % 2 === 0 ? 500 : 200 }]);
      app.setNow(now);
      replica.setNow(now);
      await Promise.all([app, replica].map((one) => one.get(AlertWatch).evaluate()));
    }
    await Promise.all([app.sendAll(), replica.sendAll()]);

    for (const id of ids) {
      const events = (await app.deliveries(id)).map(({ event }) => event);
      expect(events).toEqual(Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? 'firing' : 'resolved')));
    }
    expect(changes().length).toBe(ids.length * rounds);
  });

  /** What both have logged about changes. */
  function changes(): string[] {
    return [...app.log, ...replica.log].filter((line) => line.includes('Alert “'));
  }
});

function times(count: number, ms: number): number[][] {
  return Array.from({ length: count }, () => [ms, 200]);
}
