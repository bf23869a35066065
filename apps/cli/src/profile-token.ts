import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Secret } from '@lakescope/databricks-client';
import type { Environment } from '@lakescope/server-config';
import { CommandFailed } from './exit-code';
import { hasCode } from './env-file';

const PATIENCE_MS = 30_000;

/** Whose sign-in the Databricks CLI keeps: that of a profile, or the one for a workspace. */
export type KeptSignIn = { readonly profile: string } | { readonly host: string };

/** A fresh token of a profile, as text for the environment. */
export async function tokenOfProfile(profile: string, shell: Environment): Promise<string> {
  return (await askDatabricksCli({ profile }, shell)).token.reveal();
}

/**
 * A fresh OAuth token from the Databricks CLI, which keeps and renews the sign-in: `databricks auth token --profile P` prints
 * `{"access_token": ..., "expiry": ...}`. What the CLI prints on failure is not repeated: it can hold parts of its configuration.
 *
 * @throws CommandFailed with the command to sign in
 */
export async function askDatabricksCli(
  signIn: KeptSignIn,
  shell: Environment,
): Promise<{ token: Secret; expiresAt: number | undefined }> {
  const arguments_ = ['auth', 'token', ...signInArguments(signIn)];
  try {
    const { stdout } = await promisify(execFile)('databricks', arguments_, { env: { ...shell }, timeout: PATIENCE_MS });
    const answer: unknown = JSON.parse(stdout);
    const { access_token: token, expiry } = (answer ?? {}) as { access_token?: unknown; expiry?: unknown };
    if (typeof token === 'string' && token !== '') {
      const expiresAt = typeof expiry === 'string' ? Date.parse(expiry) : NaN;
      return { token: new Secret(token), expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt };
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      const wish = 'profile' in signIn ? 'A profile' : 'A sign-in without a token of your own';
      throw failure(`${wish} needs the Databricks CLI, and \`databricks\` is not there.`, error);
    }
    throw failure(`There is no token for ${whoseSignIn(signIn)}: ${signInCommand(signIn)}`, error);
  }
  throw failure(`\`databricks ${arguments_.join(' ')}\` printed no token.`, undefined);
}

/** The command by which a person signs in. */
export function signInCommand(signIn: KeptSignIn): string {
  return `databricks auth login ${signInArguments(signIn).join(' ')}`;
}

function signInArguments(signIn: KeptSignIn): string[] {
  return 'profile' in signIn ? ['--profile', signIn.profile] : ['--host', signIn.host];
}

function whoseSignIn(signIn: KeptSignIn): string {
  return 'profile' in signIn ? `the profile ${signIn.profile}` : signIn.host;
}

function failure(message: string, cause: unknown): CommandFailed {
  return new CommandFailed(message, undefined, { cause });
}
