import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Environment } from '@lakescope/server-config';
import { CommandFailed } from './exit-code';
import { hasCode } from './env-file';

const PATIENCE_MS = 30_000;

/**
 * A fresh token of a profile, from the Databricks CLI, which keeps and renews the sign-in: `databricks auth token --profile P` prints
 * `{"access_token": ...}`. What the CLI prints on failure is not repeated: it can hold parts of its configuration.
 */
export async function tokenOfProfile(profile: string, shell: Environment): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('databricks', ['auth', 'token', '--profile', profile], {
      env: { ...shell },
      timeout: PATIENCE_MS,
    });
    const answer: unknown = JSON.parse(stdout);
    if (
      typeof answer === 'object' &&
      answer !== null &&
      'access_token' in answer &&
      typeof answer.access_token === 'string'
    ) {
      return answer.access_token;
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      throw failure('DATABRICKS_CONFIG_PROFILE needs the Databricks CLI, and `databricks` is not there.', error);
    }
    throw failure(`There is no token for the profile ${profile}: databricks auth login --profile ${profile}`, error);
  }
  throw failure(`\`databricks auth token --profile ${profile}\` printed no token.`, undefined);
}

function failure(message: string, cause: unknown): CommandFailed {
  return new CommandFailed(message, undefined, { cause });
}
