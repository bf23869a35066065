import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { InvalidHost, workspaceOrigin } from '@lakescope/databricks-client';
import { LaunchError } from '../launch-error';
import type { LaunchOptions } from '../launch-options';

/** The file a developer keeps the address and the parts of a real workspace in. */
const ENVIRONMENT_FILE = '.env.local';
/** Asks for the embedded workspace although that file names another. */
const EMBEDDED = 'local';

/** Which workspace to develop against, and as whom. */
export interface RemoteSettings {
  readonly origin: URL;
  /** Of the Databricks CLI. */
  readonly profile: string | undefined;
  readonly token: string | undefined;
  /** The app's service principal, when the developer has its secret. */
  readonly client: { readonly id: string; readonly secret: string } | undefined;
  /** What the API is told as it is: warehouse, catalog, groups. */
  readonly passed: Readonly<Record<string, string>>;
  /** The variables of the real Lakebase; undefined: none is configured, and the embedded Postgres serves. */
  readonly lakebase: Readonly<Record<string, string>> | undefined;
}

const PASSED = ['DATABRICKS_WAREHOUSE_ID', 'DATABRICKS_CATALOG', 'DATABRICKS_SCHEMA', 'ADMIN_GROUPS'];
const LAKEBASE = [
  'LAKEBASE_INSTANCE_NAME',
  'LAKEBASE_ENDPOINT',
  'LAKEBASE_HOST',
  'LAKEBASE_PORT',
  'LAKEBASE_DATABASE',
  'LAKEBASE_DATABASE_NAME',
  'PGHOST',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGSSLMODE',
];

/**
 * Reads which workspace is meant: `--workspace HOST`, else the one `.env.local` names, else none (the embedded one).
 * Of the shell's environment only the token and the profile count, and only when they belong to this workspace.
 *
 * @throws LaunchError for an address that cannot be, and for a token of another workspace
 */
export function remoteSettings(
  options: Pick<LaunchOptions, 'workspace' | 'profile'>,
  directory: string,
  environment: NodeJS.ProcessEnv,
): RemoteSettings | undefined {
  const file = readEnvironmentFile(directory);
  const host = options.workspace ?? file['DATABRICKS_HOST'];
  if (host === undefined || host === EMBEDDED) {
    if (options.profile !== undefined) throw new LaunchError('--profile goes with --workspace HOST.');
    return undefined;
  }
  const origin = originOf(host);
  const mine = file['DATABRICKS_HOST'] === undefined || originOf(file['DATABRICKS_HOST']).href === origin.href;
  const values = mine ? file : {};
  const isShellMine = belongsTo(origin, environment);
  const shell = isShellMine ? environment : {};
  if (!isShellMine && environment['DATABRICKS_TOKEN'] !== undefined && options.profile === undefined) {
    throw new LaunchError(
      `DATABRICKS_TOKEN in the environment belongs to ${environment['DATABRICKS_HOST']}, not to ${origin.host}. Unset both, or name a profile of the Databricks CLI with --profile.`,
    );
  }
  const [id, secret] = [values['DATABRICKS_CLIENT_ID'], values['DATABRICKS_CLIENT_SECRET']];
  const lakebase = chosen(values, LAKEBASE);
  return {
    origin,
    profile: options.profile ?? values['DATABRICKS_CONFIG_PROFILE'] ?? shell['DATABRICKS_CONFIG_PROFILE'],
    // A profile that is named on the command line is meant, whatever else lies around.
    token: options.profile === undefined ? (values['DATABRICKS_TOKEN'] ?? shell['DATABRICKS_TOKEN']) : undefined,
    client: id !== undefined && secret !== undefined ? { id, secret } : undefined,
    passed: chosen(values, PASSED),
    lakebase: Object.keys(lakebase).length > 0 ? lakebase : undefined,
  };
}

function readEnvironmentFile(directory: string): Record<string, string | undefined> {
  const file = join(directory, ENVIRONMENT_FILE);
  if (!existsSync(file)) return {};
  const values = Object.entries(parseEnv(readFileSync(file, 'utf8')));
  // An empty variable means the same as none.
  return Object.fromEntries(values.filter(([, value]) => value?.trim()));
}

function originOf(host: string): URL {
  try {
    return workspaceOrigin(host);
  } catch (cause) {
    if (cause instanceof InvalidHost) throw new LaunchError(`The workspace ${host} ${cause.message}.`, { cause });
    throw cause;
  }
}

/** Without a host of its own the shell's token is taken to be for the workspace that is asked for. */
function belongsTo(origin: URL, { DATABRICKS_HOST: host }: NodeJS.ProcessEnv): boolean {
  return host === undefined || host.trim() === '' || originOf(host).href === origin.href;
}

function chosen(values: Record<string, string | undefined>, names: readonly string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}
