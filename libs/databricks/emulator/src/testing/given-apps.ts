import { setTimeout as delay } from 'node:timers/promises';
import type { AppDeployment, DatabricksApp, TokenResponse } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { ask, type Answer } from './given-workspace';

/** A server in one file that needs no packages; it answers with what it was started with and was asked. */
export const ECHO_SERVER = `
import { createServer } from 'node:http';
console.log('listening soon');
createServer((request, response) => {
  response.end(JSON.stringify({ env: process.env, arguments: process.argv.slice(2), headers: request.headers, pid: process.pid }));
}).listen(Number(process.env.DATABRICKS_APP_PORT), '127.0.0.1');
`;

/** What the server of above says of itself. */
export interface Echo {
  env: Record<string, string>;
  arguments: string[];
  headers: Record<string, string>;
  pid: number;
}

/** Asks the Apps API as personas, and waits for what becomes of it. */
export class GivenApps {
  constructor(readonly workspace: LocalWorkspace) {}

  api(persona: PersonaName, method: string, path: string, body?: unknown): Promise<Answer> {
    const { token } = this.workspace.personas[persona];
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return ask(this.workspace, `/api/2.0/${path}`, { method, token, ...sent });
  }

  /** An app with compute that is there. */
  async create(persona: PersonaName, app: DatabricksApp): Promise<DatabricksApp> {
    const answer = await this.api(persona, 'POST', 'apps', app);
    if (answer.status !== 200) throw new Error(`POST apps: ${answer.status} ${answer.text}`);
    return this.until(app.name ?? '', ({ compute_status }) => compute_status?.state === 'ACTIVE');
  }

  /** A token of the app itself, by the secret in its environment. */
  async tokenOf(env: Readonly<Record<string, string>>): Promise<string> {
    const basic = Buffer.from(`${env['DATABRICKS_CLIENT_ID']}:${env['DATABRICKS_CLIENT_SECRET']}`).toString('base64');
    const granted = await ask(this.workspace, '/oidc/v1/token', {
      method: 'POST',
      body: 'grant_type=client_credentials&scope=all-apis',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${basic}` },
    });
    return granted.json<TokenResponse>().access_token;
  }

  async app(name: string): Promise<DatabricksApp> {
    return (await this.api('admin', 'GET', `apps/${name}`)).json<DatabricksApp>();
  }

  async until(name: string, holds: (app: DatabricksApp) => boolean): Promise<DatabricksApp> {
    for (;;) {
      const app = await this.app(name);
      if (holds(app)) return app;
      await delay(20);
    }
  }

  /** Puts files below a folder of a persona's home; answers the folder. */
  async upload(persona: PersonaName, name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    const { userName, token } = this.workspace.personas[persona];
    const folder = `/Workspace/Users/${userName}/${name}`;
    for (const [path, body] of Object.entries(files)) {
      const parent = `${folder}/${path}`.split('/').slice(0, -1).join('/');
      await this.api(persona, 'POST', 'workspace/mkdirs', { path: parent });
      const target = `/api/2.0/workspace-files/import-file${encodeURI(`${folder}/${path}`)}?overwrite=true`;
      const answer = await ask(this.workspace, target, { method: 'POST', token, body });
      if (answer.status !== 200) throw new Error(`${target}: ${answer.status} ${answer.text}`);
    }
    return folder;
  }

  /** Deploys, and answers the deployment as it ended. */
  async deploy(persona: PersonaName, name: string, request: AppDeployment): Promise<AppDeployment> {
    const answer = await this.api(persona, 'POST', `apps/${name}/deployments`, request);
    if (answer.status !== 200) throw new Error(`POST deployments: ${answer.status} ${answer.text}`);
    return this.ended(name, answer.json<AppDeployment>());
  }

  async ended(name: string, { deployment_id: id }: AppDeployment): Promise<AppDeployment> {
    for (;;) {
      const deployment = (await this.api('admin', 'GET', `apps/${name}/deployments/${id}`)).json<AppDeployment>();
      if (deployment.status?.state !== 'IN_PROGRESS') return deployment;
      await delay(20);
    }
  }

  /** What the app says behind its front door. */
  async open(name: string, persona: PersonaName = 'admin', path = '/'): Promise<Response> {
    const { url = '' } = await this.app(name);
    return fetch(`${url}${path}`, { headers: { 'x-local-persona': persona } });
  }

  async echo(name: string, persona: PersonaName = 'admin'): Promise<Echo> {
    return (await (await this.open(name, persona)).json()) as Echo;
  }
}
