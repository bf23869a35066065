import type { DatabaseCredential, DatabaseInstance, ListDatabaseInstancesResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText, requiredQueryText } from '../http/query';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Tokens } from '../identity/tokens';
import { requireManager } from './control-plane-rights';
import { acceptedClaims, seconds } from './credential-request';
import type { DatabaseInstances, InstanceWishes } from './database-instances';
import type { DatabasePurges } from './database-purges';
import { asFields, type Fields } from './postgres-kinds';

const ROOT = '/api/2.0/database';
const PAGE = { usual: 100, maximum: 1000 };

interface ByName {
  Params: { name: string };
}

/** Lakebase Provisioned: instances, and passwords for them. */
export function instanceRoutes(
  app: FastifyInstance,
  access: Access,
  tokens: Tokens,
  instances: DatabaseInstances,
  { purges, credentialLifetimeSeconds }: { purges: DatabasePurges; credentialLifetimeSeconds: number },
): void {
  app.get(`${ROOT}/instances`, async (request): Promise<ListDatabaseInstancesResponse> => {
    await access.caller(request, 'database');
    const limit = pageLimit(request.query, 'page_size', PAGE);
    const after = decodePageToken(['database_instances'], queryText(request.query, 'page_token'));
    const rest = instances.list().filter(({ name }) => after === undefined || name > after);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return {
      database_instances: page.map((instance) => instances.describe(instance)),
      ...(rest.length > page.length && last !== undefined
        ? { next_page_token: encodePageToken(['database_instances'], last.name) }
        : {}),
    };
  });

  app.post(`${ROOT}/instances`, async (request): Promise<DatabaseInstance> => {
    const caller = await access.caller(request, 'database');
    const body = bodyOf(request.body);
    const { name } = body;
    if (typeof name !== 'string') throw invalidParameter('Missing required field: name');
    return instances.describe(await instances.create(name, wishes(body, Object.keys(body)), caller.name));
  });

  // A double colon is the router's spelling of a colon.
  app.get(`${ROOT}/instances::findByUid`, async (request): Promise<DatabaseInstance> => {
    await access.caller(request, 'database');
    return instances.describe(instances.getByUid(requiredQueryText(request.query, 'uid')));
  });

  app.get<ByName>(`${ROOT}/instances/:name`, async (request): Promise<DatabaseInstance> => {
    await access.caller(request, 'database');
    return instances.describe(instances.get(request.params.name));
  });

  app.patch<ByName>(`${ROOT}/instances/:name`, async (request): Promise<DatabaseInstance> => {
    const caller = await access.caller(request, 'database');
    const { name, creator } = instances.get(request.params.name);
    requireManager(caller, creator, `Database instance '${name}'`);
    const body = bodyOf(request.body);
    const mask = queryText(request.query, 'update_mask') ?? '*';
    return instances.describe(
      await instances.update(name, wishes(body, mask === '*' ? Object.keys(body) : mask.split(','))),
    );
  });

  app.delete<ByName>(`${ROOT}/instances/:name`, async (request) => {
    const caller = await access.caller(request, 'database');
    const { name, creator } = instances.get(request.params.name);
    requireManager(caller, creator, `Database instance '${name}'`);
    if (queryText(request.query, 'purge') !== 'true') {
      throw new ServiceRefusal(400, 'BAD_REQUEST', 'DELETE request must have purge=true parameter');
    }
    await purges.purge(instances.suffixOf(await instances.remove(name)));
    return {};
  });

  app.post(`${ROOT}/credentials`, async (request): Promise<DatabaseCredential> => {
    const caller = await access.caller(request, 'database');
    const body = bodyOf(request.body);
    const names = instanceNames(body['instance_names']);
    if (body['request_id'] !== undefined && typeof body['request_id'] !== 'string') {
      throw invalidParameter('request_id must be a string');
    }
    const claims = acceptedClaims(body['claims']);
    for (const name of names) {
      const instance = instances.get(name);
      if (instance.stopped) throw new ServiceRefusal(400, 'BAD_REQUEST', `Database instance '${name}' is stopped.`);
    }
    const issued = await tokens.issueDatabaseCredential(caller, names, credentialLifetimeSeconds, claims);
    return { token: issued.token, expiration_time: seconds(issued.expiresAt) };
  });
}

/** What the fields named in an update mask, or given at creation, ask for. */
function wishes(body: Fields, fields: readonly string[]): InstanceWishes {
  const wanted: Record<string, unknown> = {};
  for (const field of fields.map((name) => name.trim())) {
    if (field === 'name') continue;
    const rule = WISHES.find(({ wire }) => wire === field);
    if (rule === undefined) throw invalidParameter(`Field '${field}' is unknown or cannot be set`);
    const value = body[field];
    if (!rule.accepts(value)) throw invalidParameter(`Field '${field}' has a value that is not accepted`);
    wanted[rule.wish] = value;
  }
  return wanted;
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isCount = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;

const WISHES: readonly { wire: string; wish: keyof InstanceWishes; accepts(value: unknown): boolean }[] = [
  { wire: 'capacity', wish: 'capacity', accepts: (value) => /^CU_[1248]$/.test(String(value)) },
  { wire: 'node_count', wish: 'nodeCount', accepts: isCount(1, 3) },
  { wire: 'retention_window_in_days', wish: 'retentionDays', accepts: isCount(2, 35) },
  { wire: 'stopped', wish: 'stopped', accepts: isFlag },
  { wire: 'enable_pg_native_login', wish: 'nativeLogin', accepts: isFlag },
  { wire: 'enable_readable_secondaries', wish: 'readableSecondaries', accepts: isFlag },
];

function instanceNames(names: unknown): string[] {
  const valid = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
  if (!valid) throw invalidParameter('instance_names must name at least one database instance');
  return names;
}

function bodyOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) throw invalidParameter('The request body must be a JSON object');
  return asFields(body);
}
