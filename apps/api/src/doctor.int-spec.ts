import { TestApi } from './testing/test-api';

interface Report {
  ready: boolean;
  items: { id: string; state: string; detail: string; fix: string | null }[];
  checked_at: string;
}

describe('GET /admin/doctor', () => {
  let api: TestApi;
  beforeAll(async () => (api = await TestApi.start()));
  afterEach(() => api.stack.workspace.faults.clear());
  afterAll(() => api.stop());

  it('finds a running app to be set up', async () => {
    const report = await examined();

    expect(report.items.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(report.ready).toBe(true);
  });

  it('is for administrators', async () => {
    const { status, json } = await api.ask('/api/v1/admin/doctor', { as: 'engineer' });

    expect({ status, code: json['error_code'] }).toEqual({ status: 403, code: 'ADMIN_REQUIRED' });
  });

  it('asks the platform anew each time, and says with the fix what has gone wrong meanwhile', async () => {
    api.stack.workspace.faults.add({ pathPrefix: '/api/2.0/database/instances', status: 404, times: 1 });

    const broken = await examined();
    const healed = await examined();

    expect(stateOf(broken, 'lakebase_known')).not.toBe('ok');
    expect(stateOf(healed, 'lakebase_known')).toBe('ok');
  });

  it('examines once for all who ask at the same time', async () => {
    const { requestLog } = api.stack.workspace;
    const before = instanceReads(requestLog.entries());

    await Promise.all([examined(), examined(), examined()]);

    expect(instanceReads(requestLog.entries()) - before).toBe(1);
  });

  it('knows the scopes from the features themselves', async () => {
    api.stack.workspace.setAppScopes(['sql']);
    try {
      const scopes = (await examined()).items.find(({ id }) => id === 'user_api_scopes');

      expect(scopes?.state).toBe('failed');
      expect(scopes?.detail).toContain('files');
    } finally {
      api.stack.workspace.setAppScopes(['files', 'postgres', 'sql', 'unity-catalog']);
    }
  });

  it('shows no secret', async () => {
    const { text } = await api.ask('/api/v1/admin/doctor', { as: 'admin' });

    expect(text).not.toContain(api.stack.workspace.servicePrincipal.clientSecret);
    expect(text).not.toContain('a secret of tests');
    expect(text).not.toMatch(/eyJ[\w-]+\./);
  });

  async function examined(): Promise<Report> {
    const { status, json } = await api.ask('/api/v1/admin/doctor', { as: 'admin' });
    expect(status).toBe(200);
    return json as unknown as Report;
  }
});

function stateOf(report: Report, id: string): string | undefined {
  return report.items.find((item) => item.id === id)?.state;
}

function instanceReads(entries: readonly { path: string }[]): number {
  return entries.filter(({ path }) => path.startsWith('/api/2.0/database/instances/')).length;
}
