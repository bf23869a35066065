import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DeveloperToken } from './developer-token';

const origin = new URL('https://dbc-1234.cloud.databricks.com');

/** The Databricks CLI is a program on the PATH: here a script of its name that writes down how it was called. */
describe('the developer’s token', () => {
  let directory: string;
  const token = (profile?: string, given?: string) =>
    new DeveloperToken(
      { origin, profile, token: given },
      { PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}` },
    );
  const calls = (): string[] => readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n');
  const cli = (...lines: string[]): void => {
    const program = join(directory, 'databricks');
    writeFileSync(program, ['#!/bin/sh', `echo "$*" >> '${join(directory, 'calls')}'`, ...lines].join('\n'));
    chmodSync(program, 0o755);
  };
  const says = (answer: object): void => cli(`cat <<'END'`, JSON.stringify(answer), 'END');
  const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'lakescope-cli-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is the given one, as it is', async () => {
    expect(await token(undefined, 'dapi-mine').current()).toBe('dapi-mine');
  });

  it('is asked of the CLI by profile, once for all who wait, and kept', async () => {
    says({ access_token: 'fresh', token_type: 'Bearer', expiry: inMinutes(60) });
    const mine = token('DEV');
    expect(await Promise.all([mine.current(), mine.current()])).toEqual(['fresh', 'fresh']);
    expect(await mine.current()).toBe('fresh');
    expect(calls()).toEqual(['auth token --profile DEV']);
    expect(mine.remainingSeconds).toBeGreaterThan(3500);
  });

  it('is asked for again before it ends', async () => {
    const mine = token();
    says({ access_token: 'ending', expiry: inMinutes(4) });
    expect(await mine.current()).toBe('ending');
    says({ access_token: 'next', expiry: inMinutes(60) });
    expect(await mine.current()).toBe('next');
    expect(calls()).toEqual([
      'auth token --host https://dbc-1234.cloud.databricks.com',
      'auth token --host https://dbc-1234.cloud.databricks.com',
    ]);
  });

  it('is missing with what the CLI says and the way to sign in', async () => {
    cli('echo "Error: cache: databricks OAuth is not configured for this host" >&2', 'exit 1');
    await expect(token('DEV').current()).rejects.toThrow(
      /not configured for this host.*databricks auth login --host https:\/\/dbc-1234\.cloud\.databricks\.com --profile DEV/,
    );
  });

  it('is missing when the CLI answers something else', async () => {
    cli('echo "a newer format"');
    await expect(token().current()).rejects.toThrow('answered without a token');
  });

  it('says that there is no CLI where there is none', async () => {
    const alone = new DeveloperToken({ origin, profile: undefined, token: undefined }, { PATH: directory });
    await expect(alone.current()).rejects.toThrow('not installed');
  });
});
