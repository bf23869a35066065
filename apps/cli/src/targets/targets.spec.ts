import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@lakescope/databricks-client';
import { appOrigin } from './app-address';
import { hostOfProfile } from './profile-host';
import { remoteSignIn } from './remote-target';
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
    await writeFile(
      file,
      '[DEFAULT]\nhost = https://one.example\n\n[ team ]\r\nhost=https://two.example # ours\ntoken = x\n',
    );
    const shell = { DATABRICKS_CONFIG_FILE: file };

    expect(await hostOfProfile('DEFAULT', shell)).toBe('https://one.example');
    expect(await hostOfProfile('team', shell)).toBe('https://two.example');
    expect(await hostOfProfile('nobody', shell)).toBeUndefined();
    expect(await hostOfProfile('team', { HOME: join(folder, 'none') })).toBeUndefined();
  });
});

describe('a workspace and whose token goes there', () => {
  type Variables = Readonly<Record<string, string>>;
  const HERE = 'https://here.example';
  const THERE = 'https://there.example';
  let folder: string;
  let settings: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakescope-sign-in-'));
    settings = join(folder, 'settings');
    await writeFile(join(folder, '.databrickscfg'), `[team]\nhost = ${THERE}/ ; ours\n[bare]\ntoken = x\n`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const signIn = async (shell: Variables, file: Variables, as?: string) => {
    await writeFile(
      settings,
      Object.entries(file)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const signedIn = await remoteSignIn({ settings, ...(as === undefined ? {} : { as }) }, { HOME: folder, ...shell });
    return [signedIn.workspace.origin, signedIn.tokens.signIn];
  };
  const host = (DATABRICKS_HOST: string) => ({ DATABRICKS_HOST });
  const token = { DATABRICKS_TOKEN: 't' };
  const team = { DATABRICKS_CONFIG_PROFILE: 'team' };

  it.each<[string, Variables, Variables, string | undefined, string]>([
    ['the shell, over the file', { ...host(HERE), ...token }, { ...host(THERE), ...token }, undefined, HERE],
    ['the file', {}, { ...host(THERE), ...token }, undefined, THERE],
    ['both, which mean the same', host(`${HERE}/`), { ...host(HERE), ...token }, undefined, HERE],
    ['the profile of the file', {}, team, undefined, THERE],
    ['the profile of the shell, over a token', team, token, undefined, THERE],
    ['the profile that is asked for, whatever else is said', { ...host(HERE), ...token }, host(HERE), 'team', THERE],
    ['nobody: whoever is signed in there', host(HERE), host(THERE), undefined, HERE],
  ])('are those of %s', async (_whose, shell, file, as, origin) => {
    expect((await signIn(shell, file, as))[0]).toBe(origin);
  });

  it.each<[string, Variables, Variables]>([
    ['a token of the file and another host of the shell', host(HERE), { ...host(THERE), ...token }],
    ['a token of the file without a host beside it', host(HERE), token],
    ['a token of the shell without a host beside it', token, host(HERE)],
    ['a profile of the shell and another host of the file', team, host(HERE)],
    ['a profile and another host beside it', { ...team, ...host(HERE) }, {}],
  ])('are refused with %s', async (_case, shell, file) => {
    await expect(signIn(shell, file)).rejects.toThrow(/no token goes to another workspace than its own.*by --as/);
  });

  it.each(['bare', 'nobody'])('are refused with the profile %s, whose host cannot be read', async (as) => {
    await expect(signIn(host(HERE), token, as)).rejects.toThrow(`no profile ${as} with a host`);
  });
});
