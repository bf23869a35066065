import type { DatabaseInstance, DatabricksClients, PostgresEndpoint } from '@lakescope/databricks-client';
import { platformFault } from '@lakescope/server-doctor';

/** A database an app could use. */
export interface LakebaseChoice {
  readonly kind: 'provisioned' | 'autoscaling';
  /** Instance name, or resource name of the endpoint. */
  readonly name: string;
  readonly host: string;
  readonly state: string;
}

export interface Found {
  readonly choices: readonly LakebaseChoice[];
  /** Lists that could not be read, in words for people. A workspace need not have both kinds. */
  readonly problems: readonly string[];
}

/** Every Lakebase database that whoever acts may see, of both kinds. */
export async function findDatabases(clients: DatabricksClients): Promise<Found> {
  const { lakebaseDirectory } = clients.asApp();
  const problems: string[] = [];
  const provisioned = await listed('Provisioned instances', lakebaseDirectory.listInstances(), problems);
  const autoscaling = await listed('Autoscaling endpoints', lakebaseDirectory.listEndpoints(), problems);
  return { choices: [...provisioned.flatMap(ofInstance), ...autoscaling.flatMap(ofEndpoint)], problems };
}

async function listed<T>(what: string, items: AsyncIterable<T>, problems: string[]): Promise<T[]> {
  try {
    const all: T[] = [];
    for await (const item of items) all.push(item);
    return all;
  } catch (error) {
    problems.push(`The ${what} could not be listed: ${platformFault(error)}.`);
    return [];
  }
}

function ofInstance({ name, read_write_dns: host, state }: DatabaseInstance): LakebaseChoice[] {
  if (name === undefined || host === undefined) return [];
  return [{ kind: 'provisioned', name, host, state: state ?? 'of an unknown state' }];
}

/** Read-only endpoints are left out: the app writes. */
function ofEndpoint({ name, status }: PostgresEndpoint): LakebaseChoice[] {
  const host = status?.hosts?.host;
  if (name === undefined || host === undefined || status?.endpoint_type === 'ENDPOINT_TYPE_READ_ONLY') return [];
  return [{ kind: 'autoscaling', name, host, state: status?.current_state ?? 'of an unknown state' }];
}
