import { InvalidHost, Secret, workspaceOrigin } from '@lakescope/databricks-client';
import type { Environment } from '@lakescope/server-config';
import { CommandFailed, EXIT } from '../exit-code';
import { readSettings } from '../developer-environment';
import { askDatabricksCli, signInCommand, type KeptSignIn } from '../profile-token';
import { settingsName } from '../settings-name';
import { askTokenEndpoint } from './ask-endpoint';
import { hostOfProfile } from './profile-host';
import type { SignIn, TargetOptions } from './target-options';
import { GivenToken, RenewedTokens, type TokenSource } from './token-source';

/**
 * The workspace of the settings file or the shell, and who acts there, in this order: the profile that `--as` names; the service principal
 * of DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET; the person of DATABRICKS_TOKEN; the profile DATABRICKS_CONFIG_PROFILE; and whoever
 * is signed in to that workspace with the Databricks CLI. The shell comes before the file.
 *
 * @throws CommandFailed when no workspace is named, or its name is none
 */
export async function remoteSignIn(
  { settings, as }: Pick<TargetOptions, 'settings' | 'as'>,
  shell: Environment,
): Promise<SignIn> {
  const environment = { ...(await readSettings(settings)), ...onlySet(shell) };
  const profile = as ?? environment['DATABRICKS_CONFIG_PROFILE'];
  const ofProfile = profile === undefined ? undefined : await hostOfProfile(profile, shell);
  // A profile that is asked for is meant with its own workspace, whatever else lies around.
  const host = (as === undefined ? undefined : ofProfile) ?? environment['DATABRICKS_HOST'] ?? ofProfile;
  if (host === undefined) {
    throw new CommandFailed(
      `No workspace is named: set DATABRICKS_HOST in ${settingsName(settings)} (npx lakescope doctor asks for it), name a profile of the Databricks CLI by --as, or use --target local.`,
    );
  }
  const workspace = originOf(host);
  return { workspace, tokens: tokensOf(workspace, as, profile, environment, shell) };
}

function tokensOf(
  workspace: URL,
  as: string | undefined,
  profile: string | undefined,
  environment: Environment,
  shell: Environment,
): TokenSource {
  const { DATABRICKS_CLIENT_ID: id, DATABRICKS_CLIENT_SECRET: secret, DATABRICKS_TOKEN: token } = environment;
  if (as !== undefined) return ofDatabricksCli({ profile: as }, shell);
  if (id !== undefined && secret !== undefined) {
    const help = 'set DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal of this workspace';
    const client = { id, secret: new Secret(secret) };
    const form = { grant_type: 'client_credentials', scope: 'all-apis' };
    return new RenewedTokens(
      () => askTokenEndpoint(workspace, { form, client }, `${help.replace('set', 'Set')}.`),
      help,
    );
  }
  if (token !== undefined) {
    const another = `databricks auth login --host ${workspace.origin}, and take DATABRICKS_TOKEN out of the settings and the shell`;
    return new GivenToken(new Secret(token), another);
  }
  return ofDatabricksCli(profile === undefined ? { host: workspace.origin } : { profile }, shell);
}

function ofDatabricksCli(signIn: KeptSignIn, shell: Environment): TokenSource {
  return new RenewedTokens(() => askDatabricksCli(signIn, shell), signInCommand(signIn));
}

function originOf(host: string): URL {
  try {
    return workspaceOrigin(host);
  } catch (error) {
    if (!(error instanceof InvalidHost)) throw error;
    throw new CommandFailed(`DATABRICKS_HOST ${error.message}.`, EXIT.failed, { cause: error });
  }
}

function onlySet(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}
