import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BackgroundDatabase } from './background-database';
import { defaults } from './defaults';
import { DatabaseUnavailable, LakebaseNotConfigured, OutcomeUnknown, SchemaIsBehind } from './persistence.errors';
import { TestServer } from './testing/test-server';

class CreateThings1000000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE lakescope.things (name text UNIQUE, user_id text)');
    await runner.query('ALTER TABLE lakescope.things ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE lakescope.things FORCE ROW LEVEL SECURITY');
    await runner.query(
      `CREATE POLICY things_system ON lakescope.things USING (current_setting('lakescope.system', true) = 'on')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.things');
  }
}

describe('the database for the app’s own work', () => {
  let stack: LocalStack;
  let server: TestServer;
  let background: BackgroundDatabase;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start({ faultProxies: true });
  }, 60_000);

  beforeEach(async () => {
    server = new TestServer(stack, {}, [CreateThings1000000000000]);
    background = backgroundOf(server);
    await server.startup.run();
    await background.statement({ text: 'TRUNCATE things' });
  });

  afterEach(async () => {
    await stack.network.heal();
    await stack.databaseLine.heal();
    await stack.gateway.faults.heal();
    await background.onApplicationShutdown();
    await server.stop();
  });

  afterAll(() => stack.stop());

  it('works as the system, in the app’s schema, and takes binary values', async () => {
    await insert('a');
    const two = Buffer.alloc(2);
    two.writeInt16BE(258);
    const [row] = await background.statement({
      name: 'see',
      text: `SELECT (SELECT count(*)::int FROM things) AS things, $1::smallint AS number, current_setting('lock_timeout') AS patience`,
      values: [two],
    });

    expect(row).toEqual({ things: 1, number: 258, patience: '2s' });
  });

  it('does all of a transaction or nothing, and tells what the server said of a statement', async () => {
    await background.transaction(async (run) => {
      await run('INSERT INTO things (name) VALUES ($1)', ['kept']);
    });
    const failing = background.transaction(async (run) => {
      await run('INSERT INTO things (name) VALUES ($1)', ['gone']);
      await run('INSERT INTO things (name) VALUES ($1)', ['kept']);
    });

    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await names()).toEqual(['kept']);
  });

  it('does not take work for done that went on after a failure', async () => {
    const failing = background.transaction(async (run) => {
      await run('SELECT 1 / 0').catch(() => undefined);
      return 'done';
    });

    await expect(failing).rejects.toThrow('went on after a statement had failed');
    await insert('usable afterwards');
  });

  it('sees one moment in repeatable read, and writes nothing where it only reads', async () => {
    const seen = background.transaction(
      async (run) => {
        const before = await run('SELECT name FROM things');
        await insert('meanwhile');
        return [before, await run('SELECT name FROM things')];
      },
      { isolation: 'repeatable read', readOnly: true },
    );
    const writing = background.transaction((run) => run(`INSERT INTO things (name) VALUES ('x')`), { readOnly: true });

    expect(await seen).toEqual([[], []]);
    await expect(writing).rejects.toThrow('read-only');
  });

  it('tells a lock that somebody holds from a database that is away', async () => {
    const holding = background.transaction(async (run) => {
      await run('LOCK TABLE things IN ACCESS EXCLUSIVE MODE');
      const other = background.statement({ text: 'LOCK TABLE things IN ACCESS EXCLUSIVE MODE NOWAIT' });
      await expect(other).rejects.toMatchObject({ code: '25P01' });
      await expect(insert('waits')).rejects.toMatchObject({ code: '55P03' });
    });
    await holding;

    await insert('free again');
  }, 20_000);

  it('leaves a connection to statements while a transaction takes its time', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const long = background.transaction(() => ended);
    const behind = background.transaction((run) => run('SELECT 1'));

    for (let count = 0; count < 20; count++) await insert(`thing ${count}`);
    end();
    await Promise.all([long, behind]);
    expect(await names()).toHaveLength(20);
  });

  it('cuts a line that has gone silent after some seconds, and uses a new one when it is back', async () => {
    await insert('before');
    stack.network.blackHole();
    const startedAt = performance.now();
    await expect(insert('into the hole')).rejects.toThrow(DatabaseUnavailable);
    const took = performance.now() - startedAt;
    await stack.network.heal();

    await insert('after');
    expect(took).toBeGreaterThan(defaults.background.silenceMs - 500);
    expect(took).toBeLessThan(3 * defaults.background.silenceMs);
  }, 60_000);

  it('says that nobody knows when the answer to COMMIT is lost, and nothing else', async () => {
    await insert('before');
    stack.databaseLine.cutAt('before-acknowledged');
    const unheard = background.transaction((run) => run(`INSERT INTO things (name) VALUES ('stored')`));
    await expect(unheard).rejects.toThrow(OutcomeUnknown);
    stack.databaseLine.cutAt('after-sent', { statement: /INSERT/ });
    const broken = background.transaction((run) => run(`INSERT INTO things (name) VALUES ('lost')`));
    await expect(broken).rejects.not.toThrow(OutcomeUnknown);

    expect(await names()).toEqual(['before', 'stored']);
  });

  it('survives connections that die while nobody uses them', async () => {
    await insert('before');
    await stack.gateway.faults.killSessions();
    await delay(100);

    await expect(names()).resolves.toEqual(['before']);
  });

  it('logs in once more with a fresh credential when its own is refused', async () => {
    const { generation } = server.credentials;
    const fresh = backgroundOf(server);
    stack.gateway.faults.rejectCredentials(1);
    await fresh.statement({ text: 'SELECT 1' });

    expect(server.credentials.generation).toBe(generation + 1);
    await fresh.onApplicationShutdown();
  });

  it('is not open before the schema is there, nor after the end, nor without a database', async () => {
    const early = new TestServer(stack, {}, [CreateThings1000000000000]);
    const none = new TestServer(stack, { PGHOST: undefined, PGDATABASE: undefined });
    expect([backgroundOf(early).isOpen, background.isOpen, backgroundOf(none).isOpen]).toEqual([false, true, false]);
    await expect(backgroundOf(early).statement({ text: 'SELECT 1' })).rejects.toThrow('starting');
    await expect(backgroundOf(none).statement({ text: 'SELECT 1' })).rejects.toThrow(LakebaseNotConfigured);

    await background.onApplicationShutdown();
    expect(background.isOpen).toBe(false);
    await expect(insert('too late')).rejects.toThrow(DatabaseUnavailable);
    await Promise.all([early.stop(), none.stop()]);
  });

  it('says when a table was taken away under it', async () => {
    await expect(background.statement({ text: 'SELECT * FROM nothing' })).rejects.toThrow(SchemaIsBehind);
  });

  function backgroundOf(of: TestServer): BackgroundDatabase {
    return new BackgroundDatabase(of.config, of.credentials, of.startup, of.lifecycle);
  }

  function insert(name: string): Promise<unknown[]> {
    return background.statement({ name: 'insert', text: 'INSERT INTO things (name) VALUES ($1)', values: [name] });
  }

  async function names(): Promise<string[]> {
    const rows = await background.statement<{ name: string }>({ text: 'SELECT name FROM things ORDER BY name' });
    return rows.map(({ name }) => name);
  }
});
