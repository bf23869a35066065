import { InvalidHost, workspaceOrigin, type DatabricksClients } from '@lakescope/databricks-client';
import { platformFault } from '@lakescope/server-doctor';
import type { Environment } from '@lakescope/server-config';
import type { BundleTarget } from './bundle';
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
  environment: Environment,
  bundle: BundleTarget,
  wishes: Wishes,
  terminal: Terminal,
): Promise<Proposal> {
  const asker = new Asker(terminal, wishes.yes);
  const identity = await whoActs(environment, asker);
  const complete = { ...environment, ...Object.fromEntries(identity.map(({ name, value }) => [name, value])) };
  const clients = clientsFor(originOf(complete['DATABRICKS_HOST'] ?? ''), complete);
  try {
    const user = await whoIsIt(clients);
    const database = await chooseDatabase(clients, complete, bundle, wishes, asker, terminal);
    const proposed = wishes.database ?? effective(complete).database ?? bundle.database;
    const databaseName = wishes.database ?? (await asker.text('Database inside of it', proposed));
    const changes = [...identity, ...changesFor(complete, { database, databaseName, user })];
    const after = effective({ ...complete, ...Object.fromEntries(changes.map(({ name, value }) => [name, value])) });
    return {
      changes,
      database: {
        host: after.host ?? database.host,
        port: after.port,
        name: databaseName,
        user,
        kind: database.kind,
        resource: database.name,
      },
    };
  } finally {
    await clients.close();
  }
}

/** Asks people, or takes the default where nobody can or wants to be asked. */
class Asker {
  constructor(
    private readonly terminal: Terminal,
    private readonly takeDefaults: boolean,
  ) {}

  get silent(): boolean {
    return this.takeDefaults || this.terminal.questions === undefined;
  }

  async text(message: string, fallback: string): Promise<string> {
    if (this.takeDefaults) return fallback;
    return (await this.terminal.questions?.text(message, fallback)) ?? fallback;
  }

  /** For what has no default. */
  async need(message: string, name: string, kind: 'text' | 'secret'): Promise<string> {
    const { questions } = this.terminal;
    if (questions === undefined || this.takeDefaults) {
      throw new CommandFailed(`${name} is not set, and nobody can be asked for it: set it in .env.local.`, EXIT.usage);
    }
    return kind === 'secret' ? questions.secret(message) : questions.text(message);
  }
}

async function whoActs(environment: Environment, asker: Asker): Promise<SettingChange[]> {
  const changes: SettingChange[] = [];
  if ((environment['DATABRICKS_HOST'] ?? '') === '') {
    const value = await asker.need('URL of the workspace', 'DATABRICKS_HOST', 'text');
    changes.push({ name: 'DATABRICKS_HOST', value, secret: false });
  }
  if (credentialOf(environment) === undefined) {
    const message = 'Token (`databricks auth token --host HOST` prints one)';
    const value = await asker.need(message, 'DATABRICKS_TOKEN', 'secret');
    changes.push({ name: 'DATABRICKS_TOKEN', value, secret: true });
  }
  return changes;
}

function originOf(host: string): URL {
  try {
    return workspaceOrigin(host);
  } catch (error) {
    if (!(error instanceof InvalidHost)) throw error;
    throw new CommandFailed(`DATABRICKS_HOST ${error.message}.`, EXIT.usage, { cause: error });
  }
}

async function whoIsIt(clients: DatabricksClients): Promise<string> {
  try {
    const { userName } = await clients.asApp().currentUser.me();
    if (userName !== undefined) return userName;
  } catch (error) {
    throw new CommandFailed(`The workspace does not tell who you are: ${platformFault(error)}.`, EXIT.failed, {
      cause: error,
    });
  }
  throw new CommandFailed('The workspace does not tell who you are: its answer has no user name.');
}

async function chooseDatabase(
  clients: DatabricksClients,
  environment: Environment,
  bundle: BundleTarget,
  wishes: Wishes,
  asker: Asker,
  terminal: Terminal,
): Promise<LakebaseChoice> {
  const { choices, problems } = await findDatabases(clients);
  for (const problem of problems) terminal.note(problem);
  if (choices.length === 0) {
    throw new CommandFailed(
      `You see no Lakebase database in this workspace. Create one: databricks bundle deploy -t ${bundle.target}, or: databricks database create-database-instance ${bundle.instanceName} --capacity CU_1`,
    );
  }
  const wished = wishes.instance ?? wishes.endpoint;
  const names = choices.map(({ name }) => name).join(', ');
  if (wished !== undefined) {
    const choice = choices.find(({ name }) => name === wished);
    if (choice === undefined) throw new CommandFailed(`You see no ${wished} in this workspace. There is: ${names}.`);
    return choice;
  }
  const sorted = inOrder(choices, [
    environment['LAKEBASE_INSTANCE_NAME'],
    environment['LAKEBASE_ENDPOINT'],
    bundle.instanceName,
  ]);
  if (!asker.silent && terminal.questions !== undefined) {
    return terminal.questions.choose(
      'Which database?',
      sorted.map((choice) => ({ name: describe(choice), value: choice })),
    );
  }
  const [proposed] = sorted;
  if (proposed === undefined || (sorted.length > 1 && !isPreferred(proposed, environment, bundle))) {
    throw new CommandFailed(
      `There is more than one database: name one of them by --instance or --endpoint: ${names}.`,
      EXIT.usage,
    );
  }
  return proposed;
}

function isPreferred({ name }: LakebaseChoice, environment: Environment, bundle: BundleTarget): boolean {
  return [environment['LAKEBASE_INSTANCE_NAME'], environment['LAKEBASE_ENDPOINT'], bundle.instanceName].includes(name);
}

/** What is named comes first, in that order. */
function inOrder(choices: readonly LakebaseChoice[], preferred: readonly (string | undefined)[]): LakebaseChoice[] {
  const rank = ({ name }: LakebaseChoice): number => {
    const index = preferred.indexOf(name);
    return index === -1 ? preferred.length : index;
  };
  return [...choices].sort((one, other) => rank(one) - rank(other));
}

function describe({ kind, name, host, state }: LakebaseChoice): string {
  return `${name} (${kind === 'provisioned' ? 'Provisioned' : 'Autoscaling'}, ${state.toLowerCase()}, ${host})`;
}
