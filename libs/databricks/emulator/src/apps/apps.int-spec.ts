import type { DatabricksApp, ErrorEnvelope, ListAppsResponse, TokenResponse } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const APP = '/api/2.0/apps/lakescope';

describe('the Apps API', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
  });
  afterAll(() => stop());

  const asApp = async (path: string) => {
    const { clientId, clientSecret } = workspace.servicePrincipal;
    const granted = await ask(workspace, '/oidc/v1/token', {
      method: 'POST',
      body: 'grant_type=client_credentials&scope=all-apis',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
    });
    return ask(workspace, path, { token: granted.json<TokenResponse>().access_token });
  };

  it('tells the app about itself, with the scopes it has for its users', async () => {
    const answer = await asApp(APP);

    expect(answer.json<DatabricksApp>()).toMatchObject({
      name: 'lakescope',
      service_principal_client_id: workspace.servicePrincipal.clientId,
      user_api_scopes: ['files', 'model-serving', 'postgres', 'sql', 'unity-catalog'],
      effective_user_api_scopes: expect.arrayContaining(['iam.current-user:read', 'unity-catalog']),
      compute_status: { state: 'ACTIVE' },
      app_status: { state: 'RUNNING' },
    });
  });

  it('shows where the app is once that is known, and other scopes when it asks for others', async () => {
    workspace.publishApp('http://127.0.0.1:8000');
    workspace.setAppScopes(['sql', 'files'], ['sql']);

    const app = (await asApp(APP)).json<DatabricksApp>();

    expect(app).toMatchObject({ url: 'http://127.0.0.1:8000', user_api_scopes: ['sql', 'files'] });
    expect(app.effective_user_api_scopes).not.toContain('files');
    expect(workspace.app.userApiScopes).toEqual(['sql', 'files']);
  });

  it('lists the one app', async () => {
    const list = (await asApp('/api/2.0/apps?page_size=100')).json<ListAppsResponse>();

    expect(list.apps?.map(({ name }) => name)).toEqual(['lakescope']);
    expect(list.next_page_token).toBeUndefined();
  });

  it('has no other app', async () => {
    const answer = await asApp('/api/2.0/apps/somebody-elses');

    expect([answer.status, answer.json<ErrorEnvelope>().error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('is closed to a token of a person that holds only what an app may ask for', async () => {
    const { token } = await workspace.issueUserToken('admin', ['files', 'postgres', 'sql', 'unity-catalog']);

    const answer = await ask(workspace, APP, { token });

    expect(answer.status).toBe(403);
    expect(answer.json<ErrorEnvelope>().message).toBe('Provided OAuth token does not have required scopes: apps');
  });
});
