import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorkspace, type LocalWorkspace } from '@lakescope/databricks-emulator';
import { runCommand } from './command';

describe('npm run cda', () => {
  const before = { ...process.env };
  let state: string;
  let workspace: LocalWorkspace;

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'cda-command-'));
    workspace = await startWorkspace({ stateDirectory: state, port: 0 });
    const { url, region, rootKeys } = workspace.s3;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: rootKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootKeys.secretAccessKey,
    });
  }, 60_000);
  afterAll(async () => {
    process.env = before;
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  it('makes a suite in a bucket, goes on with it, and says what a reader must find', async () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const target = 's3://acme-cda/cda';
    const even = ['--even', '--folders', '2'];

    expect(await runCommand(['create', target, ...even])).toContain('step 1 of 3 tables, 6 folders, 24 files');
    expect(await runCommand(['next', target, ...even])).toContain('step 2 of 3 tables, 6 folders');
    const [claims] = JSON.parse(await runCommand(['expected', target, 'cc_claim'])) as {
      folders: { rows: number }[];
    }[];

    expect(claims?.folders.map(({ rows }) => rows)).toEqual([9, 9, 9, 9]);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  }, 60_000);

  it('says what it can do, and what is missing', async () => {
    expect(await runCommand([])).toContain('--disorder NAME[@TABLE]');
    await expect(runCommand(['next'])).rejects.toThrow('next needs a TARGET');
    await expect(runCommand(['next', join(state, 'nothing')])).rejects.toThrow('holds no synthetic suite');
  });
});
