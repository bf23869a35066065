import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from './test';
import { endpoints } from './workspace';

interface RemoteEndpoints {
  readonly app: string;
  readonly workspace: string;
  readonly postgres: { readonly port: number };
}

/** `npm start -- --workspace HOST`: the local workspace of the suite plays the real one. */
function develop(directory: string, token: string): ChildProcessByStdio<null, Readable, Readable> {
  const program = join(process.cwd(), 'dist/apps/local/main.js');
  const flags = ['--workspace', endpoints().workspace, '--ephemeral', '--ports', '0', '--json'];
  const { DATABRICKS_HOST: _, ...environment } = process.env;
  return spawn(process.execPath, [program, ...flags], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, DATABRICKS_TOKEN: token },
  });
}

test.describe('developing against a real workspace', () => {
  let directory: string;
  test.beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'lakescope-develop-'))));
  test.afterEach(() => rm(directory, { recursive: true, force: true }));

  test('a developer sees it with their own rights, on a database of their own', async ({ browser }) => {
    const { user_name: me, token } = endpoints().personas['analyst'] ?? { user_name: '', token: '' };
    const launcher = develop(directory, token);
    try {
      const ready = await new Promise<string>((resolve, reject) => {
        launcher.stdout.once('data', (line: Buffer) => resolve(line.toString()));
        launcher.once('exit', (code) => reject(new Error(`The launcher ended with ${code}`)));
      });
      const remote = JSON.parse(ready) as RemoteEndpoints;
      expect(remote.workspace).toBe(endpoints().workspace);
      expect(ready).not.toContain(token);

      const page = await browser.newPage();
      await page.goto(remote.app);
      await expect(page.getByRole('main')).toContainText(me);
      const get = async (path: string) => (await page.request.get(`${remote.app}/api/v1${path}`)).json() as unknown;
      expect(await get('/user/me')).toMatchObject({ user_id: me });
      expect(await get('/unity-catalog/catalogs')).toMatchObject({
        items: expect.arrayContaining([expect.objectContaining({ name: 'demo' })]) as unknown,
      });
      expect(await get('/lakebase/health')).toMatchObject({ status: 'ok' });
      // There is nobody else to be: no personas, and no way in with a token of one's own.
      const personas = await page.request.get(`${remote.app}/.local/personas`);
      expect(personas.headers()['content-type'] ?? '').not.toContain('json');
      const asOther = await page.request.get(`${remote.app}/api/v1/user/me`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(asOther.status()).toBe(401);
      await page.close();
    } finally {
      launcher.kill('SIGINT');
      const code = await new Promise((resolve) => launcher.once('exit', resolve));
      expect(code).toBe(0);
    }
  });

  test('a token that the workspace refuses ends the start with one line that says what to do', async () => {
    const launcher = develop(directory, 'dapi00000000000000000000000000000000');
    const code = new Promise((resolve) => launcher.once('exit', resolve));
    const said = await text(launcher.stderr);
    expect(await code).toBe(1);
    expect(said).toContain(`databricks auth login --host ${endpoints().workspace}`);
    expect(said).not.toMatch(/\n\s+at /);
  });
});
