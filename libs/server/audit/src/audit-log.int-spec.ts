import { randomUUID } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import { ConfigModule } from '@lakescope/server-config';
import { HttpModule, Product, UserCaller, withCorrelationId } from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule, UserOwnedTables } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { AuditEntry } from './audit-entry.entity';
import { AuditLog, type NewAuditEntry } from './audit-log';
import { AuditModule } from './audit.module';
import { newPseudonym } from './pseudonym';

describe('the audit log', () => {
  let stack: LocalStack;
  let context: INestApplicationContext;
  let database: Database;
  let auditLog: AuditLog;

  beforeAll(async () => {
    stack = await LocalStack.start();
    context = await NestFactory.createApplicationContext(
      {
        module: class TestModule {},
        imports: [
          ConfigModule.with(stack.config()),
          HttpModule.with(new Product('0.0.0')),
          PersistenceModule.with([AuditEntry], migrations),
          AuditModule,
        ],
      },
      { logger: false },
    );
    await context.get(DatabaseStartup).run();
    database = context.get(Database);
    auditLog = context.get(AuditLog);
  });

  afterAll(async () => {
    await context.close();
    await stack.stop();
  });

  it('keeps an entry with the correlation id of the request, to the millisecond', async () => {
    const action = someAction();

    await withCorrelationId('request-1', () =>
      write({
        action,
        target: 'thing',
        errorCode: 'CONFLICT',
        outcome: 'failure',
        durationMs: 12.5,
        details: { rows: 3 },
      }),
    );

    expect(await entriesOf(action)).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        occurredAt: expect.any(Date),
        userId: 'anna',
        actingAs: 'user',
        action,
        target: 'thing',
        outcome: 'failure',
        errorCode: 'CONFLICT',
        durationMs: 12.5,
        correlationId: 'request-1',
        details: { rows: 3 },
      },
    ]);
  });

  it('loses an entry with the transaction it belongs to', async () => {
    const action = someAction();

    const rolledBack = database.asSystem(async (tx) => {
      await auditLog.record(tx, entry({ action }));
      throw new Error('the write failed');
    });

    await expect(rolledBack).rejects.toThrow('the write failed');
    expect(await entriesOf(action)).toEqual([]);
  });

  it('takes secrets, U+0000 and half characters out of what it keeps', async () => {
    const action = someAction();
    const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln';

    await write({
      action,
      target: `a\u0000b \ud800 ${token}`,
      details: { password: 'hunter2', nested: { note: `Bearer ${token}` }, rows: 1 },
    });

    const [kept] = await entriesOf(action);
    expect(kept?.target).toBe('a\ufffdb \ufffd [redacted]');
    expect(kept?.details).toEqual({ password: '[redacted]', nested: { note: 'Bearer [redacted]' }, rows: 1 });
  });

  it('cuts what is too long, after looking for secrets', async () => {
    const action = someAction();
    const late = `${'x'.repeat(490)} eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln`;

    await write({
      action,
      target: late,
      details: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])),
    });

    const [kept] = await entriesOf(action);
    expect(kept?.target).toBe(`${'x'.repeat(490)} [redacted`);
    expect(kept?.details).toEqual({ truncated: true });
  });

  it('shows people their own entries only, whatever the query says', async () => {
    const action = someAction();
    await write({ action, userId: 'anna' });
    await write({ action, userId: 'erik' });
    await write({ action, userId: null });

    const seen = await database.asUser(caller('erik'), (tx) => tx.find(AuditEntry, { where: { action } }));

    expect(seen.map(({ userId }) => userId)).toEqual(['erik']);
    expect(await entriesOf(action)).toHaveLength(3);
  });

  it('lets people write in their own name, and in nobody else', async () => {
    const action = someAction();
    const anna = caller('anna');

    await database.asUser(anna, (tx) => auditLog.record(tx, entry({ action, userId: 'anna' })));
    const forged = [{ userId: 'erik' }, { userId: null }].map((other) =>
      database.asUser(anna, (tx) => auditLog.record(tx, entry({ action, ...other }))),
    );

    for (const write of forged) await expect(write).rejects.toThrow('row-level security');
    expect((await entriesOf(action)).map(({ userId }) => userId)).toEqual(['anna']);
  });

  describe('is append-only:', () => {
    const CHANGES = [
      `UPDATE audit_log SET outcome = 'success'`,
      `UPDATE audit_log SET user_id = 'erased:00000000000000000000000000000000'`,
      `DELETE FROM audit_log WHERE occurred_at < now() - interval '400 days'`,
      'TRUNCATE audit_log',
    ];

    it.each(CHANGES)('a person cannot %s', async (change) => {
      await expect(database.asUser(caller('anna'), (tx) => tx.query(change))).rejects.toThrow('append-only');
    });

    it.each(CHANGES)('a transaction of nobody cannot %s', async (change) => {
      const nobody = database.asSystem(async (tx) => {
        await tx.query(`SELECT set_config('lakescope.system', '', true)`);
        await tx.query(change);
      });

      await expect(nobody).rejects.toThrow('append-only');
    });

    it.each([
      ['the outcome', `outcome = 'success'`],
      ['the time', `occurred_at = now() - interval '2 years'`],
      ['the details', `details = '{}'`],
      ['the correlation id', `correlation_id = NULL`],
      ['the person, by somebody else', `user_id = 'erik'`],
      ['the person, by something that only looks like a pseudonym', `user_id = 'erased:me'`],
      ['the person together with the outcome', `user_id = NULL, outcome = 'success'`],
    ])('even the system cannot change %s', async (_, set) => {
      const action = someAction();
      await write({ action, outcome: 'failure', details: { rows: 1 } });
      const [before] = await entriesOf(action);

      await expect(asSystem(`UPDATE audit_log SET ${set} WHERE action = $1`, action)).rejects.toThrow('never changed');
      expect(await entriesOf(action)).toEqual([before]);
    });

    it('even the system cannot empty it, or delete what is younger than a year', async () => {
      const action = someAction();
      await write({ action });

      await expect(database.asSystem((tx) => tx.query('TRUNCATE audit_log'))).rejects.toThrow('append-only');
      await expect(asSystem('DELETE FROM audit_log WHERE action = $1', action)).rejects.toThrow('365 days');
      expect(await entriesOf(action)).toHaveLength(1);
    });
  });

  it('lets the system delete what is older than a year', async () => {
    const action = someAction();
    await asSystem(
      `INSERT INTO audit_log (occurred_at, acting_as, action, outcome) VALUES (now() - interval '366 days', 'user', $1, 'success')`,
      action,
    );

    await asSystem('DELETE FROM audit_log WHERE action = $1', action);

    expect(await entriesOf(action)).toEqual([]);
  });

  it.each([
    ['a pseudonym', newPseudonym()],
    ['nobody', null],
  ])('lets the system put %s in the place of a person, and forgets how to find them in the log', async (_, name) => {
    const action = someAction();
    await withCorrelationId('request-2', () => write({ action, userId: 'anna', target: 'thing' }));
    await write({ action, userId: 'erik' });

    await asSystem(`UPDATE audit_log SET user_id = $2 WHERE action = $1 AND user_id = 'anna'`, action, name);

    expect(await entriesOf(action)).toMatchObject([
      { userId: name, correlationId: null, target: 'thing', outcome: 'success' },
      { userId: 'erik' },
    ]);
  });

  it('never gives a pseudonym away again, so that no two people become one', async () => {
    const action = someAction();
    await write({ action, userId: newPseudonym() });

    await expect(
      asSystem('UPDATE audit_log SET user_id = $2 WHERE action = $1', action, newPseudonym()),
    ).rejects.toThrow('never changed');
  });

  it('is known as a table of single users that loses names instead of rows', () => {
    const [table] = context.get(UserOwnedTables).all.filter(({ name }) => name === 'audit_log');

    expect(table).toMatchObject({ userColumn: 'user_id', activityColumn: 'occurred_at', onErase: 'pseudonymise' });
    expect(table?.exportColumns).not.toContain('user_id');
  });

  function write(given: Partial<NewAuditEntry>): Promise<void> {
    return database.asSystem((tx) => auditLog.record(tx, entry(given)));
  }

  function asSystem(statement: string, ...parameters: unknown[]): Promise<unknown> {
    return database.asSystem((tx) => tx.query(statement, parameters));
  }

  function entriesOf(action: string): Promise<AuditEntry[]> {
    return database.asSystem((tx: EntityManager) => tx.find(AuditEntry, { where: { action }, order: { id: 'ASC' } }));
  }
});

function entry(given: Partial<NewAuditEntry>): NewAuditEntry {
  return { userId: 'anna', actingAs: 'user', action: someAction(), outcome: 'success', ...given };
}

/** The table cannot be emptied between tests, so each has an action of its own. */
function someAction(): string {
  return `test.${randomUUID()}`;
}

function caller(userId: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret('unused'));
}
