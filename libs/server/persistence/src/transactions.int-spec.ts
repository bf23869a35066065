import { randomUUID } from 'node:crypto';
import { LocalStack, withSeed } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { DatabaseUnavailable, OutcomeUnknown } from './persistence.errors';
import { ana, bo, TestServer, until } from './testing/test-server';

class CreateCounters1000000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE lakescope.counters (name text PRIMARY KEY, value integer, version integer)');
    // Without a key: what is done twice shall be seen twice.
    await runner.query('CREATE TABLE lakescope.marks (mark text NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.counters, lakescope.marks');
  }
}

/** How many lines are cut at random bytes; 300 with FAULT_SCALE=5. */
const CUTS = 60 * Number(process.env['FAULT_SCALE'] ?? 1);

describe('a transaction', () => {
  let stack: LocalStack;
  let server: TestServer;
  let runs = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start({ faultProxies: true });
    server = new TestServer(stack, {}, [CreateCounters1000000000000]);
    await server.startup.run();
  });

  beforeEach(async () => {
    runs = 0;
    await server.database.asSystem(async (tx) => {
      await tx.query('TRUNCATE counters, marks');
      await tx.query(`INSERT INTO counters VALUES ('visits', 0, 0)`);
    });
  });

  afterEach(async () => {
    await stack.network.heal();
    await stack.databaseLine.heal();
  });

  afterAll(async () => {
    await server.stop();
    await stack.stop();
  });

  it.each(['before-sent', 'after-sent', 'before-acknowledged'] as const)(
    'is run again whole when its line breaks at a statement, %s',
    async (moment) => {
      const before = stack.databaseLine.cuts;
      stack.databaseLine.cutAt(moment, { statement: /UPDATE counters/ });

      await visit('one');

      expect(stack.databaseLine.cuts - before).toBe(1);
      expect(runs).toBe(2);
      expect(await stored()).toEqual({ value: 1, version: 1, marks: ['one'] });
    },
  );

  it('that is a snapshot sees nothing of what others commit meanwhile, and writes nothing', async () => {
    const visits = (tx: EntityManager): Promise<unknown> => tx.query('SELECT value FROM counters');
    const seen = await server.database.asSystem(
      async (tx) => {
        const before = await visits(tx);
        await visit('meanwhile');
        return [before, await visits(tx)];
      },
      { snapshot: true },
    );

    expect(seen).toEqual([[{ value: 0 }], [{ value: 0 }]]);
    expect(await stored()).toMatchObject({ value: 1 });
    await expect(
      server.database.asSystem((tx) => tx.query('DELETE FROM counters'), { snapshot: true }),
    ).rejects.toThrow(DatabaseUnavailable);
    expect(await stored()).toMatchObject({ value: 1 });
  });

  it.each([
    ['before-sent', 2],
    ['after-sent', 1],
    ['before-acknowledged', 1],
    ['after-acknowledged', 1],
  ] as const)('happens exactly once when its line breaks at COMMIT, %s', async (moment, expectedRuns) => {
    stack.databaseLine.cutAt(moment);

    await visit('one');

    // Sent and cut at once, the server may take the COMMIT or lose the session first.
    expect(moment === 'after-sent' ? [1, 2] : [expectedRuns]).toContain(runs);
    expect(await stored()).toEqual({ value: 1, version: 1, marks: ['one'] });
  });

  it('has an unknown outcome when the server cannot be asked, and says so instead of guessing', async () => {
    stack.databaseLine.cutAt('before-acknowledged');
    stack.databaseLine.failStatements({ statement: /pg_xact_status/, sqlState: '53100', times: 100 });

    const failure = await visit('one').catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(OutcomeUnknown);
    expect(failure).toMatchObject({ code: 'DATABASE_UNAVAILABLE', details: { outcome: 'unknown' } });
    expect(runs).toBe(1);
  });

  it('is not taken for done because a server that recovered from a crash gave its number to another one', async () => {
    const before = stack.databaseLine.cuts;
    // The crash shall come before it is written down that the number was given out.
    await asSuperuser((client) => client.query(`ALTER SYSTEM SET wal_writer_delay = '10s'`));
    await asSuperuser((client) => client.query('SELECT pg_reload_conf()'));
    // No connection is left by which the outcome could be asked for before the crash.
    stack.gateway.disconnectAll();
    await until(() => server.database.poolUse.total === 0, 5_000);
    stack.databaseLine.cutAt('before-sent');
    let number: unknown;
    const lost = server.database
      .asUser(
        ana,
        async (tx) => {
          [number] = (await tx.query('SELECT pg_current_xact_id() AS xid')) as unknown[];
          await act(tx, 'lost');
          stack.network.refuse();
        },
        { repeat: 'write' },
      )
      .catch((error: unknown) => error);
    await until(() => stack.databaseLine.cuts > before, 5_000);
    await stack.postgres.crash();
    await stack.postgres.restart();
    const numbers = await numbersOfOtherTransactions(5);
    await stack.network.heal();

    expect(await lost).toBeInstanceOf(OutcomeUnknown);
    expect(numbers).toContainEqual(number);
    expect((await stored()).marks).toEqual([]);
  });

  it('that was not declared repeatable runs once, and its lost COMMIT is unknown', async () => {
    stack.databaseLine.cutAt('before-sent', { statement: /UPDATE counters/ });
    const broken = server.database.asUser(ana, (tx) => act(tx, 'one')).catch((error: unknown) => error);
    expect(await broken).toBeInstanceOf(DatabaseUnavailable);
    expect(await broken).not.toBeInstanceOf(OutcomeUnknown);

    stack.databaseLine.cutAt('before-acknowledged');
    const unheard = server.database.asUser(ana, (tx) => act(tx, 'two')).catch((error: unknown) => error);

    expect(await unheard).toBeInstanceOf(OutcomeUnknown);
    expect(runs).toBe(2);
    expect(await stored()).toEqual({ value: 1, version: 1, marks: ['two'] });
  });

  it('that only reads is held to it by the server, and heeds no lost COMMIT', async () => {
    const read = { repeat: 'read' } as const;
    await expect(server.database.asUser(ana, (tx) => act(tx, 'one'), read)).rejects.toThrow('read-only');

    stack.databaseLine.cutAt('before-acknowledged');

    await expect(server.database.asUser(ana, (tx) => tx.query('SELECT value FROM counters'), read)).resolves.toEqual([
      { value: 0 },
    ]);
  });

  it('that meets another one in a deadlock or a serialization conflict is run again', async () => {
    stack.databaseLine.failStatements({ statement: /UPDATE counters/, sqlState: '40P01' });
    await visit('one');
    stack.databaseLine.failStatements({ statement: /UPDATE counters/, sqlState: '40001' });
    await visit('two');

    expect(runs).toBe(4);
    expect(await stored()).toEqual({ value: 2, version: 2, marks: ['one', 'two'] });
  });

  it('ends with 503 when it always meets another one', async () => {
    stack.databaseLine.failStatements({ statement: /UPDATE counters/, sqlState: '40001', times: 100 });

    await expect(visit('one')).rejects.toThrow('other transactions were in the way');

    expect(runs).toBe(4);
    expect(await stored()).toEqual({ value: 0, version: 0, marks: [] });
  });

  it('whose work hides the failure of a statement is not taken for stored', async () => {
    const work = server.database.asUser(ana, async (tx) => {
      await act(tx, 'one');
      await tx.query('SELECT 1/0').catch(() => undefined);
    });

    await expect(work).rejects.toThrow('nothing of it was stored');
    expect(await stored()).toEqual({ value: 0, version: 0, marks: [] });
  });

  it.each([
    ['53100', 'the server is out of resources', 1],
    ['57014', 'the statement took too long', 1],
    ['55P03', 'a lock was not free in time', 1],
    ['25006', 'the database is read-only', 2],
  ])('that fails with %s ends with 503, and the connections stay usable', async (sqlState, reason, expectedRuns) => {
    stack.databaseLine.failStatements({ statement: /UPDATE counters/, sqlState, times: 2 });

    await expect(visit('one')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', reason });

    expect(runs).toBe(expectedRuns);
    await stack.databaseLine.heal();
    await visit('two');
    expect(await stored()).toEqual({ value: 1, version: 1, marks: ['two'] });
  });

  it('waits a little for a server that has no connection free or is starting up', async () => {
    stack.gateway.disconnectAll();
    stack.gateway.faults.refuseLogins('53300', 1);
    await visit('one');
    stack.gateway.disconnectAll();
    stack.gateway.faults.refuseLogins('57P03', 2);
    await visit('two');

    stack.gateway.disconnectAll();
    stack.gateway.faults.refuseLogins('53300');
    await expect(visit('three')).rejects.toThrow('no free connections');
    await stack.gateway.faults.heal();
  });

  it('of two people on the same connections never carries one over to the other', async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const who = index % 2 === 0 ? ana : bo;
        const rows = await server.database.asUser(
          who,
          (tx) =>
            tx.query(`SELECT current_setting('lakescope.user_id') AS id, pg_sleep(0.002)`) as Promise<{ id: string }[]>,
          { repeat: 'read' },
        );
        return rows[0]?.id === who.userId;
      }),
    );

    expect(seen).not.toContain(false);
  });

  it('happens exactly once, or its outcome is named unknown, wherever the line is cut', async () => {
    await withSeed(async (random) => {
      const told = { done: new Set<string>(), failed: new Set<string>(), unknown: new Set<string>() };
      const until = stack.network.cuts + CUTS;
      stack.network.cutRandomly(0.02 + random.next() * 0.03);
      const worker = async (): Promise<void> => {
        while (stack.network.cuts < until) {
          const mark = randomUUID();
          const outcome = await visit(mark).then(
            () => 'done' as const,
            (error: unknown) => {
              if (!(error instanceof DatabaseUnavailable)) throw error;
              return error instanceof OutcomeUnknown ? ('unknown' as const) : ('failed' as const);
            },
          );
          told[outcome].add(mark);
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      await stack.network.heal();

      const { value, version, marks } = await stored();
      expect(new Set(marks).size).toBe(marks.length);
      expect([...told.done].filter((mark) => !marks.includes(mark))).toEqual([]);
      expect(marks.filter((mark) => told.failed.has(mark))).toEqual([]);
      expect(marks.every((mark) => told.done.has(mark) || told.unknown.has(mark))).toBe(true);
      expect(value).toBe(marks.length);
      expect(version).toBe(marks.length);
      expect(told.done.size).toBeGreaterThan(0);
    });
  }, 120_000);

  function visit(name: string): Promise<void> {
    return server.database.asUser(ana, (tx) => act(tx, name), { repeat: 'write' });
  }

  async function act(tx: EntityManager, name: string): Promise<void> {
    runs += 1;
    await tx.query('INSERT INTO marks VALUES ($1)', [name]);
    await tx.query(`UPDATE counters SET value = value + 1, version = version + 1 WHERE name = 'visits'`);
  }

  function numbersOfOtherTransactions(count: number): Promise<unknown[]> {
    return asSuperuser(async (client) => {
      const numbers: unknown[] = [];
      while (numbers.length < count) numbers.push((await client.query('SELECT pg_current_xact_id() AS xid')).rows[0]);
      return numbers;
    });
  }

  async function asSuperuser<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { host, port, superuser: user, password, database } = stack.postgres;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async function stored(): Promise<{ value: number; version: number; marks: string[] }> {
    return server.database.asSystem(async (tx) => {
      const [counter] = (await tx.query('SELECT value, version FROM counters')) as { value: number; version: number }[];
      const marks = (await tx.query('SELECT mark FROM marks ORDER BY mark')) as { mark: string }[];
      return { value: counter?.value ?? -1, version: counter?.version ?? -1, marks: marks.map(({ mark }) => mark) };
    });
  }
});
