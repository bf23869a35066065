import { TestApi, type Answer } from '../testing/test-api';

const MEMBERS = [
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

/** What a refusal must not tell: where code lies, what it is written in, what it asked the database. */
const TELLTALE =
  /\bat [\w.<>]+ \(|node_modules|\.ts:\d|\.js:\d|\bSELECT\b|\bINSERT\b|QueryFailed|fastify|nestjs|undici/i;

describe('a refusal', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterEach(() => api.stack.workspace.faults.clear());
  afterAll(() => api.stop());

  const refusals: [string, () => Promise<Answer>][] = [
    ['for want of a token', () => api.ask('/api/v1/user/me')],
    ['for want of rights', () => api.ask('/api/v1/admin/scopes', { as: 'analyst' })],
    ['of an unknown route', () => api.ask('/api/v1/admin/nothing', { as: 'analyst' })],
    ['of an unknown route without a token', () => api.ask('/api/v1/admin/nothing')],
    ['of a wrong method', () => api.ask('/api/v1/user/me', { as: 'analyst', method: 'DELETE' })],
    ['of bad input', () => api.ask('/api/v1/delta/tables/preview?limit=x', { as: 'analyst' })],
    ['of what is no URL', () => api.ask('/api/v1/%zz', { as: 'analyst' })],
    ['for want of a database', () => api.ask('/api/v1/preferences', { as: 'analyst' })],
    ['by a platform that breaks', () => broken(500)],
    ['by a platform that is away', () => broken(503)],
    ['by a platform that talks HTML', () => broken(502, '<html><pre>java.lang.Stack at x.Y.z(Y.scala:1)</pre></html>')],
  ];

  it.each(refusals)('%s has the one shape and tells nothing of how we are made', async (_, refuse) => {
    const { status, headers, json, text } = await refuse();

    expect(status).toBeGreaterThanOrEqual(400);
    expect(Object.keys(json).sort()).toEqual(MEMBERS);
    expect(json['technical_details']).toHaveProperty('error_type');
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(text).not.toMatch(TELLTALE);
  });

  it('of an admin route looks the same whether its target exists or not', async () => {
    const shapes = [];
    for (const path of [
      '/api/v1/admin/audit?user_id=nobody@example.com',
      '/api/v1/admin/audit',
      '/api/v1/admin/overview',
    ]) {
      const { status, json } = await api.ask(path, { as: 'analyst' });
      shapes.push(JSON.stringify([status, json['error_code'], json['detail'], json['technical_details']]));
    }

    expect(new Set(shapes).size).toBe(1);
    expect(shapes[0]).toContain('ADMIN_REQUIRED');
  });

  it('is told apart from a route that does not exist only by who may know', async () => {
    const asNobody = await api.ask('/api/v1/admin/overview');
    const asAnalyst = await api.ask('/api/v1/admin/overview', { as: 'analyst' });
    const asAdmin = await api.ask('/api/v1/admin/overview', { as: 'admin' });

    expect([asNobody.status, asAnalyst.status, asAdmin.status]).toEqual([401, 403, 200]);
  });

  function broken(status: number, body?: string): Promise<Answer> {
    api.stack.workspace.faults.add({
      pathPrefix: '/api/2.1/unity-catalog',
      status,
      ...(body === undefined ? {} : { body }),
    });
    return api.ask('/api/v1/unity-catalog/catalogs', { as: 'analyst' });
  }
});
