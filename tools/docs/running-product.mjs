// A copy of the checkout in which documents may do what they say, and the product that runs there.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 300_000;

/** The files as they are now, what is built of them, and the packages. */
export function copyOfCheckout(root, target) {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
  cpSync(join(root, 'dist/apps'), join(target, 'dist/apps'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
}

/** What `npm start` becomes once everything is built, with a demo lake, on any ports. It can be stopped at any time. */
export class RunningProduct {
  constructor(directory) {
    this.directory = directory;
    const bin = join(directory, 'node_modules/.bin');
    this.inherited = {
      PATH: [bin, process.env.PATH].join(delimiter),
      HOME: process.env.HOME,
      LANG: 'C.UTF-8',
      CI: 'true',
      NX_DAEMON: 'false',
    };
    this.output = '';
    this.child = spawn('node', ['--max-semi-space-size=4', 'dist/apps/local/main.js', '--ports', '0', '--json'], {
      cwd: directory,
      env: this.inherited,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (chunk) => (this.output += chunk));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /**
   * Resolves when it is ready. `endpoints` is then what it says of itself, `environment` a shell in which the workspace's settings were
   * exported as `npm start` tells, with the app's address and an administrator's token as the pages name them.
   */
  async ready() {
    const file = join(this.directory, '.lakescope/endpoints.json');
    for (const began = performance.now(); !existsSync(file); await delay(100)) {
      if (this.child.exitCode === null && performance.now() - began < PATIENCE_MS) continue;
      throw new Error(`The product did not become ready\n${this.output}`);
    }
    this.endpoints = JSON.parse(readFileSync(file, 'utf8'));
    const { app, workspace, personas } = this.endpoints;
    const token = await oauthToken(workspace, personas.admin.user_name);
    this.environment = {
      ...this.inherited,
      APP: app,
      AUTH: `Authorization: Bearer ${token}`,
      TOKEN: token,
      DATABRICKS_HOST: workspace,
      DATABRICKS_TOKEN: personas.admin.token,
    };
  }

  /** As Ctrl-C in a terminal: everything that was started hears it. */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.child.pid, 'SIGINT');
    await this.ended;
  }
}

/** As `databricks auth login` gets one: authorization code with PKCE, and the person named beforehand instead of on a page. */
async function oauthToken(workspace, userName) {
  const verifier = randomBytes(32).toString('base64url');
  const client = { client_id: 'databricks-cli', redirect_uri: 'http://localhost:8020' };
  const question = new URLSearchParams({
    ...client,
    response_type: 'code',
    scope: 'all-apis offline_access',
    state: 'documents',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: userName,
  });
  const answer = await fetch(`${workspace}/oidc/v1/authorize?${question}`, { redirect: 'manual' });
  const code = new URL(answer.headers.get('location')).searchParams.get('code');
  const form = new URLSearchParams({ ...client, grant_type: 'authorization_code', code, code_verifier: verifier });
  const response = await fetch(`${workspace}/oidc/v1/token`, { method: 'POST', body: form });
  const { access_token } = await response.json();
  if (access_token === undefined) throw new Error(`The workspace gave no token: ${response.status}`);
  return access_token;
}
