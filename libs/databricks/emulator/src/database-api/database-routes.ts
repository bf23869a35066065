import type { DatabaseCredential, DatabaseInstance, ListDatabaseInstancesResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { requiredQueryText } from '../http/query';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Tokens } from '../identity/tokens';

const ROOT = '/api/2.0/database';

export interface DatabaseOptions {
  instance: { name: string; uid: string; createdAt: number; creator: string };
  credentialLifetimeSeconds: number;
}

interface ByName {
  Params: { name: string };
}

/** Lakebase Provisioned: the one database instance, and passwords for it. */
export function databaseRoutes(app: FastifyInstance, access: Access, tokens: Tokens, options: DatabaseOptions): void {
  const instance = describe(options.instance);

  app.get(`${ROOT}/instances`, async (request): Promise<ListDatabaseInstancesResponse> => {
    await access.caller(request, 'database');
    return { database_instances: [instance] };
  });

  // A double colon is the router's spelling of a colon.
  app.get(`${ROOT}/instances::findByUid`, async (request) => {
    await access.caller(request, 'database');
    const uid = requiredQueryText(request.query, 'uid');
    if (uid !== instance.uid) throw missingInstance(uid);
    return instance;
  });

  app.get<ByName>(`${ROOT}/instances/:name`, async (request) => {
    await access.caller(request, 'database');
    if (request.params.name !== instance.name) throw missingInstance(request.params.name);
    return instance;
  });

  app.post(`${ROOT}/credentials`, async (request): Promise<DatabaseCredential> => {
    const caller = await access.caller(request, 'database');
    const names = instanceNames(request.body);
    const unknown = names.find((name) => name !== instance.name);
    if (unknown !== undefined) throw missingInstance(unknown);
    const { token, expiresAt } = await tokens.issueDatabaseCredential(caller, names, options.credentialLifetimeSeconds);
    return { token, expiration_time: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z') };
  });
}

function describe({ name, uid, createdAt, creator }: DatabaseOptions['instance']): DatabaseInstance {
  return {
    name,
    uid,
    state: 'AVAILABLE',
    capacity: 'CU_1',
    pg_version: 'PG_VERSION_17',
    read_write_dns: 'localhost',
    read_only_dns: 'localhost',
    creator,
    creation_time: new Date(createdAt).toISOString(),
    effective_stopped: false,
    effective_node_count: 1,
    effective_retention_window_in_days: 7,
    effective_capacity: 'CU_1',
    effective_enable_pg_native_login: false,
    effective_enable_readable_secondaries: false,
  };
}

function instanceNames(body: unknown): string[] {
  const names = typeof body === 'object' && body !== null && 'instance_names' in body ? body.instance_names : undefined;
  const valid = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
  if (!valid) throw invalidParameter('instance_names must name at least one database instance');
  return names;
}

function missingInstance(name: string): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', `Database instance '${name.slice(0, 100)}' does not exist.`);
}
