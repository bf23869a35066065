import { LocalStack } from '@lakescope/server-testing';
import { AuditApp, type JsonAnswer } from './testing/audit-app';

describe('the audit log over HTTP', () => {
  let stack: LocalStack;
  let app: AuditApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await AuditApp.start(stack);
    await app.givenEntry(1, { action: 'b.first', user_id: 'anna', outcome: 'success' });
    await app.givenEntry(2, { action: 'a.second', user_id: 'erik', outcome: 'failure', error_code: 'CONFLICT' });
    await app.givenEntry(2, { action: 'b.first', user_id: 'erik', outcome: 'success' });
    await app.givenEntry(3, { action: 'a.second', user_id: null, outcome: 'success', correlation_id: 'request-7' });
    await app.givenEntry(4, { action: 'b.first', user_id: 'anna', outcome: 'success' });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('comes latest first', async () => {
    const { body } = await ask('?limit=500&to=2026-02-01T00:00:00Z');

    expect(daysOf(body)).toEqual(['04', '03', '02', '02', '01']);
    expect(body['next_cursor']).toBeNull();
    expect((body['items'] as unknown[])[2]).toEqual({
      id: expect.stringMatching(/^\d+$/),
      occurred_at: '2026-01-02T00:00:00.000Z',
      user_id: 'erik',
      acting_as: 'user',
      action: 'b.first',
      target: null,
      outcome: 'success',
      error_code: null,
      duration_ms: null,
      correlation_id: null,
      details: {},
    });
  });

  it.each([
    ['user_id=erik', ['02', '02']],
    ['action=b.first', ['04', '02', '01']],
    ['outcome=failure', ['02']],
    ['user_id=anna&action=b.first&from=2026-01-02T00:00:00Z', ['04']],
    ['correlation_id=request-7', ['03']],
    ['correlation_id=request', []],
    ['user_id=nobody', []],
    [`user_id=${encodeURIComponent(`' OR true --`)}`, []],
    ['action=%25', []],
    ['from=2026-01-02T00:00:00Z', ['04', '03', '02', '02']],
    ['to=2026-01-02T00:00:00Z', ['01']],
    ['from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z', ['02', '02']],
    ['from=2026-01-02T01:00:00%2B01:00&to=2026-01-02T19:00:00-05:00', ['02', '02']],
    ['from=2026-01-02T00:00:00.001Z&to=2026-01-04T00:00:00Z', ['03']],
  ])('is filtered by %s', async (filter, expected) => {
    const { body } = await ask(`?${filter}${filter.includes('to=') ? '' : '&to=2026-02-01T00:00:00Z'}`);

    expect(daysOf(body)).toEqual(expected);
  });

  it('comes page by page, without repeating or losing an entry when more are written meanwhile', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 5; page++) {
      const { body } = await ask(`?to=2026-02-01T00:00:00Z&limit=2${cursor}`);
      seen.push(...daysOf(body));
      if (body['next_cursor'] === null) break;
      cursor = `&cursor=${encodeURIComponent(String(body['next_cursor']))}`;
      await app.givenEntry(20 + page, { action: 'c.late', user_id: 'erik', outcome: 'success' });
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
    'from=%2B275760-09-13T00:00:00Z',
    'from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'limit=0',
    'limit=501',
    'unknown=1',
  ])('refuses %s, as a list and as CSV', async (query) => {
    const [list, csv] = [await ask(`?${query}`), await ask(`/export?${query}`)];

    expect([list.status, list.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect([csv.status, csv.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])('takes the far time %s', async (time) => {
    expect((await ask(`?from=${time}`)).status).toBe(200);
  });

  it('is read along an index, and not sorted anew for every page', async () => {
    await app.givenEntries('d.many', 6000);
    const plan = await app.database.asSystem(async (tx) => {
      await tx.query('ANALYZE audit_log');
      return tx.query(
        `EXPLAIN SELECT * FROM audit_log WHERE outcome = 'success' AND (occurred_at, id) < (now(), 1000)
         ORDER BY occurred_at DESC, id DESC LIMIT 51`,
      ) as Promise<unknown>;
    });

    expect(JSON.stringify(plan)).toContain('Index Scan Backward using audit_log_time');
    expect(JSON.stringify(plan)).not.toMatch(/Sort|Seq Scan/);
  });

  it('is answered with a problem while the database is away', async () => {
    await stack.postgres.halt();
    const answer = await ask('');
    await stack.postgres.restart();

    expect([answer.status, answer.body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect((await ask('')).status).toBe(200);
  });

  it('says what is missing when there is no database', async () => {
    const without = await AuditApp.start(stack, { env: { PGHOST: undefined } });
    const answers = [await without.ask('/admin/audit'), await without.ask('/admin/audit/export')];
    await without.stop();

    for (const { status, body } of answers) {
      expect([status, body['error_code']]).toEqual([503, 'LAKEBASE_NOT_CONFIGURED']);
      expect(body['detail']).toBe('The audit log is unavailable because Lakebase is not configured.');
    }
  });

  function ask(query: string): Promise<JsonAnswer> {
    return app.ask(`/admin/audit${query}`);
  }
});

function daysOf(body: Record<string, unknown>): string[] {
  return (body['items'] as { occurred_at: string }[]).map(({ occurred_at }) => occurred_at.slice(8, 10));
}
