import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@lakescope/databricks-client';
import { appOrigin } from './app-address';
import { hostOfProfile } from './profile-host';
import { RenewedTokens } from './token-source';

describe('the address of an app', () => {
  const cloud = new URL('https://adb-1.azuredatabricks.net');
  const local = new URL('http://127.0.0.1:8002');

  it.each([
    ['https://lakescope-1.aws.databricksapps.com/', cloud, 'https://lakescope-1.aws.databricksapps.com'],
    ['http://localhost:8000', local, 'http://localhost:8000'],
    ['https://lakescope-1.aws.databricksapps.com', local, 'https://lakescope-1.aws.databricksapps.com'],
  ])('is %s for %s', (url, workspace, origin) => {
    expect(appOrigin(url, workspace).origin).toBe(origin);
  });

  it.each([
    ['http://lakescope-1.aws.databricksapps.com', cloud],
    ['https://databricksapps.com.evil.example', cloud],
    ['https://evildatabricksapps.com', cloud],
    ['http://localhost:8000', cloud],
    ['http://192.168.0.1:8000', local],
    ['no address', local],
  ])('is not %s for %s: no token goes there', (url, workspace) => {
    expect(() => appOrigin(url, workspace)).toThrow('no token is sent there');
  });
});

describe('tokens that are renewed', () => {
  it('are asked for once for all who wait, and again before they end', async () => {
    let now = 0;
    let asked = 0;
    const ask = () => Promise.resolve({ token: new Secret(`token ${++asked}`), expiresAt: now + 3_600_000 });
    const tokens = new RenewedTokens(ask, 'sign in', () => now);

    const [first, same] = await Promise.all([tokens.current(), tokens.current()]);
    now += 3_300_001;
    const second = await tokens.current();
    tokens.renew();
    const third = await tokens.current();

    expect([first, same, second, third].map((token) => token.reveal())).toEqual([
      'token 1',
      'token 1',
      'token 2',
      'token 3',
    ]);
  });

  it('are asked for again after a failure', async () => {
    let isAway = true;
    const ask = () => {
      if (isAway) return Promise.reject(new Error('away'));
      return Promise.resolve({ token: new Secret('t'), expiresAt: undefined });
    };
    const tokens = new RenewedTokens(ask, 'sign in');

    await expect(tokens.current()).rejects.toThrow('away');
    isAway = false;
    await expect(tokens.current()).resolves.toBeInstanceOf(Secret);
  });
});

describe('the workspace of a profile', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-profiles-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is the host of its section, and of no other one', async () => {
    const file = join(folder, 'profiles');
    await writeFile(file, '[DEFAULT]\nhost = https://one.example\n\n[ team ]\r\nhost=https://two.example\ntoken = x\n');
    const shell = { DATABRICKS_CONFIG_FILE: file };

    expect(await hostOfProfile('DEFAULT', shell)).toBe('https://one.example');
    expect(await hostOfProfile('team', shell)).toBe('https://two.example');
    expect(await hostOfProfile('nobody', shell)).toBeUndefined();
    expect(await hostOfProfile('team', { HOME: join(folder, 'none') })).toBeUndefined();
  });
});
