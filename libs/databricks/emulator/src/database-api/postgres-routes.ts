import type { PostgresCredential } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Principal } from '../identity/directory';
import type { Tokens } from '../identity/tokens';
import { requireManager } from './control-plane-rights';
import { acceptedClaims, askedLifetime, seconds } from './credential-request';
import type { DatabasePurges } from './database-purges';
import type { StoredResource } from './lakebase-document';
import { asFields, POSTGRES_KINDS, type Fields, type PostgresKind } from './postgres-kinds';
import type { PostgresOperations } from './postgres-operations';
import type { PostgresResources } from './postgres-resources';

const ROOT = '/api/2.0/postgres';
const PAGE = { usual: 50, maximum: 100 };

export interface PostgresParts {
  readonly resources: PostgresResources;
  readonly purges: DatabasePurges;
  readonly operations: PostgresOperations;
  describe(resource: StoredResource): Fields;
  readonly credentialLifetimeSeconds: number;
}

/** Lakebase Autoscaling: projects and what they are made of, and passwords for their endpoints. */
export function postgresRoutes(app: FastifyInstance, access: Access, tokens: Tokens, parts: PostgresParts): void {
  for (const kind of Object.keys(POSTGRES_KINDS) as PostgresKind[]) collectionRoutes(app, access, parts, kind);

  app.get(`${ROOT}/projects/:project/operations/:operation`, async (request) => {
    await access.caller(request, 'database');
    return parts.operations.get(nameOf(request));
  });

  app.post(`${ROOT}/credentials`, async (request): Promise<PostgresCredential> => {
    const caller = await access.caller(request, 'database');
    const { endpoint, ttl, expire_time: expireTime, claims } = asFields(request.body);
    if (typeof endpoint !== 'string' || endpoint === '') {
      throw invalidParameter(`Field 'endpoint' is required, expected non-default value (not "")!`);
    }
    if (!/^projects\/[^/]+\/branches\/[^/]+\/endpoints\/[^/]+$/.test(endpoint)) {
      throw invalidParameter(`Field 'endpoint' must look like projects/{p}/branches/{b}/endpoints/{e}`);
    }
    parts.resources.get(endpoint);
    const asked = askedLifetime(ttl, expireTime, tokens.now()) ?? Infinity;
    const lifetime = Math.min(asked, parts.credentialLifetimeSeconds);
    const issued = await tokens.issueDatabaseCredential(caller, [endpoint], lifetime, acceptedClaims(claims));
    return { token: issued.token, expire_time: seconds(issued.expiresAt) };
  });
}

/** The routes of one kind: list, make, see, change, remove, bring back. */
function collectionRoutes(app: FastifyInstance, access: Access, parts: PostgresParts, kind: PostgresKind): void {
  const { resources, operations, purges } = parts;
  const collection = collectionPath(kind);
  const one = `${collection}/:${kind}`;
  const { collection: word, parent } = POSTGRES_KINDS[kind];

  app.get(collection, async (request) => {
    await access.caller(request, 'database');
    const parentName = parent === undefined ? undefined : parentOf(request);
    const limit = pageLimit(request.query, 'page_size', PAGE);
    const list = [word, parentName ?? ''];
    const after = decodePageToken(list, queryText(request.query, 'page_token'));
    const rest = resources.list(kind, parentName).filter(({ name }) => after === undefined || name > after);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const more = rest.length > page.length && last !== undefined;
    return {
      [word]: page.map((resource) => parts.describe(resource)),
      ...(more ? { next_page_token: encodePageToken(list, last.name) } : {}),
    };
  });

  app.post(collection, async (request) => {
    const caller = await access.caller(request, 'database');
    const parentName = parent === undefined ? undefined : parentOf(request);
    if (parentName !== undefined) requireOwner(caller, resources.get(parentName));
    const made = await resources.create(kind, parentName, {
      id: queryText(request.query, `${kind}_id`),
      spec: specOf(request),
      owner: caller.name,
      replaceExisting: queryText(request.query, 'replace_existing') === 'true',
    });
    return operations.start(made, () => parts.describe(resources.get(made.name)));
  });

  app.get(one, async (request) => {
    await access.caller(request, 'database');
    return parts.describe(resources.get(nameOf(request)));
  });

  app.patch(one, async (request) => {
    const caller = await access.caller(request, 'database');
    const name = nameOf(request);
    requireOwner(caller, resources.get(name));
    const changed = await resources.update(name, specOf(request), queryText(request.query, 'update_mask'));
    return operations.start(changed, () => parts.describe(resources.get(name)));
  });

  app.delete(one, async (request) => {
    const caller = await access.caller(request, 'database');
    const name = nameOf(request);
    requireOwner(caller, resources.get(name));
    const { removed, purgedBranches } = await resources.remove(name, queryText(request.query, 'purge') === 'true');
    for (const branch of purgedBranches) await purges.purge(resources.suffixOf(branch));
    return operations.start(removed);
  });

  if (kind !== 'project' && kind !== 'branch') return;
  app.post(`${one}/undelete`, async (request) => {
    const caller = await access.caller(request, 'database');
    const name = nameOf(request).replace(/\/undelete$/, '');
    const back = await resources.undelete(name, (resource) => requireOwner(caller, resource));
    return operations.start(back, () => parts.describe(resources.get(back.name)));
  });
}

function collectionPath(kind: PostgresKind): string {
  const { collection, parent } = POSTGRES_KINDS[kind];
  return parent === undefined ? `${ROOT}/${collection}` : `${collectionPath(parent)}/:${parent}/${collection}`;
}

/** The name of the resource is the path itself. */
function nameOf(request: FastifyRequest): string {
  const path = request.url.split('?')[0] ?? '';
  return path
    .slice(ROOT.length + 1)
    .split('/')
    .map(decodeURIComponent)
    .join('/');
}

function parentOf(request: FastifyRequest): string {
  return nameOf(request).split('/').slice(0, -1).join('/');
}

/** The body is the resource; what a client may ask for is its `spec`. */
function specOf(request: FastifyRequest): Fields {
  return asFields(asFields(request.body)['spec']);
}

function requireOwner(caller: Principal, resource: StoredResource): void {
  requireManager(caller, resource.owner, `${resource.kind} '${resource.name}'`);
}
