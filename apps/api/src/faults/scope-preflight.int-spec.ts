import { TestApi } from '../testing/test-api';

interface Check {
  scope: string;
  features: string[];
  me: string;
  app: string;
  fix: string | null;
}

describe('the scope preflight', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterEach(() => {
    api.stack.workspace.faults.clear();
    api.stack.workspace.setAppScopes(['files', 'model-serving', 'postgres', 'sql', 'unity-catalog']);
  });

  afterAll(() => api.stop());

  it('finds everything granted, and names the features of each scope', async () => {
    const { items, source } = await look(['files', 'model-serving', 'unity-catalog']);

    expect(source).toBe('apps_api');
    expect(items).toEqual([
      { scope: 'files', features: ['Browse files', 'Inspect Delta tables'], me: 'granted', app: 'granted', fix: null },
      { scope: 'model-serving', features: ['Ask models'], me: 'granted', app: 'granted', fix: null },
      {
        scope: 'unity-catalog',
        features: ['Browse catalogs', 'Browse schemas', 'Browse volumes'],
        me: 'granted',
        app: 'granted',
        fix: null,
      },
    ]);
  });

  it('knows what the app was not granted, and the line that grants it', async () => {
    api.stack.workspace.setAppScopes(['unity-catalog']);

    const { items } = await look(['unity-catalog']);

    expect(items[0]).toMatchObject({ scope: 'files', me: 'missing', app: 'missing', fix: '- files' });
    expect(items[1]).toMatchObject({ scope: 'model-serving', app: 'missing', fix: '- model-serving' });
    expect(items[2]).toMatchObject({ scope: 'unity-catalog', me: 'granted', app: 'granted', fix: null });
  });

  it('tells a scope that waits for consent from one the app asks for', async () => {
    api.stack.workspace.setAppScopes(['files', 'unity-catalog'], ['unity-catalog']);

    const { items } = await look(['unity-catalog']);

    expect(items[0]).toMatchObject({ scope: 'files', me: 'missing', app: 'missing' });
  });

  it('knows whose consent is older than the scope', async () => {
    const { items } = await look(['unity-catalog']);

    expect(items[0]).toMatchObject({ scope: 'files', me: 'missing', app: 'granted' });
    expect(items[0]?.fix).toMatch(/in again/);
  });

  it.each([['files.files'], ['all-apis']])('takes %s for the scope', async (granted) => {
    const { items } = await look([granted]);

    expect(items[0]).toMatchObject({ scope: 'files', me: 'granted' });
  });

  it('does not know what the platform does not tell the app', async () => {
    api.stack.workspace.faults.add({
      pathPrefix: '/api/2.0/apps/',
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: 'The caller may not see the app.' },
    });

    const { items, source } = await look(['files', 'model-serving', 'unity-catalog']);

    expect(source).toBe('unknown');
    expect(items.map(({ me, app }) => [me, app])).toEqual([
      ['granted', 'unknown'],
      ['granted', 'unknown'],
      ['granted', 'unknown'],
    ]);
  });

  it('does not know what a token holds that says nothing', async () => {
    const { json } = await api.ask('/api/v1/admin/scopes', { token: api.stack.workspace.personas.admin.token });

    expect((json['items'] as Check[]).map(({ me }) => me)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  async function look(scopes: string[]): Promise<{ items: Check[]; source: unknown }> {
    const { token } = await api.stack.workspace.issueUserToken('admin', scopes);
    const { json } = await api.ask('/api/v1/admin/scopes', { token });
    return { items: json['items'] as Check[], source: json['app_scopes_source'] };
  }
});
