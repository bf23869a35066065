import { randomUUID } from 'node:crypto';
import { ALERT_RULE, DEAF_WEBHOOK_HOST, givenAlertRule, withoutAlertRules } from './testing/given-alert-rule';
import { TestApi } from './testing/test-api';

const RULES = '/api/v1/metrics/alerts';
const SECRET = 'canary-of-the-signature';

describe('the routes of alert rules', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ env: { LAKESCOPE_WEBHOOK_HOSTS: DEAF_WEBHOOK_HOST } });
  });

  beforeEach(() => withoutAlertRules(api));

  afterAll(() => api.stop());

  it('leave in the audit log who did what to which rule, with which outcome, and never where it posts to', async () => {
    const since = new Date().toISOString();
    const made = await api.ask(RULES, {
      method: 'POST',
      as: 'admin',
      json: { ...ALERT_RULE, webhook_secret: SECRET },
    });
    const rule = `${RULES}/${String(made.json['id'])}`;
    await api.ask(RULES, { method: 'POST', as: 'admin', json: ALERT_RULE });
    await api.ask(rule, { method: 'PATCH', as: 'admin', json: { webhook_url: `${ALERT_RULE.webhook_url}-two` } });
    await api.ask(`${rule}/test-delivery`, { method: 'POST', as: 'admin' });
    await api.ask(rule, { method: 'DELETE', as: 'admin' });

    const { json, text } = await api.ask(`/api/v1/admin/audit?from=${since}&limit=100`, { as: 'admin' });
    const entries = (json['items'] as { action: string; target: string; outcome: string; user_id: string }[])
      .filter(({ action }) => action.startsWith('alert_rule.'))
      .reverse();

    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'alert_rule.create success',
      'alert_rule.create failure',
      'alert_rule.update success',
      'alert_rule.test success',
      'alert_rule.delete success',
    ]);
    expect(entries.map(({ target }) => target)).toEqual([
      ALERT_RULE.name,
      ALERT_RULE.name,
      ...Array.from({ length: 3 }, () => made.json['id']),
    ]);
    expect(new Set(entries.map(({ user_id }) => user_id)).size).toBe(1);
    expect([text, ...api.log].join('\n')).not.toContain('canary');
  });

  it('are there for administrators only, whether or not the rule exists', async () => {
    const id = await givenAlertRule(api);
    for (const [method, path, json] of [
      ['GET', RULES, undefined],
      ['GET', `${RULES}/storage`, undefined],
      ['POST', RULES, ALERT_RULE],
      ['PATCH', `${RULES}/${id}`, { enabled: false }],
      ['PATCH', `${RULES}/${randomUUID()}`, { enabled: false }],
      ['POST', `${RULES}/${id}/test-delivery`, undefined],
      ['DELETE', `${RULES}/${id}`, undefined],
    ] as const) {
      const ask = { method, ...(json === undefined ? {} : { json }) };
      const [analyst, nobody] = [await api.ask(path, { ...ask, as: 'analyst' }), await api.ask(path, ask)];

      expect([analyst.status, analyst.json['error_code']]).toEqual([403, 'ADMIN_REQUIRED']);
      expect([nobody.status, nobody.json['error_code']]).toEqual([401, 'AUTH_MISSING']);
    }

    const { json } = await api.ask(RULES, { as: 'admin' });
    expect(json['items']).toMatchObject([{ id, enabled: true, last_delivery: null }]);
  });

  it.each([
    ['no JSON object', 'POST', RULES, [], 400],
    ['nothing', 'POST', RULES, {}, 400],
    ['a name of the wrong type', 'POST', RULES, { ...ALERT_RULE, name: 1 }, 400],
    ['a name that cannot be stored', 'POST', RULES, { ...ALERT_RULE, name: 'a\u0000b' }, 400],
    ['a window that is no number', 'POST', RULES, { ...ALERT_RULE, window_minutes: '5' }, 400],
    ['an id that is none', 'PATCH', `${RULES}/1`, { enabled: true }, 400],
    ['an id nobody knows', 'PATCH', `${RULES}/${randomUUID()}`, { enabled: true }, 404],
    ['an id that is none to delete', 'DELETE', `${RULES}/%00`, undefined, 400],
    ['a body where none belongs', 'POST', `${RULES}/${randomUUID()}/test-delivery`, { x: 1 }, 400],
  ])('refuse %s', async (_, method, path, json, status) => {
    const answer = await api.ask(path, { method, as: 'admin', ...(json === undefined ? {} : { json }) });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|SELECT|INSERT|alert_rules/);
  });
});

describe('the routes of alert rules, without a database', () => {
  it('say that there is none', async () => {
    const api = await TestApi.start({ database: false });
    for (const [method, path, json] of [
      ['GET', RULES, undefined],
      ['GET', `${RULES}/storage`, undefined],
      ['POST', RULES, { name: 'One', condition: 'no_data', window_minutes: 5 }],
    ] as const) {
      const { status, json: problem } = await api.ask(path, {
        method,
        as: 'admin',
        ...(json === undefined ? {} : { json }),
      });
      expect([path, status, problem['error_code']]).toEqual([path, 503, 'LAKEBASE_NOT_CONFIGURED']);
    }
    await api.stop();
  });
});
