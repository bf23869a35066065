import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import { run } from '../../program';

/** What the app of databricks.yml is started as. */
const MAIN = 'dist/apps/api/main.js';
/** The app of databricks.yml in the local workspace. */
const NAME = 'lakescope-local';

/** The last line of `deploy --json`. */
export interface Result {
  readonly result: string;
  readonly reason: string | null;
  readonly deployment_id: string | null;
  readonly previous_deployment_id: string | null;
  readonly go_back: string | null;
  readonly before_go_back: string | null;
  readonly running_deployment_touched: boolean;
  readonly url: string | null;
  readonly steps: readonly { step: string; state: string; detail: string }[];
  readonly checks: readonly { path: string; status: number }[];
  readonly faults: readonly string[];
}

/** An app in one file that answers what every deployment is asked, and says which release it is. */
export function tinyApp(release: string, atStart = ''): string {
  return `
const { createServer } = require('node:http');
${atStart}
createServer((request, response) => {
  const answers = { '/health': { status: 'ok', phase: 'ready', release: '${release}', level: process.env.LOG_LEVEL }, '/api/v1/user/me': { user_id: '1', email: request.headers['x-forwarded-email'] } };
  const answer = answers[request.url];
  if (request.url === '/docs') return response.setHeader('content-type', 'text/html').end('<title>swagger-ui</title>');
  response.statusCode = answer === undefined ? 404 : 200;
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? {}));
}).listen(Number(process.env.DATABRICKS_APP_PORT), '127.0.0.1', () => console.log(JSON.stringify({ level: 'info', msg: 'Application startup complete' })));
`;
}

/** Deployments to a local workspace by the command line, of folders that hold a tiny app. */
export class GivenDeployments {
  private constructor(
    readonly stack: LocalStack,
    readonly folder: string,
  ) {}

  static async start(): Promise<GivenDeployments> {
    // Where programs are found: packages are installed by npm.
    const environment = { PATH: process.env['PATH'] };
    const stack = await LocalStack.start({ database: false, environment });
    // The app asks for a database; this one never connects to it.
    stack.workspace.startApps({ databasePort: 1 });
    const folder = await mkdtemp(join(tmpdir(), 'lakescope-deploy-'));
    const { url, personas } = stack.workspace;
    await writeFile(join(folder, 'endpoints.json'), JSON.stringify({ workspace: url, personas }));
    return new GivenDeployments(stack, folder);
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A checkout in small: databricks.yml of this one, a build that has nothing to do, and the tiny app to stage. */
  async checkout(): Promise<string> {
    const root = await mkdtemp(join(this.folder, 'checkout-'));
    const bundle = await readFile('databricks.yml', 'utf8');
    await writeFile(join(root, 'databricks.yml'), bundle);
    await writeFile(join(root, 'package.json'), '{"version":"0.0.0"}');
    await mkdir(join(root, 'tools/build'), { recursive: true });
    await mkdir(join(root, 'tools/deploy'), { recursive: true });
    await writeFile(join(root, 'tools/build/build-stale.mjs'), '');
    const from = JSON.stringify(await this.staged(tinyApp('bundle')));
    await writeFile(
      join(root, 'tools/deploy/stage.mjs'),
      `import { cpSync } from 'node:fs';\ncpSync(${from}, process.argv.at(-1), { recursive: true });\n`,
    );
    return root;
  }

  /** A folder on the path with a `databricks` in it, and nothing else but the shell. */
  async withCli(script: string): Promise<string> {
    const directory = await mkdtemp(join(this.folder, 'bin-'));
    await writeFile(join(directory, 'databricks'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return directory;
  }

  /** A folder as `tools/deploy/stage.mjs` makes it, of this main program; numbers stand for so many bytes. */
  async staged(main: string, more: Readonly<Record<string, number>> = {}): Promise<string> {
    const directory = await mkdtemp(join(this.folder, 'staged-'));
    await mkdir(join(directory, dirname(MAIN)), { recursive: true });
    await writeFile(join(directory, MAIN), main);
    await writeFile(join(directory, 'package.json'), '{"private":true}');
    for (const [name, bytes] of Object.entries(more)) {
      await writeFile(join(directory, name), '');
      await truncate(join(directory, name), bytes);
    }
    return directory;
  }

  /** Deploys a staged folder to the local workspace. */
  deploy(directory: string, ...args: readonly string[]): Promise<{ code: number; result: Result }> {
    return this.deployAs(['--target', 'local', '--state', this.folder, '--staged', directory, ...args]);
  }

  /** `deploy` with these arguments, in this shell, from this checkout. */
  async deployAs(
    args: readonly string[],
    shell: Record<string, string> = {},
    root = process.cwd(),
  ): Promise<{ code: number; result: Result }> {
    const lines: string[] = [];
    const code = await run(['deploy', ...args, '--json'], {
      root,
      shell,
      terminal: { out: (text) => void lines.push(text), note: () => undefined, questions: undefined },
    });
    return { code, result: JSON.parse(lines.at(-1) ?? '{}') as Result };
  }

  /** What somebody would do who pastes the command. */
  goBack({ go_back: command }: Result): Promise<{ code: number; result: Result }> {
    return this.deployAs((command ?? '').replace('npx lakescope deploy ', '').split(' '));
  }

  /** The same workspace as a target of databricks.yml, for whoever has this token; there is no Databricks CLI on the path. */
  async asDev(token: string): Promise<{ settings: string; shell: Record<string, string> }> {
    const settings = join(this.folder, 'settings');
    await writeFile(settings, '');
    return {
      settings,
      shell: { PATH: this.folder, DATABRICKS_HOST: this.stack.workspace.url, DATABRICKS_TOKEN: token },
    };
  }

  /** What the running app says of itself. */
  async health(): Promise<unknown> {
    const { url } = (await (await this.platform(`apps/${NAME}`)).json()) as { url?: string };
    return (await fetch(`${url}/health`, { headers: { 'x-local-persona': 'admin' } })).json();
  }

  /** Stops the app's compute, and waits until it has stopped. */
  async stopApp(): Promise<void> {
    await this.platform(`apps/${NAME}/stop`, { method: 'POST' });
    for (let state: string | undefined; state !== 'STOPPED';) {
      const app = (await (await this.platform(`apps/${NAME}`)).json()) as { compute_status?: { state?: string } };
      state = app.compute_status?.state;
    }
  }

  /** Stops the Lakebase instance, or starts it. */
  async stopDatabase(isStopped: boolean): Promise<void> {
    const path = `database/instances/${NAME}-db?update_mask=stopped`;
    await this.platform(path, { method: 'PATCH', body: JSON.stringify({ stopped: isStopped }) });
  }

  /** The REST API as the administrator. */
  platform(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.stack.workspace.personas.admin.token}`,
      'content-type': 'application/json',
    };
    return fetch(`${this.stack.workspace.url}/api/2.0/${path}`, { ...init, headers });
  }
}
