import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { DatabaseUnavailable } from './persistence.errors';
import { ana, currentUser, TestServer } from './testing/test-server';

describe('stopping', () => {
  let stack: LocalStack;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start({ faultProxies: true });
  });

  afterEach(() => stack.network.heal());

  afterAll(() => stack.stop());

  it.each([
    ['a good line', false, ['done', 'cut']],
    ['a dead one', true, ['cut', 'cut']],
  ])('gives transactions that are under way a moment, and cuts them then: on %s', async (_, isDead, ends) => {
    const server = new TestServer(stack);
    await server.startup.run();
    const work = [0.3, 60].map((seconds) =>
      server.database
        .asUser(ana, (tx) => tx.query('SELECT pg_sleep($1)', [seconds]))
        .then(
          () => 'done',
          () => 'cut',
        ),
    );
    await delay(150);
    if (isDead) stack.network.blackHole();
    const startedAt = Date.now();

    await server.stop();

    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await Promise.all(work)).toEqual(ends);
    await expect(server.database.asUser(ana, currentUser)).rejects.toThrow(DatabaseUnavailable);
  });

  it('does not wait for a database that is away, neither at start nor later', async () => {
    const server = new TestServer(stack);
    await server.startup.run();
    stack.network.blackHole();
    const starting = new TestServer(stack);
    const running = starting.startup.run();
    const asking = server.database.asUser(ana, currentUser).catch((error: unknown) => error);
    await delay(100);
    const startedAt = Date.now();

    await Promise.all([starting.stop(), server.stop()]);

    expect(Date.now() - startedAt).toBeLessThan(10_000);
    await stack.network.heal();
    await running;
    expect(await asking).toBeInstanceOf(Error);
  });
});
