import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { credentialOf, readEnvironment } from './developer-environment';
import { tokenOfProfile } from './profile-token';

describe('the token of a profile', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-profile-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is what the Databricks CLI prints for it', async () => {
    const shell = await withCli(
      `[ "$*" = "auth token --profile team" ] && echo '{"access_token":"fresh","expiry":"2026-11-21T10:00:00Z"}'`,
    );

    await expect(tokenOfProfile('team', shell)).resolves.toBe('fresh');
  });

  it('stands in where nothing else says who acts', async () => {
    const shell = await withCli(`echo '{"access_token":"fresh"}'`);
    const settings = join(folder, 'settings');
    await writeFile(settings, 'DATABRICKS_CONFIG_PROFILE=team\nDATABRICKS_TOKEN=\n');

    const environment = await readEnvironment(settings, shell);
    await writeFile(settings, 'DATABRICKS_CONFIG_PROFILE=team\nDATABRICKS_TOKEN=my-own\n');
    const own = await readEnvironment(settings, shell);

    expect([environment['DATABRICKS_TOKEN'], credentialOf(environment)]).toEqual(['fresh', 'token']);
    expect(own['DATABRICKS_TOKEN']).toBe('my-own');
  });

  it('cannot be had without a sign-in, and what the CLI said about it is not repeated', async () => {
    const shell = await withCli('echo "Error: client_secret=planted" >&2; exit 1');

    const failing = tokenOfProfile('team', shell);

    await expect(failing).rejects.toThrow('databricks auth login --profile team');
    await expect(failing).rejects.not.toThrow('planted');
  });

  it('cannot be had without the CLI', async () => {
    await expect(tokenOfProfile('team', { PATH: join(folder, 'nothing-here') })).rejects.toThrow(
      '`databricks` is not there',
    );
  });

  it('is none when something else is printed', async () => {
    const shell = await withCli('echo "{}"');

    await expect(tokenOfProfile('team', shell)).rejects.toThrow('printed no token');
  });

  async function withCli(script: string): Promise<Record<string, string>> {
    const directory = await mkdtemp(join(folder, 'bin-'));
    await writeFile(join(directory, 'databricks'), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, 'databricks'), 0o755);
    return { PATH: [directory, process.env['PATH'] ?? ''].join(delimiter) };
  }
});
