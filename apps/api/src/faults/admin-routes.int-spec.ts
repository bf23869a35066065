import { ALERT_RULE, DEAF_WEBHOOK_HOST, givenAlertRule, withoutAlertRules } from '../testing/given-alert-rule';
import { TestApi, type Answer, type Persona } from '../testing/test-api';
import { adminRoutes } from './admin-routes';

describe('the routes of administrators', () => {
  let api: TestApi;
  let routes: readonly { method: string; url: string }[];

  beforeAll(async () => {
    api = await TestApi.start({ env: { LAKESCOPE_WEBHOOK_HOSTS: DEAF_WEBHOOK_HOST } });
    routes = adminRoutes(api);
  });

  afterAll(() => api.stop());

  it('are those the contract names', () => {
    expect(routes.map(({ method, url }) => `${method} ${url}`)).toEqual(
      expect.arrayContaining([
        'GET /api/v1/admin/overview',
        'GET /api/v1/admin/audit',
        'GET /api/v1/admin/audit/export',
        'GET /api/v1/admin/orphaned-records',
        'POST /api/v1/admin/orphaned-records/purge',
        'POST /api/v1/admin/credentials/rotate',
        'GET /api/v1/admin/doctor',
        'GET /api/v1/admin/scopes',
        'GET /api/v1/lakebase/pool',
        'GET /api/v1/metrics/performance',
        'POST /api/v1/metrics/aggregate',
        'GET /api/v1/metrics/alerts',
        'GET /api/v1/metrics/alerts/storage',
        'POST /api/v1/metrics/alerts',
        'PATCH /api/v1/metrics/alerts/:id',
        'DELETE /api/v1/metrics/alerts/:id',
        'POST /api/v1/metrics/alerts/:id/test-delivery',
      ]),
    );
  });

  it('are open to an administrator and closed to everybody else', async () => {
    for (const { method, url } of routes) {
      const name = `${method} ${url}`;
      await withoutAlertRules(api);
      const route = { method, url: url.includes(':id') ? url.replace(':id', await givenAlertRule(api)) : url };
      const [admin, analyst, outsider, nobody] = [
        await ask(route, 'admin'),
        await ask(route, 'analyst'),
        await ask(route, 'outsider'),
        await ask(route),
      ];

      expect([name, admin.status]).toEqual([name, DONE[name] ?? 200]);
      for (const refused of [analyst, outsider]) {
        expect([name, refused.status, refused.json['error_code']]).toEqual([name, 403, 'ADMIN_REQUIRED']);
      }
      expect([name, nobody.status, nobody.json['error_code']]).toEqual([name, 401, 'AUTH_MISSING']);
    }
  });

  it('are not opened by headers that name an administrator', async () => {
    const { userName } = api.stack.workspace.personas.admin;
    for (const route of routes) {
      const answer = await ask(route, 'analyst', {
        'X-Forwarded-Email': userName,
        'X-Forwarded-User': userName,
        'X-Forwarded-Preferred-Username': userName,
        'X-Forwarded-Groups': 'admins',
      });
      expect(answer.json['error_code']).toBe('ADMIN_REQUIRED');
    }
  });

  it('check who asks before what is asked, so that refusals tell nothing about input or state', async () => {
    for (const path of [
      'audit?from=nonsense',
      'orphaned-records?inactive_days=x',
      'audit?cursor=forged',
      'audit/export?to=1',
    ]) {
      const [admin, analyst] = [await ask(get(path), 'admin'), await ask(get(path), 'analyst')];

      expect([path, admin.status]).toEqual([path, 400]);
      expect([path, analyst.status, analyst.json['error_code']]).toEqual([path, 403, 'ADMIN_REQUIRED']);
    }
  });

  it('that do not exist look the same to everybody, and like every refusal: no stack, no SQL', async () => {
    const unknown = get('nothing');
    const [admin, analyst] = [await ask(unknown, 'admin'), await ask(unknown, 'analyst')];
    const refused = await ask(get('overview'), 'analyst');

    expect(withoutId(analyst)).toEqual(withoutId(admin));
    expect(admin.json['error_code']).toBe('ROUTE_NOT_FOUND');
    for (const answer of [admin, analyst, refused]) {
      expect(Object.keys(answer.json).sort()).toEqual(PROBLEM);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|SELECT|INSERT|audit_log|node_modules/);
    }
    expect([...refused.headers.keys()].sort()).toEqual([...admin.headers.keys()].sort());
  });

  it('are kept by no cache, whatever they answer and to whom', async () => {
    for (const route of [
      ...routes,
      get('nothing'),
      get('audit?from=nonsense'),
      { method: 'GET', url: '/api/v1/user/me/data' },
    ]) {
      for (const persona of ['admin', 'analyst', undefined] as const) {
        const answer = await ask(route, persona);
        expect([route.url, persona, answer.headers.get('cache-control')]).toEqual([route.url, persona, 'no-store']);
      }
    }
  });

  it('answer one session after the other each by its own rights', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const answers = await Promise.all([
        ask(get('overview'), 'admin'),
        ask(get('overview'), 'analyst'),
        ask(get('audit'), 'admin'),
        ask(get('audit'), 'engineer'),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 200, 403]);
    }
  });

  function get(path: string): { method: string; url: string } {
    return { method: 'GET', url: `/api/v1/admin/${path}` };
  }

  function ask(
    { method, url }: { method: string; url: string },
    as?: Persona,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const json = BODIES[`${method} ${url.replace(/[0-9a-f-]{36}/, ':id')}`];
    return api.ask(url, {
      method,
      headers,
      ...(as === undefined ? {} : { as }),
      ...(json === undefined ? {} : { json }),
    });
  }
});

/** What some answer an administrator with; the others 200. */
const DONE: Readonly<Record<string, number>> = {
  'POST /api/v1/metrics/aggregate': 202,
  'POST /api/v1/metrics/alerts': 201,
  'DELETE /api/v1/metrics/alerts/:id': 204,
};

/** What some have to be told; the others nothing. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/v1/metrics/alerts': ALERT_RULE,
  'PATCH /api/v1/metrics/alerts/:id': { enabled: false },
};

const PROBLEM = [
  'correlation_id',
  'detail',
  'error_code',
  'instance',
  'retry_after',
  'status',
  'technical_details',
  'title',
  'type',
];

function withoutId({ status, json }: Answer): unknown {
  return { status, json: { ...json, correlation_id: undefined } };
}
