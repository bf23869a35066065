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

/** A place where variables are set; the first one that says something counts. */
interface Layer {
  /** As people know it. */
  readonly place: string;
  readonly values: Environment;
}

/** Who acts, by the variables of one place. */
type Credential =
  | { readonly variable: string; readonly id: string; readonly secret: Secret }
  | { readonly variable: string; readonly token: Secret }
  | { readonly variable: string; readonly profile: string };

/**
 * The workspace of the shell or the settings file, and who acts there, in this order: the profile that `--as` names; the service principal
 * of DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET; the person of DATABRICKS_TOKEN; the profile DATABRICKS_CONFIG_PROFILE; and whoever
 * is signed in to that workspace with the Databricks CLI. The shell comes before the file. A token goes to the workspace it is for and to
 * no other one: to that of its profile, or to the DATABRICKS_HOST that stands beside it.
 *
 * @throws CommandFailed when no workspace is named, its name is none, or a token could be for another one
 */
export async function remoteSignIn(
  { settings, as }: Pick<TargetOptions, 'settings' | 'as'>,
  shell: Environment,
): Promise<SignIn> {
  // A profile that is asked for is meant with its own workspace, whatever else lies around.
  if (as !== undefined) return ofDatabricksCli(await workspaceOfProfile(as, shell), { profile: as }, shell);
  const layers: readonly Layer[] = [
    { place: 'the shell', values: onlySet(shell) },
    { place: settingsName(settings), values: await readSettings(settings) },
  ];
  for (const layer of layers) {
    const credential = credentialIn(layer.values);
    if (credential === undefined) continue;
    const ofProfile = 'profile' in credential ? await originOfProfile(credential.profile, shell) : undefined;
    const workspace = workspaceFor(credential, layer, layers, ofProfile) ?? nowhere(settings);
    if ('profile' in credential) return ofDatabricksCli(workspace, { profile: credential.profile }, shell);
    return { workspace, tokens: tokensOf(credential, workspace) };
  }
  const workspace = namedIn(layers)[0]?.workspace ?? nowhere(settings);
  return ofDatabricksCli(workspace, { host: workspace.origin }, shell);
}

/** Undefined when no workspace is named at all. */
function workspaceFor(
  { variable }: Credential,
  layer: Layer,
  layers: readonly Layer[],
  ofProfile: URL | undefined,
): URL | undefined {
  const [first] = namedIn(layers);
  const [beside] = namedIn([layer]);
  const own = ofProfile ?? beside?.workspace;
  if (first === undefined || first.workspace.origin === own?.origin) return own;
  const whose = `${variable} of ${layer.place}`;
  const what =
    own === undefined
      ? `which workspace ${whose} is for is not known, because DATABRICKS_HOST does not stand beside it`
      : `${whose} is for ${own.origin}`;
  throw new CommandFailed(
    `DATABRICKS_HOST of ${first.place} is ${first.workspace.origin}, and ${what}: no token goes to another workspace than its own. Set both in the same place, or name a profile of the Databricks CLI by --as.`,
  );
}

/** The workspaces that these places name, the one that counts first. */
function namedIn(layers: readonly Layer[]): { place: string; workspace: URL }[] {
  return layers.flatMap(({ place, values: { DATABRICKS_HOST: host } }) =>
    host === undefined ? [] : [{ place, workspace: originOf(host, 'DATABRICKS_HOST') }],
  );
}

function nowhere(settings: string): never {
  throw new CommandFailed(
    `No workspace is named: set DATABRICKS_HOST in ${settingsName(settings)} (npx lakescope doctor asks for it), name a profile of the Databricks CLI by --as, or use --target local.`,
  );
}

function credentialIn(values: Environment): Credential | undefined {
  const { DATABRICKS_CLIENT_ID: id, DATABRICKS_CLIENT_SECRET: secret, DATABRICKS_TOKEN: token } = values;
  if (id !== undefined && secret !== undefined) {
    return { variable: 'DATABRICKS_CLIENT_SECRET', id, secret: new Secret(secret) };
  }
  if (token !== undefined) return { variable: 'DATABRICKS_TOKEN', token: new Secret(token) };
  const profile = values['DATABRICKS_CONFIG_PROFILE'];
  return profile === undefined ? undefined : { variable: 'DATABRICKS_CONFIG_PROFILE', profile };
}

function tokensOf(credential: Exclude<Credential, { profile: string }>, workspace: URL): TokenSource {
  if ('token' in credential) {
    const another = `databricks auth login --host ${workspace.origin}, and take DATABRICKS_TOKEN out of the settings and the shell`;
    return new GivenToken(credential.token, another);
  }
  const { id, secret } = credential;
  const help = 'set DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal of this workspace';
  const form = { grant_type: 'client_credentials', scope: 'all-apis' };
  return new RenewedTokens(
    () => askTokenEndpoint(workspace, { form, client: { id, secret } }, `${help.replace('set', 'Set')}.`),
    help,
  );
}

async function workspaceOfProfile(profile: string, shell: Environment): Promise<URL> {
  const workspace = await originOfProfile(profile, shell);
  if (workspace !== undefined) return workspace;
  throw new CommandFailed(
    `There is no profile ${profile} with a host in the file of the Databricks CLI (~/.databrickscfg, or DATABRICKS_CONFIG_FILE), so the workspace it is for is not known. Sign in: databricks auth login --host https://... --profile ${profile}`,
  );
}

async function originOfProfile(profile: string, shell: Environment): Promise<URL | undefined> {
  const host = await hostOfProfile(profile, shell);
  return host === undefined ? undefined : originOf(host, `The host of the profile ${profile}`);
}

function ofDatabricksCli(workspace: URL, signIn: KeptSignIn, shell: Environment): SignIn {
  return { workspace, tokens: new RenewedTokens(() => askDatabricksCli(signIn, shell), signInCommand(signIn)) };
}

function originOf(host: string, what: string): URL {
  try {
    return workspaceOrigin(host);
  } catch (error) {
    if (!(error instanceof InvalidHost)) throw error;
    throw new CommandFailed(`${what} ${error.message}.`, EXIT.failed, { cause: error });
  }
}

function onlySet(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}
