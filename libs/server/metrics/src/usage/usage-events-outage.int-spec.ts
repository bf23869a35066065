import { LocalStack, SeededRandom, withSeed } from '@lakescope/server-testing';
import { UsageApp, type Person } from './testing/usage-app';

describe('usage events, while the database fails', () => {
  const random = new SeededRandom();
  let stack: LocalStack;
  let app: UsageApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true, random });
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

  it('are not taken, and whoever sent them is told when to come back; nothing of them is there then', async () => {
    const events = [app.event(), app.event()];
    await stack.postgres.halt();
    const refused = await app.send(events);
    await stack.postgres.restart();

    expect([refused.status, Reflect.get(refused.body, 'error_code')]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await app.books()).toEqual({ booked: 0, stored: 0, unmarked: 0 });
    const again = await app.send(events);
    expect(again.body).toMatchObject({ inserted: 2, duplicates: 0 });
  });

  it('are refused for what they are also then', async () => {
    await stack.postgres.halt();
    const answers = [await app.send([]), await app.send([{ event_type: 'nothing' }])];
    await stack.postgres.restart();

    expect(answers.map(({ status }) => status)).toEqual([400, 202]);
  });

  it.each(['before-sent', 'after-sent', 'before-acknowledged', 'after-acknowledged'] as const)(
    'are stored once when the line breaks at their COMMIT, %s',
    async (moment) => {
      const cuts = stack.databaseLine.cuts;
      stack.databaseLine.cutAt(moment);
      const events = [app.event(), app.event(), app.event()];

      const { status, body } = await app.send(events);

      expect(stack.databaseLine.cuts).toBe(cuts + 1);
      // Whether it was committed can be asked for, so nobody is told to try again.
      expect([status, body.inserted + body.duplicates]).toEqual([202, 3]);
      expect((await app.rowsOf('analyst')).length).toBe(3);
    },
  );

  it('are stored once by whoever repeats what was not answered, however often the line breaks', () =>
    withSeed(async () => {
      const cuts = stack.databaseLine.cuts;
      stack.databaseLine.cutRandomly(0.02);
      const senders = Array.from({ length: 4 }, async (_, sender) => {
        const as = sender % 2 === 0 ? 'analyst' : 'engineer';
        for (let batch = 0; batch < 12; batch++)
          await untilTaken(
            Array.from({ length: 5 }, () => app.event()),
            as,
          );
      });
      await Promise.all(senders);
      await stack.databaseLine.heal();

      expect(stack.databaseLine.cuts).toBeGreaterThan(cuts);
      expect([(await app.rowsOf('analyst')).length, (await app.rowsOf('engineer')).length]).toEqual([120, 120]);
    }, random));

  async function untilTaken(events: readonly unknown[], as: Person): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const { status, body } = await app.send(events, { as });
      if (status === 202) {
        expect(body.inserted + body.duplicates).toBe(events.length);
        return;
      }
      expect(status).toBe(503);
    }
    throw new Error('The events were never taken');
  }
});

describe('usage events, without a database', () => {
  it('are not taken either, and kept by whoever sent them', async () => {
    const stack = await LocalStack.start({ database: false });
    const app = await UsageApp.start(stack);

    const { status, headers, body } = await app.send([app.event()]);
    const count = await app.count();
    await app.stop();
    await stack.stop();

    expect([status, Reflect.get(body, 'error_code')]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
    expect(headers.get('Retry-After')).toBe('300');
    expect([count.status, count.body['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
  });
});
