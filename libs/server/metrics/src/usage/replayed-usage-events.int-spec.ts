import { LocalStack, withSeed } from '@lakescope/server-testing';
import { UsageApp, type Person } from './testing/usage-app';
import { uuidV7 } from './uuid-v7';

const DAY = 24 * 60 * 60 * 1000;

describe('a usage event that is sent again', () => {
  let stack: LocalStack;
  let app: UsageApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await UsageApp.start(stack);
  });

  beforeEach(() => app.empty());

  afterEach(async () => {
    const books = await app.books();
    expect(books).toEqual({ booked: books?.stored, stored: books?.stored, unmarked: 0 });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('with its batch is stored once, and the repetition leaves nothing in the books', async () => {
    const events = [app.event(), app.event(), app.event()];
    await app.send(events);
    const before = await traces();

    const { body } = await app.send(events);

    expect(body).toMatchObject({ received: 3, inserted: 0, duplicates: 3, rejected: [], deduplicated: true });
    expect(await traces()).toEqual(before);
  });

  it('within its batch is stored once, as it was told first', async () => {
    const event_id = uuidV7(app.now);
    const { body } = await app.send([
      app.event({ event_id, page_name: '/first' }),
      app.event({ event_id, page_name: '/second' }),
      app.event({ event_id: event_id.toUpperCase(), page_name: '/third' }),
    ]);

    expect(body).toMatchObject({ received: 3, inserted: 1, duplicates: 2 });
    expect(await app.rowsOf('analyst')).toMatchObject([{ page_name: '/first' }]);
  });

  it('in other company is stored once, and the company too', async () => {
    const [a, b, c] = [app.event(), app.event(), app.event()];
    const answers = [await app.send([a, b]), await app.send([b, c]), await app.send([c, a])];

    expect(answers.map(({ body }) => [body.inserted, body.duplicates])).toEqual([
      [2, 0],
      [1, 1],
      [0, 2],
    ]);
  });

  it('with other contents changes nothing', async () => {
    const event_id = uuidV7(app.now);
    await app.send([app.event({ event_id, page_name: '/true' })]);

    const { body } = await app.send([app.event({ event_id, page_name: '/forged' })]);

    expect(body).toMatchObject({ inserted: 0, duplicates: 1 });
    expect(await app.rowsOf('analyst')).toMatchObject([{ page_name: '/true' }]);
  });

  it('by somebody else is an event of theirs: it neither hides nor shows that the first one is there', async () => {
    const event = app.event({ page_name: '/secret', metadata: { table: 'salaries' } });
    const fresh = app.event();
    await app.send([event], { as: 'analyst' });

    const [stolen, own] = [await app.send([event], { as: 'engineer' }), await app.send([fresh], { as: 'engineer' })];

    expect({ ...stolen.body, server_time: '' }).toEqual({ ...own.body, server_time: '' });
    expect(await app.rowsOf('analyst')).toMatchObject([{ page_name: '/secret' }]);
    expect(await app.rowsOf('engineer')).toHaveLength(2);
    const counts = await Promise.all([app.count('', 'analyst'), app.count('', 'engineer')]);
    expect(counts.map(({ body }) => body['count'])).toEqual([1, 2]);
  });

  it('on both sides of midnight and in every partition is stored once', async () => {
    const midnight = Math.floor(app.now / DAY) * DAY;
    await givenDay(midnight - DAY);
    await givenDay(midnight);
    const events = [-DAY, -DAY - 1, -1, 0, 1].map((off) => app.event({}, midnight - DAY + off));

    const answers = [await app.send(events), await app.send([...events].reverse())];

    expect(answers.map(({ body }) => [body.inserted, body.duplicates])).toEqual([
      [5, 0],
      [0, 5],
    ]);
    const rows = await app.rowsOf('analyst');
    expect(rows.map(({ timestamp }) => (timestamp as Date).getTime())).toEqual(
      [-DAY - 1, -DAY, -1, 0, 1].map((off) => midnight - DAY + off),
    );
  });

  it('at once, on many lines, by several people, is stored once for each of them', () =>
    withSeed(async (random) => {
      const people: readonly Person[] = ['analyst', 'engineer'];
      const events = Array.from({ length: 40 }, () => app.event({}, app.now - random.below(6 * DAY)));
      const batches = Array.from({ length: 24 }, () => events.filter(() => random.chance(0.5)));

      const answers = await Promise.all(
        batches
          .filter((batch) => batch.length > 0)
          .map(async (batch, index) => {
            const as = people[index % 2] ?? 'analyst';
            return { as, ...(await app.send(batch, { as })).body };
          }),
      );

      for (const person of people) {
        const own = answers.filter((answer) => answer.as === person);
        const inserted = own.reduce((sum, answer) => sum + answer.inserted, 0);
        expect(inserted).toBe((await app.rowsOf(person)).length);
        expect(new Set((await app.rowsOf(person)).map(({ event_id }) => event_id)).size).toBe(inserted);
        expect(own.every(({ received, inserted: fresh, duplicates }) => received === fresh + duplicates)).toBe(true);
      }
    }));

  async function givenDay(begin: number): Promise<void> {
    const [from, to] = [begin, begin + DAY].map((time) => new Date(time).toISOString());
    const name = `usage_events_${from?.slice(0, 10).replaceAll('-', '')}`;
    await app.sql(
      `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF usage_events FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
  }

  async function traces(): Promise<unknown> {
    return app.sql(
      `SELECT (SELECT count(*)::integer FROM metrics_ingest_log) AS entries, (SELECT count(*)::integer FROM metrics_dirty) AS marks`,
    );
  }
});
