import { randomUUID } from 'node:crypto';
import type { ScimGroup, ScimServicePrincipal, ScimUser } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ScimRefusal } from '../http/refusals';
import { newNumericId } from '../state/numeric-id';
import type { Access } from './access';
import { ADMINS, DirectoryConflict, UnknownMember, type Directory, type Group, type Principal } from './directory';
import { scimList, selectAttributes } from './scim-list';
import { applyPatch } from './scim-patch';
import {
  parseGroup,
  parseServicePrincipal,
  parseUser,
  scimGroup,
  scimServicePrincipal,
  scimUser,
  writableGroup,
  writablePrincipal,
} from './scim-resources';

const ROOT = '/api/2.0/preview/scim/v2';

interface ById {
  Params: { id: string };
}

/** One kind of resource: how it is found, shown, and written from a body. */
interface Collection<Resource extends { readonly id: string }> {
  readonly path: string;
  readonly kind: string;
  all(): readonly Resource[];
  show(resource: Resource, caller: Principal): object;
  writable(resource: Resource): Record<string, unknown>;
  save(body: unknown, id: string): Promise<void>;
}

/** Who am I, who is there, and who belongs to what. Everybody may ask; only workspace admins may change it. */
export function scimRoutes(app: FastifyInstance, access: Access, directory: Directory): void {
  app.get(`${ROOT}/Me`, async (request) =>
    selectAttributes(scimUser(await access.caller(request, 'current-user')), request.query),
  );

  addCollection<Principal>(app, access, directory, {
    path: `${ROOT}/Users`,
    kind: 'User',
    all: () => directory.users,
    show: (user, caller) => (mayKnow(caller, user) ? scimUser(user) : withoutRights(scimUser(user))),
    writable: writablePrincipal,
    save: (body, id) => directory.savePrincipal(parseUser(body, id)),
  });

  addCollection<Group>(app, access, directory, {
    path: `${ROOT}/Groups`,
    kind: 'Group',
    all: () => directory.groups,
    // Everybody may read the names and ids of groups, and no more (SCIM API reference, Groups).
    show: (group, caller) => (isAdmin(caller) ? scimGroup(group) : withoutMembers(scimGroup(group))),
    writable: writableGroup,
    save: (body, id) => {
      const group = parseGroup(body, id);
      if (isAdmins(directory, id) && group.displayName !== ADMINS) {
        throw new ScimRefusal(403, `Group ${ADMINS} cannot be renamed.`);
      }
      return directory.saveGroup(group);
    },
  });

  addCollection<Principal>(app, access, directory, {
    path: `${ROOT}/ServicePrincipals`,
    kind: 'ServicePrincipal',
    all: () => directory.servicePrincipals,
    show: (principal, caller) =>
      mayKnow(caller, principal)
        ? scimServicePrincipal(principal)
        : withoutRights<ScimServicePrincipal>(scimServicePrincipal(principal)),
    writable: writablePrincipal,
    save: (body, id) => directory.savePrincipal(parseServicePrincipal(body, id, clientIdOf(directory, id))),
  });
}

function addCollection<Resource extends { readonly id: string }>(
  app: FastifyInstance,
  access: Access,
  directory: Directory,
  { path, kind, all, show, writable, save }: Collection<Resource>,
): void {
  const found = (id: string): Resource => {
    const resource = all().find((candidate) => candidate.id === id);
    if (resource === undefined) throw new ScimRefusal(404, `${kind} with id ${id.slice(0, 100)} not found.`);
    return resource;
  };
  const admin = async (request: FastifyRequest): Promise<Principal> => {
    const caller = await access.caller(request, 'access-management');
    if (!isAdmin(caller)) throw new ScimRefusal(403, 'Only workspace admins may change users, groups and principals.');
    return caller;
  };
  const saved = async (body: unknown, id: string, caller: Principal): Promise<object> => {
    try {
      await save(body, id);
    } catch (error) {
      if (error instanceof DirectoryConflict) throw new ScimRefusal(409, error.message, 'uniqueness');
      if (error instanceof UnknownMember) throw new ScimRefusal(400, error.message, 'invalidValue');
      throw error;
    }
    return show(found(id), caller);
  };

  app.get(path, async (request) => {
    const caller = await access.caller(request, 'access-management');
    return scimList(
      all().map((resource) => show(resource, caller)),
      request.query,
    );
  });

  app.get<ById>(`${path}/:id`, async (request) => {
    const caller = await access.caller(request, 'access-management');
    return selectAttributes(show(found(request.params.id), caller), request.query);
  });

  app.post(path, async (request, reply) => {
    const caller = await admin(request);
    return reply.code(201).send(await saved(request.body, newNumericId(), caller));
  });

  app.put<ById>(`${path}/:id`, async (request) => {
    const caller = await admin(request);
    return saved(request.body, found(request.params.id).id, caller);
  });

  app.patch<ById>(`${path}/:id`, async (request, reply) => {
    const caller = await admin(request);
    const resource = found(request.params.id);
    await saved(applyPatch(writable(resource), request.body), resource.id, caller);
    return reply.code(204).send();
  });

  app.delete<ById>(`${path}/:id`, async (request, reply) => {
    await admin(request);
    const { id } = found(request.params.id);
    if (isAdmins(directory, id)) throw new ScimRefusal(403, `Group ${ADMINS} cannot be deleted.`);
    await directory.remove(id);
    return reply.code(204).send();
  });
}

/** An existing service principal keeps its client id when a body does not repeat it. */
function clientIdOf(directory: Directory, id: string): string {
  return directory.servicePrincipals.find((principal) => principal.id === id)?.name ?? randomUUID();
}

/** Without this group nobody could ever be an admin again. */
function isAdmins(directory: Directory, groupId: string): boolean {
  return directory.groups.some(({ id, displayName }) => id === groupId && displayName === ADMINS);
}

function isAdmin(caller: Principal): boolean {
  return caller.groups.includes(ADMINS);
}

/** Only workspace admins see what others belong to and may do. */
function mayKnow(caller: Principal, principal: Principal): boolean {
  return isAdmin(caller) || caller.id === principal.id;
}

function withoutRights<Resource extends ScimUser | ScimServicePrincipal>(resource: Resource): Resource {
  const rest = { ...resource };
  delete rest.groups;
  delete rest.entitlements;
  if ('roles' in rest) delete rest.roles;
  return rest;
}

function withoutMembers(group: ScimGroup): ScimGroup {
  const { members: _members, ...rest } = group;
  return rest;
}
