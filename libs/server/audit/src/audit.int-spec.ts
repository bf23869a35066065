import { Secret } from '@lakescope/databricks-client';
import { ConfigModule } from '@lakescope/server-config';
import {
  CurrentCaller,
  DeadlineInterceptor,
  DomainError,
  HttpLimits,
  HttpModule,
  ProblemFilter,
  Product,
  UserCaller,
  strictValidation,
} from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import { Controller, Inject, Post, type LoggerService } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuditCsv } from './audit-csv';
import { AuditEntry } from './audit-entry.entity';
import { AuditLog } from './audit-log';
import { AuditModule } from './audit.module';
import { AuditTrail } from './audit-trail';
import { Audited } from './audited.decorator';

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

  @Post('destroy')
  @Audited({ action: 'act.destroy', unrecordable: 'refuse' })
  destroy(): void {
    destroyed += 1;
  }
}

describe('an audited route', () => {
  let stack: LocalStack;
  let app: HttpApp;
  const lines: unknown[] = [];

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await startApp(stack, [ActingController], collecting(lines));
    await app.nest.get(DatabaseStartup).run();
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('leaves who did what, as whom, to what, and how long it took', async () => {
    const answer = await act('well?at=door', { 'X-Correlation-ID': 'visit-1' });

    expect(answer.status).toBe(201);
    expect(await entriesOf('act.well')).toEqual([
      expect.objectContaining({
        userId: stack.workspace.personas.analyst.userName,
        actingAs: 'app',
        target: 'door',
        outcome: 'success',
        errorCode: null,
        durationMs: expect.any(Number),
      }),
    ]);
  });

  it('leaves the error code of a failure, which is answered as ever', async () => {
    const answer = await act('badly');

    expect(answer.status).toBe(409);
    expect(await entriesOf('act.badly')).toMatchObject([{ outcome: 'failure', errorCode: 'CONFLICT' }]);
  });

  it('leaves a failure when the deadline passes', async () => {
    const answer = await act('forever');

    expect(answer.status).toBe(504);
    expect(await eventually(() => entriesOf('act.forever'))).toMatchObject([
      { outcome: 'failure', errorCode: 'UPSTREAM_TIMEOUT' },
    ]);
  });

  it('leaves one entry when the action writes its own', async () => {
    await act('at-once');

    expect(await entriesOf('act.at_once')).toMatchObject([{ actingAs: 'system', outcome: 'success' }]);
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
        audit: expect.objectContaining({ action: 'act.well', target: 'window', outcome: 'success' }),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain(stack.workspace.personas.analyst.userName);
  });

  it('is not begun while the database is away, when it could not be undone', async () => {
    await stack.postgres.halt();
    const refused = await act('destroy');
    await stack.postgres.restart();
    const before = destroyed;
    const accepted = await act('destroy');

    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ error_code: 'DATABASE_UNAVAILABLE' });
    expect([before, accepted.status, destroyed]).toEqual([0, 201, 1]);
  });

  async function act(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
    const answer = await app.fetch(`/act/${path}`, await stack.token('analyst'), { method: 'POST', headers });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  function entriesOf(action: string): Promise<AuditEntry[]> {
    return app.nest.get(Database).asSystem((tx) => tx.find(AuditEntry, { where: { action } }));
  }
});

