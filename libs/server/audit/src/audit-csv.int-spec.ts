import { textDownload } from '@lakescope/server-http';
import { DatabaseUnavailable } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { AuditCsv } from './audit-csv';
import { AuditTrail } from './audit-trail';
import { AuditApp, linesOf } from './testing/audit-app';

describe('the audit log as CSV', () => {
  let stack: LocalStack;
  let app: AuditApp;
  const lines: unknown[] = [];

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await AuditApp.start(stack, { logger: linesOf('Download', lines) });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('is quoted, and holds no cell that a spreadsheet runs', async () => {
    const success = { action: 'a.thing', outcome: 'success' };
    await app.givenEntry(1, { ...success, user_id: 'anna', details: { note: 'say "hi", twice' } });
    await app.givenEntry(2, { ...success, user_id: '+1', target: '=cmd()|calc', duration_ms: 1.5 });
    await app.givenEntry(3, { ...success, target: '@SUM(A1),"x"' });
    await app.givenEntry(4, { ...success, target: '\t=1', outcome: 'failure', error_code: 'CONFLICT' });
    await app.givenEntry(5, { ...success, target: '-two\r\nlines', correlation_id: '-c' });
    await app.givenEntry(6, { ...success, target: 'a;=1+1;b\n@c', correlation_id: '＝1' });

    const answer = await download('a.thing');

    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit-log.csv"');
    expect((await answer.text()).replace(/^\d+/gm, 'ID')).toBe(
      [
        'id,occurred_at,user_id,acting_as,action,target,outcome,error_code,duration_ms,correlation_id,details',
        `ID,2026-01-06T00:00:00.000Z,,user,a.thing,"a;'=1+1;b\n'@c",success,,,'＝1,{}`,
        `ID,2026-01-05T00:00:00.000Z,,user,a.thing,"'-two\r\nlines",success,,,'-c,{}`,
        `ID,2026-01-04T00:00:00.000Z,,user,a.thing,"'\t'=1",failure,CONFLICT,,,{}`,
        `ID,2026-01-03T00:00:00.000Z,,user,a.thing,"'@SUM(A1),""x""",success,,,,{}`,
        "ID,2026-01-02T00:00:00.000Z,'+1,user,a.thing,'=cmd()|calc,success,,1.5,,{}",
        'ID,2026-01-01T00:00:00.000Z,anna,user,a.thing,,success,,,,"{""note"":""say \\""hi\\"", twice""}"',
        '',
      ].join('\r\n'),
    );
  });

  it('is only its first line when there is nothing', async () => {
    expect(await (await download('nothing')).text()).toMatch(/^id,[a-z_,]+,details\r\n$/);
  });

  it('comes whole, and the download is an entry', async () => {
    await app.givenEntries('b.many', 1777);
    const before = (await app.entriesOf('audit_log.export')).length;

    const csv = await (await download('b.many')).text();

    const numbers = [...csv.matchAll(/""n"": ?(\d+)/g)].map(([, n]) => Number(n));
    expect(numbers).toHaveLength(1777);
    expect(new Set(numbers).size).toBe(1777);
    const exports = await app.entriesOf('audit_log.export');
    expect(exports).toHaveLength(before + 1);
    expect(exports.at(-1)).toMatchObject({ userId: stack.workspace.personas.admin.userName, actingAs: 'system' });
  });

  it('is read from the database no faster than it is downloaded', async () => {
    await app.givenEntries('c.many', 6000);
    const pages = jest.spyOn(app.get(AuditTrail), 'page');
    const file = textDownload(await app.get(AuditCsv).export({ action: 'c.many' }), {
      type: 'text/csv',
      fileName: 'x',
    });
    const csv = file.getStream();

    await new Promise((resolve) => csv.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const readAhead = pages.mock.calls.length;
    let lines = 0;
    for await (const chunk of csv) lines += String(chunk).split('\r\n').length - 1;

    expect(readAhead).toBeLessThanOrEqual(3);
    expect([lines, pages.mock.calls.length]).toEqual([6001, 12]);
    pages.mockRestore();
  });

  it('is never half a download that looks whole', async () => {
    await app.givenEntries('d.many', 20_000, 1000);
    const reader = (await download('d.many')).body?.getReader();
    await reader?.read();

    await stack.postgres.halt();
    const rest = (async () => {
      for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read());
    })();

    await expect(rest).rejects.toThrow('terminated');
    await stack.postgres.restart();
    expect((await app.ask('/admin/audit?limit=1')).status).toBe(200);
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'The download audit-log.csv broke off', err: expect.any(DatabaseUnavailable) }),
    ]);
  });

  it('is answered with a problem while the database is away', async () => {
    await stack.postgres.halt();
    const answer = await app.ask('/admin/audit/export');
    await stack.postgres.restart();

    expect([answer.status, answer.body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  });

  function download(action: string): Promise<Response> {
    return app.fetch(`/admin/audit/export?action=${action}`);
  }
});
