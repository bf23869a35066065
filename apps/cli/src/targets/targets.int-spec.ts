import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import type { CommandContext } from '../command-context';
import { callApp, jsonOf } from './call-app';
import { findApp } from './find-app';
import { Target } from './target';
import type { TargetOptions } from './target-options';
import { isPersonalAccessToken } from './token-source';

describe('where a command acts', () => {
  let stack: LocalStack;
  let folder: string;
  const opened: Target[] = [];

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    folder = await mkdtemp(join(tmpdir(), 'lakescope-targets-'));
    await writeEndpoints({});
  });
  afterAll(async () => {
    await Promise.all(opened.map((target) => target.close()));
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is, for local, the workspace of npm start, as its administrator, with an OAuth token', async () => {
    const target = await local();

    const me = await (await target.platform()).currentUser.me();

    expect([target.appName, target.workspace.href]).toEqual(['lakescope-local', new URL(stack.workspace.url).href]);
    expect(me.userName).toBe(stack.workspace.personas.admin.userName);
    expect(isPersonalAccessToken(await target.tokens.current())).toBe(false);
  });

  it('is somebody else by --as, and nobody who is not there', async () => {
    const analyst = await local({ as: 'analyst' });
    const nobody = await local({ as: 'nobody' });

    expect((await (await analyst.platform()).currentUser.me()).userName).toBe(
      stack.workspace.personas.analyst.userName,
    );
    await expect(nobody.tokens.current()).rejects.toThrow(
      'The local workspace knows nobody called nobody: take one of admin, engineer, analyst, outsider',
    );
  });

  it('is nowhere while npm start does not run', async () => {
    await expect(local({ state: join(folder, 'none') })).rejects.toThrow(
      /No local workspace runs on .*none: start one with `npm start`/,
    );
  });

  it.each([
    ['no JSON', '{"workspace'],
    ['something else', '{}'],
    ['an address elsewhere', '{"workspace":"http://somewhere.example","personas":{}}'],
  ])('is refused when endpoints.json holds %s', async (_case, text) => {
    const state = join(folder, 'odd');
    await mkdir(state, { recursive: true });
    await writeFile(join(state, 'endpoints.json'), text);

    await expect(local({ state })).rejects.toThrow('does not say where the local workspace is');
  });

  it('is, for dev, the workspace of the settings as their service principal', async () => {
    const { clientId, clientSecret } = stack.workspace.servicePrincipal;
    const target = await remote({ DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret });

    expect(target.appName).toBe('lakescope-dev');
    expect((await (await target.platform()).currentUser.me()).userName).toBe(clientId);
  });

  it('says what to do where a secret is wrong, and not what it was', async () => {
    const { clientId } = stack.workspace.servicePrincipal;
    const target = await remote({ DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: 'planted' });

    const asking = target.tokens.current();

    await expect(asking).rejects.toThrow(/gives no token: Client authentication failed.*DATABRICKS_CLIENT_SECRET/);
    await expect(asking).rejects.not.toThrow('planted');
  });

  it('is the token of the settings where there is no secret', async () => {
    const target = await remote({ DATABRICKS_TOKEN: stack.workspace.personas.engineer.token });

    expect((await (await target.platform()).currentUser.me()).userName).toBe(
      stack.workspace.personas.engineer.userName,
    );
  });

  it('is nowhere without a workspace, and says the three ways to name one', async () => {
    await expect(open({ target: 'dev' }, {})).rejects.toThrow(/set DATABRICKS_HOST.*by --as, or use --target local/);
  });

  it('finds the app by its name, and says how to deploy one that is not there', async () => {
    const there = await local({ app: 'lakescope' });
    const missing = await local();

    expect((await findApp(there)).name).toBe('lakescope');
    await expect(findApp(missing)).rejects.toThrow(
      /There is no app lakescope-local.*npx lakescope deploy --target local --state .*--app lakescope/,
    );
  });

  it('is told in a sentence that a token lacks a scope', async () => {
    const target = await remote({ DATABRICKS_TOKEN: await stack.token('admin', ['sql']) });

    await expect(findApp(target)).rejects.toThrow(/it lacks the scope apps .*Sign in with all of them/);
  });

  it('never sends a token to an address that a path smuggles in, nor a personal access token to an app', async () => {
    const app = new URL(await stack.frontDoor(stack.workspace.url));
    const target = await local();
    const pat = await remote({ DATABRICKS_TOKEN: stack.workspace.personas.admin.token });
    const get = (path: string, as: Target = target) => callApp(as, app, { method: 'GET', path });

    await expect(get('//127.0.0.2/')).rejects.toThrow('PATH is a path of the app');
    await expect(get('http://127.0.0.2/')).rejects.toThrow('PATH is a path of the app');
    await expect(get('/', pat)).rejects.toThrow('An app takes OAuth tokens only');
  });

  it('calls an app behind the front door, as whoever is signed in', async () => {
    const app = new URL(await stack.frontDoor(stack.workspace.url));

    const answer = await callApp(await local(), app, { method: 'GET', path: '/api/2.0/preview/scim/v2/Nothing' });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(jsonOf(answer)).toBeDefined();
  });

  async function writeEndpoints(changes: object): Promise<void> {
    const { url, personas } = stack.workspace;
    await writeFile(join(folder, 'endpoints.json'), JSON.stringify({ workspace: url, personas, ...changes }));
  }

  function local(changes: Partial<TargetOptions> = {}): Promise<Target> {
    return open({ target: 'local', ...changes }, {});
  }

  function remote(shell: Record<string, string>): Promise<Target> {
    return open({ target: 'dev' }, { DATABRICKS_HOST: stack.workspace.url, ...shell });
  }

  async function open(changes: Partial<TargetOptions>, shell: Record<string, string>): Promise<Target> {
    const options: TargetOptions = { target: 'local', state: folder, settings: join(folder, 'none'), ...changes };
    const context: CommandContext = {
      root: process.cwd(),
      shell: { HOME: folder, PATH: folder, ...shell },
      terminal: { out: () => undefined, note: () => undefined, questions: undefined },
    };
    const target = await Target.open(options, context);
    opened.push(target);
    return target;
  }
});
