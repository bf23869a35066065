import { gzipSync } from 'node:zlib';
import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { UsageApp } from './testing/usage-app';
import { uuidV7 } from './uuid-v7';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('usage events', () => {
  let stack: LocalStack;
  let app: UsageApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await UsageApp.start(stack);
  });

  beforeEach(() => app.empty());

  // At every moment the books say how many events there are, and every event's bucket is marked for the roll-up.
  afterEach(async () => {
    const books = await app.books();
    expect(books).toEqual({ booked: books?.stored, stored: books?.stored, unmarked: 0 });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('are committed when it is said so, with the time of their id and whose they are', async () => {
    const at = app.now - 1000;
    const { status, body } = await app.send([
      app.event({ page_name: '/catalog', element_id: 'refresh', success: true, metadata: { view: 'table' } }, at),
      app.event({ event_type: 'button_click' }, at - 1),
    ]);

    expect([status, body]).toEqual([
      202,
      { received: 2, inserted: 2, duplicates: 0, rejected: [], server_time: expect.any(String), deduplicated: true },
    ]);
    expect(Math.abs(Date.parse(body.server_time) - Date.now())).toBeLessThan(MINUTE);
    expect(await app.rowsOf('analyst')).toMatchObject([
      { event_type: 'button_click', timestamp: new Date(at - 1), page_name: null, success: null, metadata: null },
      { event_type: 'page_view', timestamp: new Date(at), page_name: '/catalog', metadata: { view: 'table' } },
    ]);
  });

  it('of today and of 7 days make one entry in the books, and a mark for each bucket', async () => {
    const now = app.now;
    const events = [0, 1, 6 * MINUTE, 6 * DAY].map((age) => app.event({}, now - age));

    await app.send(events);

    expect(await app.sql('SELECT kind, entry, rows::integer FROM metrics_ingest_log')).toEqual([
      { kind: 'usage', entry: 'events', rows: 4 },
    ]);
    const [marks] = await app.sql<{ marks: number }>(
      'SELECT count(DISTINCT bucket)::integer AS marks FROM metrics_dirty',
    );
    expect(marks?.marks).toBeGreaterThanOrEqual(3);
  });

  it('without an id are stored each time, and the answer says that repetitions are not known', async () => {
    const events = [{ event_type: 'form_submit' }, app.event()];
    const [first, second] = [await app.send(events), await app.send(events)];

    expect(first.body).toMatchObject({ inserted: 2, duplicates: 0, deduplicated: false });
    expect(second.body).toMatchObject({ inserted: 1, duplicates: 1, deduplicated: false });
  });

  it('that cannot be stored keep back no others, and each has its reason', async () => {
    const { status, body } = await app.send([
      app.event(),
      app.event({ event_type: 'mouse_move' }),
      app.event({ user_id: app.userOf('engineer') }),
      null,
      app.event({}, app.now + 6 * MINUTE),
      app.event({ timestamp: '+275760-09-13T00:00:00.000Z' }),
      app.event(),
    ]);

    expect(status).toBe(202);
    expect(body).toMatchObject({ received: 7, inserted: 2, duplicates: 0 });
    expect(body.rejected).toEqual([
      { index: 1, reason: 'event_type is none of the known types' },
      { index: 2, reason: 'user_id is not accepted: whose event it is says the token' },
      { index: 3, reason: 'it is no object' },
      { index: 4, reason: 'it lies more than 5 minutes in the future' },
      { index: 5, reason: 'timestamp must be a time like 2026-11-21T08:30:00Z' },
    ]);
    expect(await app.rowsOf('engineer')).toEqual([]);
  });

  it('may all be refused', async () => {
    const { status, body } = await app.send([{}, {}]);

    expect([status, body.received, body.inserted, body.rejected.length]).toEqual([202, 2, 0, 2]);
  });

  it.each([
    ['U+0000 in a name', '{"page_name":"a\\u0000b"}'],
    ['U+0000 in metadata', '{"metadata":{"a":["\\u0000"]}}'],
    ['U+0000 in a key', '{"metadata":{"\\u0000":1}}'],
    ['half a character in a name', '{"element_id":"\\ud83d"}'],
    ['half a character in metadata', '{"metadata":{"a":"\\ude00\\ud83d"}}'],
    ['100,000 levels of metadata', `{"metadata":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['100,000 levels of lists', `{"metadata":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`],
    ['100,000 levels where none belong', `{"page_name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a number beyond all numbers', '{"metadata":{"a":1e400}}'],
    ['digits without end', `{"metadata":{"a":[${new Array(100).fill('1e308').join(',')}]}}`],
    ['more metadata than is kept', `{"metadata":{"a":"${'x'.repeat(5_000)}"}}`],
    ['a prototype', '{"metadata":{"__proto__":{"polluted":true}}}'],
    ['the end of time', '{"timestamp":"+275760-09-13T00:00:00.000Z"}'],
    ['a time that Postgres reads and nobody means', '{"timestamp":"infinity"}'],
  ])('with %s are refused one by one', async (_, flaw) => {
    const good = JSON.stringify(app.event());
    const bad = `{"event_type":"page_view",${flaw.slice(1)}`;

    const { status, body } = await app.post(`{"events":[${good},${bad},${JSON.stringify(app.event())}]}`);

    expect(status).toBe(202);
    expect(body).toMatchObject({ received: 3, inserted: 2, duplicates: 0, rejected: [{ index: 1 }] });
  });

  it('that nobody would send never keep others back, whatever is in them', () =>
    withSeed(async (random) => {
      for (let round = 0; round < 20; round++) {
        const events = Array.from({ length: 50 }, () => strange(random, app.now));
        const { status, body } = await app.send(events);

        expect(status).toBe(202);
        expect(body.inserted + body.duplicates + body.rejected.length).toBe(events.length);
      }
    }));

  it('may come as gzip, and as a beacon with its own type', async () => {
    const packed = gzipSync(JSON.stringify({ events: [app.event()] }));
    const asGzip = await app.post(new Uint8Array(packed), { headers: { 'Content-Encoding': 'gzip' } });
    const asBeacon = await app.post(JSON.stringify({ events: [app.event()] }), {
      headers: { 'Content-Type': 'text/plain;charset=UTF-8' },
    });

    expect([asGzip.body.inserted, asBeacon.body.inserted]).toEqual([1, 1]);
  });

  it.each(['application/xml', 'text/html', 'application/json-seq', 'text/plainly'])(
    'of the type %s are not taken',
    async (type) => {
      const { status } = await app.post('{"events":[]}', { headers: { 'Content-Type': type } });

      expect(status).toBe(415);
    },
  );

  it('hold nothing that looks like a secret', async () => {
    const canary = 'c4n4ry-0f-a-s3cret';
    await app.send([
      app.event({ page_name: `/x?access_token=${canary}`, element_id: `pwd=${canary}` }),
      app.event({ metadata: { password: canary, text: `Bearer ${canary}`, list: [{ token: canary }] } }),
    ]);

    const rows = JSON.stringify([await app.rowsOf('analyst'), await app.sql('SELECT * FROM metrics_ingest_log')]);
    expect(rows).toContain('[redacted]');
    expect(rows).not.toContain(canary);
  });

  it('are counted by their owner alone, from the first moment up to the last', async () => {
    const now = app.now;
    await app.send([0, 1, 2].map((index) => app.event({}, now - 60 * MINUTE + index)));
    await app.send([app.event()], { as: 'engineer' });
    const query = (from: number, to: number): string =>
      `?start=${new Date(now - 60 * MINUTE + from).toISOString()}&end=${new Date(now - 60 * MINUTE + to).toISOString()}`;

    const counts = await Promise.all([
      app.count(),
      app.count(query(0, 3)),
      app.count(query(1, 2)),
      app.count('', 'engineer'),
    ]);

    expect(counts.map(({ body }) => body['count'])).toEqual([3, 3, 1, 1]);
    expect(counts.map(({ body }) => body['time_range'])).toEqual(['24h', 'custom', 'custom', '24h']);
  });

  it('of days that are only known by the hour are counted by the hour, and nothing twice', async () => {
    const day = Math.floor(app.now / DAY) * DAY - 20 * DAY;
    await app.send([app.event()]);
    for (const [person, hour, granularity, events] of [
      ['analyst', 3, 60, 5],
      ['analyst', 4, 60, 7],
      ['analyst', 0, 1440, 12],
      ['engineer', 3, 60, 100],
    ] as const) {
      await app.sql(
        'INSERT INTO metric_users (granularity_min, time_bucket, user_id, events) VALUES ($1, $2, $3, $4)',
        granularity,
        new Date(day + hour * 60 * MINUTE),
        app.userOf(person),
        events,
      );
    }
    const hours = (from: number, to: number): string =>
      `?start=${new Date(day + from * 60 * MINUTE).toISOString()}&end=${new Date(day + to * 60 * MINUTE).toISOString()}`;

    const counts = await Promise.all(
      ['?time_range=30d', '?time_range=7d', hours(3, 4), hours(4, 6)].map((query) => app.count(query)),
    );
    await app.sql('TRUNCATE metric_users');

    expect(counts.map(({ body }) => body['count'])).toEqual([13, 1, 5, 7]);
  });

  it.each([
    ['start=2020-01-01T00:00:00Z&end=2020-01-02T00:00:00Z', 'start', 'must be within the last 90 days'],
    ['start=2026-01-01T00:00:00Z', 'end', 'is required together with start'],
    ['time_range=1y', 'time_range', 'must be one of the following values: 24h, 7d, 30d, 90d'],
  ])('are not counted from ?%s', async (query, path, message) => {
    const { status, body } = await app.count(`?${query}`);

    expect([status, body['technical_details']]).toEqual([
      400,
      { error_type: 'InvalidRequest', fields: [{ path, message }] },
    ]);
  });

  it('of somebody else cannot be asked for', async () => {
    await app.send([app.event()], { as: 'engineer' });

    const { status } = await app.count(`?user_id=${encodeURIComponent(app.userOf('engineer'))}`);

    expect(status).toBe(400);
    expect((await app.count()).body['count']).toBe(0);
  });
});

/** Anything at all in any place. */
function strange(random: SeededRandom, now: number): unknown {
  const texts = [
    '',
    '\u0000',
    '\ud83d',
    '😀',
    "'; DROP TABLE usage_events; --",
    '\\u0000',
    '$1',
    '{}',
    '%',
    '\u202e',
    'NaN',
  ];
  const values: (() => unknown)[] = [
    () => texts[random.below(texts.length)],
    () => (texts[random.below(texts.length)] ?? '').repeat(random.below(400)),
    () => (random.next() - 0.5) * 10 ** random.below(308),
    () => random.chance(0.5),
    () => null,
    () => [random.below(10), texts[random.below(texts.length)]],
    () => ({ [texts[random.below(texts.length)] ?? '']: values[random.below(6)]?.() }),
    () => ({ a: { b: { c: { d: values[random.below(6)]?.() } } } }),
    () =>
      Object.fromEntries(
        Array.from({ length: random.below(60) }, (_, key) => [`key ${key}`, values[random.below(6)]?.()]),
      ),
    () => uuidV7(random.below(2 ** 47)),
    () => uuidV7(now - random.below(8 * DAY) + 6 * MINUTE),
    () => new Date(now - random.below(8 * DAY)).toISOString(),
  ];
  const event: Record<string, unknown> = { event_type: random.chance(0.95) ? 'page_view' : 'else' };
  for (const name of ['event_id', 'timestamp', 'page_name', 'element_id', 'success', 'metadata']) {
    if (random.chance(0.3)) event[name] = values[random.below(values.length)]?.();
  }
  return event;
}
