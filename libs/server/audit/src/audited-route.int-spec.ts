import { CurrentCaller, DomainError, UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Controller, Inject, Post } from '@nestjs/common';
import { AuditLog } from './audit-log';
import { Audited } from './audited.decorator';
import { AuditApp, linesOf, type JsonAnswer } from './testing/audit-app';

class Occupied extends DomainError {
  constructor() {
    super({ kind: 'conflict', code: 'CONFLICT', message: 'Somebody sits there.' });
  }
}

let destroyed = 0;

/** Actions of every kind. */
@Controller('act')
class ActingController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly auditLog: AuditLog,
  ) {}

  @Post('well')
  @Audited({ action: 'act.well', actingAs: 'app', target: ({ query }) => (query as { at?: string }).at })
  well(): { done: boolean } {
    return { done: true };
  }

  @Post('badly')
  @Audited({ action: 'act.badly' })
  badly(): void {
    throw new Occupied();
  }

  @Post('forever')
  @Audited({ action: 'act.forever' })
  forever(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Post('at-once')
  @Audited({ action: 'act.at_once', success: 'transaction', when: ({ query }) => !('ask' in (query as object)) })
  atOnce(@CurrentCaller() { userId }: UserCaller): Promise<void> {
    return this.database.asSystem((tx) =>
      this.auditLog.record(tx, { userId, actingAs: 'system', action: 'act.at_once', outcome: 'success' }),
    );
  }

  @Post('unless')
  @Audited({ action: 'act.unless', when: ({ query }) => !('ask' in (query as object)) })
  unless(): void {
    throw new Occupied();
  }

  @Post('destroy')
  @Audited({ action: 'act.destroy', unrecordable: 'refuse' })
  destroy(): void {
    destroyed += 1;
  }
}

describe('an audited route', () => {
  let stack: LocalStack;
  let app: AuditApp;
  const lines: unknown[] = [];

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await AuditApp.start(stack, { controllers: [ActingController], logger: linesOf('Audit', lines) });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('leaves who did what, as whom, to what, and how long it took', async () => {
    const answer = await act('well?at=door');

    expect(answer).toEqual({ status: 201, body: { done: true } });
    expect(await app.entriesOf('act.well')).toEqual([
      expect.objectContaining({
        userId: stack.workspace.personas.admin.userName,
        actingAs: 'app',
        target: 'door',
        outcome: 'success',
        errorCode: null,
        durationMs: expect.any(Number),
        correlationId: expect.any(String),
      }),
    ]);
  });

  it('leaves the error code of a failure, which is answered as ever', async () => {
    const answer = await act('badly');

    expect([answer.status, answer.body['error_code']]).toEqual([409, 'CONFLICT']);
    expect(await app.entriesOf('act.badly')).toMatchObject([{ outcome: 'failure', errorCode: 'CONFLICT' }]);
  });

  it('leaves a failure when the deadline passes', async () => {
    const answer = await act('forever');

    expect(answer.status).toBe(504);
    expect(await eventually(() => app.entriesOf('act.forever'))).toMatchObject([
      { outcome: 'failure', errorCode: 'UPSTREAM_TIMEOUT' },
    ]);
  });

  it('leaves one entry when the action writes its own', async () => {
    await act('at-once');

    expect(await app.entriesOf('act.at_once')).toMatchObject([{ actingAs: 'system', outcome: 'success' }]);
  });

  it('leaves nothing of a request that is worth no entry', async () => {
    await act('unless?ask');
    await act('unless');

    expect(await app.entriesOf('act.unless')).toHaveLength(1);
  });

  it('is done all the same while the database is away, and one line of the log has the entry without the person', async () => {
    await stack.postgres.halt();
    lines.length = 0;
    const answer = await act('well?at=window');
    await stack.postgres.restart();

    expect(answer.status).toBe(201);
    expect(lines).toEqual([
      expect.objectContaining({
        msg: expect.stringMatching(/^An audit entry was not written: /),
        correlation_id: expect.any(String),
        audit: expect.objectContaining({ action: 'act.well', target: 'window', outcome: 'success' }),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain(stack.workspace.personas.admin.userName);
  });

  it('is not begun while the database is away, when it could not be undone', async () => {
    await stack.postgres.halt();
    const refused = await act('destroy');
    await stack.postgres.restart();
    const before = destroyed;
    const accepted = await act('destroy');

    expect([refused.status, refused.body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect([before, accepted.status, destroyed]).toEqual([0, 201, 1]);
  });

  function act(path: string): Promise<JsonAnswer> {
    return app.ask(`/act/${path}`, { method: 'POST' });
  }
});

async function eventually<T>(look: () => Promise<T[]>): Promise<T[]> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await look();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return [];
}
