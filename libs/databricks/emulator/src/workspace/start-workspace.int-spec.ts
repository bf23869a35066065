import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StateCorrupt, StateFromNewerVersion } from '../state/state-errors';
import { ask, givenFolder, givenWorkspace } from '../testing/given-workspace';
import { MountUnavailable, startWorkspace } from './start-workspace';

describe('a local workspace', () => {
  let stateDirectory: string;

  beforeEach(async () => {
    stateDirectory = await givenFolder();
  });
  afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

  const started = async <Result>(work: (workspace: Awaited<ReturnType<typeof startWorkspace>>) => Promise<Result>) => {
    const workspace = await startWorkspace({ stateDirectory, port: 0 });
    try {
      return await work(workspace);
    } finally {
      await workspace.close();
    }
  };

  it('keeps identities, tokens, revocations, catalogs and files over a restart', async () => {
    const before = await started(async (workspace) => {
      await workspace.createCatalog('demo', { readers: ['analysts'] });
      await workspace.createSchema('demo', 'lake');
      const volume = await workspace.createVolume('demo', 'lake', 'files');
      await writeFile(join(volume, 'kept.txt'), 'kept');
      const kept = await workspace.issueUserToken('analyst', ['files']);
      const revoked = await workspace.issueUserToken('analyst', ['files']);
      await workspace.revoke(revoked.token);
      return { kept, revoked, workspace };
    });

    const after = await started(async (workspace) => {
      const file = '/api/2.0/fs/files/Volumes/demo/lake/files/kept.txt';
      const answers = await Promise.all([
        ask(workspace, file, { token: before.kept.token }),
        ask(workspace, file, { token: before.revoked.token }),
        ask(workspace, file, { token: workspace.personas.engineer.token }),
      ]);
      return { workspace, answers };
    });

    const { personas, servicePrincipal, workspaceId, databaseInstance } = before.workspace;
    expect(after.workspace).toMatchObject({ personas, servicePrincipal, workspaceId, databaseInstance });
    expect(after.answers.map((answer) => answer.status)).toEqual([200, 403, 403]);
    expect(after.answers[0]?.text).toBe('kept');
  });

  it('seeds the same thing twice without harm, and knows the folder of a volume', async () => {
    await started(async (workspace) => {
      for (let round = 0; round < 2; round += 1) {
        await workspace.createCatalog('demo');
        await workspace.createSchema('demo', 'lake');
        await workspace.createVolume('demo', 'lake', 'files');
      }

      const folder = workspace.volumeDirectory('demo', 'lake', 'files');
      expect(folder).toBe(join(stateDirectory, 'volumes', 'demo', 'lake', 'files'));
      expect((await stat(folder)).isDirectory()).toBe(true);
      expect(() => workspace.volumeDirectory('demo', 'lake', 'nope')).toThrow("Volume 'demo.lake.nope' does not exist");
      await expect(workspace.createVolume('demo', 'lake', '../up')).rejects.toThrow("'../up' is no name");
      await expect(workspace.createSchema('nope', 'lake')).rejects.toThrow("Catalog 'nope' does not exist");
    });
  });

  it('keeps secrets in files only their owner can read', async () => {
    await started(async () => undefined);

    const folder = join(stateDirectory, 'workspace');
    const names = await readdir(folder);
    const modes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mode & 0o777));

    expect(names.sort()).toEqual([
      'access-control.json',
      'apps.json',
      'directory.json',
      'issued-tokens.json',
      'jobs.json',
      'lakebase.json',
      'mlflow-runs.json',
      'presigned-key.json',
      's3-keys.json',
      'secrets.json',
      'serving-endpoints.json',
      'signing-key.json',
      'sql-warehouses.json',
      'unity-catalog.json',
      'workspace-objects.json',
      'workspace.json',
    ]);
    expect(modes).toEqual(names.map(() => 0o600));
  });

  it('does not touch a state folder of a newer version', async () => {
    await started(async () => undefined);
    const file = join(stateDirectory, 'workspace', 'workspace.json');
    const newer = JSON.stringify({ state_version: 99, content: {} });
    await writeFile(file, newer);

    const start = startWorkspace({ stateDirectory, port: 0 });

    await expect(start).rejects.toThrow(StateFromNewerVersion);
    await expect(start).rejects.toThrow(/written by a newer version \(state version 99, this one knows 1\)/);
    expect(await readFile(file, 'utf8')).toBe(newer);
  });

  it.each([
    ['workspace.json', '{"state_version":1,"content":{"workspaceId":"1"}}'],
    ['workspace.json', '{"state_ver'],
    ['workspace.json', 'null'],
    ['workspace.json', ''],
    ['unity-catalog.json', '{"state_version":1,"content":{"securables":[{}],"grants":[]}}'],
    ['directory.json', '{"state_version":1,"content":{"principals":[{}],"groups":[]}}'],
    ['issued-tokens.json', '{"state_version":1,"content":{}}'],
    ['signing-key.json', '{"state_version":0,"content":{}}'],
    [
      'signing-key.json',
      '{"state_version":1,"content":{"id":"a","n":"a","e":"a","d":"a","p":"a","q":"a","dp":"a","dq":"a","qi":"a"}}',
    ],
  ])('says that %s is damaged when it holds %s', async (name, text) => {
    await mkdir(join(stateDirectory, 'workspace'), { recursive: true });
    await writeFile(join(stateDirectory, 'workspace', name), text);

    const start = startWorkspace({ stateDirectory, port: 0 });

    await expect(start).rejects.toThrow(StateCorrupt);
    await expect(start).rejects.toThrow(name);
  });

  it.each([
    ['corpus', 'nowhere', /Cannot mount corpus: .*nowhere is no folder/],
    ['corpus', 'a-file', /Cannot mount corpus: .*a-file is no folder/],
    ['a.b', '.', /'a\.b' is no name for a volume/],
  ])('does not mount as %s the path %s', async (name, path, message) => {
    await writeFile(join(stateDirectory, 'a-file'), '');

    const start = startWorkspace({ stateDirectory, port: 0, mounts: { [name]: join(stateDirectory, path) } });

    await expect(start).rejects.toThrow(MountUnavailable);
    await expect(start).rejects.toThrow(message);
  });

  it('leaves no file open when a part of its state is damaged', async () => {
    await started(async () => undefined);
    await writeFile(join(stateDirectory, 'workspace/secrets.json'), '{"half');
    const mounts = { here: stateDirectory };

    await expect(startWorkspace({ stateDirectory, port: 0, mounts })).rejects.toThrow(StateCorrupt);

    // Where the system tells which files a process has open.
    const descriptors = await readdir('/proc/self/fd').catch(() => []);
    const files = await Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
    expect(files.filter((file) => file.startsWith(stateDirectory))).toEqual([]);
  });

  it('says that its port is taken', async () => {
    const { workspace, stop } = await givenWorkspace();

    await expect(startWorkspace({ stateDirectory, port: workspace.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await stop();
  });

  it('closes at once although clients keep their connections', async () => {
    const workspace = await startWorkspace({ stateDirectory, port: 0 });
    await fetch(`${workspace.url}/.well-known/databricks-config`).then((response) => response.text());

    const before = performance.now();
    await workspace.close();

    expect(performance.now() - before).toBeLessThan(1000);
  });
});
