import { InvalidHost, PlatformError, workspaceOrigin, type DatabricksClients } from '@lakescope/databricks-client';
import type { Environment } from '@lakescope/server-config';
import { adviceFor, platformFault } from '@lakescope/server-doctor';
import { Asker } from './asker';
import type { BundleTarget } from './bundle';
import { chooseDatabase } from './choose-database';
import { clientsFor, credentialOf } from './developer-environment';
import { CommandFailed, EXIT } from './exit-code';
import { findDatabases, type LakebaseChoice } from './lakebase-choices';
import { changesFor, effective, type SettingChange } from './lakebase-settings';
import type { Terminal } from './terminal';

export interface Wishes {
  instance?: string;
  endpoint?: string;
  database?: string;
  /** Take what is proposed without asking. */
  yes: boolean;
}

/** What the settings are worked out from. */
export interface Surroundings {
  /** The settings file with the shell over it: says who acts. */
  readonly environment: Environment;
  /** The settings file alone: is to be complete without the shell. */
  readonly file: Environment;
  readonly bundle: BundleTarget;
  /** Name of the settings file, for what is said of it. */
  readonly settings: string;
}

export interface Proposal {
  readonly changes: readonly SettingChange[];
  readonly database: {
    host: string;
    port: string;
    name: string;
    user: string;
    kind: LakebaseChoice['kind'];
    resource: string;
  };
}

/** Finds the database through the platform and works out what `.env.local` has to say. Writes nothing. */
export async function proposeSettings(
  { environment, file, bundle, settings }: Surroundings,
  wishes: Wishes,
  terminal: Terminal,
): Promise<Proposal> {
  const asker = new Asker(terminal, wishes.yes, settings);
  const identity = await whoActs(environment, asker);
  const acting = changed(environment, identity);
  const clients = clientsFor(originOf(acting['DATABRICKS_HOST'] ?? ''), acting);
  try {
    const user = await whoIsIt(clients, adviceTo(acting, bundle, settings));
    const database = await chooseDatabase(
      await databasesOf(clients, bundle, terminal),
      {
        wished: wishes.instance ?? wishes.endpoint,
        named: [file['LAKEBASE_INSTANCE_NAME'], file['LAKEBASE_ENDPOINT'], bundle.instanceName],
      },
      asker,
    );
    const proposed = effective(file).database ?? bundle.database;
    const databaseName = wishes.database ?? (await asker.text('Database inside of it', proposed));
    const changes = [...identity, ...changesFor(file, { database, databaseName, user })];
    const { host = database.host, port } = effective(changed(file, changes));
    const { kind, name: resource } = database;
    return { changes, database: { host, port, name: databaseName, user, kind, resource } };
  } finally {
    await clients.close();
  }
}

async function databasesOf(
  clients: DatabricksClients,
  bundle: BundleTarget,
  terminal: Terminal,
): Promise<readonly LakebaseChoice[]> {
  const { choices, problems } = await findDatabases(clients);
  for (const problem of problems) terminal.note(problem);
  if (choices.length > 0) return choices;
  throw new CommandFailed(
    `You see no Lakebase database in this workspace. Create one: databricks bundle deploy -t ${bundle.target}, or: databricks database create-database-instance ${bundle.instanceName} --capacity CU_1`,
  );
}

async function whoActs(environment: Environment, asker: Asker): Promise<SettingChange[]> {
  const changes: SettingChange[] = [];
  if (environment['DATABRICKS_HOST'] === undefined) {
    const value = await asker.need('DATABRICKS_HOST', 'URL of the workspace', 'text');
    changes.push({ name: 'DATABRICKS_HOST', value, secret: false });
  }
  if (credentialOf(environment) === undefined) {
    const message = 'Token (`databricks auth token --host HOST` prints one)';
    const value = await asker.need('DATABRICKS_TOKEN', message, 'secret');
    changes.push({ name: 'DATABRICKS_TOKEN', value, secret: true });
  }
  return changes;
}

/** What helps when the workspace does not take the credential. */
function adviceTo(environment: Environment, { secretScope, appName }: BundleTarget, settings: string): string {
  const advice = adviceFor('laptop', { secretScope, appName, settings });
  return credentialOf(environment) === 'client_secret' ? advice.renewClientSecret : advice.renewToken;
}

async function whoIsIt(clients: DatabricksClients, advice: string): Promise<string> {
  const sentence = 'The workspace does not tell who you are';
  try {
    const { userName } = await clients.asApp().currentUser.me();
    if (userName !== undefined) return userName;
  } catch (error) {
    const isRefused = error instanceof PlatformError && ['unauthenticated', 'token_expired'].includes(error.kind);
    const help = isRefused ? advice : 'Check DATABRICKS_HOST, and that this machine may reach it.';
    throw new CommandFailed(`${sentence}: ${platformFault(error)}. ${help}`, EXIT.failed, { cause: error });
  }
  throw new CommandFailed(`${sentence}: its answer has no user name.`);
}

function originOf(host: string): URL {
  try {
    return workspaceOrigin(host);
  } catch (error) {
    if (!(error instanceof InvalidHost)) throw error;
    throw new CommandFailed(`DATABRICKS_HOST ${error.message}.`, EXIT.usage, { cause: error });
  }
}

function changed(environment: Environment, changes: readonly SettingChange[]): Environment {
  return { ...environment, ...Object.fromEntries(changes.map(({ name, value }) => [name, value])) };
}
