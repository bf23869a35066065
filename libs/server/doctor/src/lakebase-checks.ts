import {
  PlatformError,
  type DatabaseInstance,
  type DatabricksClients,
  type PostgresEndpoint,
} from '@lakescope/databricks-client';
import type { LakebaseConfig } from '@lakescope/server-config';
import { connectionFault, type LakebaseCredentials } from '@lakescope/server-persistence';
import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, skipped, warning, type Finding } from './finding';
import { ONE_TRY } from './one-try';
import { platformFault } from './platform-fault';

export interface LakebaseSubject {
  readonly config: LakebaseConfig;
  readonly clients: DatabricksClients;
  readonly credentials: LakebaseCredentials;
  readonly advice: Advice;
}

/** Whether the settings of the database are complete, and whether the platform knows what they name. */
export function lakebaseChecks(subject: LakebaseSubject): Check[] {
  return [
    {
      id: 'lakebase_configured',
      title: 'A database is configured',
      examine: () => configured(subject),
    },
    {
      id: 'lakebase_known',
      title: 'The platform knows the database',
      needs: ['lakebase_configured', 'app_credentials'],
      examine: (signal) => known(subject, signal),
    },
    {
      id: 'database_credential',
      title: 'The platform issues a database credential',
      needs: ['lakebase_configured', 'app_credentials'],
      examine: () => credential(subject),
    },
  ];
}

function configured({ config, advice }: LakebaseSubject): Finding {
  const missing = [
    ...(config.host === undefined ? ['PGHOST'] : []),
    ...(config.database === undefined ? ['LAKEBASE_DATABASE'] : []),
  ];
  if (missing.length > 0) return failed(`Not set: ${missing.join(', ')}.`, advice.configureDatabase);
  if (config.password !== undefined && config.user === undefined) {
    return failed('PGPASSWORD is set, but not whose password it is.', 'Set PGUSER, or remove PGPASSWORD.');
  }
  const place = `${config.host}:${config.port}/${config.database}`;
  if (config.password === undefined && config.instanceName === undefined && config.endpoint === undefined) {
    return failed(`${place} is set, but not whose credential to ask for.`, advice.nameDatabase);
  }
  return ok(`${place}, ${config.instanceName ?? config.endpoint ?? 'a plain Postgres with a password'}.`);
}

async function known(subject: LakebaseSubject, signal: AbortSignal): Promise<Finding> {
  const { config, clients, advice } = subject;
  const { lakebaseDirectory } = clients.asApp();
  const options = { signal, retry: ONE_TRY };
  try {
    if (config.endpoint !== undefined) {
      return endpointState(config, await lakebaseDirectory.getEndpoint(config.endpoint, options));
    }
    if (config.instanceName !== undefined) {
      return instanceState(subject, await lakebaseDirectory.getInstance(config.instanceName, options));
    }
    return skipped('A plain Postgres is no resource of the platform.');
  } catch (error) {
    const name = config.endpoint ?? config.instanceName;
    if (error instanceof PlatformError && error.kind === 'not_found') {
      return failed(`There is no ${name} in this workspace.`, advice.configureDatabase);
    }
    // Whoever may not look at it may still be allowed to log in: the next checks tell.
    return warning(`${name} could not be looked at: ${platformFault(error)}.`);
  }
}

function instanceState({ config, advice }: LakebaseSubject, instance: DatabaseInstance): Finding {
  const name = config.instanceName ?? '';
  const state = instance.state ?? 'of an unknown state';
  if (instance.effective_stopped === true || state === 'STOPPED') {
    return failed(
      `${name} is stopped.`,
      `databricks api patch "/api/2.0/database/instances/${name}?update_mask=stopped" --json '{"stopped": false}'`,
    );
  }
  if (state === 'DELETING') return failed(`${name} is being deleted.`, advice.takeOtherDatabase);
  return (
    otherHost(config, [instance.read_write_dns]) ??
    ok(`${name} is ${state}, ${instance.capacity ?? 'capacity unknown'}.`)
  );
}

function endpointState(config: LakebaseConfig, { status }: PostgresEndpoint): Finding {
  const name = config.endpoint ?? '';
  if (status?.disabled === true)
    return failed(`${name} is disabled.`, 'Enable the endpoint in the workspace, under Lakebase.');
  const { host, read_write_pooled_host: pooled } = status?.hosts ?? {};
  return otherHost(config, [host, pooled]) ?? ok(`${name} is ${status?.current_state ?? 'of an unknown state'}.`);
}

function otherHost(config: LakebaseConfig, hosts: readonly (string | undefined)[]): Finding | undefined {
  const known = hosts.filter((host) => host !== undefined);
  const same = known.some((host) => host === config.host || (isLoopback(host) && isLoopback(config.host)));
  if (known.length === 0 || same) return undefined;
  return warning(
    `The app connects to ${config.host}, but ${config.instanceName ?? config.endpoint} answers at ${known.join(' or ')}.`,
    `Set PGHOST=${known[0]}`,
  );
}

function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}

async function credential({ config, credentials, advice }: LakebaseSubject): Promise<Finding> {
  if (config.password !== undefined) {
    return warning(
      'PGPASSWORD is used as it is: right for a plain Postgres, never for Lakebase.',
      advice.removePassword,
    );
  }
  try {
    await credentials.password();
    return ok(`It is good until ${credentials.expiresAt?.toISOString() ?? 'an unknown time'}.`);
  } catch (error) {
    const reason = error instanceof PlatformError ? platformFault(error) : connectionFault(error);
    if (reason === undefined) throw error;
    return failed(`None was issued: ${reason}.`, advice.grantDatabase);
  }
}
