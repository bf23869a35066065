import {
  PlatformError,
  type AppResource,
  type DatabricksApp,
  type DatabricksClient,
} from '@lakescope/databricks-client';
import type { Lookup } from '../bundle';
import type { Problem } from './check-files';
import { keysOf } from './local-resources';

/** The names of what a problem is about, for its fix. */
export interface Named {
  readonly appName: string;
  /** Options of our commands that act at the same place. */
  readonly asOptions: string;
  /** A bundle makes what is missing of a database; without the Databricks CLI it has to be there. */
  readonly bundleCreates: boolean;
}

const APP_NAME = /^[a-z0-9][a-z0-9-]{0,28}[a-z0-9]$/;

/** Ids of what databricks.yml names by its name. Only SQL warehouses can be looked up so far. */
export async function lookUp(
  client: Pick<DatabricksClient, 'warehouses'>,
  lookups: readonly Lookup[],
): Promise<{ values: Record<string, string>; problems: Problem[] }> {
  const values: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const { variable, kind, name } of lookups) {
    const warehouses = kind === 'warehouse' ? await client.warehouses.list() : [];
    const id = warehouses.find((warehouse) => warehouse.name === name)?.id;
    if (id !== undefined) values[variable] = id;
    else {
      const there = warehouses.flatMap((warehouse) => warehouse.name ?? []).join(', ');
      problems.push({
        what: `databricks.yml looks a ${kind} up that is called ${name}, and you see none of that name${there === '' ? '' : ` (there is ${there})`}.`,
        fix: `Name another one: BUNDLE_VAR_${variable}=ID npx lakescope deploy ..., or change the variable ${variable} in databricks.yml.`,
      });
    }
  }
  return { values, problems };
}

/** What in the app's own state stands against a deployment; `app` is undefined when there is none yet. */
export function problemsOfApp(app: DatabricksApp | undefined, { appName, asOptions }: Named): Problem[] {
  if (!APP_NAME.test(appName)) {
    return [
      {
        what: `An app cannot be called ${appName}.`,
        fix: 'Take 2 to 30 lower case letters, digits and hyphens: change app_name in databricks.yml, or use --app.',
      },
    ];
  }
  const { pending_deployment: pending, compute_status: compute } = app ?? {};
  if (pending?.status?.state === 'IN_PROGRESS') {
    return [
      {
        what: `The deployment ${pending.deployment_id ?? ''} of ${appName} by ${pending.creator ?? 'somebody'} is still under way (since ${pending.create_time ?? 'a while'}).`,
        fix: `Wait until it is over (npx lakescope status ${asOptions}), then deploy again.`,
      },
    ];
  }
  if (compute?.state === 'DELETING' || compute?.state === 'ERROR') {
    return [
      {
        what: `The compute of ${appName} is ${compute.state}${compute.message === undefined ? '' : `: ${compute.message}`}.`,
        fix:
          compute.state === 'DELETING'
            ? 'Wait until the app is gone.'
            : `databricks apps stop ${appName}; databricks apps start ${appName}`,
      },
    ];
  }
  return [];
}

/** What the app needs of the workspace and what of it is not there. Kinds that nothing is known of are left to the platform. */
export async function problemsOfResources(
  client: DatabricksClient,
  resources: readonly AppResource[],
  named: Named,
): Promise<Problem[]> {
  const found = await Promise.all(resources.map((resource) => problemsOf(client, resource, named)));
  return found.flat();
}

async function problemsOf(client: DatabricksClient, resource: AppResource, named: Named): Promise<Problem[]> {
  const { name = '', database, sql_warehouse: warehouse, secret, serving_endpoint: endpoint } = resource;
  if (database?.instance_name !== undefined) return databaseProblems(client, database.instance_name, named);
  if (warehouse?.id !== undefined) {
    const { id } = warehouse;
    return missing(
      client.warehouses.get(id),
      `The SQL warehouse ${id} of the resource ${name}`,
      'Set BUNDLE_VAR_warehouse_id to one that `databricks warehouses list` names, or change it in databricks.yml.',
    );
  }
  if (endpoint?.name !== undefined) {
    return missing(
      client.serving.getEndpoint(endpoint.name),
      `The serving endpoint ${endpoint.name} of the resource ${name}`,
      'Create it, or name another one in databricks.yml.',
    );
  }
  if (secret?.scope !== undefined && secret.key !== undefined) return secretProblems(client, secret.scope, secret.key);
  return [];
}

async function databaseProblems(
  client: DatabricksClient,
  instance: string,
  { bundleCreates }: Named,
): Promise<Problem[]> {
  const create = `databricks database create-database-instance ${instance} --capacity CU_1`;
  let state: string | undefined;
  try {
    const found = await client.lakebaseDirectory.getInstance(instance);
    state = found.effective_stopped === true ? 'STOPPED' : found.state;
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (bundleCreates) return [];
    return [
      {
        what: `There is no Lakebase instance ${instance}.`,
        fix: `Create it: ${create}. With the Databricks CLI on the path, \`deploy\` does it.`,
      },
    ];
  }
  if (state !== 'STOPPED' && state !== 'DELETING') return [];
  return [
    {
      what: `The Lakebase instance ${instance} is ${state.toLowerCase()}.`,
      fix:
        state === 'STOPPED'
          ? `Start it: databricks api patch '/api/2.0/database/instances/${instance}?update_mask=stopped' --json '{"stopped": false}'`
          : `Wait until it is gone, then create it anew: ${create}`,
    },
  ];
}

async function secretProblems(client: DatabricksClient, scope: string, key: string): Promise<Problem[]> {
  const put = `openssl rand -base64 48 | databricks secrets put-secret ${scope} ${key}`;
  const keys = await keysOf(client, scope);
  if (keys === undefined) {
    return [{ what: `There is no secret scope ${scope}.`, fix: `databricks secrets create-scope ${scope}; ${put}` }];
  }
  return keys === 'hidden' || keys.includes(key)
    ? []
    : [{ what: `The secret scope ${scope} has no key ${key}.`, fix: put }];
}

async function missing(asked: Promise<unknown>, what: string, fix: string): Promise<Problem[]> {
  try {
    await asked;
    return [];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [{ what: `${what} is not there.`, fix }];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'not_found';
}
