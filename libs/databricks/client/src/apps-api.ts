import type { AppDeployment, DatabricksApp, ListAppDeploymentsResponse } from '@lakescope/databricks-wire';
import { followPages } from './paging';
import type { Call, CallOptions, Credential, Transport } from './transport';

const BASE = '/api/2.0/apps';

/** What an app is created with, and what of it can be changed later. A change replaces all of it: what it does not say is empty then. */
export type AppSettings = Pick<DatabricksApp, 'description' | 'resources' | 'user_api_scopes' | 'compute_size'>;

/** `command` and `env_vars` come before what the folder's app.yaml says. */
export type NewDeployment = Pick<AppDeployment, 'source_code_path' | 'mode' | 'command' | 'env_vars'>;

/**
 * Databricks Apps (`/api/2.0/apps`): what the platform knows about an app, and its deployments. As a person it takes the scope `apps`;
 * to look CAN_USE on the app, to change CAN_MANAGE.
 */
export class AppsApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  get(name: string, options: CallOptions = {}): Promise<DatabricksApp> {
    return this.json({ ...options, method: 'GET', path: pathOf(name) });
  }

  /** Answers at once; the compute of the new app is STARTING for a while then. The name cannot be changed later. */
  create(name: string, settings: AppSettings, options: CallOptions = {}): Promise<DatabricksApp> {
    return this.json({ ...options, method: 'POST', path: BASE, ...jsonBody({ name, ...settings }) });
  }

  update(name: string, settings: AppSettings, options: CallOptions = {}): Promise<DatabricksApp> {
    // The same once more changes nothing.
    const call = { ...options, method: 'PATCH' as const, path: pathOf(name), idempotent: true };
    return this.json({ ...call, ...jsonBody({ name, ...settings }) });
  }

  /** Starts the compute of an app that is stopped; with it comes the deployment that ran last. */
  start(name: string, options: CallOptions = {}): Promise<DatabricksApp> {
    return this.json({ ...options, method: 'POST', path: `${pathOf(name)}/start`, ...jsonBody({}) });
  }

  /** Answers at once, with a deployment that is under way. One at a time: another one is refused meanwhile. */
  deploy(name: string, request: NewDeployment, options: CallOptions = {}): Promise<AppDeployment> {
    return this.json({ ...options, method: 'POST', path: `${pathOf(name)}/deployments`, ...jsonBody(request) });
  }

  getDeployment(name: string, id: string, options: CallOptions = {}): Promise<AppDeployment> {
    return this.json({ ...options, method: 'GET', path: `${pathOf(name)}/deployments/${encodeURIComponent(id)}` });
  }

  /** Newest first. */
  listDeployments(name: string, options: CallOptions = {}): AsyncIterable<AppDeployment> {
    return followPages(async (pageToken) => {
      const page = await this.json<ListAppDeploymentsResponse>({
        ...options,
        method: 'GET',
        path: `${pathOf(name)}/deployments`,
        ...(pageToken === undefined ? {} : { query: { page_token: pageToken } }),
      });
      return { items: page.app_deployments ?? [], nextPageToken: page.next_page_token };
    });
  }

  /** Lets groups use or manage the app, beside those who may already; `level` is CAN_USE or CAN_MANAGE. */
  async grant(
    name: string,
    rights: readonly { group: string; level: string }[],
    options: CallOptions = {},
  ): Promise<void> {
    const list = rights.map(({ group, level }) => ({ group_name: group, permission_level: level }));
    const path = `/api/2.0/permissions/apps/${encodeURIComponent(name)}`;
    const call = { ...options, method: 'PATCH' as const, path, idempotent: true };
    await this.json({ ...call, ...jsonBody({ access_control_list: list }) });
  }

  private json<T>(call: Call): Promise<T> {
    return this.transport.json<T>(this.credential, call);
  }
}

function pathOf(name: string): string {
  return `${BASE}/${encodeURIComponent(name)}`;
}

function jsonBody(body: object): Pick<Call, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