describe('the audit log over HTTP', () => {
  let stack: LocalStack;
  let app: HttpApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await startApp(stack, []);
    await app.nest.get(DatabaseStartup).run();
    await given(1, { action: 'b.first', user_id: 'anna', outcome: 'success', details: { note: 'say "hi", twice' } });
    await given(2, { action: 'a.second', user_id: 'erik', outcome: 'failure', error_code: 'CONFLICT' });
    await given(2, { action: 'b.first', user_id: 'erik', outcome: 'success', target: '=cmd()|calc' });
    await given(3, { action: 'a.second', user_id: null, outcome: 'success', target: '@SUM(A1)' });
    await given(4, { action: 'b.first', user_id: 'anna', outcome: 'success', target: 'two\r\nlines' });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('comes latest first', async () => {
    const { body } = await ask('?limit=500&to=2026-02-01T00:00:00Z');

    expect(timesOf(body)).toEqual(['04', '03', '02', '02', '01']);
    expect(body['next_cursor']).toBeNull();
  });

  it.each([
    ['user_id=erik', ['02', '02']],
    ['action=b.first', ['04', '02', '01']],
    ['outcome=failure', ['02']],
    ['user_id=anna&action=b.first&from=2026-01-02T00:00:00Z', ['04']],
    ['user_id=nobody', []],
    ['from=2026-01-02T00:00:00Z', ['04', '03', '02', '02']],
    ['to=2026-01-02T00:00:00Z', ['01']],
    ['from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z', ['02', '02']],
    ['from=2026-01-02T01:00:00%2B01:00&to=2026-01-02T19:00:00-05:00', ['02', '02']],
    ['from=2026-01-02T00:00:00.001Z&to=2026-01-04T00:00:00Z', ['03']],
  ])('is filtered by %s', async (filter, expected) => {
    const { body } = await ask(`?${filter}${filter.includes('to=') ? '' : '&to=2026-02-01T00:00:00Z'}`);

    expect(timesOf(body)).toEqual(expected);
  });

  it('comes page by page, without repeating or losing an entry when more are written meanwhile', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 5; page++) {
      const { body } = await ask(`?to=2026-02-01T00:00:00Z&limit=2${cursor}`);
      seen.push(...timesOf(body));
      if (body['next_cursor'] === null) break;
      cursor = `&cursor=${encodeURIComponent(String(body['next_cursor']))}`;
      await given(20 + page, { action: 'c.late', user_id: 'erik', outcome: 'success' });
    }

    expect(seen).toEqual(['04', '03', '02', '02', '01']);
  });

  it('takes a cursor for the question it was given for, and no other', async () => {
    const { body } = await ask('?to=2026-01-15T00:00:00Z&limit=2');
    const cursor = encodeURIComponent(String(body['next_cursor']));

    expect((await ask(`?to=2026-01-15T00:00:00Z&limit=1&cursor=${cursor}`)).status).toBe(200);
    for (const other of ['&user_id=erik', '&action=a.second', '&outcome=failure', '&from=2026-01-01T00:00:00Z']) {
      const refused = await ask(`?to=2026-01-15T00:00:00Z&limit=2&cursor=${cursor}${other}`);
      expect([other, refused.status, refused.body['error_code']]).toEqual([other, 400, 'INVALID_REQUEST']);
    }
  });

  it.each([
    'outcome=maybe',
    'user_id=',
    'user_id=a&user_id=b',
    'user_id=%00',
    'action=%00',
    `action=${'x'.repeat(101)}`,
    'from=yesterday',
    'from=2026-01-01',
    'from=2026-01-01T00:00:00',
    'from=2026-02-30T00:00:00Z',
    'from=2026-01-01T25:00:00Z',
    'from=2026-01-01T00:00:00%2B99:99',
    'from=+275760-09-13T00:00:00Z',
    'from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'limit=0',
    'limit=501',
    'unknown=1',
  ])('refuses %s, as a list and as CSV', async (query) => {
    const list = await ask(`?${query}`);
    const csv = await ask(`/export?${query}`);

    expect([list.status, list.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect([csv.status, csv.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('takes the far time %s', async (time) => {
    expect((await ask(`?from=${time}`)).status).toBe(200);
  });

  it('is downloaded as CSV that no spreadsheet runs', async () => {
    const answer = await app.fetch('/admin/audit/export?to=2026-01-10T00:00:00Z', await stack.token('admin'));

    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit-log.csv"');
    const lines = (await answer.text()).replace(/\d+(?=,2026)/g, 'ID');
    expect(lines).toBe(
      [
        'id,occurred_at,user_id,acting_as,action,target,outcome,error_code,duration_ms,correlation_id,details',
        'ID,2026-01-04T00:00:00.000Z,anna,user,b.first,"two\r\nlines",success,,,,{}',
        "ID,2026-01-03T00:00:00.000Z,,user,a.second,'@SUM(A1),success,,,,{}",
        "ID,2026-01-02T00:00:00.000Z,erik,user,b.first,'=cmd()|calc,success,,,,{}",
        'ID,2026-01-02T00:00:00.000Z,erik,user,a.second,,failure,CONFLICT,,,{}',
        'ID,2026-01-01T00:00:00.000Z,anna,user,b.first,,success,,,,"{""note"":""say \\""hi\\"", twice""}"',
        '',
      ].join('\r\n'),
    );
  });

  it('is downloaded whole, and the download is an entry', async () => {
    await givenMany('d.many', 1777);
    const downloads = async (): Promise<number> =>
      ((await ask('?action=audit_log.export&limit=500')).body['items'] as unknown[]).length;
    const before = await downloads();

    const csv = await (await app.fetch('/admin/audit/export?action=d.many', await stack.token('admin'))).text();

    const numbers = [...csv.matchAll(/""n"": ?(\d+)/g)].map(([, n]) => Number(n));
    expect(numbers).toHaveLength(1777);
    expect(new Set(numbers).size).toBe(1777);
    expect(await downloads()).toBe(before + 1);
  });

  it('is read from the database no faster than it is downloaded', async () => {
    await givenMany('e.many', 6000);
    const pages = jest.spyOn(app.nest.get(AuditTrail, { strict: false }), 'page');
    const csv = await app.nest.get(AuditCsv, { strict: false }).export({ action: 'e.many' });

    await new Promise((resolve) => csv.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const readAhead = pages.mock.calls.length;
    let rows = -1;
    for await (const chunk of csv) rows += String(chunk).split('\r\n').length - 1;

    expect(readAhead).toBeLessThanOrEqual(3);
    expect([rows, pages.mock.calls.length]).toEqual([6000, 12]);
    pages.mockRestore();
  });

  it('is read along an index, and not sorted anew for every page', async () => {
    const plan = await app.nest.get(Database).asSystem(async (tx) => {
      await tx.query('ANALYZE audit_log');
      return tx.query(
        `EXPLAIN SELECT * FROM audit_log WHERE outcome = 'success' AND (occurred_at, id) < (now(), 1000)
         ORDER BY occurred_at DESC, id DESC LIMIT 51`,
      ) as Promise<unknown>;
    });

    expect(JSON.stringify(plan)).toContain('Index Scan Backward using audit_log_time');
    expect(JSON.stringify(plan)).not.toMatch(/Sort|Seq Scan/);
  });

  it('is answered with a problem, and not with half a file, while the database is away', async () => {
    await stack.postgres.halt();
    const [list, csv] = [await ask(''), await ask('/export')];
    await stack.postgres.restart();

    for (const answer of [list, csv]) {
      expect([answer.status, answer.body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    }
  });

  it('is never half a download that looks whole', async () => {
    await givenMany('f.many', 20_000, 1000);
    const answer = await app.fetch('/admin/audit/export?action=f.many', await stack.token('admin'));
    const reader = answer.body?.getReader();
    await reader?.read();

    await stack.postgres.halt();
    const rest = (async () => {
      for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read());
    })();

    await expect(rest).rejects.toThrow('terminated');
    await stack.postgres.restart();
    expect((await ask('?limit=1')).status).toBe(200);
  });

  it('says what is missing when there is no database', async () => {
    const without = await startApp(stack, [], collecting([]), { PGHOST: undefined });
    await without.nest.get(DatabaseStartup).run();
    const answers = [await ask('', without), await ask('/export', without)];
    await without.stop();

    for (const { status, body } of answers) {
      expect([status, body['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
      expect(body['detail']).toBe('The audit log is unavailable because Lakebase is not configured.');
    }
  });

  async function given(day: number, columns: Record<string, unknown>): Promise<void> {
    const row = { acting_as: 'user', occurred_at: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`, ...columns };
    const names = Object.keys(row);
    await app.nest
      .get(Database)
      .asSystem((tx) =>
        tx.query(
          `INSERT INTO audit_log (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
          Object.values(row),
        ),
      );
  }

  async function givenMany(action: string, rows: number, characters = 0): Promise<void> {
    await app.nest.get(Database).asSystem((tx) =>
      tx.query(
        `INSERT INTO audit_log (acting_as, action, outcome, details)
           SELECT 'system', $1, 'success', jsonb_build_object('n', n) FROM generate_series(1, $2) AS n`,
        [action, rows],
      ),
    );
  }

  async function ask(query: string, server = app): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await server.fetch(`/admin/audit${query}`, await stack.token('admin'));
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }
});

function startApp(
  stack: LocalStack,
  controllers: (new (database: Database, auditLog: AuditLog) => object)[],
  logger?: LoggerService,
  overrides: Record<string, string | undefined> = {},
): Promise<HttpApp> {
  const limits = new HttpLimits({ deadlineMs: 1_500 });
  return HttpApp.start({
    imports: [
      ConfigModule.with(stack.config(overrides)),
      HttpModule.with(new Product('0.0.0'), limits),
      PersistenceModule.with([AuditEntry], migrations),
      AuditModule,
      { module: class ActingModule {}, imports: [AuditModule], controllers },
    ],
    identify: (userId, token) =>
      new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
    configure: (nest) => {
      if (logger !== undefined) nest.useLogger(logger);
      nest.useGlobalPipes(strictValidation());
      nest.useGlobalFilters(new ProblemFilter(limits, undefined));
      nest.useGlobalInterceptors(new DeadlineInterceptor(nest.get(Reflector), limits));
    },
  });
}

/** Keeps what the audit log says aloud. */
function collecting(lines: unknown[]): LoggerService {
  const keep = (line: unknown, ...rest: unknown[]): void => {
    if (rest.at(-1) === 'Audit') lines.push(line);
  };
  return { log: keep, warn: keep, error: keep, debug: keep };
}

function timesOf(body: Record<string, unknown>): string[] {
  return (body['items'] as { occurred_at: string }[]).map(({ occurred_at }) => occurred_at.slice(8, 10));
}

async function eventually<T>(look: () => Promise<T[]>): Promise<T[]> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await look();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return [];
}
