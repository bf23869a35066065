import type { ScimGroup, ScimServicePrincipal, ScimUser, ScimValue } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { ScimRefusal } from '../http/refusals';
import type { Access } from './access';
import type { Directory, Group, Principal } from './directory';
import { scimList, selectAttributes } from './scim-list';

const ROOT = '/api/2.0/preview/scim/v2';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

interface ById {
  Params: { id: string };
}

/** Who am I, and who is there: the read side of SCIM. */
export function scimRoutes(app: FastifyInstance, access: Access, directory: Directory): void {
  const groupRefs = (principal: Principal): ScimValue[] =>
    principal.memberships.map(({ group: { id, displayName }, direct }) => ({
      display: displayName,
      value: id,
      type: direct ? 'direct' : 'indirect',
      $ref: `Groups/${id}`,
    }));

  const asUser = (principal: Principal): ScimUser => ({
    schemas: [`${CORE}:User`],
    id: principal.id,
    userName: principal.name,
    ...(principal.kind === 'service_principal' ? { applicationId: principal.name } : {}),
    displayName: principal.displayName,
    active: true,
    ...nameAndEmails(principal),
    groups: groupRefs(principal),
    entitlements: [{ value: 'workspace-access' }],
    roles: [],
  });

  const asServicePrincipal = (principal: Principal): ScimServicePrincipal => ({
    schemas: [`${CORE}:ServicePrincipal`],
    id: principal.id,
    applicationId: principal.name,
    displayName: principal.displayName,
    active: true,
    groups: groupRefs(principal),
    entitlements: [],
  });

  app.get(`${ROOT}/Me`, async (request) =>
    selectAttributes(asUser(await access.caller(request, 'current-user')), request.query),
  );

  app.get(`${ROOT}/Users`, async (request) => {
    const caller = await access.caller(request, 'access-management');
    return scimList(
      directory.users.map((user) => visibleTo(caller, asUser(user))),
      request.query,
    );
  });

  app.get<ById>(`${ROOT}/Users/:id`, async (request) => {
    const caller = await access.caller(request, 'access-management');
    const user = found('User', directory.users, request.params.id);
    return selectAttributes(visibleTo(caller, asUser(user)), request.query);
  });

  app.get(`${ROOT}/Groups`, async (request) => {
    await access.caller(request, 'access-management');
    return scimList(directory.groups.map(asGroup), request.query);
  });

  app.get<ById>(`${ROOT}/Groups/:id`, async (request) => {
    await access.caller(request, 'access-management');
    return selectAttributes(asGroup(found('Group', directory.groups, request.params.id)), request.query);
  });

  app.get(`${ROOT}/ServicePrincipals`, async (request) => {
    await access.caller(request, 'access-management');
    return scimList(directory.servicePrincipals.map(asServicePrincipal), request.query);
  });

  app.get<ById>(`${ROOT}/ServicePrincipals/:id`, async (request) => {
    await access.caller(request, 'access-management');
    const principal = found('ServicePrincipal', directory.servicePrincipals, request.params.id);
    return selectAttributes(asServicePrincipal(principal), request.query);
  });
}

function nameAndEmails(principal: Principal): Pick<ScimUser, 'name' | 'emails'> {
  if (principal.givenName === undefined || principal.familyName === undefined) return {};
  return {
    name: { givenName: principal.givenName, familyName: principal.familyName },
    emails: [{ value: principal.name, type: 'work', primary: true }],
  };
}

/** Only workspace admins see what others belong to and may do. */
function visibleTo(caller: Principal, user: ScimUser): ScimUser {
  if (caller.groups.includes('admins') || caller.id === user.id) return user;
  const { groups: _groups, entitlements: _entitlements, roles: _roles, ...rest } = user;
  return rest;
}

function asGroup(group: Group): ScimGroup {
  return {
    schemas: [`${CORE}:Group`],
    id: group.id,
    displayName: group.displayName,
    members: group.members.map(({ id, displayName }) => ({ value: id, display: displayName, $ref: `Users/${id}` })),
    meta: { resourceType: 'WorkspaceGroup' },
  };
}

function found<Resource extends { id: string }>(kind: string, all: readonly Resource[], id: string): Resource {
  const resource = all.find((candidate) => candidate.id === id);
  if (resource === undefined) throw new ScimRefusal(404, `${kind} with id ${id} not found.`);
  return resource;
}
