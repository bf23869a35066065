import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { InvalidEnvironment, loadConfig, type AppConfig, type Environment } from '@lakescope/server-config';
import { CommandFailed } from './exit-code';
import { EnvFile } from './env-file';
import { tokenOfProfile } from './profile-token';

/** Product token of the User-Agent header; a spec holds it to the version in package.json. */
export const PRODUCT = { name: 'lakescope-cli', version: '0.1.0' };

/** Variables that are the developer's own; the API ignores them and says so. */
const DEVELOPERS = ['DATABRICKS_TOKEN', 'DATABRICKS_CONFIG_PROFILE'];

/** The environment of a command: what `.env.local` says, over it what the shell says, and a token of the profile where none is set. */
export async function readEnvironment(envFile: string, shell: Environment): Promise<Environment> {
  const environment = { ...(await readSettings(envFile)), ...onlySet(shell) };
  const profile = environment['DATABRICKS_CONFIG_PROFILE'];
  if (profile === undefined || credentialOf(environment) !== undefined) return environment;
  return { ...environment, DATABRICKS_TOKEN: await tokenOfProfile(profile, shell) };
}

/** As the API would read it, without what belongs to the developer. Throws a sentence that names every problem. */
export function configOf(environment: Environment): AppConfig {
  const forTheApp = Object.entries(environment).filter(([name]) => !DEVELOPERS.includes(name));
  try {
    return loadConfig(Object.fromEntries(forTheApp));
  } catch (error) {
    if (!(error instanceof InvalidEnvironment)) throw error;
    throw new CommandFailed(error.message, undefined, { cause: error });
  }
}

/** Who acts: the app by its client secret, or the developer by a token. */
export function credentialOf(environment: Environment): 'client_secret' | 'token' | undefined {
  if (has(environment, 'DATABRICKS_CLIENT_ID') && has(environment, 'DATABRICKS_CLIENT_SECRET')) return 'client_secret';
  return has(environment, 'DATABRICKS_TOKEN') ? 'token' : undefined;
}

/** Clients whose `asApp()` is whoever acts. */
export function clientsFor(host: URL, environment: Environment): DatabricksClients {
  const app = {
    client_secret: () => ({
      clientId: environment['DATABRICKS_CLIENT_ID'] ?? '',
      clientSecret: new Secret(environment['DATABRICKS_CLIENT_SECRET'] ?? ''),
    }),
    token: () => ({ token: new Secret(environment['DATABRICKS_TOKEN'] ?? '') }),
  };
  const credential = credentialOf(environment);
  return new DatabricksClients({
    host: host.href,
    product: PRODUCT,
    ...(credential === undefined ? {} : { app: app[credential]() }),
  });
}

/**
 * NODE_EXTRA_CA_CERTS is read when Node starts; one that stands in `.env.local` comes too late for that, so it is made up for here. It is
 * trusted beside the one of the shell, which Node has read already.
 */
export async function trustExtraCertificates(envFile: string): Promise<void> {
  const file = (await readSettings(envFile))['NODE_EXTRA_CA_CERTS'];
  if (file === undefined) return;
  try {
    setDefaultCACertificates([...getCACertificates('default'), await readFile(file, 'utf8')]);
  } catch (error) {
    throw new CommandFailed(
      `NODE_EXTRA_CA_CERTS names ${file}, which holds no certificates that can be read.`,
      undefined,
      { cause: error },
    );
  }
}

/** What the settings file says, without what is empty; nothing when there is no file. */
export async function readSettings(envFile: string): Promise<Environment> {
  return onlySet((await EnvFile.read(envFile))?.values ?? {});
}

/** An empty variable is the same as none. */
function onlySet(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => has(environment, name)));
}

function has(environment: Environment, name: string): boolean {
  const value = environment[name];
  return value !== undefined && value.trim() !== '';
}
