import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remoteSettings } from './remote-settings';

const HOST = 'dbc-1234.cloud.databricks.com';

describe('which workspace is developed against', () => {
  let directory: string;
  const none = { workspace: undefined, profile: undefined };
  const file = (...lines: string[]) => writeFileSync(join(directory, '.env.local'), lines.join('\n'));

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'lakescope-settings-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is the embedded one when nothing names another, whatever the shell’s environment says', () => {
    expect(remoteSettings(none, directory, { DATABRICKS_HOST: HOST, DATABRICKS_TOKEN: 'x' })).toBeUndefined();
  });

  it('is the one of the command line, by the bare name the platform gives', () => {
    const settings = remoteSettings({ workspace: HOST, profile: 'DEV' }, directory, {});
    expect(settings).toMatchObject({ profile: 'DEV', token: undefined, lakebase: undefined });
    expect(settings?.origin.href).toBe(`https://${HOST}/`);
  });

  it('is the one of .env.local, with what else the file says', () => {
    file(
      `DATABRICKS_HOST=${HOST}`,
      'DATABRICKS_TOKEN=mine',
      'DATABRICKS_CLIENT_ID=app',
      'DATABRICKS_CLIENT_SECRET=s',
      'DATABRICKS_WAREHOUSE_ID=abc',
      'LAKEBASE_INSTANCE_NAME=db',
      'PGHOST=',
    );
    expect(remoteSettings(none, directory, {})).toMatchObject({
      token: 'mine',
      client: { id: 'app', secret: 's' },
      passed: { DATABRICKS_WAREHOUSE_ID: 'abc' },
      lakebase: { LAKEBASE_INSTANCE_NAME: 'db' },
    });
  });

  it('is the embedded one when that is asked for by name', () => {
    file(`DATABRICKS_HOST=${HOST}`);
    expect(remoteSettings({ ...none, workspace: 'local' }, directory, {})).toBeUndefined();
  });

  it('takes nothing of a file or an environment that are about another workspace', () => {
    file('DATABRICKS_HOST=other.example.com', 'DATABRICKS_TOKEN=theirs', 'PGHOST=theirs');
    const settings = remoteSettings({ workspace: HOST, profile: 'DEV' }, directory, {
      DATABRICKS_HOST: 'https://third.example.com',
      DATABRICKS_TOKEN: 'third',
    });
    expect(settings).toMatchObject({ token: undefined, lakebase: undefined, passed: {} });
  });

  it('refuses a token of the environment that belongs to another workspace, rather than send it there', () => {
    const environment = { DATABRICKS_HOST: 'https://third.example.com', DATABRICKS_TOKEN: 'third' };
    expect(() => remoteSettings({ ...none, workspace: HOST }, directory, environment)).toThrow(
      /belongs to https:\/\/third\.example\.com/,
    );
  });

  it.each([
    ['http://workspace.example.com', 'must be https'],
    ['https://user:secret@workspace.example.com', 'must not carry'],
    ['https://', 'is not a host name'],
  ])('refuses %s', (workspace, reason) => {
    expect(() => remoteSettings({ ...none, workspace }, directory, {})).toThrow(reason);
  });

  it('refuses a profile that no workspace goes with', () => {
    expect(() => remoteSettings({ ...none, profile: 'DEV' }, directory, {})).toThrow('--workspace HOST');
  });
});
